"""Reading real messages at the door: every one goes on as an arrival, or is refused by name."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from twin.ingest.arrivals import Arrival, arrival_of
from twin.ingest.gbcs import hex_text
from twin.ingest.gbcs.message import read_message
from twin.ingest.gbcs.refusals import Unreadable

_BINARY: Final = (0xDD, 0xDF)
"""The first octet of a message in a MAC wrapper, and of one without; no hexadecimal digit."""


class Refused(Struct, frozen=True):
    """What was not read: where it stood, the named cause, and one sentence without its content."""

    where: str
    cause: str
    why: str


def gbcs_in(octets: bytes, *, name: str, received_at: datetime) -> Iterator[Arrival | Refused]:
    """The GBCS messages of a file: one in octets, or any number in hexadecimal text."""
    if octets[:1] and octets[0] in _BINARY:
        yield _read(octets, where=name, received_at=received_at)
        return
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield Refused(name, "not_hexadecimal", "the file is neither a message nor UTF-8 text")
        return
    found = hex_text.messages_in(text)
    if not found:
        yield Refused(name, "empty", "there is no message in it")
    for nth, one in enumerate(found, start=1):
        where = name if len(found) == 1 else f"{name} message {nth}"
        if isinstance(one, Unreadable):
            yield Refused(where, one.cause, one.why)
        else:
            yield _read(one, where=where, received_at=received_at)


def messages_in(octets: bytes, *, name: str, received_at: datetime) -> Iterator[Arrival | Refused]:
    """The messages of a file of any kind that is read here."""
    yield from gbcs_in(octets, name=name, received_at=received_at)


def _read(octets: bytes, *, where: str, received_at: datetime) -> Arrival | Refused:
    found = read_message(octets)
    if isinstance(found, Unreadable):
        return Refused(where, found.cause, found.why)
    return arrival_of(found, octets, received_at=received_at)
