"""The summary's counts of premises, capability, bands, pairing and Privacy PINs."""

from collections import Counter
from collections.abc import Sequence

from infra.run.summary_of_network import plain
from twin.state.premises import Premises, active_device, is_capable
from twin.vocabulary import DeviceType


def premises_of(fleet: Sequence[Premises]) -> dict[str, int]:
    """Premises registered, with a hub installed, and with an incomplete history."""
    return {
        "registered": sum(p.registration is not None for p in fleet),
        "installed": sum(active_device(p, device_type=DeviceType.CHF) is not None for p in fleet),
        "incomplete": sum(bool(p.gaps) for p in fleet),
    }


def capable_of(fleet: Sequence[Premises]) -> dict[str, dict[str, int]]:
    """By device truth and by inventory belief: hubs, electricity meters, premises (BR05)."""
    found: dict[str, dict[str, int]] = {}
    for word, believed in (("truth", False), ("belief", True)):
        found[word] = {
            "hubs": sum(_device_capable(p, DeviceType.CHF, believed) for p in fleet),
            "electricity_meters": sum(_device_capable(p, DeviceType.ESME, believed) for p in fleet),
            "premises": sum(is_capable(p, believed=believed) for p in fleet),
        }
    return found


def _device_capable(premises: Premises, device_type: DeviceType, believed: bool) -> bool:
    device = active_device(premises, device_type=device_type)
    firmware = device and (device.belief if believed else device.truth)
    return bool(firmware and firmware.pairing_capable)


def bands_of(fleet: Sequence[Premises]) -> dict[str, dict[str, int]]:
    """Devices by type and the band that they reach the hub by."""
    found: dict[str, Counter[str]] = {}
    for premises in fleet:
        for device in premises.devices.values():
            if device.link is not None:
                found.setdefault(device.device_type, Counter())[device.link.band] += 1
    return plain(found)


def pairing_of(fleet: Sequence[Premises]) -> dict[str, dict[str, int]]:
    """Pairing attempts by route and outcome."""
    found: dict[str, Counter[str]] = {}
    for premises in fleet:
        for attempt in premises.pairings.values():
            found.setdefault(attempt.route or "unknown", Counter())[
                attempt.outcome or "under_way"
            ] += 1
    return plain(found)


def pins_of(fleet: Sequence[Premises]) -> dict[str, int]:
    """Premises by the class of their Privacy PIN, cleared or never set."""
    classes = Counter(
        str(p.pin.pin_class or "cleared") if p.pin is not None else "never_set" for p in fleet
    )
    return dict(sorted(classes.items()))
