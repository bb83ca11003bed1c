"""The counts of a review once more, in plain Python over the events."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from tests.marts.naive import in_order
from twin.events import bands, joining, lifecycle, pairing, pins, sub_ghz
from twin.events.envelope import Event
from twin.vocabulary import DutyCycleState, HubVariant


def deployment(events: Iterable[Event]) -> dict[tuple[str, str], Counter[str]]:
    """By part and name: premises by what reaches them."""
    homes: dict[str, lifecycle.PremisesRegistered] = {}
    reached: dict[str, str] = {}
    for event in in_order(events):
        match event.fact:
            case lifecycle.PremisesRegistered() as fact:
                homes[event.key] = fact
            case bands.CoverageMeasured() as fact:
                low = "sub_ghz" if fact.sub_ghz else "neither"
                reached[event.key] = "ghz_2_4" if fact.ghz_2_4 else low
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for key in {*homes, *reached}:
        home, by = homes.get(key), reached.get(key, "not_measured")
        found["all", "all premises"][by] += 1
        if home is not None:
            found["premises type", home.premises_type][by] += 1
            found["region", home.csp_region][by] += 1
            found["supplier", home.supplier][by] += 1
    return found


def link_words(events: Iterable[Event], begins: datetime) -> dict[str, Counter[str]]:
    kinds = {
        bands.HighBandwidthLinkOpened: "opened",
        bands.HighBandwidthLinkClosed: "closed",
        bands.HighBandwidthLinkRefused: "refused",
    }
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        if type(event.fact) in kinds and event.occurred_at >= begins:
            found[event.fact.device_type][kinds[type(event.fact)]] += 1
    return found


def duty(events: Iterable[Event], begins: datetime, upto: datetime) -> dict[str, dict[str, float]]:
    """By state: hours, changes, suspensions, minutes, discards."""
    found = {
        state.value: dict.fromkeys(("hours", "changes", "suspensions", "minutes", "discards"), 0.0)
        for state in DutyCycleState
    }
    by_home: dict[str, list[Event]] = defaultdict(list)
    for event in in_order(events):
        by_home[event.key].append(event)
    for own in by_home.values():
        state, since = "normal", None
        for event in own:
            match event.fact:
                case lifecycle.CommsHubInstalled(hub_variant=HubVariant.DUAL_BAND):
                    since = since or max(event.occurred_at, begins)
                case sub_ghz.DutyCycleStateChanged() | sub_ghz.DutyCycleAlerted() as fact:
                    within = event.occurred_at >= begins
                    if since is not None and event.occurred_at > since:
                        found[state]["hours"] += _hours(since, event.occurred_at)
                        since = event.occurred_at
                    state = fact.to_state.value
                    minutes = getattr(fact, "suspend_minutes", None)
                    found[state]["changes"] += within
                    found[state]["suspensions"] += within and minutes is not None
                    found[state]["minutes"] += (minutes or 0) * within
                case sub_ghz.MessageDiscarded() if event.occurred_at >= begins:
                    found[state]["discards"] += 1
        if since is not None and since < upto:
            found[state]["hours"] += _hours(since, upto)
    return found


def _hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600


def attempts(events: Iterable[Event], begins: datetime) -> Counter[tuple[str, str, str | None]]:
    began: dict[str, str] = {}
    ends: dict[str, tuple[str, str | None]] = {}
    for event in in_order(events):
        match event.fact:
            case pairing.PairingStarted() as fact if event.occurred_at >= begins:
                began[fact.attempt_id] = fact.route
            case pairing.PairingCompleted() as fact:
                ends[fact.attempt_id] = "completed", None
            case pairing.PairingFailed() as fact:
                ends[fact.attempt_id] = "failed", fact.cause
            case pairing.PairingAbandoned() as fact:
                ends[fact.attempt_id] = "abandoned", fact.stage
    return Counter((route, *ends.get(one, ("open", None))) for one, route in began.items())


def joins(events: Iterable[Event], begins: datetime) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for event in events:
        fact = event.fact
        if isinstance(fact, joining.JoinSucceeded | joining.JoinFailed):
            response = getattr(fact, "response", "success")
            place = fact.device_type, fact.partner_device_type, response
            found[place] += event.occurred_at >= begins
    return +found


def intruders(events: Iterable[Event], begins: datetime) -> Counter[tuple[bool, str]]:
    return Counter(
        (event.fact.pin_set, event.fact.outcome)
        for event in events
        if isinstance(event.fact, pins.UnauthorisedPairingAttempted) and event.occurred_at >= begins
    )
