"""Exact counts of a simulated campaign, in the shape in which the campaign's own rules ask them."""

from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.campaign.counted import Takers
from twin.campaign.gates.terms import Cohort, Stratum
from twin.campaign.tallies import CampaignCounts, StratumCount, WaveCount
from twin.vocabulary import Exclusion
from twin.whatif.batches import What
from twin.whatif.strata import Strata

_ENDED: Final = (What.CONFIRMED, What.FAILED, What.TIMED_OUT)


class Board:
    """What is known of a campaign on a day: by kind, wave and group, and by day of release."""

    def __init__(self, strata: Strata, sizes: NDArray[np.int64], days: int) -> None:
        """A campaign of which nobody is released yet; `sizes` are members by wave and group."""
        self.strata = strata
        self.sizes = sizes
        self.counts = np.zeros((len(What), strata.waves, strata.groups), np.int64)
        self._days = days
        self._cohorts: dict[int, NDArray[np.int32]] = {}

    def add(self, what: int, wave: int, group: int, cohort: int, number: int) -> None:
        """So many devices more, which were first released on day `cohort`."""
        self.counts[what, wave, group] += number
        if wave not in self._cohorts:
            self._cohorts[wave] = np.zeros((3, self.strata.groups, self._days), np.int32)
        column = 0 if what == What.RELEASED else 1 if what == What.CONFIRMED else 2
        self._cohorts[wave][column, group, cohort] += number

    def cohorts(self, wave: int, group: int, first_day: int) -> tuple[Cohort, ...]:
        """The cohorts of a group in order of days; `first_day` is the ordinal of day 0."""
        found = self._cohorts.get(wave)
        if found is None:
            return ()
        own = found[:, group]
        days = np.flatnonzero(own[0])
        return tuple(Cohort(first_day + int(day), *(int(n) for n in own[:, day])) for day in days)


class DayCounts(CampaignCounts):
    """The counts of a day; everybody in flight counts as `requested`, whatever the step.

    `barred` groups have lost the members that were not released. `retrying` counts members of the
    whole campaign that wait for another attempt; no gate asks for them wave by wave.
    """

    def __init__(
        self,
        board: Board,
        *,
        first_day: int,
        barred: NDArray[np.bool_],
        retrying: int,
        census: Callable[[int, str], tuple[int, ...]],
        lots: dict[Takers, tuple[float, ...]],
    ) -> None:
        """The counts of a board on the day that it stands at."""
        super().__init__({}, census=census, lots=lambda _since: lots)
        self._board = board
        self._first_day = first_day
        self._barred = barred
        self._retrying = retrying
        self._strata: dict[int, dict[Stratum, StratumCount]] = {}

    @cached_property
    def _members(self) -> NDArray[np.int64]:
        released = self._board.counts[What.RELEASED]
        return np.where(self._barred[None, :], released, self._board.sizes)

    @cached_property
    def _by_wave(self) -> NDArray[np.int64]:
        """Members, released, and the three endings, by wave."""
        counts = self._board.counts
        parts = [self._members, counts[What.RELEASED], *(counts[kind] for kind in _ENDED)]
        return np.array([part.sum(axis=1) for part in parts])

    def of_wave(self, wave: int) -> WaveCount:
        """The counts of a wave (from 1)."""
        return _count(*(int(n) for n in self._by_wave[:, wave - 1]))

    def total(self, waves: int) -> WaveCount:
        """The counts of so many waves together."""
        found = _count(*(int(n) for n in self._by_wave[:, :waves].sum(axis=1)))
        parts = {"requested": found.requested - self._retrying, "retrying": self._retrying}
        return WaveCount(
            members=found.members,
            confirmed=found.confirmed,
            failed=found.failed,
            timed_out=found.timed_out,
            **parts,
        )

    def by_stratum(self, wave: int) -> dict[Stratum, StratumCount]:
        """The counts of a wave, group by group; a group without members is left out."""
        if wave not in self._strata:
            counts, nth = self._board.counts, wave - 1
            self._strata[wave] = {
                name: StratumCount(
                    _count(
                        int(self._members[nth, group]),
                        int(counts[What.RELEASED, nth, group]),
                        *(int(counts[kind, nth, group]) for kind in _ENDED),
                    ),
                    self._board.cohorts(nth, group, self._first_day),
                )
                for group, name in enumerate(self._board.strata.names)
                if self._members[nth, group]
            }
        return self._strata[wave]

    def excluded(self) -> dict[Exclusion, int]:
        """Nobody is told of: what is no member was never drawn as one."""
        return {}


def _count(members: int, released: int, confirmed: int, failed: int, timed_out: int) -> WaveCount:
    return WaveCount(
        members=members,
        requested=released - confirmed - failed - timed_out,
        confirmed=confirmed,
        failed=failed,
        timed_out=timed_out,
    )
