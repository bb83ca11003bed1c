"""The numba twins of the fleet's draws and waits: the same numbers, bit by bit (tested).

`twin.fleet.numbers.draws` says what a draw is: a hash of seed, entity, purpose and attempt. Here a
device's share of the hash is made once (`stirred`) and each purpose's key outside the kernels.
"""

from math import exp, log, log1p, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.compiled import inlined, kernel
from twin.fleet.numbers.draws import key_of

_SMALLEST: Final = 1 / 2**53
_MIDDLE: Final = np.array(
    [
        [
            2509.0809287301226727,
            33430.575583588128105,
            67265.770927008700853,
            45921.953931549871457,
        ],
        [13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
        [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867],
        [5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0],
    ]
).reshape(2, 8)
_SIDE: Final = (
    np.array(
        [
            [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177],
            [1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055],
            [4.6303378461565452959, 1.42343711074968357734, 1.05075007164441684324e-9],
            [5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459],
            [0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187],
            [1.0, 0.0, 0.0],
        ]
    )
    .reshape(18)[:16]
    .reshape(2, 8)
)
_TAIL: Final = (
    np.array(
        [
            [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386],
            [0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358],
            [5.4637849111641143699, 6.6579046435011037772, 2.04426310338993978564e-15],
            [1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4],
            [0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769],
            [1.0, 0.0, 0.0],
        ]
    )
    .reshape(18)[:16]
    .reshape(2, 8)
)
"""Coefficients of Wichura's algorithm AS241 (Applied Statistics 37, 1988), numerator and
denominator, highest power first: the middle of the distribution, its sides, its tails."""


def purpose_key(*, seed: int, purpose: str, attempt: int = 0) -> np.uint64:
    """The key of a purpose and attempt, as `draw` makes it."""
    return np.uint64(key_of(f"{seed}|{purpose}|{attempt}"))


def purpose_keys(*, seed: int, purposes: tuple[str, ...], attempts: int) -> NDArray[np.uint64]:
    """Keys by purpose and attempt, from attempt 0 to `attempts`."""
    return np.array(
        [
            [purpose_key(seed=seed, purpose=name, attempt=nth) for nth in range(attempts + 1)]
            for name in purposes
        ],
        dtype=np.uint64,
    )


@inlined
def _mixed(number: Any) -> Any:
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


@inlined
def stirred(entity: Any) -> Any:
    """What all draws of an entity (a number) begin with."""
    return _mixed(np.uint64(entity) + np.uint64(0x9E3779B97F4A7C15))


@inlined
def drawn(mixed: Any, key: Any) -> float:
    """The uniform number in [0, 1) of a stirred entity for a purpose's key."""
    return float((_mixed(mixed ^ key) >> np.uint64(11)) * _SMALLEST)


@kernel
def _ratio(parts: Any, r: float, times: float) -> float:
    above, below = parts[0, 0], parts[1, 0]
    for nth in range(1, 8):
        above = above * r + parts[0, nth]
        below = below * r + parts[1, nth]
    return float(above * times / below)


@kernel
def normal(uniform: float) -> float:
    """The point of the standard normal distribution below which a share of it lies."""
    q = uniform - 0.5
    if abs(q) <= 0.425:
        return _ratio(_MIDDLE, 0.180625 - q * q, q)
    r = sqrt(-log(uniform if q <= 0.0 else 1.0 - uniform))
    found = _ratio(_SIDE, r - 1.6, 1.0) if r <= 5.0 else _ratio(_TAIL, r - 5.0, 1.0)
    return -found if q < 0.0 else found


@kernel
def spread(uniform: float, median: float, sigma: float) -> float:
    """A log-normal span with a median, in the median's unit."""
    return median * exp(sigma * normal(max(uniform, _SMALLEST)))


@kernel
def waiting(uniform: float, mean: float) -> float:
    """An exponential span with a mean, in its unit."""
    return -log1p(-uniform) * mean


GUIDES: Final = 256
"""Slices of luck for which a choice knows where to begin."""


def guided(upto: tuple[float, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Running sums of shares, and for each slice of luck the first outcome that it may fall on."""
    sums = np.array(upto)
    starts = np.searchsorted(sums, np.arange(GUIDES) / GUIDES, side="right")
    return sums, np.minimum(starts, len(sums) - 1)


@kernel
def picked(shares: Any, uniform: float) -> int:
    """Place of the outcome that a uniform number falls on (`Distribution.pick`)."""
    upto, starts = shares
    nth = starts[int(uniform * len(starts))]
    while nth < len(upto) - 1 and uniform >= upto[nth]:
        nth += 1
    return int(nth)
