"""DLMS values that hold no other, behind their tags in A-XDR.

A string of any kind stays where it is: it is told as its stretch of octets, which only a reader
that knows what it is takes up, because an install code or a key looks like any other string (BR03).
"""

from collections.abc import Callable
from struct import Struct as Packing
from typing import Final, TypeAlias

from msgspec import Struct

from twin.ingest.gbcs.octets import Octets

DEPTH_MAX: Final = 12
"""Arrays within structures; no payload of GBCS nests half as deep."""


class BitString(Struct, frozen=True):
    """A bit string: how many bits, and their value with the first as the most significant."""

    length: int
    bits: int


Value: TypeAlias = "int | float | bool | Octets | BitString | tuple[Value, ...] | None"
ReadValue: TypeAlias = Callable[[Octets], Value]


def string_of(octets: Octets) -> Octets:
    """Where the content of an octet-string or text stands, behind its tag."""
    return octets.part(octets.length())


def bits_of(octets: Octets) -> BitString:
    """A bit string behind its tag; the bits beyond its length are not looked at."""
    length = octets.length()
    count = (length + 7) // 8
    return BitString(length, octets.number(count) >> (count * 8 - length))


def _null(_: Octets) -> None:
    return None


def _flag(octets: Octets) -> bool:
    return octets.octet() != 0


def _packed(form: str) -> ReadValue:
    packing = Packing(f">{form}")

    def read(octets: Octets) -> Value:
        number: int | float = packing.unpack(octets.take(packing.size))[0]
        return number

    return read


def _fixed(count: int) -> ReadValue:
    return lambda octets: octets.part(count)


PLAIN: Final[dict[int, ReadValue]] = {
    0: _null,
    3: _flag,
    4: bits_of,
    5: _packed("i"),
    6: _packed("I"),
    9: string_of,
    10: string_of,
    12: string_of,
    13: Octets.octet,
    15: _packed("b"),
    16: _packed("h"),
    17: Octets.octet,
    18: _packed("H"),
    20: _packed("q"),
    21: _packed("Q"),
    22: Octets.octet,
    23: _packed("f"),
    24: _packed("d"),
    25: _fixed(12),
    26: _fixed(5),
    27: _fixed(4),
}
"""Reader of each kind of value that holds no other, by its tag."""
