"""How many days may be forecast with a set, so that publishing is hardly slowed by it."""

from typing import Final

SHARE: Final = 0.08
"""Forecasts take no more than this of the time that the sets themselves take."""
UNWATCHED: Final = 1.0
"""The same where nobody waits for a set: then those of the run's end have all days."""
IDLE_DAYS: Final = 20
"""Days with a set when nothing is new: then nobody waits for it."""
BATCH: Final = 4
"""Fewer days are not worth the reading of the attempts that each round begins with."""
FIRST_GUESS: Final = 0.05
"""Seconds that a day takes, before any was timed."""


class Allowance:
    """Seconds that sets and forecasts have taken; mutable, owned by the publisher."""

    def __init__(self, share: float = SHARE) -> None:
        """Begin with nothing spent; forecasts may take that share of the time of sets."""
        self._share = share
        self._sets = 0.0
        self._forecasts = 0.0
        self._days = 0

    def days(self, *, idle: bool) -> int:
        """How many days may be forecast now; 0 until the sets have taken their time."""
        if idle:
            return IDLE_DAYS
        each = self._forecasts / self._days if self._days else FIRST_GUESS
        days = int((self._share * self._sets - self._forecasts) / each)
        return days if days >= BATCH else 0

    def note(self, *, sets: float = 0.0, forecasts: float = 0.0, days: int = 0) -> None:
        """Add what was spent, in seconds, and the days that were forecast in it."""
        self._sets += sets
        self._forecasts += forecasts
        self._days += days
