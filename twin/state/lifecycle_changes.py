"""How the lifecycle family changes a premises: registration, hubs, devices, power."""

from typing import Final, assert_never

from msgspec.structs import replace

from twin.events import lifecycle
from twin.events.envelope import Event
from twin.events.registry import LifecycleFact
from twin.state.changes import device_of, last, latest, stamp_of, with_device
from twin.state.devices import Device, Exchange, Firmware, InventoryEntry, InventoryStatus, Stamp
from twin.state.premises import Outage, Premises, Registration
from twin.vocabulary import DeviceStatus, DeviceType, HubVariant, StatusReason

OUTAGES_KEPT: Final = 16
"""Outages that a premises remembers, the newest ones; all are in the log."""


def lifecycle_changed(premises: Premises, event: Event, fact: LifecycleFact) -> Premises:  # noqa: C901, PLR0911
    """The premises after a lifecycle fact."""
    match fact:
        case lifecycle.DeviceCommissioned():
            device = device_of(premises, fact.device_id, fact.device_type)
            commissioned = last(device.commissioned, stamp_of(event))
            return with_device(premises, replace(device, commissioned=commissioned))
        case lifecycle.DeviceInstalled():
            device = device_of(premises, fact.device_id, fact.device_type)
            return with_device(premises, _installed(device, stamp_of(event), fact, None))
        case lifecycle.CommsHubInstalled():
            return _hub_installed(premises, stamp_of(event), fact)
        case lifecycle.PremisesRegistered():
            return _registered(premises, stamp_of(event), fact)
        case lifecycle.DevicePreNotified():
            told = DeviceStatus.PENDING, StatusReason.PRE_NOTIFIED
            device = device_of(premises, fact.device_id, fact.device_type)
            return with_device(premises, _told(device, stamp_of(event), *told))
        case lifecycle.DeviceStatusChanged():
            device = device_of(premises, fact.device_id, fact.device_type)
            changed = _told(device, stamp_of(event), fact.to_status, fact.reason)
            return with_device(premises, changed)
        case lifecycle.InventoryEntryTold():
            device = device_of(premises, fact.device_id, fact.device_type)
            return with_device(premises, _entered(device, stamp_of(event), fact))
        case lifecycle.CommsHubReplaced():
            return _hub_replaced(premises, stamp_of(event), fact)
        case lifecycle.PowerOutageAlerted():
            outage = Outage(event.occurred_at, fact.device_id, fact.minutes)
            known = sorted((*premises.outages, outage))
            return replace(premises, outages=tuple(known[-OUTAGES_KEPT:]))
        case _:
            assert_never(fact)


def _registered(premises: Premises, stamp: Stamp, fact: lifecycle.PremisesRegistered) -> Premises:
    found = Registration(
        stamp,
        fact.premises_type,
        fact.csp_region,
        fact.gsp_group,
        fact.supplier,
        fact.dual_fuel,
        fact.shared_meter_space,
    )
    return replace(premises, registration=latest(premises.registration, found))


def _told(
    device: Device, stamp: Stamp, status: DeviceStatus, reason: StatusReason | None
) -> Device:
    return replace(device, status=latest(device.status, InventoryStatus(stamp, status, reason)))


def _entered(device: Device, stamp: Stamp, fact: lifecycle.InventoryEntryTold) -> Device:
    """The device with what its inventory entry says: belief, and never truth (BR35)."""
    if fact.status is not None:
        unlisted = fact.listed is False and fact.status is DeviceStatus.SUSPENDED
        reason = StatusReason.FIRMWARE_REMOVED_FROM_CPL if unlisted else None
        device = _told(device, stamp, fact.status, reason)
    if fact.firmware_version is not None:
        told = Firmware(stamp, fact.firmware_version, fact.pairing_capable, "inventory")
        device = replace(device, belief=latest(device.belief, told))
    if fact.by == "8.4" and fact.model is None:
        return device  # it corrects a part of the entry, and this is none of it
    found = InventoryEntry(
        stamp,
        fact.model,
        fact.hub_variant,
        fact.gbcs_version,
        fact.csp_region,
        fact.listed,
    )
    return replace(device, entry=latest(device.entry, found))


def _installed(
    device: Device,
    stamp: Stamp,
    fact: lifecycle.CommsHubInstalled | lifecycle.DeviceInstalled,
    variant: HubVariant | None,
) -> Device:
    """The device with the firmware it came with, unless newer is known of it already."""
    truth, belief = device.truth, device.belief
    if fact.firmware_version is not None:
        came = Firmware(stamp, fact.firmware_version, fact.pairing_capable, "installed")
        truth, belief = latest(truth, came), latest(belief, came)
    if device.installed is not None and stamp < device.installed:
        return replace(device, truth=truth, belief=belief)
    return replace(
        device,
        model=fact.model,
        hub_variant=variant,
        installed=stamp,
        truth=truth,
        belief=belief,
    )


def _hub_installed(premises: Premises, stamp: Stamp, fact: lifecycle.CommsHubInstalled) -> Premises:
    """The hub, and the gas proxy function that is in the same box."""
    hub = device_of(premises, fact.device_id, DeviceType.CHF)
    premises = with_device(premises, _installed(hub, stamp, fact, fact.hub_variant))
    if fact.gpf_id is None:
        return premises
    proxy = device_of(premises, fact.gpf_id, DeviceType.GPF)
    if proxy.installed is not None and stamp < proxy.installed:
        return with_device(premises, proxy)
    return with_device(premises, replace(proxy, model=fact.model, installed=stamp))


def _hub_replaced(premises: Premises, stamp: Stamp, fact: lifecycle.CommsHubReplaced) -> Premises:
    """The old hub is retired; what the new one's log holds, its own alert 0x8F12 tells (BR24)."""
    found = Exchange(
        stamp,
        fact.replaced_device_id,
        fact.reason,
        fact.device_log_restored,
        fact.gpf_log_restored,
    )
    new = device_of(premises, fact.device_id, DeviceType.CHF)
    premises = with_device(premises, replace(new, exchange=latest(new.exchange, found)))
    old = device_of(premises, fact.replaced_device_id, DeviceType.CHF)
    return with_device(premises, replace(old, retired=last(old.retired, stamp)))
