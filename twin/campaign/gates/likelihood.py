"""The two statistics of the sequential gates, as logarithms; functions of counts alone."""

from functools import lru_cache
from math import exp, fsum, inf, log, log1p
from typing import Final, NamedTuple

LOG_MOST: Final = 700.0
"""Larger log e-values are cut here, so that every figure stays a finite number."""
ODDS_RATIOS: Final = tuple(2 ** (step / 2) for step in range(1, 13))
"""Alternatives of the mixture: the odds of an error are 1.4 to 64 times those of the tolerance.

Each weighs as one over the square root of its ratio. This keeps the median delay low both near
the tolerance and far above it (`python -m tests.benchmarks gates`).
"""


class Alternative(NamedTuple):
    """One rate above the tolerance: log weight, log growth an error, log loss a device."""

    weight: float
    error: float
    device: float


@lru_cache(maxsize=1 << 16)
def log_e_value(*, n: int, k: int, tolerance: float) -> float:
    """Log of the mixture e-value against "the error rate is at most `tolerance`".

    With the odds of the tolerance times r as alternative, the likelihood ratio of k errors among
    n devices is r^k / (1 - tolerance + r tolerance)^n. One device at an error rate q multiplies
    it by (1 - q + r q) / (1 - tolerance + r tolerance) on average, which is at most 1 for every
    q up to the tolerance. So each ratio is a non-negative supermartingale that starts at 1, a
    weighted mean of them is one too, and by Ville's inequality it ever reaches 1 / alpha with a
    chance of at most alpha, however often it is looked at. It rises with k and falls with n.

    A tolerance of 0 leaves no room: any error has all the evidence. One of 1 excuses everything.
    """
    if tolerance >= 1:
        return 0.0
    if tolerance <= 0:
        return LOG_MOST if k > 0 else 0.0
    total = log_sum([a.weight + k * a.error - n * a.device for a in alternatives(tolerance)])
    return min(total, LOG_MOST)


@lru_cache(maxsize=64)
def alternatives(tolerance: float, /) -> tuple[Alternative, ...]:
    """The alternatives to a tolerance between 0 and 1, without either."""
    total = fsum(ratio**-0.5 for ratio in ODDS_RATIOS)
    return tuple(
        Alternative(log(ratio**-0.5 / total), log(ratio), log1p(tolerance * (ratio - 1)))
        for ratio in ODDS_RATIOS
    )


def log_ratio(*, n: int, k: int, good: float, bad: float) -> float:
    """Log likelihood ratio of an error rate `bad` to `good`, from k errors among n devices.

    Wald's sequential test accepts `good` where it falls to log(beta). By Ville's inequality, a
    wave as bad as `bad` or worse is ever accepted with a chance of at most beta.
    """
    return k * (log(bad) - log(good)) + (n - k) * (log1p(-bad) - log1p(-good))


def log_sum(terms: list[float], /) -> float:
    """Log of the sum of the exponentials of `terms`, of which one at least is finite."""
    top = max(terms, default=-inf)
    return top + log(fsum(exp(term - top) for term in terms))
