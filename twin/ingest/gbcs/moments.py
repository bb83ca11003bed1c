"""The three forms in which GBCS writes a moment, all of them in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

from twin.ingest.gbcs.refusals import Cause, OctetFault

ZIGBEE_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Where ZigBee's UTCTime counts its seconds from."""
NEVER: Final = "99991231235959Z"
"""GeneralizedTime of a moment that never comes: it cancels a future dated command."""
_NEVER_SECONDS: Final = 0xFFFFFFFF
_DEVIATIONS: Final = frozenset({b"\x80\x00", b"\x00\x00"})
"""No deviation from UTC named, or none at all."""
_GENERALIZED_LENGTH: Final = 15


def dlms_moment(octets: bytes) -> datetime | None:
    """A COSEM date-time of twelve octets; None where a part of it is left open.

    Raises:
        OctetFault: no such date or time exists, or it deviates from UTC.
    """
    year = octets[0] << 8 | octets[1]
    month, day, _, hour, minute, second, hundredths = octets[2:9]
    if octets[9:11] not in _DEVIATIONS:
        raise OctetFault(Cause.DATE_TIME, "a date-time deviates from UTC")
    if year in (0, 0xFFFF) or 0xFF in (month, day, hour, minute, second):
        return None
    micros = 0 if hundredths == 0xFF else hundredths * 10_000
    try:
        return datetime(year, month, day, hour, minute, second, micros, tzinfo=UTC)
    except ValueError as error:
        raise OctetFault(Cause.DATE_TIME, "a date-time exists in no calendar") from error


def zigbee_moment(seconds: int) -> datetime | None:
    """ZigBee's UTCTime: seconds since 2000; None for its two marks, now (0) and never."""
    if seconds in (0, _NEVER_SECONDS):
        return None
    return ZIGBEE_EPOCH + timedelta(seconds=seconds)


def generalized_moment(octets: bytes) -> datetime | None:
    """ASN.1's GeneralizedTime `YYYYMMDDHHMMSSZ`; None for the moment that never comes.

    Raises:
        OctetFault: it is not of that form, or no such date or time exists.
    """
    text = octets.decode("ascii", "replace")
    if text == NEVER:
        return None
    digits = text[:-1]
    formed = len(text) == _GENERALIZED_LENGTH and text[-1] == "Z" and digits.isdecimal()
    if not formed or not digits.isascii():
        raise OctetFault(Cause.DATE_TIME, "a GeneralizedTime is not of the form YYYYMMDDHHMMSSZ")
    month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(text[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise OctetFault(Cause.DATE_TIME, "a GeneralizedTime exists in no calendar") from error
