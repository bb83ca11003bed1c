"""`evolve`: the one place that says which fact changes a premises, and how. Total and pure."""

from typing import assert_never

from msgspec.structs import replace

from twin.events import bands, firmware, lifecycle, pairing, pins
from twin.events.envelope import Event
from twin.events.registry import PremisesFact
from twin.state.changes import execution_moved, firmware_moved, newer, stamp_of, with_device
from twin.state.pairings import pairing_changed
from twin.state.premises import (
    Coverage,
    Device,
    Execution,
    Firmware,
    Link,
    Pin,
    Premises,
    Registration,
)
from twin.vocabulary import DeviceType, ExecutionState


def evolve(premises: Premises, event: Event, fact: PremisesFact) -> Premises:  # noqa: C901, PLR0911, PLR0912
    """The premises after one fact; the whole wiring, so long as it is on one screen."""
    match fact:
        case lifecycle.PremisesRegistered():
            return _registered(premises, event, fact)
        case lifecycle.CommsHubInstalled() | lifecycle.DeviceInstalled():
            return _installed(premises, event, fact)
        case lifecycle.DeviceCommissioned():
            return _commissioned(premises, event, fact)
        case bands.CoverageMeasured():
            return _covered(premises, event, fact)
        case bands.BandSelected():
            return _linked(premises, event, fact)
        case firmware.FirmwareUpdateRequested():
            return _executed(premises, event, fact, ExecutionState.REQUESTED)
        case firmware.FirmwareDeliveredToHub():
            return _executed(premises, event, fact, ExecutionState.AT_HUB)
        case firmware.FirmwareVerified():
            return _executed(premises, event, fact, ExecutionState.VERIFIED)
        case firmware.FirmwareActivationRequested():
            return _executed(premises, event, fact, ExecutionState.ACTIVATION_REQUESTED)
        case firmware.FirmwareActivated():
            return _activated(premises, event, fact)
        case firmware.FirmwareActivationFailed():
            return _executed(premises, event, fact, ExecutionState.FAILED)
        case firmware.FirmwareUpdateTimedOut():
            return _executed(premises, event, fact, ExecutionState.TIMED_OUT)
        case firmware.FirmwareVersionRead():
            return _version_read(premises, event, fact)
        case (
            pairing.PairingStarted()
            | pairing.InstallCodeRejected()
            | pairing.PairingCompleted()
            | pairing.PairingFailed()
            | pairing.PairingAbandoned()
        ):
            return pairing_changed(premises, event, fact)
        case pins.PrivacyPinSet():
            return _pin(premises, event, Pin(stamp_of(event), fact.pin_class))
        case pins.PrivacyPinCleared():
            return _pin(premises, event, Pin(stamp_of(event), None))
        case pins.PrivacyPinEntered():
            if fact.accepted:
                return replace(premises, pin_accepted=premises.pin_accepted + 1)
            return replace(premises, pin_refused=premises.pin_refused + 1)
        case _:
            assert_never(fact)


def _registered(premises: Premises, event: Event, fact: lifecycle.PremisesRegistered) -> Premises:
    held = premises.registration
    if not newer(held.stamp if held else None, event):
        return premises
    registration = Registration(
        stamp_of(event),
        fact.premises_type,
        fact.csp_region,
        fact.gsp_group,
        fact.supplier,
        fact.dual_fuel,
        fact.shared_meter_space,
    )
    return replace(premises, registration=registration)


def _installed(
    premises: Premises,
    event: Event,
    fact: lifecycle.CommsHubInstalled | lifecycle.DeviceInstalled,
) -> Premises:
    if isinstance(fact, lifecycle.CommsHubInstalled):
        device_type, variant = DeviceType.CHF, fact.hub_variant
    else:
        device_type, variant = fact.device_type, None

    def change(device: Device) -> Device:
        device = _fitted(device, event, fact)
        if not newer(device.installed, event):
            return device
        return replace(device, model=fact.model, hub_variant=variant, installed=stamp_of(event))

    return with_device(premises, device_id=fact.device_id, device_type=device_type, change=change)


