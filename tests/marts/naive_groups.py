"""The marts of places, suppliers, months and waves counted again in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tests.marts.naive import Place, in_order
from twin.campaign.plan import plan_of_text
from twin.events import bands, lifecycle, pairing, pins, programme
from twin.events.envelope import Event
from twin.vocabulary import Band

FURTHEST = (Band.GHZ_2_4, Band.SUB_GHZ, Band.ALTERNATIVE_HAN)
ENDINGS = {
    programme.WavePassed: "passed",
    programme.WaveFailed: "failed",
    programme.WaveAdvanced: "skipped",
}
Days = dict[tuple[object, ...], tuple[int, int, int]]


def registrations(events: Iterable[Event]) -> dict[str, lifecycle.PremisesRegistered]:
    """Each premises as it was registered last."""
    return {
        e.key: e.fact for e in in_order(events) if isinstance(e.fact, lifecycle.PremisesRegistered)
    }


def by_day(events: list[Event], *dimensions: str) -> Days:
    """(installed, capable, believed) by day and group, every group on every day."""
    homes = registrations(events)
    groups = {key: tuple(str(getattr(home, d)) for d in dimensions) for key, home in homes.items()}
    facts: dict[date, list[Event]] = defaultdict(list)
    for event in in_order(events):
        facts[event.occurred_at.date()].append(event)
    places: dict[str, Place] = defaultdict(Place)
    found: Days = {}
    for day in _days(events):
        for event in facts.get(day, ()):
            places[event.key].take(event)
        counts: dict[tuple[str, ...], Counter[str]] = {g: Counter() for g in groups.values()}
        for key, place in places.items():
            installed, _, _, capable, believed, _ = place.measures()
            counts[groups[key]].update(installed=installed, capable=capable, believed=believed)
        for group, count in counts.items():
            found[day, *group] = count["installed"], count["capable"], count["believed"]
    return found


def _days(events: Iterable[Event]) -> Iterator[date]:
    fitted = (lifecycle.CommsHubInstalled, lifecycle.DeviceInstalled)
    day = min(e.occurred_at for e in events if isinstance(e.fact, fitted)).date()
    last = max(e.occurred_at for e in events).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def band_months(events: list[Event]) -> Counter[tuple[date, str, str]]:
    """Premises by month of their first band, communications region and furthest band."""
    homes = registrations(events)
    first: dict[str, date] = {}
    now: dict[str, dict[str, Band]] = defaultdict(dict)
    for event in in_order(events):
        if isinstance(event.fact, bands.BandSelected):
            first.setdefault(event.key, event.occurred_at.date().replace(day=1))
            now[event.key][event.fact.device_id] = event.fact.band
    return Counter(
        (first[key], homes[key].csp_region.value, max(held.values(), key=FURTHEST.index).value)
        for key, held in now.items()
    )


def pin_areas(events: list[Event]) -> dict[tuple[object, ...], tuple[int, ...]]:
    """(premises, set before, set now, the most common, weak) by area, region, space and pairing."""
    homes, places = registrations(events), defaultdict(Place)
    pin: dict[str, str | None] = {}
    before: dict[str, bool] = {}
    for event in in_order(events):
        places[event.key].take(event)
        match event.fact:
            case pins.PrivacyPinSet(pin_class) | pins.PrivacyPinChanged(pin_class):
                pin[event.key] = pin_class.value
            case pins.PrivacyPinCleared() | pins.PrivacyPinDisabled():
                pin[event.key] = None
            case pairing.PairingCompleted():
                before.setdefault(event.key, pin.get(event.key) is not None)
    counts: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    for key, place in places.items():
        if not place.measures()[0]:
            continue
        home, held = homes[key], pin.get(key)
        shared = home.shared_meter_space
        counts[home.gsp_group.value, home.csp_region.value, shared, key in before].update(
            premises=1,
            before=before.get(key, False),
            now=held is not None,
            first=held == "top_1",
            weak=held in ("top_1", "top_20"),
        )
    names = ("premises", "before", "now", "first", "weak")
    return {group: tuple(count[n] for n in names) for group, count in counts.items()}


def wave_days(facts: Iterable[Event]) -> dict[tuple[str, int], list[object]]:
    """(name, planned from, planned to, released, all out, over, how) by campaign and wave."""
    rows: dict[tuple[str, int], list[object]] = {}
    for event in facts:
        day, fact = event.occurred_at.date(), event.fact
        match fact:
            case programme.CampaignSubmitted():
                for n, wave in enumerate(plan_of_text(fact.plan).waves, start=1):
                    plan = [wave.name, wave.planned_from, wave.planned_to, None, None, None, None]
                    rows[fact.campaign_id, n] = plan
            case programme.WaveReleased():
                row = rows[fact.campaign_id, fact.wave]
                row[3] = row[3] or day
                row[4] = row[4] or (day if fact.complete else None)
            case programme.WavePassed() | programme.WaveFailed() | programme.WaveAdvanced():
                rows[fact.campaign_id, fact.wave][5] = day
                rows[fact.campaign_id, fact.wave][6] = ENDINGS[type(fact)]
    return rows


def gate_days(facts: Iterable[Event]) -> dict[tuple[date, str, int], tuple[object, ...]]:
    """The gate's last word of each day: decision, members, settled, confirmed, errors."""
    return {
        (event.occurred_at.date(), fact.campaign_id, fact.wave): (
            fact.decision.value,
            fact.members,
            fact.settled,
            fact.confirmed,
            fact.errors,
        )
        for event in facts
        if isinstance(fact := event.fact, programme.GateEvaluated)
    }
