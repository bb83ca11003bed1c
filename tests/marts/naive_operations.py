"""Counts that the pages of operations show, made again in plain Python from the events."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.marts.naive import in_order
from twin.events import firmware, pairing
from twin.events.envelope import Event
from twin.vocabulary import TransferOutcome

FAILED = (
    firmware.FirmwareUpdateWarned,
    firmware.FirmwareActivationFailed,
    firmware.FirmwareUpdateTimedOut,
)


def burn_up(events: Iterable[Event], campaign: str) -> dict[str, Counter[date]]:
    """Devices of a campaign by the day on which they were asked first, confirmed, and failed."""
    told: dict[str, list[Event]] = defaultdict(list)
    reads: dict[str, list[Event]] = defaultdict(list)
    for event in in_order(events):
        fact: Any = event.fact
        if isinstance(fact, firmware.FirmwareVersionRead):
            reads[fact.device_id].append(event)
        elif getattr(fact, "campaign_id", None) == campaign and hasattr(fact, "attempt"):
            told[fact.device_id].append(event)
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for device, own in told.items():
        days["asked"][own[0].occurred_at.date()] += 1
        targets = {
            e.fact.firmware_version
            for e in own
            if isinstance(e.fact, firmware.FirmwareUpdateRequested)
        }
        confirmed = [e for e in reads[device] if e.fact.firmware_version in targets]
        newest = max(own, key=lambda e: (e.fact.attempt, e.occurred_at, e.sequence))
        if confirmed:
            days["confirmed"][confirmed[0].occurred_at.date()] += 1
        elif _is_failure(newest.fact):
            days["failed"][max(e.occurred_at for e in own).date()] += 1
    return days


def _is_failure(fact: object) -> bool:
    if isinstance(fact, firmware.FirmwareTransferred):
        return fact.transfer is not TransferOutcome.SUCCESS
    return isinstance(fact, FAILED)


def channels(events: Iterable[Event]) -> Counter[tuple[str | None, str | None, str, int]]:
    """Attempts by route, channel, outcome and the furthest step."""
    attempts = _attempts(events)
    return Counter((a["route"], a["channel"], a["outcome"], a["reached"]) for a in attempts)


def hours(events: Iterable[Event]) -> Counter[tuple[int, int]]:
    """Attempts by weekday (1 Monday) and hour of their beginning."""
    return Counter((a["began"].isoweekday(), a["began"].hour) for a in _attempts(events))


def codes(events: Iterable[Event]) -> Counter[tuple[int, bool]]:
    """Attempts that ended with a code accepted at the meter, by its bytes and whether paired."""
    return Counter(
        (a["length"], a["outcome"] == "completed")
        for a in _attempts(events)
        if a["length"] and a["outcome"] != "open"
    )


def failures(events: Iterable[Event]) -> Counter[tuple[date, str, bool]]:
    """Outcomes by day, measure, and whether they are failures."""
    found: Counter[tuple[date, str, bool]] = Counter()
    for event in events:
        failed = isinstance(event.fact, firmware.FirmwareActivationFailed)
        if failed or isinstance(event.fact, firmware.FirmwareActivated):
            found[event.occurred_at.date(), "activations", failed] += 1
    for attempt in _attempts(events):
        if attempt["outcome"] != "open":
            day = attempt["ended"].date()
            found[day, "pairings", attempt["outcome"] != "completed"] += 1
    return found


_STEPS = {
    pairing.PairingCompleted: 5,
    pairing.InstallCodeEntered: 4,
    pairing.InstallCodeTransferred: 4,
    pairing.CadSelected: 3,
    pairing.PairingModeOpened: 2,
}


def _attempts(events: Iterable[Event]) -> list[dict[str, Any]]:
    held: dict[str, dict[str, Any]] = {}
    for event in in_order(events):
        fact: Any = event.fact
        name = getattr(fact, "attempt_id", None)
        if name is None:
            continue
        new = {"route": None, "channel": None, "outcome": "open", "reached": 1, "length": None,
               "began": event.occurred_at}  # fmt: skip
        attempt = held.setdefault(name, new)
        attempt["route"] = attempt["route"] or getattr(fact, "route", None)
        attempt["channel"] = attempt["channel"] or getattr(fact, "channel", None)
        attempt["reached"] = max(attempt["reached"], _STEPS.get(type(fact), 1))
        match fact:
            case pairing.InstallCodeTransferred():
                attempt["length"] = fact.code_length
            case pairing.PairingCompleted():
                attempt.update(outcome="completed", ended=event.occurred_at)
            case pairing.PairingFailed():
                attempt.update(outcome="failed", ended=event.occurred_at)
            case pairing.PairingAbandoned():
                attempt.update(outcome="abandoned", ended=event.occurred_at)
    return list(held.values())
