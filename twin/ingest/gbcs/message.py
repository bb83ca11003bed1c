"""One message: its header, what protects it, its alert and its payload."""

from datetime import datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from twin.events.gbcs_payloads import Payload
from twin.events.gbcs_payloads.plain import Closed, Reading, Received
from twin.ingest.gbcs.closed import is_closed
from twin.ingest.gbcs.codes import alert_name, message_name
from twin.ingest.gbcs.header import (
    Header,
    Protection,
    header_of,
    protection_of,
    signed_by,
    unwrapped,
)
from twin.ingest.gbcs.notification import raised_in
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import Cause, OctetFault, OtherShape, Unreadable
from twin.ingest.gbcs.use_cases import ALERTS, reader_of
from twin.vocabulary import MessageKind

OCTETS_MAX: Final = 64 * 1024
"""No single message of GBCS comes near; a larger one is refused unread."""
_Read: TypeAlias = "tuple[Alert | None, Payload]"


class Alert(Struct, frozen=True, tag=True):
    """An alert's code and name, and when the device raised it (None where it leaves that open)."""

    code: int
    name: str
    at: datetime | None


class GbcsMessage(Struct, frozen=True, tag=True):
    """A message as far as it can be read; `length` counts all of its octets.

    Nobody verified signature or MAC: that they are there is all that `protection` says. `alert`
    is None for commands and responses, and for an alert whose payload is of no known form.
    """

    header: Header
    protection: Protection
    length: int
    alert: Alert | None
    payload: Payload
    verification: Literal["none"] = "none"

    @property
    def name(self) -> str:
        """Use case and name of the message code."""
        return message_name(self.header.message_code)

    @property
    def is_broken(self) -> bool:
        """Whether the payload contradicts itself, so that only header and alert are told."""
        return isinstance(self.payload, Received) and self.payload.reading is Reading.BROKEN


def read_message(octets: bytes) -> GbcsMessage | Unreadable:
    """The one message in these octets, or why there is none; no content is told of a refused one.

    A payload of a use case that is not read, of another shape than its use case says, or that
    contradicts itself (`BROKEN`) leaves a message with `Received`; an encrypted one with `Closed`.
    What header and alert say does not hang on it.
    """
    if not octets:
        return Unreadable(Cause.EMPTY, "there are no octets")
    if len(octets) > OCTETS_MAX:
        return Unreadable(Cause.TOO_LARGE, f"the message is longer than {OCTETS_MAX} octets")
    try:
        return _read(octets)
    except OctetFault as fault:
        return Unreadable(fault.cause, fault.why)


def _read(octets: bytes) -> GbcsMessage:
    signing, maced = unwrapped(octets)
    header = header_of(signing)
    content = signing.part(signing.length())
    signed = signed_by(signing, maced=maced)
    alert, payload = _content_of(header, content)
    return GbcsMessage(
        header=header,
        protection=protection_of(signed=signed, maced=maced),
        length=len(octets),
        alert=alert,
        payload=payload,
    )


def _content_of(header: Header, content: Octets) -> _Read:
    if header.kind is MessageKind.ALERT:
        return _alert_of(header, content)
    start = content.at
    read = reader_of(header.message_code, header.kind)
    if read is None:
        return None, _unread(header, content, start, Reading.NOT_READ)
    try:
        return None, read(content)
    except (OtherShape, OctetFault) as fault:
        return None, _unread(header, content, start, _why(fault))


def _alert_of(header: Header, content: Octets) -> _Read:
    start = content.at
    try:
        raised = raised_in(content)
    except (OtherShape, OctetFault) as fault:
        return None, _unread(header, content, start, _why(fault))
    alert = Alert(raised.alert_code, alert_name(raised.alert_code), raised.at)
    read = ALERTS.get(header.message_code)
    if read is None:
        return alert, _unread(header, content, start, Reading.NOT_READ)
    try:
        return alert, read(content, raised)
    except (OtherShape, OctetFault) as fault:
        return alert, _unread(header, content, start, _why(fault))


def _why(fault: OtherShape | OctetFault) -> Reading:
    return Reading.OTHER_SHAPE if isinstance(fault, OtherShape) else Reading.BROKEN


def _unread(header: Header, content: Octets, start: int, reading: Reading) -> Closed | Received:
    code, length = header.message_code, content.end - start
    whole = Octets(content.octets, start, content.end)
    if is_closed(whole, alert=header.kind is MessageKind.ALERT):
        return Closed(code, message_name(code), length)
    return Received(code, message_name(code), length, reading)
