"""The marts counted again in plain Python, one premises and one fact at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from twin.events import bands, firmware, lifecycle, pairing, pins
from twin.events.envelope import Event
from twin.vocabulary import DeviceType, HubVariant

MEASURES = ("installed", "hubs", "esmes", "capable", "believed", "behind")


def in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (e.occurred_at, e.sequence, e.source))


@dataclass
class Place:
    """One premises as a naive reader keeps it."""

    fitted: list[str] = field(default_factory=list)
    meter: str = ""
    variant: dict[str, str] = field(default_factory=dict)
    truth: dict[str, bool] = field(default_factory=dict)
    belief: dict[str, bool] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        fact = event.fact
        match fact:
            case lifecycle.CommsHubInstalled():
                self.fitted.append(fact.device_id)
                self.variant[fact.device_id] = fact.hub_variant.value
                self.truth[fact.device_id] = self.belief[fact.device_id] = fact.pairing_capable
            case lifecycle.DeviceInstalled(device_type=DeviceType.ESME):
                self.meter = fact.device_id
                self.truth[fact.device_id] = self.belief[fact.device_id] = fact.pairing_capable
            case lifecycle.CommsHubReplaced(replaced_device_id=old):
                self.fitted = [hub for hub in self.fitted if hub != old]
            case firmware.FirmwareActivated():
                self.truth[fact.device_id] = fact.pairing_capable
                if not fact.response_lost:
                    self.belief[fact.device_id] = fact.pairing_capable
            case lifecycle.InventoryEntryTold() if fact.firmware_version is not None:
                self.belief[fact.device_id] = fact.pairing_capable
            case firmware.FirmwareVersionRead() | firmware.ExecutingFirmwareChanged():
                self.truth[fact.device_id] = self.belief[fact.device_id] = fact.pairing_capable

    @property
    def hub(self) -> str:
        """The hub installed last of those that were not exchanged since."""
        return self.fitted[-1] if self.fitted else ""

    @property
    def has_single_band_hub(self) -> bool:
        return self.variant.get(self.hub) == HubVariant.SINGLE_BAND

    def measures(self) -> tuple[bool, ...]:
        hub, esme = self.hub, self.meter
        hub_capable, esme_capable = self.truth.get(hub, False), self.truth.get(esme, False)
        capable = hub_capable and esme_capable
        believed = self.belief.get(hub, False) and self.belief.get(esme, False)
        behind = capable and not believed
        return bool(hub and esme), hub_capable, esme_capable, capable, believed, behind


def progress(events: Iterable[Event], *, until: date) -> Iterator[tuple[date, dict[str, int]]]:
    """Every day from the first device on, with the naive counts at its end."""
    by_day: dict[date, list[Event]] = defaultdict(list)
    for event in in_order(events):
        by_day[event.occurred_at.date()].append(event)
    places: dict[str, Place] = defaultdict(Place)
    day = min(by_day)
    while day <= until:
        for event in by_day.get(day, ()):
            places[event.key].take(event)
        rows = [place.measures() for place in places.values()]
        totals = [sum(column) for column in zip(*rows, strict=True)] or [0] * len(MEASURES)
        yield day, dict(zip(MEASURES, totals, strict=True))
        day += timedelta(days=1)


def band_counts(events: Iterable[Event]) -> Counter[tuple[str, str, str]]:
    last = {
        e.fact.device_id: (e.fact.device_type.value, e.fact.band.value, e.fact.reason.value)
        for e in in_order(events)
        if isinstance(e.fact, bands.BandSelected)
    }
    return Counter(last.values())


def pairing_counts(events: Iterable[Event]) -> Counter[tuple[str, str, str | None]]:
    last: dict[str, tuple[str, str, str | None]] = {}
    for event in in_order(events):
        fact = event.fact
        match fact:
            case pairing.PairingStarted():
                last.setdefault(fact.attempt_id, (fact.route.value, "open", None))
            case pairing.PairingCompleted():
                last[fact.attempt_id] = (fact.route.value, "completed", None)
            case pairing.PairingFailed():
                last[fact.attempt_id] = (fact.route.value, "failed", fact.cause.value)
            case pairing.PairingAbandoned():
                last[fact.attempt_id] = (fact.route.value, "abandoned", fact.stage.value)
    return Counter(last.values())


def pin_counts(events: Iterable[Event]) -> Counter[tuple[str, str | None, str | None]]:
    last: dict[str, tuple[str, str | None, str | None]] = {}
    for event in in_order(events):
        match event.fact:
            case pins.PrivacyPinSet(pin_class) | pins.PrivacyPinChanged(pin_class):
                last[event.key] = ("set", pin_class.value, None)
            case pins.PrivacyPinCleared():
                last[event.key] = ("cleared", None, "consumer")
            case pins.PrivacyPinDisabled():
                last[event.key] = ("cleared", None, "dcc_user")
    return Counter(last.values())
