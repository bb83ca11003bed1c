"""Figures of the fleet at several ends of the log, of which each state is counted once only."""

from collections import defaultdict
from typing import Any, Final

from twin.lookback.sums import Sums
from twin.state.as_of import AsOf

BEFORE: Final = -1
"""Since when a state of the base stands."""
WAITING: Final = 20_000
"""States that are counted together, some 100 MB: the more, the more of them stand between the same
two ends and are added up once."""


class Course:
    """What the fleet comes to at each of some ends, as its premises are carried over them."""

    def __init__(self, sums: Sums, ends: int) -> None:
        """From figures of the base on, over so many ends."""
        self._base = sums
        self._ends = ends
        self._moves: dict[int, Sums] = {}
        self._waiting: defaultdict[tuple[int, int], list[AsOf]] = defaultdict(list)
        self._count = 0

    def stood(self, state: AsOf, *, since: int, until: int) -> None:
        """A premises came to this state by an end, or `BEFORE` all, and left it by a later one.

        One that is not left has `until` the number of ends; it is in the figures already if it
        stood before.
        """
        if until - since > 0 and (since, until) != (BEFORE, self._ends):
            self._waiting[since, until].append(state)
            self._count += 1
            if self._count % WAITING == 0:
                self._settle()

    def told(self) -> list[dict[str, Any]]:
        """The figures at each end in plain words; to be asked once, after all states."""
        self._settle()
        found = []
        for end in range(self._ends):
            if end in self._moves:
                self._base.add(self._moves[end].told())
            found.append(self._base.told())
        return found

    def _settle(self) -> None:
        """Count the states that wait: added where they came, taken away where they were left."""
        for (since, until), states in sorted(self._waiting.items()):
            counted = self._base.apart()
            for state in states:
                counted.change(None, state)
            counted.settle()
            told = counted.told()
            if since != BEFORE:
                self._move(since).add(told)
            if until != self._ends:
                self._move(until).add(told, by=-1)
        self._waiting.clear()

    def _move(self, end: int) -> Sums:
        if end not in self._moves:
            self._moves[end] = self._base.apart()
        return self._moves[end]
