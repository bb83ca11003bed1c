"""The interval of a share: what a count of few says of the rate behind it (pure)."""

from math import sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95% interval."""


class Interval(NamedTuple):
    """Lower and upper end of a share, 0 to 1."""

    lower: float
    upper: float


def wilson(part: int, whole: int) -> Interval:
    """The 95% score interval of a share (Wilson 1927); of nothing nothing is known: 0 to 1."""
    if not whole:
        return Interval(0.0, 1.0)
    share, z2 = part / whole, Z_95 * Z_95
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z_95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
