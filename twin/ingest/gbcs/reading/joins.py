"""Reading joins and unjoins: CS03 and CS04."""

from typing import Final

from twin.events.gbcs_payloads.joins import (
    JoinAnswered,
    JoinDevice,
    JoinPart,
    UnjoinAnswered,
    UnjoinDevice,
)
from twin.ingest.gbcs import der
from twin.ingest.gbcs.header import eui64_of
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.reading.device_logs import logged_type
from twin.ingest.gbcs.shapes import named_by
from twin.vocabulary import JoinMethod, JoinResponse, UnjoinResponse

_METHODS: Final = (
    (JoinMethod.A, JoinPart.INITIATOR),
    (JoinMethod.A, JoinPart.RESPONDER),
    (JoinMethod.B, None),
    (JoinMethod.C, None),
)
"""Join method and role by its number (GBCS page 195)."""
_JOIN_RESPONSES: Final = tuple(JoinResponse)
_UNJOIN_RESPONSES: Final = tuple(UnjoinResponse)


def join_device(payload: Octets) -> JoinDevice:
    """CS03: method, partner, its type, and for Method C its certificate, which is skipped."""
    inner = der.sequence(payload)
    payload.expect_end("the command")
    method, part = named_by(_METHODS, der.integer(inner))
    partner = eui64_of(der.octet_string(inner, 8))
    partner_type = logged_type(der.integer(inner))
    certificate = len(der.sequence(inner)) if len(inner) else None
    inner.expect_end("the certificate")
    return JoinDevice(method, part, partner, partner_type, certificate)


def join_answered(payload: Octets) -> JoinAnswered:
    """The answer to CS03: a response code."""
    code = der.integer(payload)
    payload.expect_end("the answer")
    return JoinAnswered(named_by(_JOIN_RESPONSES, code))


def unjoin_device(payload: Octets) -> UnjoinDevice:
    """CS04: the partner."""
    partner = eui64_of(der.octet_string(payload, 8))
    payload.expect_end("the command")
    return UnjoinDevice(partner)


def unjoin_answered(payload: Octets) -> UnjoinAnswered:
    """The answer to CS04: a response code."""
    code = der.integer(payload)
    payload.expect_end("the answer")
    return UnjoinAnswered(named_by(_UNJOIN_RESPONSES, code))
