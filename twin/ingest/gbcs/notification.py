"""Alerts in their three forms: DLMS data notification, GBZ and ASN.1; code and moment first."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from twin.ingest.gbcs import der
from twin.ingest.gbcs.moments import dlms_moment, zigbee_moment
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import Cause, OctetFault, OtherShape

DATA_NOTIFICATION: Final = 0x0F
GBZ_PROFILE: Final = b"\x01\x09"
"""The ZigBee Smart Energy profile, with which every GBZ payload begins."""
_STRUCTURE: Final = 0x02
_LONG_UNSIGNED: Final = 0x12
_OCTET_STRING: Final = 0x09


class Raised(Struct, frozen=True):
    """An alert's code and moment; `parts` counts what follows them, where its form tells."""

    alert_code: int
    at: datetime | None
    parts: int | None


def raised_in(payload: Octets) -> Raised:
    """Code and moment of an alert; what is left of the payload is its own content.

    Raises:
        OtherShape: the payload begins as none of the three forms.
        OctetFault: it begins as one of them and breaks off or contradicts itself.
    """
    first = payload.peek()
    if first == DATA_NOTIFICATION:
        return _of_data_notification(payload)
    if first == der.SEQUENCE:
        return _of_sequence(payload)
    return _of_gbz(payload)


def _of_data_notification(payload: Octets) -> Raised:
    payload.skip(5)
    payload.skip(payload.length())
    if payload.octet() != _STRUCTURE:
        raise OtherShape
    parts = payload.length()
    if payload.octet() != _LONG_UNSIGNED:
        raise OtherShape
    code = payload.number(2)
    if payload.octet() != _OCTET_STRING:
        raise OtherShape
    moment = payload.take(payload.length())
    if len(moment) != 12:
        raise OctetFault(Cause.DATE_TIME, "an alert's moment has not twelve octets")
    return Raised(code, dlms_moment(moment), parts - 2)


def _of_sequence(payload: Octets) -> Raised:
    inner = der.sequence(payload)
    payload.expect_end("the alert")
    code = der.integer(inner)
    if not 0 <= code <= 0xFFFF:
        raise OtherShape
    moment = der.moment(inner)
    payload.at = inner.at
    return Raised(code, moment, None)


def _of_gbz(payload: Octets) -> Raised:
    if payload.take(2) != GBZ_PROFILE:
        raise OtherShape
    parts = payload.octet()
    return Raised(payload.number(2), zigbee_moment(payload.number(4)), parts)
