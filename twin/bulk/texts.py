"""Columns of texts from places in a list: each value is a view, sixteen bytes that are copied.

The layout is that of Arrow's string views, which Polars holds its texts in: the length, then twelve
bytes of text, or four of them and where in a buffer all lie.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from twin.compiled import kernel

_NULL: Final = np.full(2, 2**64 - 1, np.uint64)
"""No view: its text would be longer than any buffer."""


class TextList:
    """Texts, of which columns are made by their places."""

    def __init__(self, views: NDArray[np.uint64], buffers: Sequence[pa.Buffer]) -> None:
        """Of views (two words each) and the buffers that they show."""
        self._views, self._buffers = views, buffers

    @classmethod
    def of_words(cls, words: Sequence[Any]) -> "TextList":
        """Of words; None has a place, too, and is null."""
        texts = [None if word is None else str(word) for word in words]
        _, views, *buffers = pa.array(texts, pa.string_view()).buffers()
        held = np.frombuffer(views, np.uint64)[: 2 * len(texts)].reshape(-1, 2).copy()
        held[[n for n, text in enumerate(texts) if text is None]] = _NULL
        return cls(held, buffers)

    @classmethod
    def of_octets(cls, octets: NDArray[np.uint8]) -> "TextList":
        """Of texts that are equally long, a row of bytes each, and more than a view holds."""
        return cls(_views_of(octets), [pa.py_buffer(octets)])

    def at(self, places: NDArray[Any]) -> pl.Series:
        """The texts at some places; null for -1."""
        views, bits = _picked(self._views, places)
        buffers = [pa.py_buffer(bits), pa.py_buffer(views), *self._buffers]
        return pl.Series(pa.Array.from_buffers(pa.string_view(), len(places), buffers))

    def all(self) -> pl.Series:
        """The texts, in order."""
        return self.at(np.arange(len(self._views)))


@kernel
def _views_of(octets: Any) -> Any:
    count, size = octets.shape
    views = np.empty((count, 2), np.uint64)
    for n in range(count):
        first = np.uint64(size)
        for nth in range(4):
            first |= np.uint64(octets[n, nth]) << np.uint64(32 + 8 * nth)
        views[n, 0], views[n, 1] = first, np.uint64(n * size) << np.uint64(32)
    return views


@kernel
def _picked(views: Any, places: Any) -> tuple[Any, Any]:
    """Views at some places, and which are there, a bit each."""
    found = np.zeros((len(places), 2), np.uint64)
    bits = np.zeros((len(places) + 7) // 8, np.uint8)
    for n in range(len(places)):
        place = places[n]
        if place >= 0 and views[place, 0] != np.uint64(0xFFFFFFFFFFFFFFFF):
            found[n, 0], found[n, 1] = views[place, 0], views[place, 1]
            bits[n >> 3] |= np.uint8(1 << (n & 7))
    return found, bits
