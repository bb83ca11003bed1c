"""From numbers to columns of texts and moments."""

from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from twin.bulk.texts import TextList
from twin.compiled import kernel

_KINDS: Final[dict[Any, pa.DataType]] = {
    pl.Int64(): pa.int64(),
    pl.Float64(): pa.float64(),
    pl.Boolean(): pa.bool_(),
    pl.Datetime("us", "UTC"): pa.timestamp("us", "UTC"),
}
_PREMISES: Final = np.frombuffer(b"P0000000000000000", np.uint8)
_DEVICE: Final = np.frombuffer(b"00-00-00-00-00-00-00-00", np.uint8)
_UUID: Final = np.frombuffer(b"00000000-0000-0000-0000-000000000000", np.uint8)
_ZERO: Final = ord("0")
_LOWER: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
_UPPER: Final = np.frombuffer(b"0123456789ABCDEF", np.uint8)


def numbers_series(values: NDArray[Any], held: NDArray[np.bool_] | None, kind: Any) -> pl.Series:
    """Numbers, moments, flags, floats (as bits) of a kind of Polars; null where not held."""
    bits = None if held is None else pa.py_buffer(_packed(held))
    content = _packed(values) if kind == pl.Boolean() else values
    buffers = [bits, pa.py_buffer(np.ascontiguousarray(content))]
    return pl.Series(pa.Array.from_buffers(_KINDS[kind], len(values), buffers))


def _packed(flags: NDArray[Any]) -> NDArray[np.uint8]:
    return np.packbits(flags, bitorder="little")


def device_list(numbers: NDArray[np.uint64]) -> TextList:
    """Device ids of numbers."""
    return TextList.of_octets(_hex(numbers, numbers, _DEVICE, _UPPER))


def premises_list(numbers: NDArray[np.uint64]) -> TextList:
    """Premises ids of numbers."""
    return TextList.of_octets(_hex(numbers, numbers, _PREMISES, _LOWER))


def device_texts(numbers: NDArray[np.uint64]) -> pl.Series:
    """Device ids of numbers."""
    return device_list(numbers).all()


def premises_texts(numbers: NDArray[np.uint64]) -> pl.Series:
    """Premises ids of numbers."""
    return premises_list(numbers).all()


def uuid_list(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> TextList:
    """UUIDs of their two halves."""
    return TextList.of_octets(_hex(high, low, _UUID, _LOWER))


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
