"""The order of a tick, as the desk gives it and partitions carry it out."""

from datetime import datetime
from math import inf
from typing import Literal, TypeAlias

from msgspec import Struct

from twin.campaign.pacing import Pace, cell_name
from twin.campaign.plan import Plan

Mode: TypeAlias = Literal["enrol", "count", "seat", "release", "follow", "recall", "rest"]
"""What partitions do: place every device, say lots, give seats by them, start executions, only
follow what was started, call back, or nothing.
"""


class CampaignOrder(Struct, frozen=True, kw_only=True):
    """What partitions may do for one campaign: of each wave, start what is placed below `upto`.

    Where releases are paced, `cells` gives for each wave how far each of its cells may go instead.
    `before` and `cells_before` are what the tick before could start, `since` is when the campaign
    began or resumed to release. `cuts` are those by which seats are given anew where waves take a
    count. `under_way` says that the campaign has started and was not told to end.
    """

    plan: Plan
    mode: Mode
    upto: tuple[float, ...]
    cells: tuple[dict[str, float], ...] = ()
    excluded_models: tuple[str, ...] = ()
    before: tuple[float, ...] = ()
    cells_before: tuple[dict[str, float], ...] = ()
    since: datetime | None = None
    cuts: tuple[float, ...] = ()
    under_way: bool = False

    def reaches(self, *, wave: int, place: float, stratum: str) -> bool:
        """Whether a member of a wave (from 1) is released, by its place and its stratum."""
        return place < self._limit(self.upto, self.cells, wave, stratum)

    def had_reached(self, *, wave: int, place: float, stratum: str) -> bool:
        """Whether a member was released on an earlier tick."""
        return bool(self.before) and place < self._limit(
            self.before, self.cells_before, wave, stratum
        )

    def _limit(
        self,
        upto: tuple[float, ...],
        cells: tuple[dict[str, float], ...],
        wave: int,
        stratum: str,
    ) -> float:
        """The place below which members of a wave's stratum are released."""
        of_wave = cells[wave - 1] if cells else {}
        if not of_wave:
            return upto[wave - 1]
        return of_wave.get(cell_name(pace=self.plan.pacing or Pace(), stratum=stratum), 0.0)

    def concerned_below(self, *, wave: int, stratum: str) -> float:
        """The place below which members that wait are released now, or may have to leave."""
        if self.excluded_models and stratum.rpartition("|")[2] in self.excluded_models:
            return inf
        released = self.mode == "release"
        return self._limit(self.upto, self.cells, wave, stratum) if released else 0.0


class Order(Struct, frozen=True, kw_only=True):
    """All campaigns' orders of one tick; `now` is the tick's virtual time."""

    tick: int
    now: datetime
    campaigns: tuple[CampaignOrder, ...]
