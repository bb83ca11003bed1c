"""Headers of documents, each field under its name in the schemas."""

from typing import Annotated

from msgspec import Meta, Struct, field

from twin.ids import Eui64
from twin.ingest.duis.values import (
    AlertCode,
    DccAlertCode,
    Moment,
    RequestId,
    ResponseCode,
    Variant,
)


class RequestHeader(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of a service request."""

    request: RequestId = field(name="RequestID")
    preceding: RequestId | None = field(default=None, name="PrecedingServiceRequestID")
    command_variant: Annotated[int, Meta(ge=1, le=9)] = field(name="CommandVariant")
    reference: Variant = field(name="ServiceReference")
    variant: Variant = field(name="ServiceReferenceVariant")


class ResponseHeader(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of a response or an alert."""

    request: RequestId | None = field(default=None, name="RequestID")
    response: RequestId | None = field(default=None, name="ResponseID")
    code: ResponseCode = field(name="ResponseCode")
    at: Moment = field(name="ResponseDateTime")


class Service(Struct, frozen=True, kw_only=True):
    """Which service request a response answers."""

    reference: Variant = field(name="ServiceReference")
    variant: Variant = field(name="ServiceReferenceVariant")


class AlertHead(Struct, frozen=True, kw_only=True):
    """The code of an alert of the DCC."""

    alert_code: DccAlertCode = field(name="DCCAlertCode")


class MmcHeader(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of a device's message in MMC: the device is the originator."""

    device_id: Eui64 = field(name="BusinessOriginatorID")
    target: Eui64 = field(name="BusinessTargetID")
    counter: int = field(name="OriginatorCounter")
    message_code: AlertCode | None = field(default=None, name="GBCSHexadecimalMessageCode")
    reference: Variant | None = field(default=None, name="ServiceReference")
    variant: Variant | None = field(default=None, name="ServiceReferenceVariant")
    at: Moment | None = field(default=None, name="Timestamp")


class MmcAlertHead(Struct, frozen=True, kw_only=True):
    """The code and time of a device's alert in MMC."""

    alert_code: AlertCode | None = field(default=None, name="GBCSHexAlertCode")
    at: Moment = field(name="Timestamp")


HEADS = (RequestHeader, ResponseHeader, Service, AlertHead, MmcHeader, MmcAlertHead)
