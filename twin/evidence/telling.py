"""What may be told of counts of premises: small ones are not, nor what would give them away."""

from collections.abc import Iterator, Sequence
from typing import Final

from twin.vocabulary.writing import percent

SUPPRESSED_BELOW: Final = 5
"""Counts of premises, or of what happens at premises, from 1 up to this are not told."""
SUPPRESSED: Final = f"<{SUPPRESSED_BELOW}"
BESIDE: Final = "s"
"""Stands for a larger count that is not told either, as a small one could be worked out by it."""


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
    """Counts of a table whose rows and columns have totals that are known, as they may be told.

    Where one count of a row or column alone would be missing, the smallest other one goes as well,
    so that no small count is the difference of a total and the rest.
    """
    hidden = {
        (y, x) for y, row in enumerate(rows) for x, count in enumerate(row) if is_small(count)
    }
    while True:
        more = next(_given_away(rows, hidden), None)
        if more is None:
            break
        hidden.add(more)
    return tuple(
        tuple(
            (told(count) if is_small(count) else BESIDE) if (y, x) in hidden else told(count)
            for x, count in enumerate(row)
        )
        for y, row in enumerate(rows)
    )


def _given_away(
    rows: Sequence[Sequence[int]], hidden: set[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Cells that must go as well: beside the only hidden one of a row or column."""
    height, width = len(rows), max(map(len, rows), default=0)
    lines = [[(y, x) for x in range(width)] for y in range(height)]
    lines += [[(y, x) for y in range(height)] for x in range(width)]
    for line in lines:
        free = [(rows[y][x], (y, x)) for y, x in line if (y, x) not in hidden and rows[y][x]]
        if len(line) - sum(cell not in hidden for cell in line) == 1 and free:
            yield min(free)[1]
