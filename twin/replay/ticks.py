"""The virtual clock of a finished run: when each of its ticks was closed."""

from bisect import bisect_left
from datetime import datetime

from msgspec import Struct


class Ticks(Struct, frozen=True):
    """The end of each tick in order, from tick 0 (aware, UTC)."""

    moments: tuple[datetime, ...]

    def of(self, at: datetime) -> int:
        """The first tick that had seen a moment when it closed; one too many after the last."""
        return bisect_left(self.moments, at)

    @property
    def ends(self) -> datetime:
        """The end of the last tick: what comes later, nobody has seen."""
        return self.moments[-1]
