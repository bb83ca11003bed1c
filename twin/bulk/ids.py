"""Ids as numbers: what is compared and grouped a hundred million times is no text."""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from twin.bulk.parquet.bits import word
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
UNKNOWN_SOURCE: Final = 255
_P: Final = ord("P")
_HYPHEN: Final = ord("-")
_EACH: Final = np.uint64(0x0101010101010101)
"""One in each byte of a word."""


@kernel
def _hex(octets: Any) -> tuple[Any, Any]:
    """The number of eight hexadecimal digits of either case, the first in the lowest byte; and
    whether they are such, in each byte's highest bit.

    All eight at once: no sum of a byte's seven bits reaches into the next.
    """
    high = _EACH * np.uint64(0x80)
    seven = octets & ~high
    as_digit = seven ^ (_EACH * np.uint64(0x30))
    as_letter = (seven | (_EACH * np.uint64(0x20))) ^ (_EACH * np.uint64(0x60))
    is_digit = ~(as_digit + _EACH * np.uint64(0x76))
    is_letter = (as_letter + _EACH * np.uint64(0x7F)) & ~(as_letter + _EACH * np.uint64(0x79))
    good = (is_digit | is_letter) & ~octets & high
    nibbles = (octets & (_EACH * np.uint64(0x0F))) + np.uint64(9) * (
        (octets >> np.uint64(6)) & _EACH
    )
    pairs = (nibbles << np.uint64(4) | nibbles >> np.uint64(8)) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs << np.uint64(8) | pairs >> np.uint64(16)) & np.uint64(0x0000FFFF0000FFFF)
    return (fours << np.uint64(16) | fours >> np.uint64(32)) & np.uint64(0xFFFFFFFF), good


@kernel
def _sixteen(first: Any, second: Any) -> tuple[Any, bool]:
    """The number of 16 digits, and whether all are."""
    upper, is_upper = _hex(first)
    lower, is_lower = _hex(second)
    is_number = (is_upper & is_lower) == _EACH * np.uint64(0x80)
    return upper << np.uint64(32) | lower, bool(is_number)


@kernel
def _run(data: Any, start: int) -> tuple[Any, bool]:
    """The number of 16 digits one behind the other."""
    return _sixteen(word(data, start), word(data, start + 8))


@kernel
def _pair(data: Any, at: int) -> Any:
    return np.uint64(data[at]) | np.uint64(data[at + 1]) << np.uint64(8)


@kernel
def _four(data: Any, at: int) -> Any:
    return _pair(data, at) | _pair(data, at + 2) << np.uint64(16)


@kernel
def _four_pairs(data: Any, at: int) -> Any:
    """Four pairs of digits with a sign between each, as a word."""
    first = _pair(data, at) | _pair(data, at + 3) << np.uint64(16)
    return first | _pair(data, at + 6) << np.uint64(32) | _pair(data, at + 9) << np.uint64(48)


@kernel
def _device(data: Any, start: int) -> tuple[Any, bool]:
    """The number of eight pairs of digits with hyphens between."""
    value, good = _sixteen(_four_pairs(data, start), _four_pairs(data, start + 12))
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
            values[n], known[n] = _run(data, start + 1)
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
        value, good = _run(data, name + 1) if of_premises else _device(data, name)
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
        # 8-4-4-4-12 digits
        second = _four(data, start + 9) | _four(data, start + 14) << np.uint64(32)
        third = _four(data, start + 19) | _four(data, start + 24) << np.uint64(32)
        one, is_one = _sixteen(word(data, start), second)
        other, is_other = _sixteen(third, word(data, start + 28))
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
