"""A real message as it goes onto the log: what was read of it, never its octets.

The octets of a message may hold an install code in clear (8.11, CCS01), a number or a name of a
consumer. So a message is read at the door, everything that may not go on is dropped while it is
read (D32), and what goes on is the rest, with the digest of the octets to know it again.
"""

from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from twin.ids import Eui64, Sha256
from twin.ingest.duis.documents import Document
from twin.ingest.gbcs.message import GbcsMessage

Message: TypeAlias = GbcsMessage | Document


class Arrival(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that came for or from a device, as far as it is about that device.

    `digest` is the SHA-256 of its octets, `length` counts them.
    """

    device_id: Eui64
    digest: Sha256
    length: int
    received_at: datetime
    gbcs: GbcsMessage | None = None
    duis: Document | None = None

    @property
    def message(self) -> Message:
        """What was read: one of the two."""
        found = self.gbcs or self.duis
        if found is None:
            raise ValueError("an arrival holds a message")
        return found

    @property
    def name(self) -> str:
        """Use case and name of a GBCS message, name of a document."""
        return getattr(self.message, "name", type(self.message).__name__)


encode_arrival = msgspec.json.Encoder().encode
decode_arrival = msgspec.json.Decoder(Arrival).decode


def key_of(arrival: Arrival) -> str:
    """The device that a message is about: its key on `dcc.messages`."""
    return arrival.device_id


def order_of(arrival: Arrival) -> tuple[datetime, int, str]:
    """By which messages of a device that were held are told: moment, counter, digest."""
    message = arrival.message
    if isinstance(message, GbcsMessage):
        return moment_of(arrival), message.header.counter, arrival.digest
    request = getattr(message, "request", None)
    return moment_of(arrival), 0 if request is None else request.counter, arrival.digest


def moment_of(arrival: Arrival) -> datetime:
    """When it happened, as far as the message says it: else when it came."""
    message = arrival.message
    if isinstance(message, GbcsMessage):
        at = None if message.alert is None else message.alert.at
        return at or message.header.date_time or arrival.received_at
    return getattr(message, "at", None) or arrival.received_at
