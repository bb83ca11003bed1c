"""What firmware messages mean: a step of a campaign where one is under way, else what runs."""

from typing import Any, Final

from twin.events import firmware as facts
from twin.events.gbcs_payloads import firmware as said
from twin.ids import Eui64, FirmwareVersion
from twin.ingest.gbcs.meaning.known import (
    Known,
    command_of,
    device_of,
    is_capable,
    request_uuid,
    type_of,
)
from twin.ingest.gbcs.message import GbcsMessage
from twin.vocabulary import ActivationOutcome, DeviceType

VERIFIED: Final = 0x8F72
VERIFICATION_FAILED: Final = 0x8F1C


def activation_requested(
    message: GbcsMessage, payload: said.ActivateFirmware, known: Known
) -> facts.FirmwareActivationRequested | None:
    """CS06; that one is cancelled is a fact when the device took it."""
    step = _step(device_of(message.header), type_of(message.header, known), known)
    if step is None or payload.timing is said.ActivationTiming.CANCELLATION:
        return None
    return facts.FirmwareActivationRequested(
        **step,
        request_id=request_uuid(message.header),
        execute_at=payload.execute_at,
        image_hash=payload.image_hash,
    )


def activation_accepted(
    message: GbcsMessage, _: said.ActivationAccepted, known: Known
) -> facts.FirmwareActivationAccepted | facts.FirmwareActivationCancelled | None:
    """The answer to a future dated CS06 or to its cancellation; the command tells which."""
    step = _step(device_of(message.header), type_of(message.header, known), known)
    command = command_of(message, known)
    if step is None or command is None or not isinstance(command.payload, said.ActivateFirmware):
        return None
    if command.payload.timing is said.ActivationTiming.CANCELLATION:
        return facts.FirmwareActivationCancelled(**step)
    if command.payload.execute_at is None:
        return None
    return facts.FirmwareActivationAccepted(**step, execute_at=command.payload.execute_at)


def activation_ended(
    message: GbcsMessage, payload: said.ActivationEnded | said.FutureActivationEnded, known: Known
) -> (
    facts.FirmwareActivated | facts.FirmwareActivationFailed | facts.ExecutingFirmwareChanged | None
):
    """The outcome of CS06; success outside a campaign is told as the version that runs now."""
    step = _step(device_of(message.header), type_of(message.header, known), known)
    if payload.outcome is not None:
        return _failed(step, payload.outcome, payload.firmware_version)
    if step is None:
        return _runs(message, payload.firmware_version, known)
    return facts.FirmwareActivated(
        **step,
        firmware_version=payload.firmware_version,
        pairing_capable=is_capable(device_of(message.header), payload.firmware_version, known),
        response_lost=False,
    )


def receipt(
    message: GbcsMessage, payload: said.FirmwareReceipt, known: Known
) -> facts.FirmwareVerified | facts.FirmwareVerificationFailed | None:
    """The image was found right (0x8F72) or wrong (0x8F1C); whose image it is a campaign tells."""
    device = device_of(message.header)
    step = _step(device, type_of(message.header, known), known)
    code = message.alert.code if message.alert else None
    if step is None or code not in (VERIFIED, VERIFICATION_FAILED):
        return None
    if code == VERIFICATION_FAILED:
        return facts.FirmwareVerificationFailed(**step)
    return facts.FirmwareVerified(
        **step,
        firmware_version=known.executions[device].firmware_version,
        image_hash=payload.image_hash,
    )


def transferred(
    _: GbcsMessage, payload: said.FirmwareTransferEnded, known: Known
) -> facts.FirmwareTransferred | None:
    """CCS08, which the hub tells of another device."""
    device = payload.device_id
    step = _step(device, known.device_types.get(device), known)
    return None if step is None else facts.FirmwareTransferred(**step, transfer=payload.outcome)


def version_read(
    message: GbcsMessage, payload: said.FirmwareVersionAnswered, known: Known
) -> facts.FirmwareVersionRead | None:
    """The answer to a read of the version, where it succeeded."""
    device, kind = device_of(message.header), type_of(message.header, known)
    if kind is None or payload.firmware_version is None:
        return None
    return facts.FirmwareVersionRead(
        device_id=device,
        device_type=kind,
        firmware_version=payload.firmware_version,
        pairing_capable=is_capable(device, payload.firmware_version, known),
        request_id=request_uuid(message.header),
    )


def version_alerted(
    message: GbcsMessage, payload: said.FirmwareVersionAlerted, known: Known
) -> facts.ExecutingFirmwareChanged | None:
    """A PPMID or HCALCS runs another version (0x8F8B)."""
    return _runs(message, payload.firmware_version, known) if payload.activated else None


def _failed(
    step: dict[str, Any] | None, outcome: ActivationOutcome, version: FirmwareVersion
) -> facts.FirmwareActivationFailed | None:
    if step is None:
        return None
    return facts.FirmwareActivationFailed(**step, outcome=outcome, firmware_version=version)


def _runs(
    message: GbcsMessage, version: FirmwareVersion, known: Known
) -> facts.ExecutingFirmwareChanged | None:
    device, kind = device_of(message.header), type_of(message.header, known)
    if kind is None:
        return None
    return facts.ExecutingFirmwareChanged(
        device_id=device,
        device_type=kind,
        firmware_version=version,
        pairing_capable=is_capable(device, version, known),
    )


def _step(device: Eui64, kind: DeviceType | None, known: Known) -> dict[str, Any] | None:
    """The fields that every fact of a campaign at a device has, where one is under way."""
    execution = known.executions.get(device)
    if execution is None or kind is None:
        return None
    return {
        "device_id": device,
        "device_type": kind,
        "campaign_id": execution.campaign_id,
        "wave": execution.wave,
        "attempt": execution.attempt,
    }
