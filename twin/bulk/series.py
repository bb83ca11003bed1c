"""From numbers and places to columns of texts and moments."""

from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

_MOMENT: Final = pl.Datetime("us", "UTC")


def moments(micros: NDArray[Any], known: NDArray[np.bool_]) -> pl.Series:
    """Moments of microseconds since 1970, UTC; null where none is known."""
    found = pl.Series(micros, dtype=pl.Int64).cast(_MOMENT)
    return found.to_frame("at").select(pl.when(pl.Series(known)).then(pl.col("at")))["at"]


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
    octets = wanted.astype(">u8").view(np.uint8).reshape(-1, 8)
    digits = np.frombuffer(b"0123456789ABCDEF", np.uint8)
    texts = np.full((len(places), 24), ord("-"), np.uint8)
    for nth in range(8):
        texts[:, 3 * nth] = digits[octets[:, nth] >> 4]
        texts[:, 3 * nth + 1] = digits[octets[:, nth] & 15]
    packed = np.ascontiguousarray(texts[:, :23])
    bounds = np.arange(len(places) + 1, dtype=np.int32) * 23
    array = pa.Array.from_buffers(
        pa.string(), len(places), [None, pa.py_buffer(bounds), pa.py_buffer(packed)]
    )
    frame = pl.DataFrame({"id": pl.Series(array, dtype=pl.String), "known": known})
    return frame.select(pl.when("known").then(pl.col("id")))["id"]


def uuid(high: int, low: int) -> str:
    """A UUID of its two halves."""
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
