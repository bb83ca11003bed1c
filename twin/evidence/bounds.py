"""Between what bounds a reader knows each count that is not told, from all lines of a table."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from twin.evidence.telling import SUPPRESSED_BELOW, Line, hidden_in, is_small

_ANY: Final = 10**15
"""No bound: more than any count."""


class Hidden(NamedTuple):
    """Places of counts that are not told: of `few` it is said that they are small."""

    few: frozenset[int]
    other: frozenset[int]


def hidden_from_all(counts: Sequence[int], lines: Sequence[Line]) -> Hidden:
    """What may not be told, so that no small count follows from all lines of a table together.

    Where one does follow it is no longer said that it is small; if it still follows, the least
    count that is told near it goes as well, until none follows or none is left. Of the parts of a
    small count nothing is told.
    """
    of_few = {n for line in lines if _is_few(counts, line) for n in line.parts}
    gone = set(hidden_in(counts, lines, also=of_few))
    few = {n for n in gone if is_small(counts[n])} - of_few
    crossing = _crossings(lines)
    lost: set[int] = set()
    while True:
        bounds = Bounds(counts, lines, gone, few=few)
        known = {n for n in gone - lost if is_small(counts[n]) and bounds.is_known(n)}
        if not known:
            return Hidden(frozenset(few), frozenset(gone - few))
        if known & few:
            few -= known
            continue
        for place in sorted(known):
            more = _nearest(counts, lines, crossing, place, gone)
            lost |= {place} if more is None else set()
            gone |= set() if more is None else {more}


class Bounds:
    """Least and most of each count, narrowed line by line until no line tells more.

    What is found follows from what is told; of rare tables more follows, from several lines that
    tell nothing each.
    """

    def __init__(
        self,
        counts: Sequence[int],
        lines: Sequence[Line],
        hidden: Collection[int],
        *,
        few: Collection[int] = (),
    ) -> None:
        """Of the counts at `hidden` only those at `few` are known to be small."""
        self.least = list(counts)
        self.most = list(counts)
        for n in hidden:
            is_few = n in few
            self.least[n], self.most[n] = (1, SUPPRESSED_BELOW - 1) if is_few else (0, _ANY)
        self._lines = [line for line in lines if any(n in hidden for n in _places(line))]
        self._totals = [
            sum(counts[n] for n in line.parts) if line.whole is None else 0 for line in self._lines
        ]
        self._narrow()

    def is_known(self, place: int) -> bool:
        """Whether the count at a place follows."""
        return self.least[place] == self.most[place]

    def _narrow(self) -> None:
        crossing = _crossings(self._lines)
        waiting = dict.fromkeys(range(len(self._lines)))
        while waiting:
            nth = next(iter(waiting))
            del waiting[nth]
            for place in self._narrowed(nth):
                waiting.update(dict.fromkeys(crossing[place]))

    def _narrowed(self, nth: int) -> Iterator[int]:
        """The places of a line that it tells more of than was known."""
        line, least, most = self._lines[nth], self.least, self.most
        low, high = sum(least[n] for n in line.parts), sum(most[n] for n in line.parts)
        bottom = top = self._totals[nth]
        if line.whole is not None:
            if self._put(line.whole, low, high):
                yield line.whole
            bottom, top = least[line.whole], most[line.whole]
        for n in line.parts:
            own_least, own_most = least[n], most[n]
            if own_least < own_most and self._put(
                n, bottom - (high - own_most), top - (low - own_least)
            ):
                yield n

    def _put(self, place: int, least: int, most: int) -> bool:
        """Whether a count is between closer bounds than before."""
        before = self.least[place], self.most[place]
        after = max(least, before[0]), min(most, before[1])
        self.least[place], self.most[place] = after
        return after != before


def _is_few(counts: Sequence[int], line: Line) -> bool:
    return line.whole is not None and is_small(counts[line.whole])


def _crossings(lines: Sequence[Line]) -> dict[int, list[int]]:
    """The lines that each place is in."""
    found: dict[int, list[int]] = {}
    for nth, line in enumerate(lines):
        for place in _places(line):
            found.setdefault(place, []).append(nth)
    return found


def _places(line: Line) -> tuple[int, ...]:
    return line.parts if line.whole is None else (*line.parts, line.whole)


def _nearest(
    counts: Sequence[int],
    lines: Sequence[Line],
    crossing: dict[int, list[int]],
    place: int,
    gone: Collection[int],
) -> int | None:
    """The least told count of the lines about a place, or of those about its neighbours."""
    seen, ring = {place}, [place]
    while ring:
        about = {n for one in ring for nth in crossing.get(one, ()) for n in _places(lines[nth])}
        if free := [(not counts[n], counts[n], n) for n in about if n not in gone]:
            return min(free)[-1]
        ring = sorted(about - seen)
        seen |= about
    return None
