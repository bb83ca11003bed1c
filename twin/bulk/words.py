"""Columns of words: for each row the place of its word in one short list.

Parquet gives a dictionary to each row group. Arrow can make one of them, at the price of two copies
of the column; here it is one pass over the places.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from twin.compiled import kernel

_NO_BITS: Final = np.frombuffer(b"", np.uint8)


class Words:
    """The words of a column of texts, and which each row holds; -1 where a value is null."""

    def __init__(self, places: NDArray[np.int32], texts: list[str]) -> None:
        """Of places in a list of texts."""
        self.places, self.texts = places, texts

    def at(self, rows: NDArray[Any]) -> pl.Series:
        """The words of these rows; null where a value is, and for row -1."""
        return self._series.gather(_picked(self.places, rows, len(self.texts)))

    def coded(self, codes: Mapping[Any, int]) -> NDArray[np.int8]:
        """Numbers of the rows' words; -1 for null and for a word that has none."""
        table = np.array([*(codes.get(text, -1) for text in self.texts), -1], np.int8)
        return np.asarray(table[self.places])

    def place(self, text: str) -> int:
        """The place of a text; -2, which no row holds, for one that no row holds."""
        return self.texts.index(text) if text in self.texts else -2

    @cached_property
    def _series(self) -> pl.Series:
        """The texts, and null behind them."""
        return pl.Series([*self.texts, None], dtype=pl.String)


def words_of(column: pa.ChunkedArray) -> Words:
    """The words of a column with dictionaries, as many as it has chunks."""
    known: dict[str, int] = {}
    places = np.empty(len(column), np.int32)
    start = 0
    for chunk in column.chunks:
        texts = chunk.dictionary.to_pylist()
        table = np.array([known.setdefault(text, len(known)) for text in texts], np.int32)
        _place(*_bits(chunk), _indices(chunk), table, places[start : start + len(chunk)])
        start += len(chunk)
    return Words(places, list(known))


def _bits(chunk: pa.DictionaryArray) -> tuple[NDArray[np.uint8], int]:
    """Which values of a chunk are there, a bit each, and the first bit; no bits: all are."""
    held = chunk.buffers()[0] if chunk.null_count else None
    return (_NO_BITS if held is None else np.frombuffer(held, np.uint8)), chunk.offset


def _indices(chunk: pa.DictionaryArray) -> NDArray[np.int32]:
    buffer = chunk.buffers()[1]
    if buffer is None:
        return np.zeros(0, np.int32)
    return np.frombuffer(buffer, np.int32)[chunk.offset : chunk.offset + len(chunk)]


@kernel
def _place(bits: Any, first: int, indices: Any, table: Any, places: Any) -> None:
    """The places of a chunk's words in the list of all."""
    if len(bits) == 0:
        for n in range(len(places)):
            places[n] = table[indices[n]]
        return
    for n in range(len(places)):
        bit = first + n
        there = (bits[bit >> 3] >> (bit & 7)) & 1
        places[n] = table[indices[n]] if there else -1


@kernel
def _picked(places: Any, rows: Any, blank: int) -> Any:
    """The places at some rows, those without a word at `blank`."""
    found = np.empty(len(rows), np.uint32)
    for n in range(len(rows)):
        place = places[rows[n]] if rows[n] >= 0 else -1
        found[n] = place if place >= 0 else blank
    return found
