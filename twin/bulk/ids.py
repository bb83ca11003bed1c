"""Ids as numbers: what is compared and grouped a hundred million times is no text."""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from twin.bulk.parquet.column import Texts
from twin.compiled import kernel

Numbers: TypeAlias = NDArray[np.uint64]
Flags: TypeAlias = NDArray[np.bool_]

SYSTEMS: Final = (
    "cad",
    "chf",
    "consumer",
    "csp",
    "dcc",
    "dsp",
    "esme",
    "gpf",
    "gsme",
    "operator",
    "programme",
    "supplier",
    "twin",
)
"""Systems of a source's name, in the order of their texts; none is the beginning of another."""
_SYSTEM_BYTES: Final = np.zeros((len(SYSTEMS), 12), np.uint8)
for _n, _name in enumerate(SYSTEMS):
    _SYSTEM_BYTES[_n, : len(_name) + 1] = list(f"{_name}:".encode())
_PREFIX: Final = len("urn:gb:")
_HEX_DIGITS: Final = 16
UNKNOWN_SOURCE: Final = 255
_P: Final = ord("P")
_HYPHEN: Final = ord("-")
_NO_DIGIT: Final = 16
_DIGITS: Final = np.full(256, _NO_DIGIT, np.uint8)
"""The value of each byte as a hexadecimal digit, of either case."""
for _digit in range(16):
    _DIGITS[[ord(f"{_digit:x}"), ord(f"{_digit:X}")]] = _digit


def _places(pattern: str) -> NDArray[np.uint8]:
    return np.array([n for n, char in enumerate(pattern) if char == "0"], np.uint8)


_RUN: Final = _places("0" * 16)
_PAIRS: Final = _places("00-00-00-00-00-00-00-00")
_UUID: Final = _places("00000000-0000-0000-0000-000000000000")
_HIGH: Final = _UUID[:16].copy()
_LOW: Final = _UUID[16:].copy()


@kernel
def _hex(data: Any, start: int, places: Any) -> tuple[np.uint64, bool]:
    """The number of 16 hexadecimal digits at some places, and whether all are digits."""
    value, any_bit = np.uint64(0), np.uint8(0)
    for n in range(_HEX_DIGITS):
        digit = _DIGITS[data[start + places[n]]]
        any_bit |= digit
        value = (value << np.uint64(4)) | np.uint64(digit & np.uint8(15))
    return value, bool(any_bit < _NO_DIGIT)


@kernel
def _device(data: Any, start: int) -> tuple[np.uint64, bool]:
    """The number of eight pairs of digits with hyphens between."""
    value, good = _hex(data, start, _PAIRS)
    for n in range(2, 23, 3):
        good &= data[start + n] == _HYPHEN
    return value, good


@kernel
def _plain(data: Any, bounds: Any, of_premises: bool) -> tuple[Any, Any]:
    count = len(bounds)
    values, known = np.zeros(count, np.uint64), np.zeros(count, np.bool_)
    for n in range(count):
        start, end = bounds[n]
        if end - start == 23 and not of_premises:
            values[n], known[n] = _device(data, start)
        elif end - start == 17 and of_premises and data[start] == _P:
            values[n], known[n] = _hex(data, start + 1, _RUN)
        if not known[n]:
            values[n] = 0
    return values, known


@kernel
def _system_at(data: Any, start: int, end: int, systems: Any) -> tuple[int, int]:
    """The system whose name and colon stand at a place, and where they end; -1 for none."""
    for system in range(len(systems)):
        for k in range(systems.shape[1]):
            if start + k >= end or data[start + k] != systems[system, k]:
                break
            if systems[system, k] == 58:
                return system, start + k + 1
    return -1, end


@kernel
def _sources(data: Any, bounds: Any, systems: Any, prefix: int) -> tuple[Any, Any]:
    """Kind (twice the system, and one more where a premises names it; 255: neither) and number."""
    count = len(bounds)
    values, kinds = np.zeros(count, np.uint64), np.full(count, 255, np.uint8)
    for n in range(count):
        start, end = bounds[n]
        system, name = _system_at(data, start + prefix, end, systems)
        of_premises = end - name == 17 and data[name] == _P
        if system < 0 or not (of_premises or end - name == 23):
            continue
        value, good = _hex(data, name + 1, _RUN) if of_premises else _device(data, name)
        if good:
            values[n], kinds[n] = value, 2 * system + of_premises
    return values, kinds


@kernel
def _uuids(data: Any, bounds: Any) -> tuple[Any, Any]:
    """The two halves of each id of 32 digits; both 0 where there is none."""
    count = len(bounds)
    high, low = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    for n in range(count):
        start, end = bounds[n]
        if end - start != 36:
            continue
        one, is_one = _hex(data, start, _HIGH)
        other, is_other = _hex(data, start, _LOW)
        if is_one and is_other:
            high[n], low[n] = one, other
    return high, low


def premises_numbers(texts: Texts) -> tuple[Numbers, Flags]:
    """Premises ids as numbers, and which of the texts are such ids."""
    found: tuple[Numbers, Flags] = _plain(texts.body, texts.bounds, True)
    return found


def device_numbers(texts: Texts) -> tuple[Numbers, Flags]:
    """Device ids as numbers, and which of the texts are such ids."""
    found: tuple[Numbers, Flags] = _plain(texts.body, texts.bounds, False)
    return found


def source_numbers(texts: Texts) -> tuple[Numbers, NDArray[np.uint8]]:
    """Sources as a number and a kind; kind, then number are in the order of the texts.

    Kind `UNKNOWN_SOURCE` marks a source that neither a premises nor a device names.
    """
    found: tuple[Numbers, NDArray[np.uint8]] = _sources(
        texts.body, texts.bounds, _SYSTEM_BYTES, _PREFIX
    )
    return found


def uuid_numbers(texts: Texts) -> tuple[Numbers, Numbers]:
    """UUIDs as two halves; 0 and 0 where a text is none."""
    found: tuple[Numbers, Numbers] = _uuids(texts.body, texts.bounds)
    return found
