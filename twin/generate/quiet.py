"""Premises that wait for their devices alone: nobody need ask them before a moment."""

from collections.abc import Set
from datetime import datetime
from heapq import heappop, heappush


class Quiet:
    """Until when each stays quiet, if nothing is heard of it (`quiet_until`); mutable."""

    def __init__(self) -> None:
        """Nobody is quiet."""
        self._until: dict[str, datetime] = {}
        self._next: list[tuple[datetime, str]] = []

    def keep(self, name: str, until: datetime) -> None:
        """A premises is quiet until a moment."""
        self._until[name] = until
        heappush(self._next, (until, name))

    def heard_of(self, name: str) -> None:
        """Something was heard of a premises: it is quiet no more."""
        self._until.pop(name, None)

    def clear(self) -> None:
        """Nobody is quiet any more."""
        self._until.clear()
        self._next.clear()

    def at(self, now: datetime) -> Set[str]:
        """Who is quiet at a moment; moments are asked for in their order."""
        while self._next and self._next[0][0] <= now:
            until, name = heappop(self._next)
            if self._until.get(name) == until:  # otherwise it was heard of since
                del self._until[name]
        return self._until.keys()
