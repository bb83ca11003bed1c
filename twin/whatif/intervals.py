"""Intervals over seeds: means of paired differences, and what luck alone may have moved."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev
from typing import Final

from msgspec import Struct

T_95: Final = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t, 97.5%, for 1 to 30 degrees of freedom; beyond, that of 30 is a little wide."""


class Interval(Struct, frozen=True, kw_only=True):
    """A mean over `n` seeds with its 95% interval; low and high are the mean where n is 1."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def excludes_nought(self) -> bool:
        """Whether more than luck is at work, as far as 95% goes; never from a single seed."""
        return self.n > 1 and (self.low > 0 or self.high < 0)


def interval(values: Sequence[float]) -> Interval:
    """The mean of some values and its 95% interval by Student's t; ValueError for none."""
    if not values:
        raise ValueError("an interval needs at least one value")
    mean, n = fmean(values), len(values)
    half = T_95[min(n - 2, len(T_95) - 1)] * stdev(values) / sqrt(n) if n > 1 else 0.0
    return Interval(mean=mean, low=mean - half, high=mean + half, n=n)


def paired(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Second less first, seed by seed: their common luck falls out of the difference."""
    return interval([b - a for a, b in zip(first, second, strict=True)])
