"""The nights of a run, by the twin's clock: when the jobs that prove its figures are due."""

from datetime import datetime, timedelta
from typing import Final

A_DAY: Final = timedelta(days=1)


class Nights:
    """When a job of a run is due, by the twin's clock and by the wall's."""

    def __init__(self, every_days: int, *, now: datetime) -> None:
        """Every so many days of the twin's clock, 0 for never, and once a day by the wall."""
        self._every = timedelta(days=every_days)
        self._twin: datetime | None = None
        self._wall = now

    def is_due(self, *, twin: datetime | None, now: datetime) -> bool:
        """Whether a night is due; from then on the next one is waited for.

        `twin` is the time of the last closed tick, None before the first.
        """
        if not self._every or twin is None:
            return False
        if self._twin is None:
            self._twin = twin
        if twin - self._twin < self._every and now - self._wall < A_DAY:
            return False
        self._twin, self._wall = twin, now
        return True