def _fitted(
    device: Device,
    event: Event,
    fact: lifecycle.CommsHubInstalled | lifecycle.DeviceInstalled,
) -> Device:
    """The device with the firmware it came with, unless newer is known of it already."""
    if fact.firmware_version is None:
        return device
    found = Firmware(stamp_of(event), fact.firmware_version, fact.pairing_capable, "installed")
    return replace(
        device,
        truth=firmware_moved(device.truth, found),
        belief=firmware_moved(device.belief, found),
    )


def _commissioned(premises: Premises, event: Event, fact: lifecycle.DeviceCommissioned) -> Premises:
    def change(device: Device) -> Device:
        moved = newer(device.commissioned, event)
        return replace(device, commissioned=stamp_of(event)) if moved else device

    return with_device(
        premises, device_id=fact.device_id, device_type=fact.device_type, change=change
    )


def _covered(premises: Premises, event: Event, fact: bands.CoverageMeasured) -> Premises:
    held = premises.coverage
    if not newer(held.stamp if held else None, event):
        return premises
    return replace(premises, coverage=Coverage(stamp_of(event), fact.ghz_2_4, fact.sub_ghz))


def _linked(premises: Premises, event: Event, fact: bands.BandSelected) -> Premises:
    def change(device: Device) -> Device:
        if not newer(device.link.stamp if device.link else None, event):
            return device
        return replace(device, link=Link(stamp_of(event), fact.band, fact.reason))

    return with_device(
        premises, device_id=fact.device_id, device_type=fact.device_type, change=change
    )


_Step = (
    firmware.FirmwareUpdateRequested
    | firmware.FirmwareDeliveredToHub
    | firmware.FirmwareVerified
    | firmware.FirmwareActivationRequested
    | firmware.FirmwareActivated
    | firmware.FirmwareActivationFailed
    | firmware.FirmwareUpdateTimedOut
)


def _executed(premises: Premises, event: Event, fact: _Step, state: ExecutionState) -> Premises:
    """Only a request and a verified image name the target; afterwards a device names what it
    runs, which may be the old version still (D34).
    """
    target = (
        fact.firmware_version
        if isinstance(fact, firmware.FirmwareUpdateRequested | firmware.FirmwareVerified)
        else None
    )
    found = Execution(
        fact.campaign_id,
        fact.wave,
        fact.attempt,
        state,
        requested_at=event.occurred_at,
        reached_at=event.occurred_at,
        target_version=target,
    )

    def change(device: Device) -> Device:
        moved = execution_moved(device.executions.get(fact.campaign_id), found)
        return replace(device, executions={**device.executions, fact.campaign_id: moved})

    return with_device(
        premises, device_id=fact.device_id, device_type=fact.device_type, change=change
    )


def _activated(premises: Premises, event: Event, fact: firmware.FirmwareActivated) -> Premises:
    """Truth moves; belief moves only if the response came back (BR35)."""
    found = Firmware(stamp_of(event), fact.firmware_version, fact.pairing_capable, "activated")

    def change(device: Device) -> Device:
        belief = device.belief if fact.response_lost else firmware_moved(device.belief, found)
        return replace(device, truth=firmware_moved(device.truth, found), belief=belief)

    lost = fact.response_lost
    state = ExecutionState.ACTIVATED_UNCONFIRMED if lost else ExecutionState.ACTIVATED
    return with_device(
        _executed(premises, event, fact, state),
        device_id=fact.device_id,
        device_type=fact.device_type,
        change=change,
    )


def _version_read(premises: Premises, event: Event, fact: firmware.FirmwareVersionRead) -> Premises:
    """A read is what the device says of itself: belief follows, and truth if it was unknown."""
    found = Firmware(stamp_of(event), fact.firmware_version, fact.pairing_capable, "read")

    def change(device: Device) -> Device:
        return replace(
            device,
            truth=firmware_moved(device.truth, found),
            belief=firmware_moved(device.belief, found),
        )

    return with_device(
        premises, device_id=fact.device_id, device_type=fact.device_type, change=change
    )


def _pin(premises: Premises, event: Event, found: Pin) -> Premises:
    held = premises.pin
    return replace(premises, pin=found) if newer(held.stamp if held else None, event) else premises
