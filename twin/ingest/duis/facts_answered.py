"""Facts that responses of the DCC mean: what the inventory believes, and what is not sent."""

from collections.abc import Iterator
from typing import Final

from twin.events import firmware, lifecycle
from twin.ingest.duis import responses
from twin.ingest.duis.documents import DuisResponse
from twin.ingest.duis.meanings import Register, Rule, Said, Silence, Standing, Told, Why
from twin.ingest.duis.values import CplStatus
from twin.vocabulary import (
    DeviceStatus,
    StatusReason,
    WarningList,
)

REASONS: Final = {
    DeviceStatus.PENDING: StatusReason.PRE_NOTIFIED,
    DeviceStatus.WHITELISTED: StatusReason.DEVICE_LOG_UPDATED,
    DeviceStatus.COMMISSIONED: StatusReason.COMMISSIONED,
}
"""The step that leads to a status (fact sheet 2.3): an entry has the status, not the reason."""


def answered(document: DuisResponse, *, register: Register) -> Iterator[Said]:
    """The facts of a response: inventory entries and warnings; payloads are GBCS's own."""
    if document.content is None:
        yield Silence(why=Why.OUTSIDE)
    elif (rule := ANSWERED.get(type(document.content))) is not None:
        yield from rule.say(document, register)
    else:
        asked = document.request.target if document.request else None
        told = document.response.originator if document.response else asked
        yield Silence(why=Why.EMBEDDED, device_id=told)


def _told(document: DuisResponse, standing: Standing) -> Told:
    return Told(standing=standing, system="dsp", at=document.at, request=document.request)


def _warned(document: DuisResponse, register: Register) -> Iterator[Said]:
    told = _told(document, Standing.REPORTED)
    for listed in WarningList:
        for device_id in getattr(document.content, listed.value):
            yield told.say(
                firmware.FirmwareUpdateWarned,
                device_id,
                device_type=register.device_types.get(device_id),
                warning=listed,
                **register.execution(device_id),
            )


def _entries(document: DuisResponse, _: Register) -> Iterator[Said]:
    """The status of each entry; no type of fact holds its firmware, model and GBCS version."""
    assert isinstance(document.content, responses.Inventory)  # the table has chosen by it
    told = _told(document, Standing.BELIEVED)
    for entry in document.content.entries:
        if entry.status is not None:
            yield told.say(
                lifecycle.DeviceStatusChanged,
                entry.device_id,
                device_type=entry.device_type,
                to_status=entry.status,
                reason=_reason(entry, entry.status),
            )
        yield Silence(why=Why.NO_FACT_TYPE, device_id=entry.device_id)


def _reason(entry: responses.InventoryEntry, status: DeviceStatus) -> StatusReason | None:
    listed = entry.cpl_status in {None, CplStatus.ACTIVE}
    if status is DeviceStatus.SUSPENDED and not listed:
        return StatusReason.FIRMWARE_REMOVED_FROM_CPL
    return REASONS.get(status)


ANSWERED: Final[dict[type[responses.ResponseContent], Rule[DuisResponse]]] = {
    responses.UpdateWarning: Rule((firmware.FirmwareUpdateWarned,), _warned),
    responses.Inventory: Rule((lifecycle.DeviceStatusChanged,), _entries),
}
