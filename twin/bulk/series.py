"""From numbers and places to columns of texts and moments."""

from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

_MOMENT: Final = pl.Datetime("us", "UTC")
_NOT_A_TIME: Final = np.iinfo(np.int64).min


def moments(micros: NDArray[Any], known: NDArray[np.bool_]) -> pl.Series:
    """Moments of microseconds since 1970, UTC; null where none is known."""
    found = np.where(known, micros, _NOT_A_TIME).view("datetime64[us]")
    return pl.Series(found).cast(_MOMENT)


def counted(numbers: NDArray[Any], known: NDArray[np.bool_]) -> pl.Series:
    """Whole numbers; null where none is known."""
    return (
        pl.Series(numbers, dtype=pl.Int64)
        .to_frame("n")
        .select(pl.when(pl.Series(known)).then(pl.col("n")))["n"]
    )


def chosen(words: list[Any], places: NDArray[Any]) -> pl.Series:
    """Words by their places; the last, for -1, is null."""
    texts = pl.Series([None if w is None else str(w) for w in words], dtype=pl.String)
    return texts[np.where(places < 0, len(words) - 1, places).astype(np.int64)]


def either(chosen: pl.Series, word: str, others: pl.Series) -> pl.Series:
    """A word where it is chosen, another column elsewhere."""
    frame = others.to_frame("other")
    return frame.select(pl.when(chosen).then(pl.lit(str(word))).otherwise(pl.col("other")))[
        "literal"
    ]


def device_texts(numbers: NDArray[Any], places: NDArray[Any]) -> pl.Series:
    """Device ids of numbers at these places; null for -1."""
    known = places >= 0
    wanted = numbers[places] if len(numbers) else np.zeros(len(places), np.uint64)
    return pl.Series(_texts(wanted, b"00-00-00-00-00-00-00-00", b"0123456789ABCDEF", known))


def premises_texts(numbers: NDArray[np.uint64]) -> pl.Series:
    """Premises ids of numbers."""
    return pl.Series(_texts(numbers, b"P0000000000000000", b"0123456789abcdef", None))


def _texts(
    numbers: NDArray[Any], pattern: bytes, digits: bytes, known: NDArray[np.bool_] | None
) -> pa.Array:
    """Numbers in hexadecimal, at the zeros of a pattern."""
    octets = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)
    of_digit = np.frombuffer(digits, np.uint8)
    texts = np.tile(np.frombuffer(pattern, np.uint8), (len(numbers), 1))
    places = [place for place, byte in enumerate(pattern) if byte == ord("0")]
    for nth in range(8):
        texts[:, places[2 * nth]] = of_digit[octets[:, nth] >> 4]
        texts[:, places[2 * nth + 1]] = of_digit[octets[:, nth] & 15]
    bounds = np.arange(len(numbers) + 1, dtype=np.int64) * len(pattern)
    mask = None if known is None else pa.array(known).buffers()[1]
    buffers = [mask, pa.py_buffer(bounds), pa.py_buffer(texts)]
    return pa.Array.from_buffers(pa.large_string(), len(numbers), buffers)


def uuid(high: int, low: int) -> str:
    """A UUID of its two halves."""
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
