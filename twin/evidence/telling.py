"""What may be told of counts of premises: small ones are not, nor what would give them away."""

from collections.abc import Collection, Sequence
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple, TypeAlias

from twin.vocabulary.writing import percent

SUPPRESSED_BELOW: Final = 5
"""Counts of premises, or of what happens at premises, from 1 up to this are not told."""
SUPPRESSED: Final = f"<{SUPPRESSED_BELOW}"
BESIDE: Final = "s"
"""Stands for a larger count that is not told either, as a small one could be worked out by it."""
Cell: TypeAlias = tuple[int, int]
"""Row and column of a count in a table."""


class Line(NamedTuple):
    """Places of counts that add up: to the count at `whole`, or (None) to a total that is known."""

    parts: tuple[int, ...]
    whole: int | None = None


def is_small(count: int) -> bool:
    """Whether a count is too small to be told; that there is nothing may be told."""
    return 0 < count < SUPPRESSED_BELOW


def told(count: int | None) -> str:
    """A count of premises as it may be told; an unknown one is empty."""
    if count is None:
        return ""
    return SUPPRESSED if is_small(count) else f"{count:,}"


def share_told(part: int | None, whole: int | None) -> str:
    """A share in percent; empty where there is nothing to divide by, suppressed like its counts."""
    if part is None or not whole:
        return ""
    if is_small(part) or is_small(whole):
        return SUPPRESSED
    if is_small(whole - part):
        return BESIDE
    return percent(part, whole)


def told_together(rows: Sequence[Sequence[int]]) -> tuple[tuple[str, ...], ...]:
    """Counts of a table whose rows and columns have totals that are known, as they may be told."""
    hidden = hidden_together(rows)
    return tuple(
        tuple(
            (told(count) if is_small(count) else BESIDE) if (y, x) in hidden else told(count)
            for x, count in enumerate(row)
        )
        for y, row in enumerate(rows)
    )


def hidden_together(rows: Sequence[Sequence[int]]) -> frozenset[Cell]:
    """Row and column of every count that may not be told, where totals of both are known.

    Where the counts that are missing in a row or column could be worked out from its total, the
    smallest other one goes as well: so no small count is the difference of a total and the rest.
    """
    cells = [(y, x) for y, row in enumerate(rows) for x in range(len(row))]
    height, width = len(rows), max(map(len, rows), default=0)
    place = {cell: n for n, cell in enumerate(cells)}
    lines = [[(y, x) for x in range(width)] for y in range(height)]
    lines += [[(y, x) for y in range(height)] for x in range(width)]
    hidden = hidden_in(
        [rows[y][x] for y, x in cells], [Line(tuple(place[one] for one in line)) for line in lines]
    )
    return frozenset(cells[n] for n in hidden)


def hidden_in(
    counts: Sequence[int], lines: Sequence[Line], *, also: Collection[int] = ()
) -> frozenset[int]:
    """Places of every count that may not be told, where some of them add up to others.

    `also` may not be told for another reason. Each line is looked at by itself, and again when
    another one took a count of it away: two lines together can in rare tables tell what neither
    tells alone.
    """
    hidden = {n for n, count in enumerate(counts) if is_small(count)} | set(also)
    crossing: dict[int, list[int]] = {}
    for nth, line in enumerate(lines):
        for place in (*line.parts, *(() if line.whole is None else (line.whole,))):
            crossing.setdefault(place, []).append(nth)
    waiting = list(range(len(lines)))
    heapify(waiting)
    while waiting:
        more = _given_away(counts, lines[heappop(waiting)], hidden)
        if more is not None:
            hidden.add(more)
            for nth in crossing[more]:
                heappush(waiting, nth)
    return frozenset(hidden)


def _given_away(counts: Sequence[int], line: Line, hidden: Collection[int]) -> int | None:
    """The place that must go as well, beside those of a line that its total tells of."""
    missing = [counts[n] for n in line.parts if n in hidden]
    whole = counts[line.whole] if line.whole is not None and line.whole in hidden else None
    if not missing and whole is None:
        return None
    if not (_is_told_by_total(missing) if whole is None else _is_told_by_parts(missing, whole)):
        return None
    # a count of nothing goes late: it hides little; the whole goes last
    free = [(not counts[n], counts[n], n) for n in line.parts if n not in hidden]
    if free:
        return min(free)[-1]
    return line.whole if line.whole not in hidden else None


def _is_told_by_parts(missing: Sequence[int], whole: int) -> bool:
    """Whether a whole that is missing follows from its parts, of which some may be missing too.

    Of a whole that is not small any number is possible, once one part of it is missing.
    """
    return not missing or (is_small(whole) and sum(map(is_small, missing)) >= SUPPRESSED_BELOW - 1)


def _is_told_by_total(missing: Sequence[int]) -> bool:
    """Whether a small count follows from the sum of what is missing in a line.

    It is known of each missing one whether it is small; a larger one is nothing, or not small.
    """
    small = [count for count in missing if is_small(count)]
    if not small:
        return len(missing) == 1
    others, larger = len(small) - 1, len(missing) - len(small)
    may_be = [
        one
        for one in range(1, SUPPRESSED_BELOW)
        if any(
            _may_be_larger(sum(missing) - one - rest, larger)
            for rest in range(others, others * (SUPPRESSED_BELOW - 1) + 1)
        )
    ]
    return len(may_be) < 2


def _may_be_larger(rest: int, larger: int) -> bool:
    """Whether so many counts that are not small can add up to what is left."""
    return rest == 0 or (larger > 0 and rest >= SUPPRESSED_BELOW)
