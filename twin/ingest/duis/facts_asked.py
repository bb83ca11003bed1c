"""Facts that service requests mean: what was asked for, and what its user says was done."""

from collections.abc import Iterator
from typing import Final, TypeVar

from twin.events import firmware, joining, lifecycle
from twin.ids import Eui64, request_id
from twin.ingest.duis import requests
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.facts_exchanged import requested
from twin.ingest.duis.meanings import (
    Register,
    Rule,
    Said,
    Silence,
    Standing,
    Told,
    Why,
    asked_id,
)
from twin.vocabulary import DeviceStatus
from twin.vocabulary.join_methods import TYPE_2, method_of

B = TypeVar("B", bound=requests.RequestBody)


def asked(document: DuisRequest, *, register: Register) -> Iterator[Said]:
    """The facts of a service request: asked, never yet reported."""
    device_id = document.request.target
    if document.body is None:
        yield Silence(why=Why.OUTSIDE, device_id=device_id)
    elif isinstance(document.body, requests.SignedPreCommand):
        yield Silence(why=Why.EMBEDDED, device_id=device_id)
    elif (rule := ASKED.get(type(document.body))) is not None:
        for said in rule.say(document, register):
            yield requested(document, said.device_id or device_id) if _is_silent(said) else said
    else:
        yield requested(document, getattr(document.body, "device_id", device_id))


def _is_silent(said: Said) -> bool:
    return isinstance(said, Silence)


def _told(document: DuisRequest, standing: Standing = Standing.ASKED) -> Told:
    return Told(standing=standing, system="dsp", at=None, request=document.request)


def _updates(document: DuisRequest, register: Register) -> Iterator[Said]:
    body = _body(document, requests.UpdateFirmware)
    told = _told(document)
    for device_id in body.device_ids:
        yield told.say(
            firmware.FirmwareUpdateRequested,
            device_id,
            device_type=register.device_types.get(device_id),
            request_id=_request_id(document, device_id, register),
            firmware_version=body.firmware_version,
            **register.execution(device_id),
        )


def _activation(document: DuisRequest, register: Register) -> Iterator[Said]:
    body = _body(document, requests.ActivateFirmware)
    device_id = document.request.target
    yield _told(document).say(
        firmware.FirmwareActivationRequested,
        device_id,
        device_type=register.device_types.get(device_id),
        request_id=_request_id(document, device_id, register),
        execute_at=body.execute_at,
        image_hash=body.image_hash,
        **register.execution(device_id),
    )


def _request_id(document: DuisRequest, device_id: Eui64, register: Register) -> str:
    """The id under which a campaign asked, else one made of the document's own."""
    found = register.executions.get(device_id)
    if found is None:
        return asked_id(document.request)
    return request_id(
        campaign_id=found.campaign_id,
        device_id=device_id,
        step=document.variant,
        attempt=found.attempt,
    )


def _log_update(document: DuisRequest, register: Register) -> Iterator[Said]:
    body = _body(document, requests.UpdateHanDeviceLog)
    admission = body.admission
    yield _told(document).say(
        joining.DeviceLogUpdateRequested,
        document.request.target,
        subject_device_id=body.device_id,
        subject_device_type=register.device_types.get(body.device_id),
        action=body.action,
        role=register.roles.get(document.request.originator),
        window_s=admission.window_s if admission else None,
        code_length=admission.code_length if admission else None,
    )


def _join(document: DuisRequest, register: Register) -> Iterator[Said]:
    body = _body(document, requests.JoinService)
    device_id, partner_id = document.request.target, body.other_device_id
    device = register.device_types.get(device_id)
    partner = register.device_types.get(partner_id)
    role = register.roles.get(document.request.originator)
    if role is None and document.variant == "8.7.1":
        role = register.supplier_of(device_id)
    yield _told(document).say(
        joining.JoinRequested,
        device_id,
        device_type=device,
        partner_device_id=partner_id,
        partner_device_type=partner,
        method=method_of(device=device, partner=partner) if device and partner else None,
        role=role,
    )


def _pre_notification(document: DuisRequest, register: Register) -> Iterator[Said]:
    """What the inventory is to hold of a device; of Type 2 devices no firmware (BR38)."""
    body = _body(document, requests.PreNotification)
    told, is_type_2 = _told(document, Standing.BELIEVED), body.device_type in TYPE_2
    version = None if is_type_2 else body.firmware_version
    yield told.say(
        lifecycle.DevicePreNotified,
        body.device_id,
        device_type=body.device_type,
        role=register.roles.get(document.request.originator),
        model=None if is_type_2 else body.model,
        firmware_version=version,
    )
    yield told.say(
        lifecycle.InventoryEntryTold,
        body.device_id,
        device_type=body.device_type,
        by="12.2",
        status=DeviceStatus.PENDING,
        model=body.model,
        firmware_version=version,
        pairing_capable=register.capable(body.device_id, version),
    )


def _correction(document: DuisRequest, register: Register) -> Iterator[Said]:
    """What an 8.4 corrects in an entry; that one is deleted or moved is no belief in anything."""
    body = _body(document, requests.UpdateInventory)
    status, details = body.status or body.hub_status, body.details
    if status is None and details is None:
        yield Silence(why=Why.NO_FACT_TYPE, device_id=body.device_id)
        return
    version = details.firmware_version if details else None
    yield _told(document, Standing.BELIEVED).say(
        lifecycle.InventoryEntryTold,
        body.device_id,
        device_type=register.device_types.get(body.device_id),
        by="8.4",
        status=status,
        model=details.model if details else None,
        firmware_version=version,
        pairing_capable=register.capable(body.device_id, version),
    )


def _hub(document: DuisRequest, register: Register) -> Iterator[Said]:
    """The supplier's word that it installed a hub; what the hub is, its inventory entry knows."""
    body = _body(document, requests.HubInstalled)
    version = register.versions.get(body.device_id)
    told = Told(
        standing=Standing.REPORTED,
        system="supplier",
        at=body.installed_at,
        request=document.request,
    )
    yield told.say(
        lifecycle.CommsHubInstalled,
        body.device_id,
        model=register.models.get(body.device_id),
        hub_variant=register.hub_variants.get(body.device_id),
        firmware_version=version,
        pairing_capable=register.capable(body.device_id, version),
        install_type=body.install_type,
        location=body.location,
        obstructions=body.obstructions,
    )


def _body(document: DuisRequest, kind: type[B]) -> B:
    """The body, of the type that the table below has chosen by."""
    assert isinstance(document.body, kind)
    return document.body


ASKED: Final[dict[type[requests.RequestBody], Rule[DuisRequest]]] = {
    requests.UpdateFirmware: Rule((firmware.FirmwareUpdateRequested,), _updates),
    requests.ActivateFirmware: Rule((firmware.FirmwareActivationRequested,), _activation),
    requests.UpdateHanDeviceLog: Rule((joining.DeviceLogUpdateRequested,), _log_update),
    requests.JoinService: Rule((joining.JoinRequested,), _join),
    requests.UpdateInventory: Rule((lifecycle.InventoryEntryTold,), _correction),
    requests.PreNotification: Rule(
        (lifecycle.DevicePreNotified, lifecycle.InventoryEntryTold), _pre_notification
    ),
    requests.HubInstalled: Rule((lifecycle.CommsHubInstalled,), _hub),
}
