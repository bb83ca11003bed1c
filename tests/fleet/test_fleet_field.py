import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from toy_campaign import ToyCampaign, run

from twin.events.bands import BandSelected, CoverageMeasured
from twin.events.codec import decode_premises
from twin.events.envelope import Event, encode
from twin.events.firmware import FirmwareActivated
from twin.events.lifecycle import (
    CommsHubInstalled,
    CommsHubReplaced,
    DeviceInstalled,
    PremisesRegistered,
)
from twin.events.pairing import (
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingStarted,
)
from twin.events.pins import PrivacyPinCleared, PrivacyPinSet
from twin.events.registry import PREMISES_TYPES
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.ingest.catalogue import shipped_catalogue
from twin.rules.judgements import judge
from twin.state.entry import Record
from twin.state.legality import breach_of
from twin.state.premises import is_capable
from twin.state.replay import replay
from twin.vocabulary import (
    Band,
    BandReason,
    DeviceType,
    HubInstallType,
    HubVariant,
    PairingRoute,
)

STARTS = datetime(2017, 4, 1, tzinfo=UTC)
ENDS = datetime(2018, 1, 1, tzinfo=UTC)
MID_2017 = datetime(2017, 7, 1, tzinfo=UTC)
ENDINGS = (PairingFailed, PairingCompleted, PairingAbandoned)
NOT_OF_THE_FIELD = {
    "uk.gb.smart.programme.dead-letter-resolved.v1",
    "uk.gb.smart.firmware.update-timed-out.v1",
    "uk.gb.smart.firmware.device-enrolled.v1",
    "uk.gb.smart.firmware.device-excluded.v1",
    "uk.gb.smart.firmware.update-unanswered.v1",
    "uk.gb.smart.firmware.update-conflicted.v1",
    "uk.gb.smart.firmware.confirmation-timed-out.v1",
    "uk.gb.smart.firmware.quarantine-lifted.v1",
    "uk.gb.smart.messages.received.v1",
    "uk.gb.smart.messages.service-requested.v1",
    "uk.gb.smart.messages.service-answered.v1",
    "uk.gb.smart.lifecycle.inventory-entry-told.v1",
    "uk.gb.smart.bands.duty-cycle-alerted.v1",
}


def make(premises: int, *, seed: int = 7, starts: datetime = STARTS) -> Field:
    return Field(
        assumptions=shipped(),
        catalogue=shipped_catalogue(),
        premises=premises,
        seed=seed,
        starts=starts,
        ends=ENDS,
    )


def whole_run(premises: int, *, seed: int = 7, **how) -> list[Event]:
    """A short run around mid-2017 with requests, from late June to mid-August."""
    starts = datetime(2017, 6, 20, tzinfo=UTC)
    campaign = ToyCampaign(shipped_catalogue(), begins=MID_2017, a_day=20)
    field = make(premises, seed=seed, starts=starts)
    return run(field, campaign, ends=starts + timedelta(days=50), **how)


@pytest.fixture(scope="module")
def default_run():
    field = make(1_500)
    campaign = ToyCampaign(shipped_catalogue(), begins=MID_2017, a_day=40)
    events = run(field, campaign, ends=ENDS)
    events += field.advance(until=ENDS + timedelta(days=3), requests=campaign.due(ENDS))
    return field, events


@pytest.fixture(scope="module")
def replayed(default_run):
    records = [
        Record(event.key.encode(), encode(event), 0, 0, offset)
        for offset, event in enumerate(default_run[1])
    ]
    return [entry.premises for entry in replay(records).values()]


@pytest.fixture(scope="module")
def short_run():
    return [encode(event) for event in whole_run(300)]


def test_the_short_run_holds_what_its_comparisons_are_about(short_run):
    told = b"".join(short_run)
    for name in (
        b"firmware.activated",
        b"firmware.version-read",
        b"pins.pin-set",
        b"hub-installed",
    ):
        assert told.count(name) > 10
    assert len(short_run) > 3_000


