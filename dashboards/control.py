"""Control limits by XmR: what a measure may do by itself, and what is a signal (pure).

Limits are mean ± 2.66 times the mean moving range, of a baseline that does not move on with the
data (NHS "Making data count"). A subgroup is a day, so that one point is comparable with the next.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final, NamedTuple

BASELINE: Final = 20
"""Points that the limits are made of: the first that there are."""
RUN: Final = 8
"""Points in a row on one side of the mean that are a signal."""
TREND: Final = 6
"""Points in a row, each above the one before or each below it, that are a signal."""
RULES: Final = ("Beyond a limit", "Run", "Trend", "Near a limit")
"""The rules by their names; `dashboards.definitions.XMR` says them in words."""
_FACTOR: Final = 2.66


class Limits(NamedTuple):
    """The band within which a measure varies by itself."""

    lower: float
    mean: float
    upper: float


def limits(values: Sequence[float]) -> Limits | None:
    """The limits by the baseline, never below zero; None for fewer than ten points."""
    base = values[:BASELINE]
    if len(base) < 10:
        return None
    mean = fmean(base)
    moving = fmean(abs(b - a) for a, b in pairwise(base))
    return Limits(max(0.0, mean - _FACTOR * moving), mean, mean + _FACTOR * moving)


def signals(values: Sequence[float], band: Limits) -> list[tuple[str, ...]]:
    """The rules (names of `RULES`) by which each point is a signal; none where it is noise."""
    outer = 2 * (band.upper - band.mean) / 3  # above the mean and below it alike
    sides = [(value > band.mean) - (value < band.mean) for value in values]
    near = [
        side if abs(value - band.mean) > outer else 0
        for side, value in zip(sides, values, strict=True)
    ]
    steps = [0, *((b > a) - (b < a) for a, b in pairwise(values))][: len(values)]
    marks = (
        [value > band.upper or value < band.lower for value in values],
        [length >= RUN for length in _in_a_row(sides)],
        [length >= TREND - 1 for length in _in_a_row(steps)],
        [
            side != 0 and near[max(nth - 2, 0) : nth + 1].count(side) >= 2
            for nth, side in enumerate(near)
        ],
    )
    return [
        tuple(rule for rule, marked in zip(RULES, of, strict=True) if marked)
        for of in zip(*marks, strict=True)
    ]


def _in_a_row(sides: Sequence[int]) -> Iterator[int]:
    """How many in a row have the same side up to each; none where it has no side."""
    before = length = 0
    for side in sides:
        length = (length + 1 if side == before else 1) if side else 0
        before = side
        yield length
