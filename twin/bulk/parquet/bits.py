"""Bytes as numbers: what the decoders of pages are made of. No bound is checked here."""

from typing import Any, Final

import numpy as np

from twin.compiled import kernel

PADDING: Final = 16
"""Bytes that must follow the last one that is read, for whole words are loaded."""
BROKEN: Final = -1
"""What a decoder gives for pages that are not as the format says; no place is below 0."""
FAR: Final = 1 << 40
"""More than any page has of anything."""


@kernel
def word(data: Any, at: Any) -> Any:
    """Eight bytes, the lowest first; the compiler makes one load of them."""
    here = np.uint64(at)
    return (
        np.uint64(data[here])
        | np.uint64(data[here + np.uint64(1)]) << np.uint64(8)
        | np.uint64(data[here + np.uint64(2)]) << np.uint64(16)
        | np.uint64(data[here + np.uint64(3)]) << np.uint64(24)
        | np.uint64(data[here + np.uint64(4)]) << np.uint64(32)
        | np.uint64(data[here + np.uint64(5)]) << np.uint64(40)
        | np.uint64(data[here + np.uint64(6)]) << np.uint64(48)
        | np.uint64(data[here + np.uint64(7)]) << np.uint64(56)
    )


@kernel
def ones(bits: Any) -> Any:
    """How many bits of a word are set."""
    half = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = np.uint64(0x3333333333333333)
    pairs = (half & low) + ((half >> np.uint64(2)) & low)
    octets = (pairs + (pairs >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((octets * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def mask(width: Any) -> Any:
    """The lowest bits of a word, as many as `width`."""
    if width >= 64:
        return np.uint64(0xFFFFFFFFFFFFFFFF)
    return (np.uint64(1) << np.uint64(width)) - np.uint64(1)


@kernel
def varint(data: Any, at: int, end: int) -> tuple[Any, Any]:
    """A number of seven bits a byte (ULEB128), and where it ends; `BROKEN` if it does not."""
    value = np.uint64(0)
    for nth in range(10):
        if at + nth >= end:
            break
        byte = np.uint64(data[at + nth])
        value |= (byte & np.uint64(127)) << np.uint64(7 * nth)
        if byte < np.uint64(128):
            return value, at + nth + 1
    return value, BROKEN


@kernel
def unfolded(value: Any) -> Any:
    """The signed number of a zigzag one, as two's complement."""
    return (value >> np.uint64(1)) ^ (np.uint64(0) - (value & np.uint64(1)))
