"""What messages on device logs, joins and the Privacy PIN mean."""

from typing import Final, Literal

from twin.events import joining as facts
from twin.events.gbcs_payloads import device_logs, joins
from twin.events.gbcs_payloads.privacy_pins import PrivacyPinAnswered
from twin.events.pins import PrivacyPinDisabled
from twin.ids import Eui64
from twin.ingest.gbcs.header import Protection
from twin.ingest.gbcs.meaning.known import (
    Known,
    command_of,
    device_of,
    party_of,
    type_of,
    type_of_entry,
)
from twin.ingest.gbcs.message import GbcsMessage
from twin.vocabulary import JoinResponse, LogAction, LogChange
from twin.vocabulary.service_requests import SUPPLIER_OF

_SIGNED: Final = (Protection.SIGNED, Protection.SIGNED_AND_MACED)
"""Protections of a critical command, which only a supplier signs (BR27)."""
_CODE_LENGTHS: Final[dict[int, Literal[6, 8, 12, 16]]] = {6: 6, 8: 8, 12: 12, 16: 16}
"""Octets of an install code without its check (BR01)."""


def add_requested(
    message: GbcsMessage, payload: device_logs.AddDevice, known: Known
) -> facts.DeviceLogUpdateRequested | None:
    """CCS01; who asks, and what the device is, must be known, and the code's length legal."""
    code_length = _CODE_LENGTHS.get(payload.install_code_length)
    role = known.roles.get(party_of(message.header))
    kind = known.device_types.get(payload.device_id)
    if code_length is None or role is None or kind is None:
        return None
    return facts.DeviceLogUpdateRequested(
        device_id=device_of(message.header),
        subject_device_id=payload.device_id,
        subject_device_type=kind,
        action=LogAction.ADD,
        role=role,
        window_s=payload.window_s,
        code_length=code_length,
    )


def remove_requested(
    message: GbcsMessage, payload: device_logs.RemoveDevice, known: Known
) -> facts.DeviceLogUpdateRequested | None:
    """CCS02; who asks, and what the device is, must be known."""
    role = known.roles.get(party_of(message.header))
    kind = known.device_types.get(payload.device_id)
    if role is None or kind is None:
        return None
    return facts.DeviceLogUpdateRequested(
        device_id=device_of(message.header),
        subject_device_id=payload.device_id,
        subject_device_type=kind,
        action=LogAction.REMOVE,
        role=role,
    )


def chf_log_changed(
    message: GbcsMessage, payload: device_logs.ChfDeviceLogBackedUp, known: Known
) -> facts.ChfDeviceLogChanged:
    """CS14 tells the log, not the change: that shows beside the log before, where it is known."""
    hub = device_of(message.header)
    before = known.device_logs.get(hub)
    entries = tuple([entry.device_id for entry in payload.entries])
    change, subject = _change(None if before is None else frozenset(before), frozenset(entries))
    return facts.ChfDeviceLogChanged(
        device_id=hub,
        subject_device_id=subject,
        change=change,
        entries=entries,
        historic=known.historic_logs.get(hub, ()),
    )


def gpf_log_changed(
    message: GbcsMessage, payload: device_logs.GpfDeviceLogBackedUp, _: Known
) -> facts.GpfDeviceLogChanged:
    """GCS62."""
    entries = tuple([entry.device_id for entry in payload.entries])
    return facts.GpfDeviceLogChanged(device_id=device_of(message.header), entries=entries)


def join_requested(
    message: GbcsMessage, payload: joins.JoinDevice, known: Known
) -> facts.JoinRequested | None:
    """CS03; who asks, and what both devices are, must be known; who signs is the supplier."""
    role = known.roles.get(party_of(message.header))
    kind = type_of(message.header, known)
    if role is None and kind is not None and message.protection in _SIGNED:
        role = SUPPLIER_OF.get(kind)
    partner = type_of_entry(payload.partner_device_id, payload.partner_type, known)
    if role is None or kind is None or partner is None:
        return None
    return facts.JoinRequested(
        device_id=device_of(message.header),
        device_type=kind,
        partner_device_id=payload.partner_device_id,
        partner_device_type=partner,
        method=payload.method,
        role=role,
    )


def join_ended(
    message: GbcsMessage, payload: joins.JoinAnswered, known: Known
) -> facts.JoinSucceeded | facts.JoinFailed | None:
    """The answer to CS03; with whom, only the command tells."""
    command = command_of(message, known)
    kind = type_of(message.header, known)
    if command is None or kind is None or not isinstance(command.payload, joins.JoinDevice):
        return None
    asked = command.payload
    partner = type_of_entry(asked.partner_device_id, asked.partner_type, known)
    if partner is None:
        return None
    device = device_of(message.header)
    if payload.response is JoinResponse.SUCCESS:
        return facts.JoinSucceeded(device, kind, asked.partner_device_id, partner)
    return facts.JoinFailed(device, kind, asked.partner_device_id, partner, payload.response)


def unjoined(
    message: GbcsMessage, payload: joins.UnjoinAnswered, known: Known
) -> facts.DeviceUnjoined | None:
    """The answer to CS04; from whom, only the command tells."""
    command = command_of(message, known)
    kind = type_of(message.header, known)
    if command is None or kind is None or not isinstance(command.payload, joins.UnjoinDevice):
        return None
    return facts.DeviceUnjoined(
        device_id=device_of(message.header),
        device_type=kind,
        partner_device_id=command.payload.partner_device_id,
        response=payload.response,
    )


def pin_disabled(
    message: GbcsMessage, payload: PrivacyPinAnswered, known: Known
) -> PrivacyPinDisabled | None:
    """The answer to ECS14 or GCS11, where it succeeded."""
    kind = type_of(message.header, known)
    role = known.roles.get(party_of(message.header)) or (SUPPLIER_OF.get(kind) if kind else None)
    if payload.result or kind is None or role is None:
        return None
    return PrivacyPinDisabled(device_id=device_of(message.header), device_type=kind, role=role)


def _change(
    before: frozenset[Eui64] | None, after: frozenset[Eui64]
) -> tuple[LogChange, Eui64 | None]:
    """What changed between two logs: one device came, or one went; else it is not known."""
    came = frozenset[Eui64]() if before is None else after - before
    went = frozenset[Eui64]() if before is None else before - after
    if len(came) == 1 and not went:
        return LogChange.ADDED, next(iter(came))
    if len(went) == 1 and not came:
        return LogChange.REMOVED, next(iter(went))
    return LogChange.TOLD, None
