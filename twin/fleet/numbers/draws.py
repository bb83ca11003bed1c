"""Randomness without a generator: a draw is a hash of seed, entity, purpose and attempt.

Any engine, order or number of threads draws the same numbers, and two scenarios share their luck.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB
_UNIT: Final = 2.0**-53


@lru_cache(maxsize=1 << 16)
def key_of(text: str) -> int:
    """A 64-bit number for a text, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=1 << 16)
def _purpose_key(seed: int, purpose: str, attempt: int) -> int:
    return key_of(f"{seed}|{purpose}|{attempt}")


def _mixed(number: int) -> int:
    """The finaliser of splitmix64: every bit of the input moves every bit of the output."""
    number = ((number ^ (number >> 30)) * _FIRST) & _MASK
    number = ((number ^ (number >> 27)) * _SECOND) & _MASK
    return number ^ (number >> 31)


def draw(*, seed: int, entity: str | int, purpose: str, attempt: int = 0) -> float:
    """A uniform number in [0, 1) that depends on the four arguments and on nothing else."""
    return (_mixed(_begun(entity) ^ _purpose_key(seed, purpose, attempt)) >> 11) * _UNIT


@lru_cache(maxsize=1 << 12)
def _begun(entity: str | int) -> int:
    """The half of a draw that hangs on the entity alone: a premises draws many in a row."""
    number = key_of(entity) if isinstance(entity, str) else entity
    return _mixed((number + _GOLDEN) & _MASK)


def _mixed_all(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(_FIRST)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(_SECOND)
    return numbers ^ (numbers >> np.uint64(31))


def draws(
    *, seed: int, entities: NDArray[np.uint64], purpose: str, attempt: int = 0
) -> NDArray[np.float64]:
    """`draw` for many numbered entities at once; equal to it bit by bit."""
    mixed = _mixed_all(entities + np.uint64(_GOLDEN))
    numbers = _mixed_all(mixed ^ np.uint64(_purpose_key(seed, purpose, attempt)))
    return (numbers >> np.uint64(11)).astype(np.float64) * _UNIT
