"""A column of some rows as the decoders and Arrow give it alike."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from twin.compiled import kernel

NO_TEXTS: Final = np.zeros((0, 2), np.int64)
_TEXTS: Final = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
_NO_BODY: Final = np.zeros(0, np.uint8)


class Texts(Struct, frozen=True):
    """Texts in UTF-8: the bytes, and where each begins and ends in them."""

    body: NDArray[np.uint8] = _NO_BODY
    bounds: NDArray[np.int64] = NO_TEXTS

    def to_list(self) -> list[str]:
        """The texts as such."""
        octets = self.body.data
        return [str(octets[start:end], "utf-8") for start, end in self.bounds.tolist()]


class Column(Struct, frozen=True):
    """Which of `count` rows hold a value, in order, and the values.

    A value is a number, a flag (0 or 1), the bits of a float, or a place among `texts`.
    """

    count: int
    rows: NDArray[np.int32]
    values: NDArray[np.int64]
    texts: Texts = Texts()

    def only(self, places: NDArray[np.int32], kept: NDArray[np.int32]) -> "Column":
        """The column of the rows that are kept, at their places among them; -1: not kept."""
        if len(self.rows) == self.count:
            rows = np.arange(len(kept), dtype=np.int32)
            return replace(self, count=len(kept), rows=rows, values=self.values[kept])
        rows, values = _only(self.rows, self.values, places)
        return replace(self, count=len(kept), rows=rows, values=values)

    def dense(self, out: NDArray[Any]) -> None:
        """Write the values to their rows; 0 where there is none."""
        if len(self.rows) == self.count:
            out[:] = self.values
        else:
            out[:] = 0
            out[self.rows] = self.values

    def dense_of(self, table: NDArray[Any], out: NDArray[Any], blank: int = 0) -> None:
        """Write what a table says of each value to its row; `blank` where there is none."""
        if len(self.rows) < self.count:
            out[:] = blank
        _spread(self.rows, self.values, table, out)


@kernel
def _only(rows: Any, values: Any, places: Any) -> tuple[Any, Any]:
    new_rows, new_values = np.empty(len(rows), np.int32), np.empty(len(rows), np.int64)
    count = 0
    for n in range(len(rows)):
        place = places[rows[n]]
        new_rows[count], new_values[count] = place, values[n]
        count += place >= 0
    return new_rows[:count], new_values[:count]


@kernel
def _spread(rows: Any, values: Any, table: Any, out: Any) -> None:
    for n in range(len(rows)):
        out[rows[n]] = table[values[n]]


def of_arrow(array: Any) -> Column:
    """The column of an Arrow array of texts (with a dictionary or not), numbers, flags, times."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if any(test(array.type) for test in _TEXTS):
        array = array.cast(pa.binary()).dictionary_encode()
    rows = np.flatnonzero(np.asarray(array.is_valid())).astype(np.int32)
    held = array if len(rows) == len(array) else array.drop_null()
    if pa.types.is_dictionary(array.type):
        places = held.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return Column(len(array), rows, places, texts_of(array.dictionary))
    return Column(len(array), rows, _whole(held))


def _whole(held: Any) -> NDArray[np.int64]:
    if pa.types.is_timestamp(held.type):
        held = held.cast(pa.int64())
    numbers = held.to_numpy(zero_copy_only=False)
    if pa.types.is_floating(held.type):
        return np.ascontiguousarray(numbers, np.float64).view(np.int64)
    return np.asarray(numbers, np.int64)


def texts_of(array: Any) -> Texts:
    """The texts of an Arrow array without nulls."""
    _, offsets, data = array.cast(pa.binary()).buffers()
    if len(array) == 0 or offsets is None:
        return Texts()
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    body = np.frombuffer(data, np.uint8) if data else _NO_BODY
    return Texts(body, np.column_stack([ends[:-1], ends[1:]]).astype(np.int64))
