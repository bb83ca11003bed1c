"""The programme: dates of the source, what reviews owe, what coverage was promised."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from math import sqrt
from typing import Final

from twin.rules.marks import rule
from twin.rules.refusal import Answer, first_refusal, unless
from twin.vocabulary import Addressee, Milestone, SecObjective

PLANNED: Final[dict[Milestone, date | None]] = {
    Milestone.LEGAL_TEXT: date(2016, 7, 1),
    Milestone.DCC_LIVE: None,
    Milestone.NEW_INSTALLATIONS_CAPABLE: date(2017, 7, 1),
    Milestone.LOCAL_PAIRING_AVAILABLE: date(2017, 12, 31),
    Milestone.ALL_INSTALLED_UPGRADED: None,
    Milestone.ALL_PREMISES: date(2020, 12, 31),
}
"""The last day that meets each date of the source (paragraphs 11, 27, 31, 41; page 6).

"Mid" is read as 1 July, an ASSUMPTION. DCC Live has no date here but comes before local pairing
(paragraphs 13 and 27), and paragraph 31 sets none for the upgrade of all installed devices.
"""
COVERAGE_2_4: Final = 0.70
COVERAGE_EITHER: Final = 0.965
_STANDARD_ERRORS: Final = 3


class Standing(StrEnum):
    """How a milestone stands on a day."""

    MET = "met"
    LATE = "late"
    OPEN = "open"
    SLIPPED = "slipped"
    UNDATED = "undated"


@rule("BR42")
def milestone_standing(*, milestone: Milestone, reached: date | None, on: date) -> Standing:
    """A milestone against its date in the source, seen on a day; a day after `on` is not known."""
    planned = PLANNED[milestone]
    if reached is not None and reached <= on:
        return Standing.LATE if planned is not None and reached > planned else Standing.MET
    if planned is None:
        return Standing.UNDATED
    return Standing.SLIPPED if on > planned else Standing.OPEN


@rule("BR42")
def check_milestone_order(*, dcc_live: date | None, local_pairing: date) -> Answer:
    """Local pairing comes after DCC Live (paragraph 27)."""
    return unless(
        broken=dcc_live is None or local_pairing < dcc_live,
        rule="BR42",
        why="local pairing came before DCC Live",
    )


@rule("BR40")
def check_recommendation(
    *, objective: SecObjective | None, addressees: Collection[Addressee]
) -> Answer:
    """A recommendation on the HAN serves a SEC objective, and goes to Panel and Ofgem (F1.4(g))."""
    return first_refusal(
        unless(broken=objective is None, rule="BR40", why="no SEC objective is named"),
        unless(
            broken=set(addressees) != set(Addressee),
            rule="BR40",
            why="a recommendation on the HAN goes to the SEC Panel and to Ofgem",
        ),
    )


@rule("BR40")
def check_answer(*, due: date, answered: date | None, on: date) -> Answer:
    """A party that was asked must answer by the due day (F1.6), seen on a day."""
    return unless(
        broken=(answered if answered is not None and answered <= on else on) > due,
        rule="BR40",
        why="a party has not answered by the due day",
    )


@rule("BR39")
def check_coverage(*, premises: int, ghz_2_4: int, either: int) -> Answer:
    """70 % by 2.4 GHz, 96.5 % by either band, within three standard errors (page 6)."""
    return first_refusal(
        unless(
            broken=ghz_2_4 > either or either > premises,
            rule="BR39",
            why="more premises have 2.4 GHz than have any band",
        ),
        *(
            unless(
                broken=abs(found - share * premises)
                > _STANDARD_ERRORS * sqrt(premises * share * (1 - share)),
                rule="BR39",
                why=f"{found} of {premises} premises are not {share:.1%}",
            )
            for found, share in ((ghz_2_4, COVERAGE_2_4), (either, COVERAGE_EITHER))
        ),
    )
