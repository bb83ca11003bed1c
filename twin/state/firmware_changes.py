"""How the firmware family changes a device: execution, held image, truth and belief (BR28-BR35)."""

from datetime import datetime
from typing import Final, TypeAlias, assert_never

from msgspec.structs import replace

from twin.events import attempts, firmware
from twin.events.envelope import Event
from twin.events.registry import FirmwareFact
from twin.state.changes import device_of, last, latest, stamp_of, with_device
from twin.state.devices import (
    Device,
    Enrolment,
    Execution,
    Failure,
    Firmware,
    HeldImage,
    PendingActivation,
    Stamp,
)
from twin.state.executions import execution_moved
from twin.state.failures import cause_in
from twin.state.premises import Premises
from twin.vocabulary import ExecutionState, TransferOutcome

Step: TypeAlias = (
    firmware.FirmwareUpdateRequested
    | attempts.FirmwareUpdateUnanswered
    | firmware.FirmwareUpdateWarned
    | firmware.FirmwareDeliveredToHub
    | firmware.FirmwareDeliveryFailed
    | firmware.FirmwareTransferred
    | firmware.FirmwareVerified
    | firmware.FirmwareVerificationFailed
    | firmware.FirmwareActivationRequested
    | firmware.FirmwareActivationAccepted
    | firmware.FirmwareActivationCancelled
    | firmware.FirmwareActivated
    | firmware.FirmwareActivationFailed
    | firmware.FirmwareUpdateTimedOut
    | attempts.FirmwareConfirmationTimedOut
    | attempts.FirmwareUpdateConflicted
)
"""Facts that belong to one attempt of a campaign at a device."""
_ASKS_TO_ACTIVATE: Final = (
    firmware.FirmwareActivationRequested,
    firmware.FirmwareActivationAccepted,
)


def firmware_changed(premises: Premises, event: Event, fact: FirmwareFact) -> Premises:
    """The premises after a firmware fact."""
    device = device_of(premises, fact.device_id, fact.device_type)
    stamp = stamp_of(event)
    match fact:
        case firmware.FirmwareVersionRead():
            read = Firmware(stamp, fact.firmware_version, fact.pairing_capable, "read")
            device = _runs(device, read)
        case firmware.ExecutingFirmwareChanged():
            # an alert that the inventory hears too, so belief moves with truth (BR35)
            runs = Firmware(stamp, fact.firmware_version, fact.pairing_capable, "activated")
            device = _runs(device, runs)
        case firmware.DeviceEnrolled() | firmware.DeviceExcluded():
            device = _enrolled(device, stamp, fact)
        case firmware.FirmwareVersionMismatchFound():
            device = replace(device, mismatch=last(device.mismatch, stamp))
        case firmware.FirmwareVerificationFailedAtPowerOn():
            device = replace(device, power_on_fault=last(device.power_on_fault, stamp))
        case attempts.QuarantineLifted():
            return _lifted(with_device(premises, device), stamp, fact.device_id)
        case _:
            device = _stepped(device, stamp, fact)
    return with_device(premises, device)


def _lifted(premises: Premises, stamp: Stamp, device_id: str) -> Premises:
    """The premises with the last moment at which an operator let a device be asked again."""
    newest = last(premises.lifted.get(device_id), stamp)
    return replace(premises, lifted={**premises.lifted, device_id: newest})


def _enrolled(
    device: Device, stamp: Stamp, fact: firmware.DeviceEnrolled | firmware.DeviceExcluded
) -> Device:
    """The device with the newer of two words on its part in a campaign."""
    if isinstance(fact, firmware.DeviceExcluded):
        found = Enrolment(stamp, None, 0.0, None, None, None, fact.reason)
    else:
        target = fact.firmware_version
        found = Enrolment(stamp, fact.wave, fact.place, fact.region, fact.supplier, target)
    held = device.enrolments.get(fact.campaign_id)
    newer = latest(held, found)
    if newer is held:
        return device
    return replace(device, enrolments={**device.enrolments, fact.campaign_id: newer})


def _runs(device: Device, found: Firmware) -> Device:
    return replace(device, truth=latest(device.truth, found), belief=latest(device.belief, found))


