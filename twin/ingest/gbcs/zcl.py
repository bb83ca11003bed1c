"""GBZ payloads: ZigBee commands in components, some of which may be encrypted (GBCS section 7)."""

from typing import Final

from msgspec import Struct

from twin.ingest.gbcs.notification import GBZ_PROFILE
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import OtherShape

DEFAULT_RESPONSE: Final = 0x0B
READ_ATTRIBUTES: Final = 0x00
READ_ATTRIBUTES_RESPONSE: Final = 0x01
OCTET_STRING_TYPE: Final = 0x41
CHARACTER_STRING_TYPE: Final = 0x42
UNSIGNED_32_TYPE: Final = 0x23
_ENCRYPTED: Final = 0x02
_FROM_DATE_TIME: Final = 0x10
_CLUSTER_SPECIFIC: Final = 0x01


class Component(Struct, frozen=True):
    """One ZigBee command: its cluster, whether the command is the cluster's own, and its content.

    An encrypted component has no content here.
    """

    cluster: int
    own: bool
    command: int
    content: Octets | None


def components_in(payload: Octets) -> tuple[Component, ...]:
    """The components of a GBZ command or response.

    Raises:
        OtherShape: the payload is no GBZ.
        OctetFault: octets are missing, or some stand behind the last component.
    """
    if payload.take(2) != GBZ_PROFILE:
        raise OtherShape
    found = tuple([_component(payload) for _ in range(payload.octet())])
    payload.expect_end("the last component")
    return found


def attribute_in(content: Octets) -> tuple[int, int, Octets | None]:
    """Attribute, status and value of an answer with one attribute.

    The value is a string, or a number of 32 bits as four octets, the most significant first.
    """
    attribute = int.from_bytes(content.take(2), "little")
    status = content.octet()
    if status:
        content.expect_end("the status")
        return attribute, status, None
    kind = content.octet()
    if kind == UNSIGNED_32_TYPE:
        value = Octets(content.take(4)[::-1])
    elif kind in (OCTET_STRING_TYPE, CHARACTER_STRING_TYPE):
        value = content.part(content.octet())
    else:
        raise OtherShape
    content.expect_end("the attribute")
    return attribute, status, value


def _component(payload: Octets) -> Component:
    control = payload.octet()
    cluster = payload.number(2)
    inner = payload.part(payload.number(2))
    if control & _ENCRYPTED:
        inner.skip(2)
    elif control & _FROM_DATE_TIME:
        inner.skip(4)
    frame_control = inner.octet()
    inner.skip(1)
    return Component(
        cluster=cluster,
        own=bool(frame_control & _CLUSTER_SPECIFIC),
        command=inner.octet(),
        content=None if control & _ENCRYPTED else inner,
    )
