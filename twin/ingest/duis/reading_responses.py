"""A response, an acknowledgement or an alert from its elements."""

from collections.abc import Callable
from typing import Final, TypeAlias

from twin.ingest.duis import alerts, names, responses
from twin.ingest.duis.converting import as_struct, branch
from twin.ingest.duis.documents import Acknowledgement, DccAlert, DuisResponse
from twin.ingest.duis.folds import Node, only
from twin.ingest.duis.headers import AlertHead, ResponseHeader, Service
from twin.ingest.duis.refusals import Cause, Unfit
from twin.ingest.duis.tree import Parsed
from twin.ingest.duis.withholding import passed_on

Answer: TypeAlias = DuisResponse | Acknowledgement | DccAlert
_SERVICE: Final = frozenset({"ServiceReference", "ServiceReferenceVariant"})


def response(parsed: Parsed) -> Answer:
    """The response, acknowledgement or alert; raises Unfit where its elements make none."""
    header = as_struct(ResponseHeader, branch(parsed.node, "Header"))
    name, held = only("Body", branch(parsed.node, "Body"))
    if not isinstance(held, dict):
        raise Unfit(Cause.MISSING, "the body is empty", "Body")
    read = _BODIES.get(name)
    if read is None:
        if name not in names.OTHER_RESPONSES:
            raise Unfit(Cause.UNKNOWN_ELEMENT, "the body is none of a response", "Body")
        return _plain_response(parsed, header, name)
    return read(parsed, header, held)


def _plain_response(
    parsed: Parsed,
    header: ResponseHeader,
    name: str,
    *,
    service: Service | None = None,
    content: responses.ResponseContent | None = None,
) -> DuisResponse:
    return DuisResponse(
        schema_version=parsed.schema_version,
        request=header.request,
        response=header.response,
        code=header.code,
        at=header.at,
        reference=service.reference if service else None,
        variant=service.variant if service else None,
        name=name,
        content=content,
        unread=parsed.unread,
    )


def _service_response(parsed: Parsed, header: ResponseHeader, held: Node) -> Answer:
    service = as_struct(Service, held)
    inside = {key: value for key, value in held.items() if key not in _SERVICE}
    if not inside:
        return _acknowledged(parsed, header, service)
    name, found = only("ResponseMessage", inside)
    content: responses.ResponseContent | None = None
    if name in names.RESPONSES:
        answer = as_struct(names.RESPONSES[name], inside if name == "GBCSPayload" else found)
        content = passed_on(answer, variant=service.variant)
    elif name not in names.OTHER_RESPONSES:
        raise Unfit(Cause.UNKNOWN_ELEMENT, "the message is none of a response", "ResponseMessage")
    return _plain_response(parsed, header, name, service=service, content=content)


def _acknowledged(parsed: Parsed, header: ResponseHeader, service: Service) -> Acknowledgement:
    if header.request is None:
        why = "a response without content names no request"
        raise Unfit(Cause.MISSING, why, "RequestID")
    return Acknowledgement(
        schema_version=parsed.schema_version,
        request=header.request,
        code=header.code,
        at=header.at,
        reference=service.reference,
        variant=service.variant,
    )


def _device_alert(parsed: Parsed, header: ResponseHeader, held: Node) -> Answer:
    alert = as_struct(responses.DeviceAlert, held)
    return _plain_response(parsed, header, "DeviceAlertMessage", content=alert)


def _dcc_alert(parsed: Parsed, header: ResponseHeader, held: Node) -> Answer:
    head = as_struct(AlertHead, held)
    name, found = only("DCCAlert", branch(held, "DCCAlert"))
    content: alerts.AlertContent | None = None
    if name in names.ALERTS:
        content = as_struct(names.ALERTS[name], found)
    elif name not in names.OTHER_ALERTS:
        raise Unfit(Cause.UNKNOWN_ELEMENT, "the alert is none of the schema's", "DCCAlert")
    return DccAlert(
        schema_version=parsed.schema_version,
        request=header.request,
        response=header.response,
        code=header.code,
        at=header.at,
        alert_code=head.alert_code,
        name=name,
        content=content,
        unread=parsed.unread,
    )


_BODIES: Final[dict[str, Callable[[Parsed, ResponseHeader, Node], Answer]]] = {
    "ResponseMessage": _service_response,
    "DeviceAlertMessage": _device_alert,
    "DCCAlertMessage": _dcc_alert,
}
