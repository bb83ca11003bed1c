"""What answers count of processes and upgrades once more, in plain Python over the events."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.marts.naive import in_order
from twin.events import firmware, joining, lifecycle, pairing, pins
from twin.events.bands import BandSelected
from twin.events.envelope import Event
from twin.evidence.processes.flow import ORDER
from twin.vocabulary import DeviceType, LogAction, LogChange, PairingRoute, StatusReason

_FITTING = (
    lifecycle.DevicePreNotified,
    lifecycle.CommsHubInstalled,
    lifecycle.DeviceInstalled,
    lifecycle.DeviceCommissioned,
    BandSelected,
)
_PINS = (
    pins.PrivacyPinSet,
    pins.PrivacyPinChanged,
    pins.PrivacyPinCleared,
    pins.PrivacyPinDisabled,
    pins.PrivacyPinEntered,
)


def part_of(part: int, whole: int) -> str:
    """A part of a whole as an answer may tell it: neither it nor the rest gives a small count."""
    words = ["<5" if 0 < count < 5 else f"{count:,}" for count in (part, whole)]
    return f"{'s' if 0 < whole - part < 5 else words[0]} of {words[1]}"


def cases(told: Iterable[Event], decided: Iterable[Event]) -> dict[str, int]:
    """Cases by the key of their process, from facts about premises and about campaigns."""
    found: dict[str, set[object]] = {key: set() for key in ORDER}
    for event in told:
        for process, case in _of_homes(event):
            found[process].add(case)
    found["campaign"] = {event.fact.campaign_id for event in decided}
    return {key: len(held) for key, held in found.items()}


def _of_homes(event: Event) -> Iterable[tuple[str, object]]:
    fact = event.fact
    if isinstance(fact, _FITTING) and getattr(fact, "device_type", None) is not DeviceType.CAD:
        yield "install_and_commission", fact.device_id
    if isinstance(fact, _PINS):
        yield "pin_reset", event.key
    if getattr(fact, "attempt", None) and getattr(fact, "campaign_id", None):
        yield "firmware_of_a_device", (fact.device_id, fact.campaign_id, fact.attempt)
    match fact:
        case pairing.PairingStarted(route=PairingRoute.LOCAL):
            yield "local_pairing", fact.attempt_id
        case pairing.PairingStarted():
            yield "remote_pairing", fact.attempt_id
        case lifecycle.CommsHubReplaced():
            yield "hub_exchange", fact.device_id
        case joining.DeviceUnjoined():
            yield "decommission", fact.partner_device_id
        case joining.DeviceLogUpdateRequested(action=LogAction.REMOVE):
            yield "decommission", fact.subject_device_id
        case joining.ChfDeviceLogChanged(change=LogChange.REMOVED):
            yield "decommission", fact.subject_device_id
        case lifecycle.DeviceStatusChanged(reason=StatusReason.UNJOINED):
            yield "decommission", fact.device_id


def upgraded(told: Sequence[Event]) -> dict[str, Counter[str]]:
    """By hubs and meters: those installed without the function, and what became of them."""
    first: dict[str, tuple[str, bool]] = {}
    now: dict[str, bool] = {}
    gone: set[str] = set()
    for event in in_order(told):
        fact = event.fact
        match fact:
            case lifecycle.CommsHubInstalled():
                first.setdefault(fact.device_id, ("hubs", fact.pairing_capable))
                now[fact.device_id] = fact.pairing_capable
            case lifecycle.DeviceInstalled(device_type=DeviceType.ESME):
                first.setdefault(fact.device_id, ("meters", fact.pairing_capable))
                now[fact.device_id] = fact.pairing_capable
            case (
                firmware.FirmwareActivated()
                | firmware.ExecutingFirmwareChanged()
                | firmware.FirmwareVersionRead()
            ):
                now[fact.device_id] = fact.pairing_capable
            case lifecycle.CommsHubReplaced():
                gone.add(fact.replaced_device_id)
    found: dict[str, Counter[str]] = {"hubs": Counter(), "meters": Counter()}
    for device, (of_what, capable) in first.items():
        if not capable:
            end = "upgraded" if now[device] else "left_over"
            found[of_what]["bare"] += 1
            found[of_what]["exchanged" if device in gone else end] += 1
    return found
