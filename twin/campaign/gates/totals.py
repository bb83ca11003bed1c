"""A wave's counts in all, if they are counts."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import astuple

from twin.campaign.gates.terms import Cohort, Stratum


class Totals(Struct, frozen=True):
    """Members of the wave, and what is known of those released."""

    members: int
    released: int
    confirmed: int
    errors: int

    @property
    def settled(self) -> int:
        """Members whose outcome is known."""
        return self.confirmed + self.errors


def totals_of(
    *, members: int, cohorts: Mapping[Stratum, Sequence[Cohort]], today: int
) -> Totals | None:
    """The sums over all cohorts, or None if anything is no count.

    Counts are whole and not negative; no more is settled than released, and no more released
    than there are members; nothing is released tomorrow.
    """
    every = [cohort for told in cohorts.values() for cohort in told]
    if not all(_is_sound(cohort, today) for cohort in every):
        return None
    totals = Totals(
        members,
        sum(cohort.released for cohort in every),
        sum(cohort.confirmed for cohort in every),
        sum(cohort.errors for cohort in every),
    )
    return totals if _is_whole(members) and totals.released <= members else None


def _is_sound(cohort: Cohort, today: int) -> bool:
    return (
        all(map(_is_whole, astuple(cohort)))
        and cohort.confirmed + cohort.errors <= cohort.released
        and cohort.day <= today
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
