"""DELTA_BINARY_PACKED: numbers as the steps between them, a block at a time."""

from typing import Any, Final

import numpy as np

from twin.bulk.parquet.bits import BROKEN, mask, unfolded, varint, word
from twin.compiled import kernel

_BLOCK_MAX: Final = 1 << 20


@kernel
def steps(data: Any, at: Any, end: Any, count: Any, values: Any, filled: Any) -> Any:
    """Append so many numbers to `values`; how many it holds then."""
    each, minis, first, at = _head(data, at, end, count)
    if at < 0 or count == 0:
        return BROKEN if at < 0 else filled
    values[filled] = np.int64(first)
    done, value = 1, first
    while done < count:
        least, widths = varint(data, at, end)
        at = widths + minis
        if widths < 0 or at > end:
            return BROKEN
        for mini in range(minis):
            width = np.int64(data[widths + mini])
            size = min(each, count - done)
            if width > 64 or at + (size * width + 7) // 8 > end:
                return BROKEN
            sums = (value, unfolded(least))
            value = _summed(data, at, (width, size), sums, values, filled + done)
            done += size
            at += each * width // 8
            if done == count:
                break
    return filled + count


@kernel
def _head(data: Any, at: Any, end: Any, count: Any) -> tuple[Any, Any, Any, Any]:
    """Numbers in a miniblock, miniblocks in a block, the first number, and where blocks begin."""
    head = np.zeros(4, np.uint64)
    for n in range(4):
        head[n], at = varint(data, max(at, 0), end)
        if at < 0:
            return np.int64(0), np.int64(0), head[3], BROKEN
    block, minis = np.int64(head[0]), np.int64(head[1])
    if np.int64(head[2]) != count or not 0 < minis <= block < _BLOCK_MAX:
        return np.int64(0), np.int64(0), head[3], BROKEN
    return block // minis, minis, unfolded(head[3]), at


@kernel
def _summed(
    data: Any,
    at: Any,
    packed: tuple[Any, Any],
    sums: tuple[Any, Any],
    values: Any,
    filled: Any,
) -> Any:
    """Add up the steps of a miniblock (`packed`: bits of each, how many); the last number.

    `sums`: the number before, and the least step.
    """
    width, size = packed
    value, least = sums
    keep = mask(width)
    for n in range(size):
        bit = n * width
        here, shift = at + (bit >> 3), np.uint64(bit & 7)
        step = word(data, here) >> shift
        if width > 57 and shift:
            step |= np.uint64(data[here + 8]) << (np.uint64(64) - shift)
        value += least + (step & keep)
        values[filled + n] = np.int64(value)
    return value
