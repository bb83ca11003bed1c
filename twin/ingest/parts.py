"""A document parted by the devices that it is about: each part says of one what the whole said.

A request for 50,000 devices, or an inventory, concerns premises in every partition; each device's
own part goes to it alone.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import fields, replace

from twin.ids import Eui64
from twin.ingest.duis.documents import Document
from twin.ingest.duis.facts import facts_of
from twin.ingest.duis.values import GbcsPayload, RequestId


def parts_of(document: Document) -> Iterator[tuple[Eui64, Document]]:
    """Each device that a document says something of, with the document as far as it is about it.

    A document that says nothing of any is about the one that its request went to, if it has one.
    """
    document = without_payload(document)
    named = {said.device_id: None for said in facts_of(document) if said.device_id is not None}
    request = getattr(document, "request", None)
    if not named and isinstance(request, RequestId):
        named[request.target] = None
    for device_id in named:
        yield device_id, document if len(named) == 1 else _narrowed(document, device_id)


def without_payload(document: Document) -> Document:
    """The document with the octets of a message inside it gone: they go on as what they say."""
    for name in ("body", "content"):
        inside = getattr(document, name, None)
        payload = getattr(inside, "payload", None)
        if isinstance(inside, Struct) and isinstance(payload, GbcsPayload) and payload.octets:
            closed = GbcsPayload(length=payload.length, withheld=True)
            return replace(document, **{name: replace(inside, payload=closed)})
    return document


def _narrowed(document: Document, device_id: Eui64) -> Document:
    for name in ("body", "content"):
        inside = getattr(document, name, None)
        if isinstance(inside, Struct):
            return replace(document, **{name: _only(inside, device_id)})
    return document


def _only(inside: Struct, device_id: Eui64) -> Struct:
    """Content whose lists name no other device."""
    narrowed = {}
    for field in fields(inside):
        listed = getattr(inside, field.name)
        if isinstance(listed, tuple) and listed:
            narrowed[field.name] = tuple(one for one in listed if _device(one) in (None, device_id))
    return replace(inside, **narrowed)


def _device(one: object) -> Eui64 | None:
    """The device that an item of a list names, or is; None for what names none."""
    if isinstance(one, str):
        return one if one.count("-") == 7 else None
    found = getattr(one, "device_id", None)
    return found if isinstance(found, str) else None
