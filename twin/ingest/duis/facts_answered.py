"""Facts that responses of the DCC mean: what the inventory believes, and what is not sent."""

from collections.abc import Iterator
from typing import Final

from twin.events import firmware, lifecycle
from twin.events.registry import short_name
from twin.ingest.duis import responses
from twin.ingest.duis.documents import DuisResponse
from twin.ingest.duis.facts_exchanged import answered_by
from twin.ingest.duis.meanings import Register, Rule, Said, Silence, Standing, Told, Why
from twin.ingest.duis.values import CplStatus
from twin.vocabulary import WarningList


def answered(document: DuisResponse, *, register: Register) -> Iterator[Said]:
    """The facts of a response: entries, warnings, else the answer; payloads are GBCS's own."""
    if document.content is None:
        yield Silence(why=Why.OUTSIDE)
    elif (rule := ANSWERED.get(type(document.content))) is not None:
        yield from tuple(rule.say(document, register)) or (_nobody(rule),)
    elif document.request is None:
        device_id = document.response.originator if document.response else None
        yield Silence(why=Why.EMBEDDED, device_id=device_id)
    else:
        yield answered_by(
            _told(document, Standing.REPORTED),
            "dcc",
            document.request,
            device_id=document.response.originator
            if document.response
            else document.request.target,
            accepted=not document.code.startswith("E"),
            message_code=document.variant,
            code=document.code,
        )


def _nobody(rule: Rule[DuisResponse]) -> Silence:
    """A response that names no device: all its lists are empty."""
    (kind,) = rule.facts
    return Silence(why=Why.NOT_SAID, fact=short_name(kind.TYPE), lacking=("device_id",))


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


def _entries(document: DuisResponse, register: Register) -> Iterator[Said]:
    """What each entry says: belief in a status, a version, a model (BR35)."""
    assert isinstance(document.content, responses.Inventory)  # the table has chosen by it
    told = _told(document, Standing.BELIEVED)
    for entry in document.content.entries:
        yield told.say(
            lifecycle.InventoryEntryTold,
            entry.device_id,
            device_type=entry.device_type or register.device_types.get(entry.device_id),
            by="8.2",
            status=entry.status,
            model=entry.model,
            hub_variant=entry.hub_variant,
            firmware_version=entry.firmware_version,
            pairing_capable=register.capable(entry.device_id, entry.firmware_version),
            gbcs_version=entry.gbcs_version,
            csp_region=entry.csp_region,
            listed=None if entry.cpl_status is None else entry.cpl_status is CplStatus.ACTIVE,
        )


ANSWERED: Final[dict[type[responses.ResponseContent], Rule[DuisResponse]]] = {
    responses.UpdateWarning: Rule((firmware.FirmwareUpdateWarned,), _warned),
    responses.Inventory: Rule((lifecycle.InventoryEntryTold,), _entries),
}
