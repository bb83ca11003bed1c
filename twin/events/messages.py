"""Messages family: what was asked and answered on the real feed, and what no other fact says."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.events.firmware import ImageHash
from twin.events.gbcs_payloads import ReadPayload
from twin.events.pairing import CodeLength, JoinWindow
from twin.ids import Eui64, FirmwareVersion, Uuid
from twin.vocabulary import LogAction

MessageCode = Annotated[str, Meta(pattern=r"^(0x[0-9A-F]{4}|[0-9]{1,2}(\.[0-9]{1,2}){1,2})$(?!\n)")]
"""A GBCS message code in hexadecimal, or a service reference of DUIS."""
AlertCode = Annotated[str, Meta(pattern=r"^(0x[0-9A-F]{4}|(N|AD)[0-9]{1,3})$(?!\n)")]
"""A GBCS alert code, or one of the DCC's own."""
AnswerCode = Annotated[str, Meta(pattern=r"^([IEW][0-9]{1,6}|N[0-9]{1,3}|0x[0-9A-F]{2})$(?!\n)")]
"""A response code or an alert code of the DCC, or the result in a device's own answer."""
Moment = Annotated[datetime, Meta(tz=True)]


class MessageReceived(Struct, frozen=True, forbid_unknown_fields=True):
    """A message came that no other fact says, or not with what was known when it came.

    `length` counts its octets; `closed` says that its content is encrypted and was not read.
    Nobody verified its signature or MAC. `payload` is all that was read of a GBCS message.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.messages.received.v1"
    device_id: Eui64
    kind: Literal["command", "response", "alert", "request"]
    length: Annotated[int, Meta(ge=1, le=16 * 1024 * 1024)]
    closed: bool
    message_code: MessageCode | None = None
    alert_code: AlertCode | None = None
    payload: ReadPayload | None = None


class ServiceRequested(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something was asked of a device, of which no fact of its own says it or all that it needs.

    `originator` asked, as the message names it; `subject_device_id` is the other device that it is
    about. Of an install code only the length is known (BR03). Asked is not done. `payload` is all
    that a GBCS command says.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.messages.service-requested.v1"
    device_id: Eui64
    message_code: MessageCode
    request_id: Uuid
    originator: Eui64
    subject_device_id: Eui64 | None = None
    action: LogAction | None = None
    window_s: JoinWindow | None = None
    code_length: CodeLength | None = None
    firmware_version: FirmwareVersion | None = None
    image_hash: ImageHash | None = None
    execute_at: Moment | None = None
    payload: ReadPayload | None = None


class ServiceAnswered(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was asked was accepted or refused: by the DCC, which has not done it yet, or a device.

    `answer_code` is the DCC's response code, the alert by which it tells that a command failed, or
    the result that a device gave; `accepted` is None where the code alone does not say. After an
    activation outside any campaign `firmware_version` is what the device says that it runs, and
    `payload` is all that its GBCS response says.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.messages.service-answered.v1"
    device_id: Eui64
    request_id: Uuid
    by: Literal["dcc", "device"]
    accepted: bool | None
    message_code: MessageCode | None = None
    answer_code: AnswerCode | None = None
    firmware_version: FirmwareVersion | None = None
    payload: ReadPayload | None = None
