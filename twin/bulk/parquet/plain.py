"""PLAIN: values as they are; of texts where each lies."""

from typing import Any, Final

import numpy as np

from twin.bulk.parquet.bits import BROKEN, word
from twin.compiled import kernel

BOOLEAN, INT32, INT64, DOUBLE, BYTE_ARRAY = 0, 1, 2, 5, 6
"""Physical types (`Type` in `parquet.thrift`) that are known."""
TYPES: Final = {
    "BOOLEAN": BOOLEAN,
    "INT32": INT32,
    "INT64": INT64,
    "DOUBLE": DOUBLE,
    "BYTE_ARRAY": BYTE_ARRAY,
}


@kernel
def fixed(data: Any, at: int, end: int, count: int, physical: int, values: Any, filled: int) -> Any:
    """Append numbers or flags to `values`, the bits of a float as a number; how many it holds."""
    bits = 1 if physical == BOOLEAN else 32 if physical == INT32 else 64
    if at + (count * bits + 7) // 8 > end:
        return BROKEN
    if physical == BOOLEAN:
        for n in range(count):
            values[filled + n] = np.int64((data[at + (n >> 3)] >> (n & 7)) & 1)
    elif physical == INT32:
        for n in range(count):
            values[filled + n] = np.int64(np.int32(word(data, at + 4 * n)))
    else:
        for n in range(count):
            values[filled + n] = np.int64(word(data, at + 8 * n))
    return filled + count


@kernel
def texts(data: Any, at: Any, end: int, count: int, bounds: Any, filled: int) -> Any:
    """Append where texts begin and end to `bounds`; how many it holds then."""
    for n in range(count):
        if at + 4 > end:
            return BROKEN
        begins = at + 4
        at = begins + np.int64(word(data, at) & np.uint64(0xFFFFFFFF))
        if at > end:
            return BROKEN
        bounds[filled + n, 0], bounds[filled + n, 1] = begins, at
    return filled + count
