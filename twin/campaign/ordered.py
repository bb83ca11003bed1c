"""The order of a tick, as the desk gives it and partitions carry it out."""

from datetime import datetime
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
        return self._is_below(self.upto, self.cells, wave, place, stratum)

    def had_reached(self, *, wave: int, place: float, stratum: str) -> bool:
        """Whether a member was released on an earlier tick."""
        return bool(self.before) and self._is_below(
            self.before, self.cells_before, wave, place, stratum
        )

    def _is_below(
        self,
        upto: tuple[float, ...],
        cells: tuple[dict[str, float], ...],
        wave: int,
        place: float,
        stratum: str,
    ) -> bool:
        of_wave = cells[wave - 1] if cells else {}
        if not of_wave:
            return place < upto[wave - 1]
        name = cell_name(pace=self.plan.pacing or Pace(), stratum=stratum)
        return place < of_wave.get(name, 0.0)

    def concerns(self, *, wave: int, place: float, stratum: str) -> bool:
        """Whether a member that waits is released now, or may have to leave the campaign."""
        if self.excluded_models and stratum.rpartition("|")[2] in self.excluded_models:
            return True
        return self.mode == "release" and self.reaches(wave=wave, place=place, stratum=stratum)


class Order(Struct, frozen=True, kw_only=True):
    """All campaigns' orders of one tick; `now` is the tick's virtual time."""

    tick: int
    now: datetime
    campaigns: tuple[CampaignOrder, ...]
