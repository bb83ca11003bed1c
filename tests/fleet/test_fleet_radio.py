"""The air at 868 MHz: settings, duty cycle, scans and channel changes, steered by rows."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from msgspec.structs import replace

from tests.fleet.desk import CATALOGUE, STARTS, obedient
from tests.fleet.quiet import quiet_firmware, quiet_han
from tests.fleet.toy_campaign import request
from twin.events.bands import CoverageMeasured
from twin.events.envelope import Event
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.events.requests import RequestKind
from twin.events.sub_ghz import (
    ChannelScanAssessed,
    DutyCycleStateChanged,
    MessageDiscarded,
    SubGhzChannelChanged,
    SubGhzConfigurationChanged,
)
from twin.fleet.field import Field
from twin.fleet.numbers.han_rows import load_han, shipped_han
from twin.fleet.numbers.rows import BadAssumption
from twin.fleet.numbers.shapes import ByKey, distribution
from twin.rules.refusal import Refusal
from twin.rules.sub_ghz import DutyThresholds, check_channel, check_duty_step, duty_state
from twin.vocabulary import DeviceType, DutyCycleState, ScanAnswer, ScanTrigger

HAN_TEXT = files("twin.fleet.numbers").joinpath("han.toml").read_text("utf-8")
SETTINGS = shipped_han().sub_ghz_settings
ENDS = datetime(2017, 4, 2, tzinfo=UTC)
ALWAYS = {"scan_refused_share": 0.0, "channel_change_share": 1.0}
AIR = (
    DutyCycleStateChanged,
    ChannelScanAssessed,
    SubGhzChannelChanged,
    MessageDiscarded,
    SubGhzConfigurationChanged,
)


def field_of(premises: int, *, assumptions=None, **rows) -> Field:
    return Field(
        assumptions=assumptions or obedient(),
        catalogue=CATALOGUE,
        premises=premises,
        seed=13,
        starts=STARTS,
        ends=ENDS,
        han=quiet_han(**rows),
        firmware=quiet_firmware(),
    )


def run(premises: int = 120, days: int = 200, **rows) -> list[Event]:
    events = field_of(premises, **rows).advance(until=STARTS + timedelta(days=days), requests=())
    return sorted(events, key=lambda event: (event.occurred_at, event.source, event.sequence))


def air_of(events) -> dict[str, list[Event]]:
    found = defaultdict(list)
    for event in events:
        if isinstance(event.fact, AIR):
            found[event.key].append(event)
    return found


@pytest.mark.rule("BR14", "BR17")
def test_hubs_at_868_mhz_are_configured_once_and_no_others():
    events = run(scan_rate=2.0, duty_excursion_rate=2.0)
    dual = {
        event.key
        for event in events
        if isinstance(event.fact, CoverageMeasured)
        and (event.fact.ghz_2_4, event.fact.sub_ghz) == (False, True)
    }
    hubs = {event.fact.device_id for event in events if isinstance(event.fact, CommsHubInstalled)}
    air = air_of(events)
    assert set(air) == dual
    for told in air.values():
        configured = [one for one in told if isinstance(one.fact, SubGhzConfigurationChanged)]
        assert configured == told[:1]
        assert {one.fact.device_id for one in told} <= hubs
        assert configured[0].fact.limited_critical_percent == 2.2
        assert configured[0].fact.channel_changes_per_week_max == 5


@pytest.mark.rule("BR18")
def test_the_duty_cycle_moves_one_state_at_a_time_by_its_percent():
    events = run(duty_excursion_rate=8.0, message_discarded_share=0.5)
    thresholds = DutyThresholds(1.3, 2.2, 2.5)
    reached = Counter()
    for told in air_of(events).values():
        state = DutyCycleState.NORMAL
        suspended: dict[str, datetime] = {}
        for event in told:
            fact = event.fact
            if isinstance(fact, MessageDiscarded):
                assert event.occurred_at <= suspended[fact.suspended_device_id]
            elif isinstance(fact, DutyCycleStateChanged):
                assert fact.from_state is state
                step = check_duty_step(from_state=fact.from_state, to_state=fact.to_state)
                assert not isinstance(step, Refusal)
                state = duty_state(percent=fact.duty_percent, thresholds=thresholds)
                assert fact.to_state is state
                reached[state] += 1
                assert (fact.suspended_device_id is None) == (fact.suspend_minutes is None)
                if fact.suspended_device_id:
                    assert state is DutyCycleState.LIMITED
                    until = event.occurred_at + timedelta(minutes=fact.suspend_minutes)
                    suspended[fact.suspended_device_id] = until
    assert set(reached) == set(DutyCycleState)
    assert any(isinstance(event.fact, MessageDiscarded) for event in events)


@pytest.mark.rule("BR19")
def test_a_scan_in_a_critical_duty_cycle_is_refused():
    events = run(duty_excursion_rate=8.0, duty_critical_share=1.0, scan_at_critical_share=1.0)
    scans = [event.fact for event in events if isinstance(event.fact, ChannelScanAssessed)]
    rises = [
        event.fact
        for event in events
        if isinstance(event.fact, DutyCycleStateChanged)
        and event.fact.from_state is DutyCycleState.LIMITED
        and event.fact.to_state is DutyCycleState.CRITICAL
    ]
    assert len(scans) == len(rises) > 20
    assert {scan.answer for scan in scans} == {ScanAnswer.DUTY_CYCLE_TOO_HIGH}
    assert {scan.trigger for scan in scans} == {ScanTrigger.MESSAGE_RETRIES}


@pytest.mark.rule("BR19")
@pytest.mark.parametrize(
    "answer", [one for one in ScanAnswer if one is not ScanAnswer.DUTY_CYCLE_TOO_HIGH]
)
def test_each_obstacle_gives_its_own_answer_and_only_an_accepted_scan_moves_the_network(answer):
    accepted = answer is ScanAnswer.ACCEPTED
    rows = {} if accepted else {"scan_refusal_share": distribution({answer.value: 1.0})}
    share = 0.0 if accepted else 1.0
    events = run(scan_rate=6.0, scan_refused_share=share, channel_change_share=1.0, **rows)
    scans = [event.fact for event in events if isinstance(event.fact, ChannelScanAssessed)]
    moves = [event for event in events if isinstance(event.fact, SubGhzChannelChanged)]
    assert {scan.answer for scan in scans} == {answer}
    assert len(scans) > 20
    assert bool(moves) == accepted
    for move in moves:
        channel = check_channel(page=move.fact.page, channel=move.fact.channel)
        assert not isinstance(channel, Refusal)


@pytest.mark.rule("BR19")
@pytest.mark.parametrize("most", [1, 5])
def test_a_network_never_moves_more_often_in_a_week_than_its_setting(most):
    """With a scan several times a day, all accepted and each with a quieter channel."""
    shipped = dict(zip(SETTINGS.keys, SETTINGS.values, strict=True))
    settings = {**shipped, "channel_changes_per_week_max": float(most)}
    limits = ByKey(tuple(settings), tuple(settings.values()))
    events = run(40, 60, scan_rate=900.0, sub_ghz_settings=limits, **ALWAYS)
    moves = defaultdict(list)
    for event in events:
        if isinstance(event.fact, SubGhzChannelChanged):
            moves[event.key].append(event.occurred_at)
    assert moves
    week = timedelta(days=7)
    busiest = max(
        sum(at - week < other <= at for other in times) for times in moves.values() for at in times
    )
    assert busiest == most


@pytest.mark.rule("BR19")
def test_no_network_moves_while_its_gas_meter_is_sent_firmware():
    """The image never comes, so the update is under way until it lapses, five days later."""
    rules = replace(obedient(), undelivered_share=1.0)
    field = field_of(120, assumptions=rules, scan_rate=500.0, **ALWAYS)
    told = field.advance(until=STARTS + timedelta(days=10), requests=())
    gas = [
        event
        for event in told
        if isinstance(event.fact, DeviceInstalled) and event.fact.device_type is DeviceType.GSME
    ]
    asked = [
        request(
            event,
            RequestKind.UPDATE,
            device_type=DeviceType.GSME,
            target=CATALOGUE.versions(event.fact.model)[-1],
        )
        for event in gas
    ]
    later = field.advance(until=STARTS + timedelta(days=11), requests=asked)
    begun = {
        event.key: event.occurred_at
        for event in later
        if event.fact.TYPE.endswith("update-requested.v1")
    }
    during = [
        event
        for event in later
        if event.key in begun and event.occurred_at > begun[event.key] + timedelta(seconds=1)
    ]
    scans = [event.fact for event in during if isinstance(event.fact, ChannelScanAssessed)]
    assert len(scans) > 5
    assert {scan.answer for scan in scans} == {ScanAnswer.GSME_DISTRIBUTION_UNDERWAY}
    assert not [event for event in during if isinstance(event.fact, SubGhzChannelChanged)]


def test_only_premises_with_gas_have_a_gas_meter_that_asks_for_a_scan():
    only = distribution({"gsme_request": 1.0})
    events = run(scan_rate=6.0, scan_trigger_share=only)
    gas = {
        event.key
        for event in events
        if isinstance(event.fact, DeviceInstalled) and event.fact.device_type is DeviceType.GSME
    }
    found = Counter(
        (event.key in gas, event.fact.trigger)
        for event in events
        if isinstance(event.fact, ChannelScanAssessed)
    )
    assert set(found) == {
        (True, ScanTrigger.GSME_REQUEST),
        (False, ScanTrigger.NON_GSME_REQUEST),
    }


@pytest.mark.rule("BR17", "BR18")
@pytest.mark.parametrize(
    ("written", "instead", "why"),
    [
        ("suspend_minutes]\nvalue = 5", "suspend_minutes]\nvalue = 256", "row suspend_minutes"),
        ("limited_percent = 1.3", "limited_percent = 2.3", "row sub_ghz_settings"),
        (
            "regulated_percent]\nvalue = 2.5",
            "regulated_percent]\nvalue = 2.1",
            "row critical_regulated_percent",
        ),
    ],
)
def test_rows_that_no_hub_can_have_are_refused(written, instead, why):
    text = HAN_TEXT.replace(written, instead)
    assert text != HAN_TEXT
    with pytest.raises(BadAssumption, match=why):
        load_han(text=text)
