"""What may be told of counts of premises: small ones are not, nor what would give them away."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from twin.vocabulary.writing import percent

SUPPRESSED_BELOW: Final = 5
"""Counts of premises, or of what happens at premises, from 1 up to this are not told."""
SUPPRESSED: Final = f"<{SUPPRESSED_BELOW}"
BESIDE: Final = "s"
"""Stands for a larger count that is not told either, as a small one could be worked out by it."""
Cell: TypeAlias = tuple[int, int]
"""Row and column of a count in a table."""


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
    hidden = {
        (y, x) for y, row in enumerate(rows) for x, count in enumerate(row) if is_small(count)
    }
    while (more := next(_given_away(rows, hidden), None)) is not None:
        hidden.add(more)
    return frozenset(hidden)


def _given_away(rows: Sequence[Sequence[int]], hidden: set[Cell]) -> Iterator[Cell]:
    """Cells that must go as well: beside those of a row or column that its total tells of."""
    height, width = len(rows), max(map(len, rows), default=0)
    lines = [[(y, x) for x in range(width)] for y in range(height)]
    lines += [[(y, x) for y in range(height)] for x in range(width)]
    for line in lines:
        # a count of nothing goes last: it hides little
        free = [(not rows[y][x], rows[y][x], (y, x)) for y, x in line if (y, x) not in hidden]
        if free and _is_told_by_total([rows[y][x] for y, x in line if (y, x) in hidden]):
            yield min(free)[-1]


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