def test_two_fields_tell_the_same(short_run):
    assert [encode(event) for event in whole_run(300)] == short_run


def test_another_seed_tells_another_story(short_run):
    assert [encode(event) for event in whole_run(300, seed=8)] != short_run


def test_the_order_of_requests_in_a_call_does_not_matter(short_run):
    shuffled = random.Random(5)

    def arrange(requests):
        return shuffled.sample(requests, len(requests))

    assert [encode(event) for event in whole_run(300, arrange=arrange)] == short_run


@pytest.mark.parametrize("parts", [2, 24])
def test_how_a_day_is_cut_does_not_matter(short_run, parts):
    assert [encode(event) for event in whole_run(300, parts=parts)] == short_run


def test_a_request_that_comes_again_asks_once(short_run):
    sent: list = []

    def arrange(requests):
        sent.extend(requests)
        return [*requests, *sent[-200:]]

    assert [encode(event) for event in whole_run(300, arrange=arrange)] == short_run


def test_every_event_type_of_the_field_occurs(default_run):
    found = {event.fact.TYPE for event in default_run[1]}
    assert found == set(PREMISES_TYPES) - NOT_OF_THE_FIELD


def test_some_updates_are_never_answered_so_that_the_twin_times_them_out(default_run):
    heard: dict[str, set[str]] = defaultdict(set)
    for event in default_run[1]:
        if event.correlation_id and event.correlation_id.startswith("campaign:"):
            heard[event.subject].add(event.fact.TYPE.split(".")[4])
    unanswered = [kinds for kinds in heard.values() if kinds == {"update-requested"}]
    stuck = [kinds for kinds in heard.values() if "delivered-to-hub" in kinds]
    stuck = [kinds for kinds in stuck if "verified" not in kinds]
    assert len(unanswered) >= 3
    assert len(stuck) >= 3


def test_sequences_are_contiguous_per_source_and_moments_never_go_back(default_run):
    numbers: Counter = Counter()
    last = None
    for event in default_run[1]:
        numbers[event.source] += 1
        assert event.sequence == numbers[event.source]
        here = (event.recorded_at, event.key, event.source, event.sequence)
        assert last is None or last < here
        last = here
        assert event.occurred_at <= event.recorded_at
        assert event.recorded_at > STARTS
    assert len({event.id for event in default_run[1]}) == len(default_run[1])


def test_moments_of_a_source_never_go_back(default_run):
    last: dict[str, datetime] = {}
    for event in default_run[1]:
        assert last.get(event.source, event.occurred_at) <= event.occurred_at
        last[event.source] = event.occurred_at


def test_events_lie_in_the_interval_that_was_asked_for():
    field = make(200)
    while field.now < STARTS + timedelta(days=20):
        begins, until = field.now, field.now + timedelta(hours=7)
        for event in field.advance(until=until, requests=()):
            assert begins < event.recorded_at <= until


def test_every_event_is_readable_as_a_fact_of_its_premises(default_run):
    for event in default_run[1]:
        assert decode_premises(key=event.key.encode(), value=encode(event)) == event


STEPS = {"verified", "verification-failed", "activation-accepted", "activation-cancelled"}
STEPS |= {"activated", "activation-failed", "executing-changed"}


def test_sources_are_those_of_the_contract(default_run):
    kinds: dict[str, set[str]] = defaultdict(set)
    for event in default_run[1]:
        kinds[event.source.split(":")[2]].add(".".join(event.fact.TYPE.split(".")[3:5]))
    assert set(kinds) == {"supplier", "dsp", "chf", "gpf", "esme", "gsme", "cad"}
    assert {kind.split(".")[0] for kind in kinds["supplier"]} == {"lifecycle", "bands"}
    assert {kind.split(".")[0] for kind in kinds["gpf"]} == {"pairing"}
    assert {f"firmware.{step}" for step in STEPS} <= kinds["esme"]
    assert "firmware.transferred" in kinds["chf"]
    assert kinds["esme"].isdisjoint({"firmware.transferred", "firmware.version-read"})
    assert "pairing.started" in kinds["dsp"] & kinds["esme"]


