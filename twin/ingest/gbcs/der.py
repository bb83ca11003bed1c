"""Reading ASN.1 in DER, as far as GBCS uses it: the payloads of CS and CCS use cases."""

from datetime import datetime
from typing import Final

from twin.ingest.gbcs.moments import generalized_moment
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import OtherShape

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30


def content(octets: Octets, tag: int) -> Octets:
    """The content of the next element, which must have this tag."""
    if octets.octet() != tag:
        raise OtherShape
    return octets.part(octets.length())


def integer(octets: Octets) -> int:
    """The next element, an INTEGER of one to nine octets."""
    value = content(octets, INTEGER)
    count = len(value)
    if not 1 <= count <= 9:
        raise OtherShape
    return int.from_bytes(value.take(count), "big", signed=True)


def octet_string(octets: Octets, count: int) -> bytes:
    """The next element, an OCTET STRING of `count` octets."""
    value = content(octets, OCTET_STRING)
    if len(value) != count:
        raise OtherShape
    return value.take(count)


def null(octets: Octets) -> None:
    """The next element, a NULL."""
    content(octets, NULL).expect_end("a NULL")


def moment(octets: Octets) -> datetime | None:
    """The next element, a GeneralizedTime; None for the moment that never comes."""
    value = content(octets, GENERALIZED_TIME)
    return generalized_moment(value.take(len(value)))


def sequence(octets: Octets) -> Octets:
    """The content of the next element, a SEQUENCE."""
    return content(octets, SEQUENCE)
