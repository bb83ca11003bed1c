"""From numbers and places to columns of texts and moments."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from twin.bulk.texts import TextList
from twin.compiled import kernel

_MOMENT: Final = pa.timestamp("us", "UTC")
_PREMISES: Final = np.frombuffer(b"P0000000000000000", np.uint8)
_DEVICE: Final = np.frombuffer(b"00-00-00-00-00-00-00-00", np.uint8)
_UUID: Final = np.frombuffer(b"00000000-0000-0000-0000-000000000000", np.uint8)
_ZERO: Final = ord("0")
_LOWER: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
_UPPER: Final = np.frombuffer(b"0123456789ABCDEF", np.uint8)


def moments(micros: NDArray[Any], rows: NDArray[Any]) -> pl.Series:
    """Moments at some rows of microseconds since 1970, UTC; null for row -1."""
    return _column(_MOMENT, *_taken(micros, rows))


def counted(numbers: NDArray[Any], known: NDArray[np.bool_]) -> pl.Series:
    """Whole numbers; null where none is known."""
    return _column(pa.int64(), numbers, np.packbits(known, bitorder="little"))


def _column(kind: Any, values: NDArray[Any], bits: NDArray[np.uint8]) -> pl.Series:
    buffers = [pa.py_buffer(bits), pa.py_buffer(values)]
    return pl.Series(pa.Array.from_buffers(kind, len(values), buffers))


def chosen(words: Sequence[Any], places: NDArray[Any]) -> pl.Series:
    """Words by their places; null for -1 and where there is no word."""
    return TextList.of_words(words).at(places)


def device_list(numbers: NDArray[np.uint64]) -> TextList:
    """Device ids of numbers."""
    return TextList.of_octets(_hex(numbers, numbers, _DEVICE, _UPPER))


def premises_list(numbers: NDArray[np.uint64]) -> TextList:
    """Premises ids of numbers."""
    return TextList.of_octets(_hex(numbers, numbers, _PREMISES, _LOWER))


def device_texts(numbers: NDArray[Any], places: NDArray[Any]) -> pl.Series:
    """Device ids of numbers at these places; null for -1."""
    wanted, _ = _taken(numbers, places)
    return device_list(wanted).at(np.where(places < 0, -1, np.arange(len(places))))


def premises_texts(numbers: NDArray[np.uint64]) -> pl.Series:
    """Premises ids of numbers."""
    return premises_list(numbers).all()


def uuid_texts(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> pl.Series:
    """UUIDs of their two halves."""
    return TextList.of_octets(_hex(high, low, _UUID, _LOWER)).all()


@kernel
def _taken(values: Any, rows: Any) -> tuple[Any, Any]:
    """Values at some rows, 0 for row -1; and which are there, a bit each."""
    found = np.zeros(len(rows), values.dtype)
    bits = np.zeros((len(rows) + 7) // 8, np.uint8)
    for n in range(len(rows)):
        if rows[n] >= 0:
            found[n] = values[rows[n]]
            bits[n >> 3] |= np.uint8(1 << (n & 7))
    return found, bits


@kernel
def _hex(high: Any, low: Any, pattern: Any, digits: Any) -> Any:
    """Numbers in hexadecimal at the zeros of a pattern: of `high`, from the 17th on of `low`."""
    octets = np.empty((len(high), len(pattern)), np.uint8)
    for n in range(len(high)):
        nth = 0
        number = high[n]
        for place in range(len(pattern)):
            octets[n, place] = pattern[place]
            if pattern[place] == _ZERO:
                if nth == 16:
                    number = low[n]
                octets[n, place] = digits[number >> np.uint64(60)]
                number <<= np.uint64(4)
                nth += 1
    return octets
