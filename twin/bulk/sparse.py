"""Values that few rows hold: a bit a row says which, and a count for each 64 rows finds them.

Most facts name few of the facets that there are. An array a facet would be mostly nulls, which cost
as much to write and to read as the values.
"""

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.bulk.narrow import NumberColumn, WordColumn
from twin.bulk.parquet.bits import ones
from twin.compiled import kernel


class Sparse:
    """Values by row; `rows` go up."""

    def __init__(self, rows: NDArray[np.int32], values: NDArray[Any], count: int) -> None:
        """Of the rows, of `count`, that hold a value."""
        self.rows, self.values, self.count = rows, values, count

    def at(self, rows: NDArray[Any], blank: int = 0) -> NDArray[Any]:
        """The values of some rows; `blank` where there is none, and for row -1."""
        return np.asarray(_at(*self._index, self.values, rows, blank))

    def holds(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of some rows hold a value."""
        return np.asarray(_holds(self._index[0], rows))

    @cached_property
    def _index(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        bits, before = _indexed(self.rows, self.count)
        return bits, before


class Facet(Sparse):
    """A facet that is a number, a flag or a moment, and its type in Arrow."""

    def __init__(
        self, rows: NDArray[np.int32], values: NDArray[np.int64], count: int, kind: pa.DataType
    ) -> None:
        """Of values as `twin.bulk.parquet.column` gives them."""
        super().__init__(rows, values, count)
        self._kind = kind

    def column(self, rows: NDArray[Any]) -> NumberColumn:
        """The facet at these rows; null where there is none, and for row -1."""
        values, held = _found(*self._index, self.values, rows)
        return NumberColumn(values != 0 if pa.types.is_boolean(self._kind) else values, held)


class Words(Sparse):
    """A facet that is a word of a short list; values are places in it."""

    def __init__(
        self, rows: NDArray[np.int32], values: NDArray[np.int32], count: int, texts: list[str]
    ) -> None:
        """Of places in a list of texts."""
        super().__init__(rows, values, count)
        self.texts = texts

    def column(self, rows: NDArray[Any]) -> WordColumn:
        """The words of these rows; null where there is none, and for row -1."""
        return WordColumn(self.at(rows, -1), self.texts)

    def column_but(self, rows: NDArray[Any], but: NDArray[np.bool_], word: str) -> WordColumn:
        """The words of these rows, and another word at some of them."""
        texts = [*self.texts, *({word} - set(self.texts))]
        places = np.where(but, np.int32(texts.index(word)), self.at(rows, -1))
        return WordColumn(places, texts)

    def coded(self, table: NDArray[np.int8]) -> NDArray[np.int8]:
        """What a table says of each row's word; -1 without one."""
        return np.asarray(_coded(self.rows, self.values, table, self.count))

    def place(self, text: str) -> int:
        """The place of a text; -2, which no row holds, for one that no row holds."""
        return self.texts.index(text) if text in self.texts else -2


@kernel
def _indexed(rows: Any, count: int) -> tuple[Any, Any]:
    """Which rows hold a value, a bit each, and how many do before each word of bits."""
    bits = np.zeros((count >> 6) + 1, np.uint64)
    before = np.zeros((count >> 6) + 1, np.int32)
    for n in range(len(rows)):
        row = np.int64(rows[n])
        bits[row >> 6] |= np.uint64(1) << np.uint64(row & 63)
    for n in range(1, len(bits)):
        before[n] = before[n - 1] + ones(bits[n - 1])
    return bits, before


@kernel
def _at(bits: Any, before: Any, values: Any, rows: Any, blank: int) -> Any:
    found = np.full(len(rows), values.dtype.type(blank), values.dtype)
    for n in range(len(rows)):
        row = np.int64(rows[n])
        if row < 0:
            continue
        held, bit = bits[row >> 6], np.uint64(1) << np.uint64(row & 63)
        if held & bit:
            found[n] = values[before[row >> 6] + ones(held & (bit - np.uint64(1)))]
    return found


@kernel
def _found(bits: Any, before: Any, values: Any, rows: Any) -> tuple[Any, Any]:
    """Values of some rows, 0 where there is none, and which there are."""
    found, holds = np.zeros(len(rows), values.dtype), np.zeros(len(rows), np.bool_)
    for n in range(len(rows)):
        row = np.int64(rows[n])
        if row < 0:
            continue
        held, bit = bits[row >> 6], np.uint64(1) << np.uint64(row & 63)
        if held & bit:
            found[n] = values[before[row >> 6] + ones(held & (bit - np.uint64(1)))]
            holds[n] = True
    return found, holds


@kernel
def _holds(bits: Any, rows: Any) -> Any:
    found = np.zeros(len(rows), np.bool_)
    for n in range(len(rows)):
        row = np.int64(rows[n])
        if row >= 0:
            found[n] = (bits[row >> 6] >> np.uint64(row & 63)) & np.uint64(1)
    return found


@kernel
def _coded(rows: Any, values: Any, table: Any, count: int) -> Any:
    found = np.full(count, np.int8(-1), np.int8)
    for n in range(len(rows)):
        found[rows[n]] = table[values[n]]
    return found
