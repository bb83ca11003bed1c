"""Reading real messages at the door: every one goes on as an arrival, or is refused by name."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeAlias

from msgspec import Struct

from twin.ingest.arrivals import Arrival
from twin.ingest.duis.documents import payload_of
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Refusal
from twin.ingest.gbcs import hex_text
from twin.ingest.gbcs.meaning.known import subject_of
from twin.ingest.gbcs.message import read_message
from twin.ingest.gbcs.refusals import Cause, Unreadable
from twin.ingest.parts import parts_of

_BINARY: Final = (0xDD, 0xDF)
"""The first octet of a message in a MAC wrapper, and of one without; no hexadecimal digit."""
_XML: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")
"""How XML may begin, with a byte order mark or without."""


class Refused(Struct, frozen=True):
    """What was not read: where it stood, the named cause, and one sentence without its content."""

    where: str
    cause: str
    why: str


Read: TypeAlias = Iterator[Arrival | Refused]


def messages_in(octets: bytes, *, name: str, received_at: datetime) -> Read:
    """The messages of a file of any kind that is read here."""
    read = duis_in if octets.lstrip()[:4].startswith(_XML) else gbcs_in
    yield from read(octets, name=name, received_at=received_at)


def duis_in(octets: bytes, *, name: str, received_at: datetime) -> Read:
    """The DUIS or MMC document of a file, device by device, and the GBCS message inside it."""
    found = read_document(octets)
    if isinstance(found, Refusal):
        yield Refused(name, found.cause, _sentence(found))
        return
    inside = payload_of(found)
    if inside is not None and inside.octets:
        yield from _gbcs(inside.octets, where=f"{name} payload", received_at=received_at)
    digest, told = sha256(octets).hexdigest(), False
    for device_id, document in parts_of(found):
        told = True
        yield Arrival(
            device_id=device_id,
            digest=digest,
            length=len(octets),
            received_at=received_at,
            duis=document,
        )
    if not told:
        yield Refused(name, "no_device", "a document of this kind names no device")


def gbcs_in(octets: bytes, *, name: str, received_at: datetime) -> Read:
    """The GBCS messages of a file, any number one after the other: in octets, or in hexadecimal."""
    if octets[:1] and octets[0] in _BINARY:
        found: tuple[bytes | Unreadable, ...] = hex_text.parted_of(octets) or (octets,)
    else:
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
            yield from _gbcs(one, where=where, received_at=received_at)


def _gbcs(octets: bytes, *, where: str, received_at: datetime) -> Read:
    """The message in some octets; one whose payload is broken is told by its header, and named."""
    found = read_message(octets)
    if isinstance(found, Unreadable):
        yield Refused(where, found.cause, found.why)
        return
    if found.is_broken:
        yield Refused(
            where, Cause.PAYLOAD, "the payload contradicts itself: only the header is told"
        )
    yield Arrival(
        device_id=subject_of(found),
        digest=sha256(octets).hexdigest(),
        length=len(octets),
        received_at=received_at,
        gbcs=found,
    )


def _sentence(refusal: Refusal) -> str:
    return f"{refusal.why} (line {refusal.line})" if refusal.line else refusal.why
