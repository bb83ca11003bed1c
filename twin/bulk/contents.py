"""What a column's digest is over: which values are null, then the values; of texts lengths, bytes.

Texts are Arrow's string views, as Polars holds them (`twin.bulk.texts`): their bytes are written
one behind the other by a kernel, where Polars first made other columns of them.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from twin.bulk.parquet.bits import word
from twin.compiled import kernel

_NO_BITS: Final = np.zeros(0, np.uint8)
_SHORT: Final = 12
"""Bytes of a text that stand in its view."""


def contents(column: pl.Series) -> Iterator[Any]:
    """Nulls as flags, then the values, 0 for a null; of texts their lengths, then their bytes."""
    if column.is_empty():
        return
    array = column.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    nulls = np.zeros(len(array), np.uint8)
    if array.null_count:
        nulls = 1 - _flags(np.frombuffer(array.buffers()[0], np.uint8), array.offset, len(array))
    yield nulls
    if column.dtype == pl.String:
        yield from _texts(array, nulls)
        return
    values = _values(array)
    if array.null_count:
        values[nulls.view(np.bool_)] = 0
    yield values


def _values(array: Any) -> NDArray[Any]:
    """Values as they lie in the digest, in memory of their own; those of nulls are anything."""
    if array.type == "bool":
        bits = np.frombuffer(array.buffers()[1], np.uint8)
        flags: NDArray[np.uint8] = _flags(bits, array.offset, len(array))
        return flags
    width, is_float = array.type.bit_width // 8, array.type == "double"
    kind = "<f8" if is_float else f"<i{width}"
    held = np.frombuffer(array.buffers()[1], kind, len(array), array.offset * width)
    return held.astype("<f8" if is_float else "<i8")


def _texts(array: Any, nulls: NDArray[np.uint8]) -> Iterator[Any]:
    _, views, *held = array.buffers()
    bodies = [np.frombuffer(body, np.uint8) if body else _NO_BITS for body in held]
    starts = np.cumsum([0, *map(len, bodies)])
    body = bodies[0] if len(bodies) == 1 else np.concatenate([_NO_BITS, *bodies])
    shown = np.frombuffer(views, np.uint64, 2 * len(array), 16 * array.offset).reshape(-1, 2)
    lengths = _lengths(shown, nulls)
    yield lengths
    yield _written(shown, lengths, body, starts)


@kernel
def _flags(bits: Any, first: int, count: int) -> Any:
    """A byte a bit."""
    found = np.empty(count, np.uint8)
    for n in range(count):
        place = first + n
        found[n] = (bits[place >> 3] >> np.uint8(place & 7)) & np.uint8(1)
    return found


@kernel
def _lengths(views: Any, nulls: Any) -> Any:
    found = np.zeros(len(views), np.int64)
    for n in range(len(views)):
        if not nulls[n]:
            found[n] = np.int64(views[n, 0] & np.uint64(0xFFFFFFFF))
    return found


@kernel
def _written(views: Any, lengths: Any, body: Any, starts: Any) -> Any:
    """The bytes of texts, one behind the other: short ones from their views, others from bodies."""
    out = np.empty(lengths.sum() + 16, np.uint8)  # whole words are written, the next over the rest
    at = 0
    for n in range(len(views)):
        size, second = lengths[n], views[n, 1]
        if size > _SHORT:
            here = starts[second & np.uint64(0xFFFFFFFF)] + np.int64(second >> np.uint64(32))
            nth = 0
            while nth < size and here + nth + 8 <= len(body):
                _put(out, at + nth, word(body, here + nth))
                nth += 8
            for rest in range(nth, size):
                out[at + rest] = body[here + rest]
        else:
            _put(out, at, views[n, 0] >> np.uint64(32))
            _put(out, at + 4, second)
        at += size
    return out[:at]


@kernel
def _put(out: Any, at: int, value: Any) -> None:
    """Write eight bytes, the lowest first; the compiler makes one store of them."""
    here = np.uint64(at)
    for nth in range(8):
        out[here + np.uint64(nth)] = np.uint8(value >> np.uint64(8 * nth))
