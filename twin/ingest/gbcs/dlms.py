"""Reading DLMS values in A-XDR, as far as GBCS uses them.

Numbers and enumerations become numbers, arrays and structures tuples, null None, and strings
the stretch of octets where they stand.
"""

from typing import Final

from twin.ingest.gbcs.compact_arrays import compact_array_of
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import DEPTH_MAX, PLAIN, Value
from twin.ingest.gbcs.refusals import Cause, OctetFault, OtherShape

_ARRAY: Final = 1
_STRUCTURE: Final = 2
_COMPACT_ARRAY: Final = 19


def value_of(octets: Octets, depth: int = 0) -> Value:
    """The next value.

    Raises:
        OctetFault: the octets end before it does, or it nests too deep.
        OtherShape: it is of a kind that GBCS does not use.
    """
    tag = octets.octet()
    read = PLAIN.get(tag)
    if read is not None:
        return read(octets)
    if tag == _COMPACT_ARRAY:
        return compact_array_of(octets)
    if tag not in (_ARRAY, _STRUCTURE):
        raise OtherShape
    if depth >= DEPTH_MAX:
        raise OctetFault(Cause.TOO_DEEP, f"values nest deeper than {DEPTH_MAX}")
    return many_of(octets, octets.length(), depth + 1)


def many_of(octets: Octets, count: int, depth: int = 0) -> tuple[Value, ...]:
    """The next `count` values; each takes an octet at least, so no count runs beyond them."""
    return tuple([value_of(octets, depth) for _ in range(count)])
