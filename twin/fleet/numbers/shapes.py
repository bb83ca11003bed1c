"""From a uniform draw to a choice or a span of time."""

from bisect import bisect_right
from math import exp, log1p
from statistics import NormalDist
from typing import Final

from msgspec import Struct

_NORMAL: Final = NormalDist()
_SMALLEST: Final = 2.0**-53


class Distribution(Struct, frozen=True):
    """Shares of named outcomes that add up to one; `upto` are their running sums."""

    keys: tuple[str, ...]
    upto: tuple[float, ...]

    def pick(self, uniform: float) -> str:
        """The outcome that a uniform number in [0, 1) falls on."""
        return self.keys[min(bisect_right(self.upto, uniform), len(self.keys) - 1)]


class ByKey(Struct, frozen=True):
    """One number for each of some names."""

    keys: tuple[str, ...]
    values: tuple[float, ...]

    def of(self, key: str) -> float:
        """The number of `key`; an unknown key is a bug and raises ValueError."""
        return self.values[self.keys.index(key)]


def distribution(shares: dict[str, float]) -> Distribution:
    """A distribution from shares; they are taken relative to their sum."""
    total = sum(shares.values())
    upto, running = [], 0.0
    for share in shares.values():
        running += share
        upto.append(running / total)
    return Distribution(tuple(shares), tuple(upto))


def waiting(uniform: float, *, mean: float) -> float:
    """An exponential span with a mean, in the unit of the mean."""
    return -log1p(-uniform) * mean


def spread(uniform: float, *, median: float, sigma: float) -> float:
    """A log-normal span with a median and the sigma of its logarithm, in the median's unit."""
    return median * exp(sigma * _NORMAL.inv_cdf(max(uniform, _SMALLEST)))
