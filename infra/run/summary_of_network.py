"""The summary's counts of the home area networks, of intruders, and of the rules' findings."""

from collections import Counter
from collections.abc import Iterable, Mapping

from twin.rules.judgements import judge
from twin.state.premises import Premises, active_device, open_links
from twin.vocabulary import DeviceType, HubVariant


def network_of(fleet: Iterable[Premises]) -> dict[str, dict[str, int]]:
    """Counts by group: hubs by variant, open 868 MHz links of dual band hubs, duty cycle states,
    answers to scans, and devices joined by their type.
    """
    found: dict[str, Counter[str]] = {}
    for premises in fleet:
        _count_hub(premises, found)
        _count_radio(premises, found)
    return plain(found)


def intruders_of(fleet: Iterable[Premises]) -> dict[str, int]:
    """Unauthorised attempts to pair, and how many of them paired a device (paragraph 33)."""
    premises = tuple(fleet)
    return {
        "attempts": sum(one.intruders for one in premises),
        "paired": sum(one.intruders_paired for one in premises),
    }


def rules_of(fleet: Iterable[Premises]) -> dict[str, dict[str, int]]:
    """Findings by rule and check, and verdict: met, broken, not_judgeable."""
    found: dict[str, Counter[str]] = {}
    for premises in fleet:
        for finding in judge(premises=premises):
            name = f"{finding.rule} {finding.check}"
            found.setdefault(name, Counter())[finding.verdict] += 1
    return plain(found)


def plain(found: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """Counters as sorted dictionaries of plain text."""
    return {str(k): {str(n): c for n, c in sorted(v.items())} for k, v in sorted(found.items())}


def _count_hub(premises: Premises, found: dict[str, Counter[str]]) -> None:
    hub = active_device(premises, device_type=DeviceType.CHF)
    if hub is None or hub.hub_variant is None:
        return
    found.setdefault("hubs", Counter())[hub.hub_variant] += 1
    if hub.hub_variant is HubVariant.DUAL_BAND:
        links = len(open_links(premises))
        found.setdefault("dual band hubs by open 868 MHz links", Counter())[str(links)] += 1


def _count_radio(premises: Premises, found: dict[str, Counter[str]]) -> None:
    radio = premises.radio
    if radio.duty_cycle is not None:
        found.setdefault("duty cycle", Counter())[radio.duty_cycle.state] += 1
    for answer, times in radio.scans.items():
        found.setdefault("channel scans", Counter())[answer] += times
    for device in premises.devices.values():
        if device.joined is not None:
            found.setdefault("devices joined", Counter())[device.device_type] += 1
