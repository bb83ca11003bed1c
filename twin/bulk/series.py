"""From numbers and places to columns of texts and moments."""

from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from twin.compiled import kernel

_MOMENT: Final = pa.timestamp("us", "UTC")
_PREMISES: Final = np.frombuffer(b"P0000000000000000", np.uint8)
_DEVICE: Final = np.frombuffer(b"00-00-00-00-00-00-00-00", np.uint8)
_UUID: Final = np.frombuffer(b"00000000-0000-0000-0000-000000000000", np.uint8)
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


def chosen(words: list[Any], places: NDArray[Any]) -> pl.Series:
    """Words by their places; the last, for -1, is null."""
    texts = pl.Series([None if w is None else str(w) for w in words], dtype=pl.String)
    return at_places(texts, places)


def at_places(texts: pl.Series, places: NDArray[Any]) -> pl.Series:
    """Texts by their places; -1 is the last."""
    return texts.gather(np.where(places < 0, len(texts) - 1, places).astype(np.uint32))


def either(chosen: pl.Series, word: str, others: pl.Series) -> pl.Series:
    """A word where it is chosen, another column elsewhere."""
    frame = others.to_frame("other")
    return frame.select(pl.when(chosen).then(pl.lit(str(word))).otherwise(pl.col("other")))[
        "literal"
    ]


def device_texts(numbers: NDArray[Any], places: NDArray[Any]) -> pl.Series:
    """Device ids of numbers at these places; null for -1."""
    wanted, bits = _taken(numbers, places)
    return _texts(_DEVICE, _hex(wanted, wanted, _DEVICE, _UPPER), bits)


def premises_texts(numbers: NDArray[np.uint64]) -> pl.Series:
    """Premises ids of numbers."""
    return _texts(_PREMISES, _hex(numbers, numbers, _PREMISES, _LOWER), None)


def uuid_texts(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> pl.Series:
    """UUIDs of their two halves."""
    return _texts(_UUID, _hex(high, low, _UUID, _LOWER), None)


def _texts(
    pattern: NDArray[np.uint8], octets: NDArray[np.uint8], bits: NDArray[np.uint8] | None
) -> pl.Series:
    bounds = np.arange(len(octets) + 1, dtype=np.int64) * len(pattern)
    mask = None if bits is None else pa.py_buffer(bits)
    buffers = [mask, pa.py_buffer(bounds), pa.py_buffer(octets)]
    return pl.Series(pa.Array.from_buffers(pa.large_string(), len(octets), buffers))


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
        for place in range(len(pattern)):
            octets[n, place] = pattern[place]
            if pattern[place] == 48:
                number = high[n] if nth < 16 else low[n]
                shift = np.uint64(60 - 4 * (nth & 15))
                octets[n, place] = digits[(number >> shift) & np.uint64(15)]
                nth += 1
    return octets
