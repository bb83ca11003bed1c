"""The accept side: Wald's sequential test on cohorts that are settled at age.

A cohort is ripe `follow_up_days` after its release, or earlier when nothing of it is in flight.
The test counts the leading run of ripe cohorts by day of release, and of them everyone who is not
confirmed as an error. So a wave cannot be accepted on its quick answers while its failures are
still to time out. A late confirmation can only lower these errors, and `log_ratio` falls with
them: to accept at log(beta) on what is known now implies that the final value of that prefix is
as low, which happens to a wave as bad as `accept_bad` with a chance of at most beta, however
often it is looked at. To find a wave bad is the mirror image, and counts errors known only.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, takewhile
from math import log

from msgspec import Struct

from twin.campaign.gates.likelihood import log_ratio
from twin.campaign.gates.terms import Cohort, GateRule, Reading, Stage, Stratum, by_day


class Accept(Struct, frozen=True):
    """What the test shows, from the side of good and from the side of bad.

    `good` counts everyone of the ripe who is not confirmed as an error, `bad` only those known.
    `whole` says that everyone released is ripe, so that no more will come.
    """

    good: Reading
    bad: Reading
    whole: bool

    @property
    def is_good(self) -> bool:
        """Whether the wave is accepted as good, whatever becomes of those in flight."""
        return self.good.statistic <= self.good.bound

    @property
    def is_bad(self) -> bool:
        """Whether the wave is found bad, even if all those in flight are confirmed."""
        return self.bad.statistic >= self.bad.bound


def accept_test(
    *, rule: GateRule, cohorts: Mapping[Stratum, Sequence[Cohort]], stage: Stage
) -> Accept:
    """The test on all ripe cohorts; its figures are of the whole wave, never of a stratum."""
    days = by_day(chain.from_iterable(cohorts.values()))
    ripe = list(takewhile(lambda cohort: is_ripe(cohort=cohort, stage=stage), days))
    n = sum(cohort.released for cohort in ripe)
    unconfirmed = n - sum(cohort.confirmed for cohort in ripe)
    known = sum(cohort.errors for cohort in ripe)
    return Accept(
        _reading(rule, n, unconfirmed, log(rule.accept_beta)),
        _reading(rule, n, known, -log(rule.accept_alpha)),
        len(ripe) == len(days),
    )


def _reading(rule: GateRule, n: int, k: int, bound: float) -> Reading:
    statistic = log_ratio(n=n, k=k, good=rule.accept_good, bad=rule.accept_bad)
    return Reading(gate="accept", n=n, k=k, statistic=statistic, bound=bound)


def is_ripe(*, cohort: Cohort, stage: Stage) -> bool:
    """Whether a cohort's outcome counts as final."""
    of_age = stage.today - cohort.day >= stage.follow_up_days
    return of_age or cohort.confirmed + cohort.errors == cohort.released
