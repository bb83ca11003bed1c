"""A few rows of a column, as Arrow holds them."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.bulk.parquet.column import Column
from twin.compiled import kernel

_ABSENT: Final = -1


def picked(column: Column, rows: NDArray[np.int64], kind: pa.DataType) -> pa.Array:
    """The values of some rows (in order) as an array of a type of the lake; null where none is."""
    values, is_held = _at(column.rows, column.values, rows)
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return _texts(column, np.where(is_held, values, _ABSENT), is_held, kind)
    if pa.types.is_floating(kind):
        values = values.view(np.float64)
    elif pa.types.is_date32(kind):
        values = values.astype(np.int32)
    return pa.array(values, mask=~is_held).cast(kind)


def _texts(
    column: Column, places: NDArray[np.int64], is_held: NDArray[np.bool_], kind: pa.DataType
) -> pa.Array:
    ends, octets = _copied(column.texts.body, column.texts.bounds, places)
    valid = None if is_held.all() else pa.py_buffer(np.packbits(is_held, bitorder="little"))
    buffers = [valid, pa.py_buffer(ends), pa.py_buffer(octets)]
    return pa.Array.from_buffers(kind, len(places), buffers)


@kernel
def _at(held: Any, values: Any, rows: Any) -> tuple[Any, Any]:
    """Of some rows the values, and whether there are any; all rows stand in order."""
    found, is_held = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    place = 0
    for n in range(len(rows)):
        # no row stands before its number of rows that hold a value, and none goes back
        place += np.searchsorted(held[place : rows[n] + 1], rows[n])
        if place < len(held) and held[place] == rows[n]:
            found[n], is_held[n] = values[place], True
    return found, is_held


@kernel
def _copied(body: Any, bounds: Any, places: Any) -> tuple[Any, Any]:
    """Where texts end, and their bytes one behind the other; a place below 0 has none."""
    ends = np.zeros(len(places) + 1, np.int32)
    for n in range(len(places)):
        size = bounds[places[n], 1] - bounds[places[n], 0] if places[n] >= 0 else 0
        ends[n + 1] = ends[n] + size
    octets = np.empty(ends[-1], np.uint8)
    for n in range(len(places)):
        for at in range(ends[n], ends[n + 1]):
            octets[at] = body[bounds[places[n], 0] + at - ends[n]]
    return ends, octets