def test_a_source_is_the_premises_or_a_device_of_it(default_run):
    owners: dict[str, set[str]] = defaultdict(set)
    for event in default_run[1]:
        owners[event.source.split(":")[3]].add(event.key)
    assert all(len(keys) == 1 for keys in owners.values())


def test_the_past_is_told_in_the_first_five_days_with_its_true_moments(default_run):
    past = [event for event in default_run[1] if event.occurred_at <= STARTS]
    registered = [event for event in past if isinstance(event.fact, PremisesRegistered)]
    assert 0.40 < len(registered) / 1_500 < 0.47
    assert max(event.recorded_at for event in past) <= STARTS + timedelta(days=5, seconds=1)
    by_day = Counter((event.recorded_at - STARTS).days for event in registered)
    assert set(by_day) == {0, 1, 2, 3, 4}
    assert max(by_day.values()) < 0.3 * len(registered)
    hubs = [event for event in past if isinstance(event.fact, CommsHubInstalled)]
    assert min(event.occurred_at for event in hubs) < datetime(2016, 8, 1, tzinfo=UTC)


def test_all_premises_are_installed_by_the_end(default_run):
    field, events = default_run
    hubs = [event for event in events if isinstance(event.fact, CommsHubInstalled)]
    new = [event for event in hubs if event.fact.install_type is HubInstallType.NEW]
    assert len(new) == len({event.key for event in new}) == field.truth().premises == 1_500
    replaced = sum(isinstance(event.fact, CommsHubReplaced) for event in events)
    assert len(hubs) - len(new) == replaced > 5


def test_a_run_stays_within_the_volume_that_was_agreed(default_run):
    """Below 300,000 records for 10,000 premises; the twin's own facts are a few hundred."""
    assert len(default_run[1]) / 1_500 * 10_000 < 295_000


def test_no_fact_of_the_field_breaks_a_rule_by_itself(default_run):
    broken = [
        (breach_of(event=event, fact=event.fact), event.fact)
        for event in default_run[1]
        if breach_of(event=event, fact=event.fact) is not None
    ]
    assert broken == []


def test_no_premises_of_the_field_breaks_a_rule(replayed):
    """What the rules judge on a premises as a whole, over all premises of the run."""
    broken = Counter(
        (finding.rule, finding.check)
        for premises in replayed
        for finding in judge(premises=premises)
        if finding.verdict == "broken"
    )
    assert broken == Counter()


def test_a_replay_of_the_events_agrees_with_the_truth_of_the_field(default_run):
    """The fold of what is told is the field's own truth, once all is told."""
    field, events = default_run
    records = [
        Record(event.key.encode(), encode(event), 0, 0, offset)
        for offset, event in enumerate(events)
    ]
    entries = [entry for entry in replay(records).values()]
    assert all(entry.parked is None and not entry.waiting for entry in entries)
    assert sum(entry.applied for entry in entries) == len(events)
    truth = field.truth()
    assert sum(is_capable(entry.premises) for entry in entries) == truth.capable_premises
    pins = [entry.premises.pin for entry in entries]
    assert sum(pin is not None and pin.pin_class is not None for pin in pins) == truth.pins_set
    believed = sum(is_capable(entry.premises, believed=True) for entry in entries)
    assert 0.8 * 1_500 < believed <= truth.capable_premises


def test_bands_follow_the_coverage(default_run):
    coverage, variants = {}, {}
    for event in default_run[1]:
        fact = event.fact
        if isinstance(fact, CoverageMeasured):
            coverage[event.key] = (fact.ghz_2_4, fact.sub_ghz)
        elif isinstance(fact, CommsHubInstalled):
            variants[event.key] = fact.hub_variant
        elif isinstance(fact, BandSelected):
            assert (fact.band, fact.reason) == expected_band(fact, coverage[event.key])
            if fact.band is Band.SUB_GHZ:
                assert variants[event.key] is HubVariant.DUAL_BAND
    assert len(set(coverage.values())) == 3


