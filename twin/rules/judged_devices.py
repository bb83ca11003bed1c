"""Judging which devices there are, and what the device logs hold (BR22, BR23, BR25, BR43)."""

from collections.abc import Iterator

from twin.events.joining import HISTORIC_LOG_MAX
from twin.rules.device_logs import check_meter_log
from twin.rules.findings import Finding, broken_or_met
from twin.rules.identity import check_active_hubs, check_known_device
from twin.rules.marks import rule
from twin.rules.refusal import Refusal
from twin.state.devices import Device
from twin.state.premises import Premises, active_device
from twin.vocabulary import DeviceType
from twin.vocabulary.join_methods import TYPE_2


def active_hubs(*, premises: Premises) -> tuple[str, ...]:
    """Hubs that were installed and have not lost their place to another."""
    return tuple(
        device.device_id
        for device in premises.devices.values()
        if device.device_type is DeviceType.CHF
        and device.installed is not None
        and device.retired is None
    )


@rule("BR43")
def judge_hubs(*, premises: Premises) -> tuple[Finding, ...]:
    """One communications hub is active in a premises at a time."""
    answer = check_active_hubs(hubs=active_hubs(premises=premises))
    broken = ((premises.premises_id, answer.why),) if isinstance(answer, Refusal) else ()
    return broken_or_met(
        rule="BR43",
        check="one active hub",
        subject=premises.premises_id,
        broken=broken,
        met="no more than one hub is active",
    )


@rule("BR43")
def judge_unknown_devices(*, premises: Premises) -> tuple[Finding, ...]:
    """Facts are about devices of the premises; Type 2 devices and gas proxies need no visit."""
    return broken_or_met(
        rule="BR43",
        check="known devices",
        subject=premises.premises_id,
        broken=tuple(_unknown(premises)),
        met="every device was installed or joined here",
    )


@rule("BR22", "BR25")
def judge_logs(*, premises: Premises) -> tuple[Finding, ...]:
    """Historic logs hold fifteen, electricity meters' logs their capacities."""
    devices = premises.devices.values()
    historic = tuple(
        (device.device_id, f"the historic log holds more than {HISTORIC_LOG_MAX} entries")
        for device in devices
        if device.log is not None and len(device.log.historic) > HISTORIC_LOG_MAX
    )
    return (
        *broken_or_met(
            rule="BR22",
            check="historic log",
            subject=premises.premises_id,
            broken=historic,
            met="no historic log holds more than fifteen entries",
        ),
        *broken_or_met(
            rule="BR25",
            check="meter log",
            subject=premises.premises_id,
            broken=tuple(_overfull(premises)),
            met="no electricity meter's log holds more than its capacity",
        ),
    )


@rule("BR23")
def judge_hub_log(*, premises: Premises) -> tuple[Finding, ...]:
    """Every joined CAD or other joined device is in the active hub's log."""
    hub = active_device(premises, device_type=DeviceType.CHF)
    if hub is None or hub.log is None:
        why = "the hub has not told what is in its device log"
        return (Finding("BR23", "hub log", premises.premises_id, "not_judgeable", why),)
    entries, told = hub.log.entries, hub.log.stamp
    broken = tuple(
        (device.device_id, "the device joined and is not in the hub's device log")
        for device in premises.devices.values()
        if device.joined is not None
        and device.joined < told
        and device.device_type is not DeviceType.CHF
        and device.device_id not in entries
        and not _removed_since(hub, device)
    )
    return broken_or_met(
        rule="BR23",
        check="hub log",
        subject=premises.premises_id,
        broken=broken,
        met="every joined device is in the hub's device log",
    )


def _removed_since(hub: Device, device: Device) -> bool:
    """Whether the device was taken out again: it stands in history, or a full history forgot it."""
    if hub.log is None:
        return False
    historic = hub.log.historic
    return device.device_id in historic or len(historic) >= HISTORIC_LOG_MAX


def _unknown(premises: Premises) -> Iterator[tuple[str, str]]:
    known = {
        device.device_id
        for device in premises.devices.values()
        if device.installed is not None or device.device_type in (*TYPE_2, DeviceType.GPF)
    }
    for device in premises.devices.values():
        pre_notified_only = device.status is not None and device.truth is None
        answer = check_known_device(device_id=device.device_id, installed=known)
        if isinstance(answer, Refusal) and not pre_notified_only:
            yield device.device_id, answer.why


def _overfull(premises: Premises) -> Iterator[tuple[str, str]]:
    for device in premises.devices.values():
        if device.device_type is not DeviceType.ESME:
            continue
        held = [
            partner.device_type
            for partner in device.partners.values()
            if partner.word == "joined" and partner.device_type is not None
        ]
        answer = check_meter_log(held=held)
        if isinstance(answer, Refusal):
            yield device.device_id, answer.why
