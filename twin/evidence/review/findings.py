"""All findings of a review, in the order of the source."""

from typing import Final

from twin.evidence.review import findings_of_consumers as consumers
from twin.evidence.review import findings_of_the_radio as radio
from twin.evidence.review.counts import Counts
from twin.evidence.review.finding import Find, Finding
from twin.evidence.review.limits import Limits
from twin.rules.programme import check_recommendation
from twin.rules.refusal import Refusal

FINDINGS: Final[tuple[Find, ...]] = (
    radio.coverage,
    radio.use_of_868,
    radio.licence_failed,
    radio.licence_not_judged,
    radio.links_refused,
    radio.air_loaded,
    consumers.answers,
    consumers.pairing_remote,
    consumers.pairing_local,
    consumers.new_installations,
    consumers.all_upgraded,
    consumers.pin_taken_up,
    consumers.pin_guessable,
    consumers.intruders,
)


def findings_of(counts: Counts, limits: Limits) -> tuple[Finding, ...]:
    """What these counts lead to.

    Raises:
        ValueError: a finding serves no objective or goes to the wrong bodies, which is a bug.
    """
    found = tuple(find(counts, limits) for find in FINDINGS)
    for one in found:
        refused = check_recommendation(objective=one.objective, addressees=one.addressees)
        if isinstance(refused, Refusal):
            raise ValueError(f"finding {one.name}: {refused.why}")
    return found
