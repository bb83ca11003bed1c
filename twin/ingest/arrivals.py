"""A real message as it goes onto the log: what was read of it, never its octets.

The octets of a message may hold an install code in clear (8.11, CCS01), a number or a name of a
consumer. So a message is read at the door, everything that may not go on is dropped while it is
read (D32), and what goes on is the rest, with the digest of the octets to know it again.
"""

from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from twin.ids import Sha256
from twin.ingest.gbcs.meaning.known import device_of
from twin.ingest.gbcs.message import GbcsMessage


class Arrival(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that came: when, what it says, and the SHA-256 of its octets."""

    digest: Sha256
    received_at: datetime
    message: GbcsMessage


encode_arrival = msgspec.json.Encoder().encode
decode_arrival = msgspec.json.Decoder(Arrival).decode


def arrival_of(message: GbcsMessage, octets: bytes, *, received_at: datetime) -> Arrival:
    """The arrival of a message that was read of these octets."""
    return Arrival(digest=sha256(octets).hexdigest(), received_at=received_at, message=message)


def key_of(arrival: Arrival) -> str:
    """The device that a message goes to or comes from: its key on `dcc.messages`."""
    return device_of(arrival.message.header)


def order_of(arrival: Arrival) -> tuple[datetime, int, str]:
    """By which messages of a device that were held are told: moment, counter, digest."""
    return moment_of(arrival), arrival.message.header.counter, arrival.digest


def moment_of(arrival: Arrival) -> datetime:
    """When it happened: what the alert or the header says, else when the message came."""
    message = arrival.message
    at = None if message.alert is None else message.alert.at
    return at or message.header.date_time or arrival.received_at
