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


@kernel
def _hex(data: Any, start: int, end: int) -> tuple[np.uint64, bool]:
    """The number of 16 hexadecimal digits between two places, hyphens left out."""
    value = np.uint64(0)
    digits = 0
    for place in range(start, end):
        byte = data[place]
        if 48 <= byte <= 57:
            digit = byte - 48
        elif 65 <= byte <= 70:
            digit = byte - 55
        elif 97 <= byte <= 102:
            digit = byte - 87
        elif byte == 45:
            continue
        else:
            return np.uint64(0), False
        value = (value << np.uint64(4)) | np.uint64(digit)
        digits += 1
    return value, digits == _HEX_DIGITS


@kernel
def _plain(data: Any, bounds: Any, skip: int, length: int) -> tuple[Any, Any]:
    count = len(bounds)
    values, known = np.zeros(count, np.uint64), np.zeros(count, np.bool_)
    for n in range(count):
        start, end = bounds[n]
        if end - start == length and (skip == 0 or data[start] == 80):
            values[n], known[n] = _hex(data, start + skip, end)
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
        of_premises = end - name == 17 and data[name] == 80
        if system >= 0 and (of_premises or end - name == 23):
            values[n], good = _hex(data, name + of_premises, end)
            if good:
                kinds[n] = 2 * system + of_premises
    return values, kinds


@kernel
def _uuids(data: Any, bounds: Any) -> tuple[Any, Any]:
    """The two halves of each id of 32 digits; both 0 where there is none."""
    count = len(bounds)
    high, low = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    for n in range(count):
        start, end = bounds[n]
        if end - start == 36:
            high[n], _ = _hex(data, start, start + 18)
            low[n], _ = _hex(data, start + 18, end)
    return high, low


def premises_numbers(texts: Texts) -> tuple[Numbers, Flags]:
    """Premises ids as numbers, and which of the texts are such ids."""
    found: tuple[Numbers, Flags] = _plain(texts.body, texts.bounds, 1, 17)
    return found


def device_numbers(texts: Texts) -> tuple[Numbers, Flags]:
    """Device ids as numbers, and which of the texts are such ids."""
    found: tuple[Numbers, Flags] = _plain(texts.body, texts.bounds, 0, 23)
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