def expected_band(fact: BandSelected, coverage: tuple[bool, bool]) -> tuple[Band, BandReason]:
    match coverage, fact.device_type:
        case ((True, _), _) | ((False, True), DeviceType.ESME):
            return Band.GHZ_2_4, BandReason.COVERAGE
        case (False, True), _:
            return Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE
        case _:
            return Band.ALTERNATIVE_HAN, BandReason.NO_BAND


def test_a_pin_is_asked_for_locally_where_one_is_set(default_run):
    pins: dict[str, bool] = defaultdict(bool)
    prompts = []
    for event in sorted(default_run[1], key=lambda event: event.occurred_at):
        if isinstance(event.fact, PrivacyPinSet | PrivacyPinCleared):
            pins[event.key] = isinstance(event.fact, PrivacyPinSet)
        elif isinstance(event.fact, PairingStarted):
            prompts.append((event.fact.route, event.fact.pin_prompted, pins[event.key]))
    assert all(not prompted for route, prompted, _ in prompts if route is PairingRoute.REMOTE)
    assert all(pin for _, prompted, pin in prompts if prompted)


def test_local_pairing_goes_on_only_where_hub_and_meter_truly_can(default_run):
    """By device truth at the moment of the attempt; before mid-2017 nobody can (paragraph 31)."""
    capable: dict[str, dict[DeviceType, bool]] = defaultdict(dict)
    attempts: dict[str, bool] = {}
    ends: dict[bool, set[str]] = {True: set(), False: set()}
    for event in sorted(default_run[1], key=lambda event: event.occurred_at):
        fact = event.fact
        if isinstance(fact, CommsHubInstalled | DeviceInstalled | FirmwareActivated):
            device_type = getattr(fact, "device_type", DeviceType.CHF)
            capable[event.key][device_type] = fact.pairing_capable
        elif isinstance(fact, PairingStarted) and fact.route is PairingRoute.LOCAL:
            can = capable[event.key]
            attempts[fact.attempt_id] = can[DeviceType.CHF] and can[DeviceType.ESME]
        elif isinstance(fact, ENDINGS) and fact.attempt_id in attempts:
            ends[attempts[fact.attempt_id]].add(str(getattr(fact, "cause", "other end")))
    assert ends[False] == {"not_capable"}
    assert ends[True]
    assert "not_capable" not in ends[True]


def test_what_is_installed_from_mid_2017_is_capable(default_run):
    for event in default_run[1]:
        fact = event.fact
        hub = isinstance(fact, CommsHubInstalled)
        if hub or (isinstance(fact, DeviceInstalled) and fact.device_type is DeviceType.ESME):
            assert fact.pairing_capable == (event.occurred_at >= MID_2017)
        elif isinstance(fact, DeviceInstalled):
            assert not fact.pairing_capable


def test_what_no_field_can_be_is_refused():
    for wrong in ({"premises": 0}, {"starts": ENDS}, {"starts": datetime(2017, 4, 1)}):  # noqa: DTZ001
        arguments = {"premises": 1, "starts": STARTS, **wrong}
        with pytest.raises(ValueError, match="aware start"):
            make(**arguments)
    field = make(1)
    field.advance(until=STARTS + timedelta(days=1), requests=())
    with pytest.raises(ValueError, match="cannot go back"):
        field.advance(until=STARTS, requests=())


def test_the_planned_curve_says_what_share_is_installed():
    field = make(1_000)
    assert field.expected_share(at=ENDS) == 1
    field.advance(until=MID_2017, requests=())
    expected = field.expected_share(at=MID_2017)
    assert field.truth().premises / 1_000 == pytest.approx(expected, abs=0.05)
