"""Chance of a forecast: a counter-based stream for each purpose, so that a seed fixes it all."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from twin.fleet.numbers.draws import key_of

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]


def luck(*, seed: int, purpose: str) -> np.random.Generator:
    """Philox keyed by a seed (0 to 2**64 - 1) and a purpose; no purpose disturbs another."""
    key = np.array([seed, key_of(purpose)], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))
