"""Places where the log has more and nothing comes, and how often it was asked for in vain.

Faust may let a record fall that it had fetched (decision 0007). Where a later record of the place
follows, the hole shows; where none does, only the end of the log shows that something is missing.
Either way the records are asked for again, and a hole that stays ends the process.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from faust.types import TP
from msgspec import Struct

PATIENCE: Final = 2.0
"""Seconds in which nothing comes, although there is more, before it is asked for (again)."""
PATIENCE_MAX: Final = 32.0
"""The patience doubles with each vain asking, up to this: an agent may just be slow."""
TRIES_MAX: Final = 3
"""Vain askings after which a hole ends the process."""


class SkippedRecords(RuntimeError):
    """Records of a partition are never delivered; folding on would lose them in silence."""


class Standstill(Struct, frozen=True):
    """A place that stands at an offset since a time, in seconds, and how often was asked since."""

    at: int
    since: float
    tries: int = 0


class Laggard:
    """What is known of the places that do not move. All times are seconds of one clock."""

    def __init__(self) -> None:
        """Nothing stands still yet."""
        self._still: dict[TP, Standstill] = {}

    def forget(self) -> None:
        """Places were assigned anew; what stood still says nothing any more."""
        self._still.clear()

    def behind(
        self, *, now: float, stands: Mapping[TP, int], ends: Mapping[TP, int]
    ) -> dict[TP, int]:
        """Offsets to ask for again, by place: nothing has come there for long, and there is more.

        `stands` is how far the work on each place is, `ends` where its log ends.
        """
        for place, at in stands.items():
            still = self._still.get(place)
            if at >= ends.get(place, 0):
                self._still.pop(place, None)
            elif still is None or still.at != at:
                self._still[place] = Standstill(at, now)
        return self._ask(now, [place for place in stands if self._is_over(place, now)])

    def holes(self, *, now: float, found: Mapping[TP, int]) -> dict[TP, int]:
        """Offsets to ask for again, by place: later ones came. What was asked just now may come.

        Raises:
            SkippedRecords: they were asked for in vain too often.
        """
        for place, at in found.items():
            still = self._still.get(place)
            if still is None or still.at != at:
                self._still[place] = Standstill(at, now)
            elif still.tries >= TRIES_MAX:
                raise SkippedRecords(
                    f"{place.topic}, partition {place.partition}: from offset {at} on a record is "
                    f"missing, although it was asked for {still.tries} times"
                )
        return self._ask(
            now, [p for p in found if not self._still[p].tries or self._is_over(p, now)]
        )

    def _is_over(self, place: TP, now: float) -> bool:
        """Whether the patience with a place is at its end."""
        still = self._still.get(place)
        if still is None:
            return False
        return now - still.since >= min(PATIENCE * 2.0 ** max(0, still.tries - 1), PATIENCE_MAX)

    def _ask(self, now: float, places: Iterable[TP]) -> dict[TP, int]:
        asked = {place: self._still[place] for place in places}
        for place, still in asked.items():
            self._still[place] = Standstill(still.at, now, still.tries + 1)
        return {place: still.at for place, still in asked.items()}
