"""RLE / bit-packing hybrid: definition levels, and places in a dictionary."""

from typing import Any

import numpy as np

from twin.bulk.parquet.bits import BROKEN, FAR, mask, ones, varint, word
from twin.compiled import kernel


@kernel
def _head(data: Any, at: Any, end: Any) -> tuple[Any, Any, Any]:
    """Whether a run is bit-packed, its length (in eights, if so), and where it begins."""
    if at < end:
        byte = data[np.uint64(at)]
        if np.uint8(2) <= byte < np.uint8(128):  # runs of few rows, as most are
            return (byte & np.uint8(1)) != 0, np.int64(byte >> np.uint8(1)), at + 1
    told, at = varint(data, at, end)
    if told < np.uint64(2) or told >= np.uint64(FAR):
        return False, np.int64(0), BROKEN
    return (told & np.uint64(1)) != 0, np.int64(told >> np.uint64(1)), at


@kernel
def held(data: Any, at: Any, end: Any, levels: tuple[int, int], rows: Any, filled: Any) -> Any:
    """Append the rows whose definition level is 1 to `rows`; how many it holds then.

    `levels`: their number, and the row of the first.
    """
    count, first = levels
    done = 0
    while done < count:
        is_packed, run, at = _head(data, at, end)
        size = min(8 * run if is_packed else run, count - done)
        if at < 0 or at + ((size + 7) // 8 if is_packed else 1) > end:
            return BROKEN
        if is_packed:
            filled = _of_bits(data, at, size, first + done, rows, filled)
        elif data[at] == 1:
            for n in range(size):
                rows[filled + n] = first + done + n
            filled += size
        at += run if is_packed else 1
        done += size
    return filled


@kernel
def _of_bits(data: Any, at: Any, size: Any, first: Any, rows: Any, filled: Any) -> Any:
    for start in range(0, size, 64):
        bits = word(data, at + (start >> 3)) & mask(size - start)
        if bits == np.uint64(0xFFFFFFFFFFFFFFFF):
            for n in range(64):
                rows[filled + n] = first + start + n
            filled += 64
            continue
        while bits:
            lowest = bits & (np.uint64(0) - bits)
            rows[filled] = first + start + ones(lowest - np.uint64(1))
            filled += 1
            bits ^= lowest
    return filled


@kernel
def places(data: Any, at: Any, end: Any, count: Any, below: Any, values: Any, filled: Any) -> Any:
    """Append places in a dictionary of `below` entries to `values`; how many it holds then."""
    until = filled + count
    width = np.int64(data[at]) if at < end else 0
    octets = (width + 7) // 8
    at += 1
    while filled < until:
        is_packed, run, at = _head(data, at, end)
        size = min(8 * run if is_packed else run, until - filled)
        if at < 0 or width > 32 or at + ((size * width + 7) // 8 if is_packed else octets) > end:
            return BROKEN
        if is_packed:
            most = _unpacked(data, at, width, size, values, filled)
        else:
            most = np.int64(word(data, at) & mask(8 * octets))
            for n in range(size):
                values[filled + n] = most
        if most >= below:
            return BROKEN
        at += run * width if is_packed else octets
        filled += size
    return filled


@kernel
def _unpacked(data: Any, at: int, width: Any, size: Any, values: Any, filled: int) -> Any:
    """Unpack numbers of some bits each; the greatest of them."""
    keep = mask(width)
    most: Any = np.uint64(0)
    for n in range(size):
        bit = n * width
        value = (word(data, at + (bit >> 3)) >> np.uint64(bit & 7)) & keep
        most = max(most, value)
        values[filled + n] = np.int64(value)
    return np.int64(most)
