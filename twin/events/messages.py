"""Messages family: a message of a real feed that no other fact says, by its code and length."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.ids import Eui64

MessageCode = Annotated[str, Meta(pattern=r"^(0x[0-9A-F]{4}|[0-9]{1,2}(\.[0-9]{1,2}){1,2})$(?!\n)")]
"""A GBCS message code in hexadecimal, or a service reference of DUIS."""
AlertCode = Annotated[str, Meta(pattern=r"^(0x[0-9A-F]{4}|(N|AD)[0-9]{1,3})$(?!\n)")]
"""A GBCS alert code, or one of the DCC's own."""


class MessageReceived(Struct, frozen=True, forbid_unknown_fields=True):
    """A message came that no other fact says, or not with what was known when it came.

    `length` counts its octets; `closed` says that its content is encrypted and was not read.
    Nobody verified its signature or MAC.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.messages.received.v1"
    device_id: Eui64
    kind: Literal["command", "response", "alert", "request"]
    length: Annotated[int, Meta(ge=1, le=16 * 1024 * 1024)]
    closed: bool
    message_code: MessageCode | None = None
    alert_code: AlertCode | None = None
