"""Pairing, PINs and intruders in a whole field: laws that hold whatever chance brings."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from twin.events.envelope import Event, encode
from twin.events.joining import ChfDeviceLogChanged, DeviceJoined, JoinSucceeded
from twin.events.lifecycle import CommsHubReplaced
from twin.events.pairing import (
    InstallCodeEntered,
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingStarted,
)
from twin.events.registry import JoinFact, PairingFact, PinFact
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.ingest.catalogue import shipped_catalogue
from twin.state.entry import Record
from twin.state.replay import replay
from twin.vocabulary import DeviceType, LogChange

STARTS = datetime(2017, 7, 1, tzinfo=UTC)
ENDS = datetime(2018, 1, 1, tzinfo=UTC)
ENDINGS = (PairingCompleted, PairingFailed, PairingAbandoned)
OURS = {kind.TYPE for union in (PairingFact, JoinFact, PinFact) for kind in union.__args__}


def make(premises: int) -> Field:
    """A field whose people want CADs more often than by default."""
    return Field(
        assumptions=replace(shipped(), cad_demand_rate=2.0),
        catalogue=shipped_catalogue(),
        premises=premises,
        seed=2017,
        starts=STARTS,
        ends=ENDS,
    )


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return make(1_500).advance(until=ENDS, requests=())


def test_every_event_type_of_pairing_joining_and_pins_occurs(events):
    assert {event.fact.TYPE for event in events} >= OURS


def test_how_the_time_is_cut_does_not_matter():
    whole = make(200).advance(until=ENDS, requests=())
    field, parts = make(200), []
    while field.now < ENDS:
        until = min(field.now + timedelta(hours=31), ENDS)
        parts += field.advance(until=until, requests=())
    assert [encode(event) for event in parts] == [encode(event) for event in whole]
    assert sum(event.fact.TYPE in OURS for event in whole) > 1_000


def test_every_attempt_begins_and_ends_once_and_its_facts_carry_its_correlation(events):
    facts: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        attempt_id = getattr(event.fact, "attempt_id", None)
        if attempt_id is not None:
            assert event.correlation_id == f"attempt:{attempt_id}"
            facts[attempt_id].append(event)
    under_way = 0
    for found in facts.values():
        told = sorted(found, key=lambda event: (event.occurred_at, event.recorded_at))
        assert isinstance(told[0].fact, PairingStarted)
        ends = [event for event in told if isinstance(event.fact, ENDINGS)]
        under_way += not ends
        assert len(ends) <= 1
        assert not ends or ends[0] is told[-1]
    assert len(facts) > 1_000
    assert under_way < 0.03 * len(facts)


def test_numbers_of_a_source_are_contiguous_and_its_moments_never_go_back(events):
    numbers: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for event in events:
        numbers[event.source] += 1
        assert event.sequence == numbers[event.source]
        assert last.get(event.source, event.occurred_at) <= event.occurred_at
        last[event.source] = event.occurred_at
    assert any(source.startswith("urn:gb:cad:") for source in numbers)


@pytest.mark.rule("BR06", "BR09", "BR20", "BR21", "BR24", "BR26")
def test_no_fact_breaks_a_rule_and_the_fold_takes_them_all(events):
    records = [
        Record(event.key.encode(), encode(event), 0, 0, offset)
        for offset, event in enumerate(events)
    ]
    entries = list(replay(records).values())
    assert sum(entry.applied for entry in entries) == len(events)
    assert {rule for entry in entries for rule in entry.premises.breaches} == set()


@pytest.mark.rule("BR23")
def test_a_cad_joins_only_while_the_hub_lists_it(events):
    listed: dict[str, tuple[str, ...]] = defaultdict(tuple)
    joined = 0
    for event in sorted(events, key=lambda event: event.occurred_at):
        fact = event.fact
        if isinstance(fact, ChfDeviceLogChanged):
            listed[event.key] = fact.entries
        elif isinstance(fact, DeviceJoined) and fact.device_type is DeviceType.CAD:
            joined += 1
            assert fact.device_id in listed[event.key]
    assert joined > 500


@pytest.mark.rule("BR25")
def test_no_meter_holds_more_than_four_displays_and_cads(events):
    held: dict[str, set[str]] = defaultdict(set)
    for event in events:
        fact = event.fact
        if isinstance(fact, JoinSucceeded) and fact.device_type is DeviceType.ESME:
            if fact.partner_device_type in (DeviceType.IHD, DeviceType.CAD):
                held[event.key].add(fact.partner_device_id)
        elif isinstance(fact, ChfDeviceLogChanged) and fact.change is LogChange.REMOVED:
            held[event.key].discard(fact.subject_device_id)
        assert len(held[event.key]) <= 4
    assert max(len(devices) for devices in held.values()) == 4


@pytest.mark.rule("BR08")
def test_after_an_exchange_of_the_hub_no_paired_cad_needs_its_code_again(events):
    """Pairing is done once: loss of power or another hub does not bring a code back (¶25)."""
    paired: dict[str, str] = {}
    exchanged, cad_of = set(), {}
    for event in sorted(events, key=lambda event: event.occurred_at):
        fact = event.fact
        if isinstance(fact, PairingCompleted):
            paired[event.key] = fact.device_id
        elif isinstance(fact, CommsHubReplaced) and event.key in paired:
            exchanged.add(paired[event.key])
        elif isinstance(fact, ChfDeviceLogChanged) and fact.change is LogChange.REMOVED:
            exchanged.discard(fact.subject_device_id or "")
        elif hasattr(fact, "device_id") and hasattr(fact, "attempt_id"):
            cad_of[fact.attempt_id] = fact.device_id
        elif isinstance(fact, InstallCodeEntered):
            assert cad_of.get(fact.attempt_id) not in exchanged
    assert exchanged