def _stepped(device: Device, stamp: Stamp, fact: Step) -> Device:  # noqa: C901, PLR0911, PLR0912
    """The device after one step of an attempt; everything that ends it badly is FAILED."""
    match fact:
        case firmware.FirmwareUpdateRequested() | attempts.FirmwareUpdateUnanswered():
            target = fact.firmware_version
            return _at(device, stamp, fact, ExecutionState.REQUESTED, target=target)
        case firmware.FirmwareDeliveredToHub():
            return _at(device, stamp, fact, ExecutionState.AT_HUB)
        case firmware.FirmwareTransferred():
            # a good transfer is no step of its own: 0x8F72 or 0x8F1C follows (BR31)
            good = fact.transfer is TransferOutcome.SUCCESS
            state = ExecutionState.AT_HUB if good else ExecutionState.FAILED
            return _at(device, stamp, fact, state)
        case firmware.FirmwareVerified():
            held = HeldImage(stamp, fact.firmware_version, fact.image_hash)
            return _at(_holding(device, held), stamp, fact, ExecutionState.VERIFIED)
        case firmware.FirmwareVerificationFailed():
            device = _holding(device, HeldImage(stamp, None))
            return _at(device, stamp, fact, ExecutionState.FAILED)
        case firmware.FirmwareActivationRequested():
            if fact.execute_at is not None:
                device = _dated(device, stamp, fact.execute_at)
            return _at(device, stamp, fact, ExecutionState.ACTIVATION_REQUESTED)
        case firmware.FirmwareActivationAccepted():
            device = _dated(device, stamp, fact.execute_at)
            return _at(device, stamp, fact, ExecutionState.ACTIVATION_REQUESTED)
        case firmware.FirmwareActivationCancelled():
            recalled = fact.recalled_by is not None
            state = ExecutionState.CANCELLED if recalled else ExecutionState.FAILED
            return _at(_dated(device, stamp, None), stamp, fact, state)
        case firmware.FirmwareActivationFailed():
            device = _dated(device, stamp, None)
            return _at(device, stamp, fact, ExecutionState.FAILED)
        case firmware.FirmwareActivated():
            return _activated(device, stamp, fact)
        case (
            firmware.FirmwareUpdateWarned()
            | firmware.FirmwareDeliveryFailed()
            | attempts.FirmwareUpdateConflicted()
        ):
            return _at(device, stamp, fact, ExecutionState.FAILED)
        case firmware.FirmwareUpdateTimedOut():
            return _at(device, stamp, fact, ExecutionState.TIMED_OUT)
        case attempts.FirmwareConfirmationTimedOut():
            return _at(device, stamp, fact, ExecutionState.CONFIRMATION_TIMED_OUT)
        case _:
            assert_never(fact)


def _activated(device: Device, stamp: Stamp, fact: firmware.FirmwareActivated) -> Device:
    """Truth moves; belief moves only if the response came back (BR35)."""
    found = Firmware(stamp, fact.firmware_version, fact.pairing_capable, "activated")
    lost = fact.response_lost
    state = ExecutionState.ACTIVATED_UNCONFIRMED if lost else ExecutionState.ACTIVATED
    moved = replace(
        _dated(device, stamp, None),
        truth=latest(device.truth, found),
        belief=device.belief if lost else latest(device.belief, found),
    )
    return _at(moved, stamp, fact, state)


def _at(
    device: Device, stamp: Stamp, fact: Step, state: ExecutionState, *, target: str | None = None
) -> Device:
    """The device with its execution as far as `state`.

    Only a request names the target: an image may be another one, and a device names what it runs,
    which may be the old version still (D34).
    """
    campaign_id, cause = fact.campaign_id, cause_in(fact)
    found = Execution(
        campaign_id,
        fact.wave,
        fact.attempt,
        state,
        requested_at=stamp.at,
        reached_at=stamp.at,
        target_version=target,
        released_at=stamp.at,
        failures=() if cause is None else (Failure(fact.attempt, cause, stamp.at),),
        activation_asked_at=stamp.at if isinstance(fact, _ASKS_TO_ACTIVATE) else None,
    )
    held = device.executions.get(campaign_id)
    moved = execution_moved(held, found)
    if moved is held:
        return device
    return replace(device, executions={**device.executions, campaign_id: moved})


def _holding(device: Device, found: HeldImage) -> Device:
    return replace(device, image=latest(device.image, found))


def _dated(device: Device, stamp: Stamp, execute_at: datetime | None) -> Device:
    """The device with a future-dated activation, or after the end of any it had (BR33)."""
    found = PendingActivation(stamp, execute_at)
    return replace(device, activation=latest(device.activation, found))
