"""Whether a payload has encrypted parts: by its own marks, without looking at what they hide."""

from typing import Final

from twin.ingest.gbcs.access import RESPONSE
from twin.ingest.gbcs.notification import DATA_NOTIFICATION, GBZ_PROFILE
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import OctetFault

PROTECTION_PARAMETERS: Final = bytes.fromhex("0101020216020205")
"""How protected DLMS content begins: one set of parameters, for authentication and encryption,
with five options (Blue Book, data protection)."""
_ENCRYPTED: Final = 0x02
_ALERT_HEAD: Final = 6
"""Octets of a GBZ alert's code and moment before its components."""


def is_closed(payload: Octets, *, alert: bool) -> bool:
    """Whether a payload holds encrypted DLMS content or an encrypted ZigBee component."""
    first = payload.peek()
    if first in (RESPONSE, DATA_NOTIFICATION):
        return payload.octets.find(PROTECTION_PARAMETERS, payload.at, payload.end) >= 0
    try:
        return payload.take(2) == GBZ_PROFILE and _has_closed_component(payload, alert=alert)
    except OctetFault:
        return False  # it is no GBZ payload, and nobody reads it as one


def _has_closed_component(payload: Octets, *, alert: bool) -> bool:
    count = payload.octet()
    payload.skip(_ALERT_HEAD if alert else 0)
    found = False
    for _ in range(count):
        found = found or bool(payload.octet() & _ENCRYPTED)
        payload.skip(2)
        payload.skip(payload.number(2))
    return found
