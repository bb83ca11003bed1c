"""Control limits by XmR: what a measure may do by itself, and what is a signal (pure).

Limits are mean ± 2.66 times the mean moving range, of a baseline that does not move on with the
data (NHS "Making data count"). A subgroup is a day, so that one point is comparable with the next.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final, NamedTuple

BASELINE: Final = 20
"""Points that the limits are made of: the first that there are."""
RUN: Final = 8
"""Points in a row on one side of the mean that are a signal."""
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


def signals(values: Sequence[float], band: Limits) -> list[bool]:
    """Which points are signals: beyond a limit, or the eighth and later of a run on one side."""
    found, side, length = [], 0, 0
    for value in values:
        now = (value > band.mean) - (value < band.mean)
        length = length + 1 if now == side and now != 0 else int(now != 0)
        side = now
        found.append(value > band.upper or value < band.lower or length >= RUN)
    return found
