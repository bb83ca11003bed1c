"""Figures of the fleet at several ends of the log, of which each state is counted once only."""

from typing import Any, Final

from twin.lookback.sums import Sums
from twin.state.as_of import AsOf

BEFORE: Final = -1
"""Since when a state of the base stands."""


class Course:
    """What the fleet comes to at each of some ends, as its premises are carried over them."""

    def __init__(self, sums: Sums, ends: int) -> None:
        """From figures of the base on, over so many ends."""
        self._base = sums
        self._ends = ends
        self._apart: dict[tuple[int, int], Sums] = {}

    def stood(self, state: AsOf, *, since: int, until: int) -> None:
        """A premises came to this state by an end, or `BEFORE` all, and left it by a later one.

        One that is not left has `until` the number of ends; it is in the figures already if it
        stood before.
        """
        if until - since > 0 and (since, until) != (BEFORE, self._ends):
            self._of(since, until).change(None, state)

    def told(self) -> list[dict[str, Any]]:
        """The figures at each end in plain words; to be asked once, after all states."""
        moves: list[list[tuple[dict[str, Any], int]]] = [[] for _ in range(self._ends + 1)]
        for (since, until), sums in sorted(self._apart.items()):
            sums.settle()
            counted = sums.told()
            if since != BEFORE:
                moves[since].append((counted, 1))
            moves[until].append((counted, -1))
        found = []
        for end in moves[: self._ends]:
            for counted, by in end:
                self._base.add(counted, by=by)
            found.append(self._base.told())
        return found

    def _of(self, since: int, until: int) -> Sums:
        place = since, until
        if place not in self._apart:
            self._apart[place] = self._base.apart()
        return self._apart[place]
