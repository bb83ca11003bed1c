"""What a value must look like to be what a use case says; otherwise it is of another shape."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from twin.ids import Eui64
from twin.ingest.gbcs.header import eui64_of
from twin.ingest.gbcs.moments import dlms_moment, zigbee_moment
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import BitString, Value
from twin.ingest.gbcs.refusals import OtherShape

_Named = TypeVar("_Named")
_VERSION_OCTETS = 4
_VERSION_DIGITS = 8


def parts_of(value: Value, *, at_least: int = 0, at_most: int | None = None) -> tuple[Value, ...]:
    """An array or structure with so many parts."""
    if not isinstance(value, tuple) or len(value) < at_least:
        raise OtherShape
    if at_most is not None and len(value) > at_most:
        raise OtherShape
    return value


def string_in(value: Value, count: int | None = None) -> Octets:
    """A string, of `count` octets where that is given."""
    if not isinstance(value, Octets) or count not in (None, len(value)):
        raise OtherShape
    return value


def number_in(value: Value) -> int:
    """A whole number or an enumeration."""
    if type(value) is not int:
        raise OtherShape
    return value


def flag_in(value: Value) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise OtherShape
    return value


def bits_in(value: Value, count: int) -> int:
    """The value of a bit string of `count` bits."""
    if not isinstance(value, BitString) or value.length != count:
        raise OtherShape
    return value.bits


def eui64_in(value: Value) -> Eui64:
    """A device's identifier: a string of eight octets."""
    return eui64_of(taken(string_in(value, 8)))


def moment_in(value: Value) -> datetime | None:
    """A moment as COSEM date-time of twelve octets or in seconds since 2000; None if left open."""
    if isinstance(value, Octets):
        return dlms_moment(taken(string_in(value, 12)))
    return zigbee_moment(number_in(value))


def version_in(string: Octets) -> str:
    """A firmware version: four octets, or the eight hexadecimal digits that write them."""
    if len(string) == _VERSION_OCTETS:
        return taken(string).hex().upper()
    text = taken(string).decode("ascii", "replace").upper()
    if len(text) != _VERSION_DIGITS or not set(text) <= set("0123456789ABCDEF"):
        raise OtherShape
    return text


def named_by(names: Sequence[_Named], code: int) -> _Named:
    """The name that a code stands for, by its place."""
    if not 0 <= code < len(names):
        raise OtherShape
    return names[code]


def each(value: Value, read: Callable[[Value], _Named]) -> tuple[_Named, ...]:
    """The parts of an array, each read alike."""
    return tuple([read(part) for part in parts_of(value)])


def taken(string: Octets) -> bytes:
    """The content of a string, from its beginning."""
    return string.octets[string.at : string.end]
