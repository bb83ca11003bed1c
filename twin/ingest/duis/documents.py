"""Documents as wholes: what was read of one, after everything that may not go on was dropped."""

from typing import TypeAlias

from twin.ids import Eui64
from twin.ingest.duis.alerts import AlertContent
from twin.ingest.duis.mmc import MmcContent
from twin.ingest.duis.refusals import Refusal
from twin.ingest.duis.requests import RequestBody
from twin.ingest.duis.responses import ResponseContent
from twin.ingest.duis.values import (
    AlertCode,
    DccAlertCode,
    ElementName,
    Form,
    GbcsPayload,
    Moment,
    RequestId,
    ResponseCode,
    SchemaVersion,
    Variant,
)


class DuisRequest(Form, frozen=True, kw_only=True):
    """A service request: asked for, not yet a fact. Its signature is neither kept nor checked.

    `name` is its element in the schema. `body` is None where the request is none of this domain:
    then reference and name are all that is read. `unread` names elements whose text has no form
    in this domain, such as a firmware version that is not eight hex digits.
    """

    schema_version: SchemaVersion
    request: RequestId
    preceding: RequestId | None = None
    command_variant: int
    reference: Variant
    variant: Variant
    name: ElementName
    body: RequestBody | None = None
    unread: tuple[ElementName, ...] = ()


class Acknowledgement(Form, frozen=True, kw_only=True):
    """The DCC took a request (I0, I99, W) or refused it (E); nothing more is in it."""

    schema_version: SchemaVersion
    request: RequestId
    code: ResponseCode
    at: Moment
    reference: Variant
    variant: Variant

    @property
    def accepted(self) -> bool:
        """Whether the request was taken."""
        return not self.code.startswith("E")


class DuisResponse(Form, frozen=True, kw_only=True):
    """A response of the DCC or of a device, or an alert of a device.

    `variant` is None in an alert of a device. `content` is None where it is none of this domain:
    then `name` is all that is read of it.
    """

    schema_version: SchemaVersion
    request: RequestId | None = None
    response: RequestId | None = None
    code: ResponseCode
    at: Moment
    reference: Variant | None = None
    variant: Variant | None = None
    name: ElementName
    content: ResponseContent | None = None
    unread: tuple[ElementName, ...] = ()


class DccAlert(Form, frozen=True, kw_only=True):
    """An alert of the DCC. `content` is None where it is none of this domain."""

    schema_version: SchemaVersion
    request: RequestId | None = None
    response: RequestId | None = None
    code: ResponseCode
    at: Moment
    alert_code: DccAlertCode
    name: ElementName
    content: AlertContent | None = None
    unread: tuple[ElementName, ...] = ()


class MmcMessage(Form, frozen=True, kw_only=True):
    """A device's response or alert as MMC writes it out, with the device's time.

    `alert_code` stands in alerts only.
    """

    schema_version: SchemaVersion
    device_id: Eui64
    target: Eui64
    counter: int
    message_code: AlertCode | None = None
    reference: Variant | None = None
    variant: Variant | None = None
    at: Moment | None = None
    alert_code: AlertCode | None = None
    name: ElementName
    content: MmcContent | None = None
    unread: tuple[ElementName, ...] = ()


Document: TypeAlias = DuisRequest | DuisResponse | DccAlert | Acknowledgement | MmcMessage
Reading: TypeAlias = Document | Refusal


def payload_of(document: Document) -> GbcsPayload | None:
    """The GBCS message inside a document, for its own decoder; None where there is none."""
    inside = getattr(document, "body", None) or getattr(document, "content", None)
    found = getattr(inside, "payload", None)
    return found if isinstance(found, GbcsPayload) else None
