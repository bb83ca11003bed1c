"""More marts counted again in plain Python: the home area network, firmware, obligations."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from tests.marts.naive import Place, in_order
from twin.events import bands, firmware, joining, lifecycle, pins, sub_ghz
from twin.events.envelope import Event
from twin.events.registry import family, short_name
from twin.rules.outages import Activation, PowerLoss, attribute_outage
from twin.vocabulary import Band, DeviceType, DutyCycleState, HubVariant

OBLIGED_FROM = datetime(2017, 7, 1, tzinfo=UTC)
Counts = Counter[tuple[object, ...]]
LINK_FACTS = (
    bands.HighBandwidthLinkOpened,
    bands.HighBandwidthLinkClosed,
    bands.HighBandwidthLinkRefused,
)


def places(events: Iterable[Event]) -> dict[str, Place]:
    found: dict[str, Place] = defaultdict(Place)
    for event in in_order(events):
        found[event.key].take(event)
    return found


def dual_band(events: Iterable[Event]) -> set[str]:
    """Premises whose active hub has both bands."""
    return {
        key
        for key, place in places(events).items()
        if place.variant.get(place.hub) == HubVariant.DUAL_BAND
    }


def link_counts(events: list[Event]) -> dict[int, tuple[int, int]]:
    """(hubs, refusals) by links open."""
    held: dict[str, set[str]] = defaultdict(set)
    refusals: Counter[str] = Counter()
    for event in in_order(events):
        if not isinstance(event.fact, LINK_FACTS):
            continue
        if isinstance(event.fact, bands.HighBandwidthLinkOpened):
            held[event.key].add(event.fact.device_id)
        else:
            held[event.key].discard(event.fact.device_id)
        refusals[event.key] += isinstance(event.fact, bands.HighBandwidthLinkRefused)
    counts = {n: (0, 0) for n in range(5)}
    for key in dual_band(events):
        hubs, refused = counts.get(len(held[key]), (0, 0))
        counts[len(held[key])] = (hubs + 1, refused + refusals[key])
    return counts


def duty_cycle_counts(events: list[Event]) -> dict[str, tuple[int, int, int, int]]:
    """(hubs, changes, suspensions, discards) by state."""
    now = dict.fromkeys(dual_band(events), DutyCycleState.NORMAL)
    during: dict[str, DutyCycleState] = {}
    counts: dict[str, Counter[str]] = {state.value: Counter() for state in DutyCycleState}
    for event in in_order(events):
        match event.fact:
            case sub_ghz.DutyCycleStateChanged() | sub_ghz.DutyCycleAlerted() as fact:
                state = fact.to_state
                now[event.key] = during[event.key] = state
                counts[state.value]["changes"] += 1
                told_for = getattr(fact, "suspend_minutes", None)
                counts[state.value]["suspensions"] += told_for is not None
            case sub_ghz.MessageDiscarded():
                state = during.get(event.key, DutyCycleState.NORMAL)
                counts[state.value]["discards"] += 1
    for state in now.values():
        counts[state.value]["hubs"] += 1
    columns = ("hubs", "changes", "suspensions", "discards")
    return {state: tuple(count[c] for c in columns) for state, count in counts.items()}


def scan_counts(events: Iterable[Event]) -> Counts:
    return Counter(
        (e.fact.trigger.value, e.fact.answer.value)
        for e in events
        if isinstance(e.fact, sub_ghz.ChannelScanAssessed)
    )


def join_counts(events: Iterable[Event]) -> Counts:
    counts: Counts = Counter()
    for event in events:
        match event.fact:
            case joining.JoinRequested() as f:
                counts[
                    f.device_type, f.partner_device_type, "join-requested", f.method, None, None
                ] += 1
            case joining.DeviceJoined() as f:
                counts[f.device_type, None, "device-joined", None, None, f.key_source] += 1
            case joining.JoinSucceeded() as f:
                ends = (
                    f.device_type,
                    f.partner_device_type,
                    "join-succeeded",
                    None,
                    "success",
                    None,
                )
                counts[ends] += 1
            case joining.JoinFailed() as f:
                ends = (f.device_type, f.partner_device_type, "join-failed", None, f.response, None)
                counts[ends] += 1
            case joining.DeviceUnjoined() as f:
                counts[f.device_type, None, "device-unjoined", None, f.response, None] += 1
    return counts


def device_log_counts(events: Iterable[Event]) -> Counts:
    counts: Counts = Counter()
    for event in events:
        match event.fact:
            case joining.DeviceLogUpdateRequested(action=action, role=role):
                counts["requested", action, role] += 1
            case joining.ChfDeviceLogChanged(change=change):
                counts["hub", change, None] += 1
            case joining.GpfDeviceLogChanged():
                counts["gas_proxy", "changed", None] += 1
            case lifecycle.CommsHubReplaced(device_log_restored=restored):
                counts["hub_exchange", "restored" if restored else "not_restored", None] += 1
    return counts


def intruder_counts(events: Iterable[Event]) -> dict[tuple[bool, str], tuple[int, int]]:
    counts: dict[tuple[bool, str], tuple[int, int]] = {}
    for event in events:
        if isinstance(event.fact, pins.UnauthorisedPairingAttempted):
            place = event.fact.pin_set, event.fact.outcome.value
            attempts, guesses = counts.get(place, (0, 0))
            counts[place] = (attempts + 1, guesses + event.fact.guesses)
    return counts


def firmware_counts(events: Iterable[Event]) -> Counts:
    counts: Counts = Counter()
    for event in events:
        fact = event.fact
        if family(fact.TYPE) != "firmware":
            continue
        detail = None
        match fact:
            case firmware.FirmwareUpdateWarned():
                detail = fact.warning
            case firmware.FirmwareTransferred():
                detail = fact.transfer
            case firmware.FirmwareActivationFailed():
                detail = fact.outcome
            case firmware.FirmwareActivated(response_lost=True):
                detail = "response_lost"
        campaign = getattr(fact, "campaign_id", None)
        counts[campaign, fact.device_type, short_name(fact.TYPE), detail] += 1
    return counts


def outage_counts(events: Iterable[Event]) -> dict[tuple[int, str | None], tuple[int, int]]:
    """(outages, premises) by the least minutes of a band and the campaign of BR36."""
    activations: dict[str, list[Activation]] = defaultdict(list)
    losses: list[tuple[str, PowerLoss]] = []
    for event in events:
        match event.fact:
            case firmware.FirmwareActivated(device_type=DeviceType.ESME, campaign_id=campaign):
                activations[event.key].append(Activation(event.occurred_at, campaign))
            case lifecycle.PowerOutageAlerted(minutes=minutes):
                losses.append((event.key, PowerLoss(event.occurred_at, minutes)))
    found: dict[tuple[int, str | None], list[str]] = defaultdict(list)
    for key, loss in losses:
        band = max(least for least in (3, 16, 61, 241) if loss.minutes >= least)
        campaign = attribute_outage(loss=loss, activations=activations[key])
        found[band, campaign].append(key)
    return {place: (len(keys), len(set(keys))) for place, keys in found.items()}


def obligation_counts(events: list[Event]) -> dict[tuple[str, str], tuple[int, int]]:
    """(capable, installed) by obligation and what is counted."""
    new: dict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for event in in_order(events):
        fact = event.fact
        if event.occurred_at < OBLIGED_FROM:
            continue
        if isinstance(fact, lifecycle.CommsHubInstalled):
            new[event.key].setdefault(fact.device_id, ("hubs", fact.pairing_capable))
        elif isinstance(fact, lifecycle.DeviceInstalled) and fact.device_type is DeviceType.ESME:
            new[event.key].setdefault(fact.device_id, ("meters", fact.pairing_capable))
    both = [d.values() for d in new.values() if len({what for what, _ in d.values()}) == 2]
    devices = [device for held in new.values() for device in held.values()]
    counts = {("i", "premises"): (sum(all(c for _, c in one) for one in both), len(both))}
    for of_what in ("hubs", "meters"):
        capable = [is_capable for what, is_capable in devices if what == of_what]
        counts["i", of_what] = (sum(capable), len(capable))
    now = list(places(events).values())
    measured = [place.measures() for place in now]
    counts["ii", "hubs"] = (sum(m[1] for m in measured), sum(bool(p.hub) for p in now))
    counts["ii", "meters"] = (sum(m[2] for m in measured), sum(bool(p.meter) for p in now))
    counts["ii", "premises"] = (sum(m[3] for m in measured), sum(m[0] for m in measured))
    return counts


def condition_counts(events: Iterable[Event]) -> dict[tuple[str, str], Counter[str]]:
    """Verdicts on premises with at most one display, by supplier and condition."""
    events = in_order(events)
    supplier: dict[str, str] = {}
    works: dict[str, bool] = {}
    fitted: set[str] = set()
    selected: dict[str, Band] = {}
    for event in events:
        match event.fact:
            case lifecycle.PremisesRegistered():
                supplier[event.key] = event.fact.supplier
            case lifecycle.DeviceInstalled(device_type=DeviceType.IHD):
                fitted.add(event.key)
            case bands.CoverageMeasured():
                works[event.key] = event.fact.ghz_2_4
            case bands.BandSelected(device_type=DeviceType.IHD):
                selected[event.key] = event.fact.band
    single = {key for key, place in places(events).items() if place.has_single_band_hub}
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for key, name in supplier.items():
        band = selected.get(key) if key in fitted else None
        provided, connected = _verdicts(band, works.get(key), single=key in single)
        for condition in ("40.1/34.1", "40.4/34.4"):
            counts[name, condition][provided] += 1
        counts[name, "49.4(d)/43.4(d)"][connected] += 1
    return counts


def _verdicts(band: Band | None, works: bool | None, *, single: bool) -> tuple[str, str]:
    if band is Band.GHZ_2_4:
        return "passed", "passed"
    if band is Band.SUB_GHZ and single:
        return "failed", "failed" if works else "not_judged"
    if band is None or works is None:
        return "not_judged", "not_judged"
    return ("failed", "failed") if works else ("passed", "not_judged")
