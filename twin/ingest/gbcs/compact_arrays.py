"""DLMS compact arrays: one description of a type, then the octets of all elements without tags."""

from typing import Final

from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import DEPTH_MAX, PLAIN, ReadValue, Value
from twin.ingest.gbcs.refusals import Cause, OctetFault, OtherShape

_NULL: Final = 0
_ARRAY: Final = 1
_STRUCTURE: Final = 2


def compact_array_of(octets: Octets) -> tuple[Value, ...]:
    """The elements of a compact array behind its tag.

    Every element takes an octet at least: a description of elements without content, which a
    few octets could multiply beyond measure, is of another shape.
    """
    read = _described(octets, 0)
    contents = octets.part(octets.length())
    elements = []
    while len(contents):
        elements.append(read(contents))
    return tuple(elements)


def _described(octets: Octets, depth: int) -> ReadValue:
    """Reader of one element, by the type description that comes next."""
    if depth >= DEPTH_MAX:
        raise OctetFault(Cause.TOO_DEEP, f"types nest deeper than {DEPTH_MAX}")
    tag = octets.octet()
    if tag == _ARRAY:
        return _repeated(octets.number(2), _described(octets, depth + 1))
    if tag == _STRUCTURE:
        return _joined([_described(octets, depth + 1) for _ in range(octets.length())])
    if tag == _NULL or tag not in PLAIN:
        raise OtherShape
    return PLAIN[tag]


def _repeated(count: int, read: ReadValue) -> ReadValue:
    if not count:
        raise OtherShape
    return lambda octets: tuple([read(octets) for _ in range(count)])


def _joined(reads: list[ReadValue]) -> ReadValue:
    if not reads:
        raise OtherShape
    return lambda octets: tuple([read(octets) for read in reads])
