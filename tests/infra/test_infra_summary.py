"""When a summary holds: every record ended in one way and is archived, and three ways agree."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from infra.run.summary import Digests, Records, Summary, summarise, way_of
from infra.run.summary_of_campaigns import story
from tests.events.samples import samples
from tests.lake.lake_records import ESME, NOON, PREMISES, cleared
from tests.marts.sample import AS_AT
from tests.marts.sample_decisions import BAD_MODEL, PLANS, campaign_facts
from twin.campaign.state import drafted, evolve
from twin.campaign.tallies import CampaignCounts, StratumCount, WaveCount
from twin.events.envelope import encode, new_event
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.events.programme import OutcomeRevised, WaveReleased
from twin.events.registry import CAMPAIGN_TYPES, short_name
from twin.state.entry import Entry, Record
from twin.state.replay import replay
from twin.vocabulary import DeviceType, HubVariant

HUB = "00-1D-24-00-00-00-00-01"
METERS = "LCP-METERS"
RECORDS = Records(produced=10, applied=4, duplicate=3, held=2, dead=1, archived=10)
DIGESTS = Digests(live="a", replay="a", lake="a", live_seen=9, replay_seen=9, lake_seen=9)


def test_records_that_all_ended_and_are_archived() -> None:
    assert RECORDS.reconciled


@pytest.mark.parametrize("name", Records.__struct_fields__)
@pytest.mark.parametrize("by", [-1, 1])
def test_one_record_too_many_or_too_few_does_not_reconcile(name: str, by: int) -> None:
    assert not replace(RECORDS, **{name: getattr(RECORDS, name) + by}).reconciled


def test_no_records_reconcile() -> None:
    none = dict.fromkeys(Records.__struct_fields__, 0)
    assert Records(**none).reconciled


def test_digests_that_agree() -> None:
    assert DIGESTS.equal


@pytest.mark.parametrize("name", ["live", "replay", "lake"])
def test_one_other_digest_is_not_equal(name: str) -> None:
    assert not replace(DIGESTS, **{name: "b"}).equal


@pytest.mark.parametrize("name", ["live_seen", "replay_seen", "lake_seen"])
def test_one_other_number_of_records_is_not_equal(name: str) -> None:
    """A record that changes no state, counted by one way only, is still found."""
    assert not replace(DIGESTS, **{name: 8}).equal


def history() -> list[Record]:
    """A capable hub, an older meter, a PIN cleared twice, a hole, and a bad record elsewhere."""
    supplier = f"urn:gb:supplier:{PREMISES}"
    facts = [
        CommsHubInstalled(HUB, "1062-0A0B0C0D", HubVariant.SINGLE_BAND, "0002000A", True),
        DeviceInstalled(ESME, DeviceType.ESME, "1062-0A0B0C0E", "00010001", False),
    ]
    events = [
        new_event(fact=fact, source=supplier, sequence=n, key=PREMISES, occurred_at=NOON)
        for n, fact in enumerate(facts, 1)
    ]
    values: list[tuple[str, bytes]] = [
        (PREMISES, encode(event)) for event in [*events, cleared(1), cleared(1), cleared(3)]
    ]
    values += [("Pfedcba9876543210", b"bad"), ("none", b"bad")]
    return [Record(key.encode(), value, 0, 0, n) for n, (key, value) in enumerate(values)]


def made(**changes: Any) -> Summary:
    entries: dict[tuple[int, str], Entry] = replay(history())
    given: dict[str, Any] = {
        "live": entries,
        "replay": way_of(entries),
        "lake": way_of(entries),
        "produced": 7,
        "archived": 7,
        "by_event": {},
        "campaigns": {},
        "counts": {},
        "decisions": (),
        "as_at": datetime(2017, 12, 31, tzinfo=UTC),
        "seconds": {},
    }
    return summarise(**given | changes)


def test_summary_of_a_small_history() -> None:
    found = made()
    assert found.simulated
    assert found.records == Records(produced=7, applied=3, duplicate=1, held=1, dead=2, archived=7)
    assert found.premises == {"registered": 0, "installed": 1, "incomplete": 0}
    assert found.capable["truth"] == {"hubs": 1, "electricity_meters": 0, "premises": 0}
    assert found.pins == {"cleared": 1, "never_set": 1}
    assert found.network["hubs"] == {"single_band": 1}
    assert found.intruders == {"attempts": 0, "paired": 0}
    assert found.rules["BR43 one active hub"] == {"met": 2}
    assert found.holds


def test_live_table_that_lost_a_record_does_not_hold() -> None:
    assert not made(live=replay(history()[:-1])).holds
    assert not made(live=replay(history()[1:])).holds


def test_lake_or_log_that_lost_a_record_does_not_hold() -> None:
    assert not made(lake=way_of(replay(history()[:-1]))).holds
    assert not made(replay=way_of(replay(history()[:4]))).holds
    assert not made(archived=6).holds
    assert not made(produced=8).holds


def with_campaign() -> Summary:
    """The history with the sample's second campaign, which is held at last."""
    events = [event for event in campaign_facts(until=AS_AT) if event.key == METERS]
    campaign = drafted(PLANS[METERS], events[0].fact)  # type: ignore[arg-type]
    for event in events[1:]:
        campaign = evolve(campaign, event.fact, at=event.occurred_at)  # type: ignore[arg-type]
    stratum = StratumCount(WaveCount(members=28, confirmed=20, failed=2, decommissioned=1))
    excluded = {"installed_later": StratumCount(WaveCount(members=31))}
    counts = CampaignCounts({0: excluded, 2: {"North|S01|1A2B-0C0D0E0F": stratum}})
    others = [event for event in campaign_facts(until=AS_AT) if event.key != METERS]
    return made(campaigns={METERS: campaign}, counts={METERS: counts}, decisions=[*others, *events])


def test_a_campaign_tells_its_state_its_members_and_who_was_excluded() -> None:
    found = with_campaign().campaigns[METERS]
    assert (found.state, found.holds, found.plan_version) == ("HELD", ("error_gate",), 1)
    assert (found.frozen, found.excluded) == (190, {"installed_later": 31})
    assert found.excluded_models == (BAD_MODEL,)
    assert [wave.state for wave in found.waves] == ["PASSED", "PASSED", "SOAKING", "PLANNED"]
    second = found.waves[1]
    parts = second.confirmed, second.errors, second.gone, second.awaiting, second.in_flight
    assert (second.members, parts) == (28, (20, 2, 1, 5, 0))


def test_a_campaign_tells_its_story_with_dates() -> None:
    told = [f"{step.on} {step.what}" for step in with_campaign().campaigns[METERS].story]
    assert told == [
        "2017-04-01 plan version 1 submitted by programme-planner",
        "2017-04-02 membership frozen: 190 members in 4 waves, 35 excluded",
        "2017-04-03 approved by dcc-approver (planned)",
        "2017-08-20 started",
        "2017-08-20 wave 1 is all released",
        "2017-08-27 wave 1 passed",
        "2017-08-29 wave 2 is all released",
        f"2017-09-01 held: error_gate in wave 2, model:{BAD_MODEL} (6 of 9, 7.4 against 5.3)",
        f"2017-09-02 model {BAD_MODEL} excluded by dcc-operations (bad_firmware)",
        "2017-09-04 resumed, overriding error_gate (by dcc-operations, cleared)",
        "2017-09-05 wave 2 passed",
        "2017-09-08 wave 3 is all released",
        "2017-09-14 held: error_gate in wave 3, region:North (8 of 41, 6.1 against 5.3)",
    ]


def test_every_fact_but_answers_and_gates_is_a_step_of_a_story() -> None:
    """Each alone: a new type that nobody tells is a hole in the story."""
    untold = {name for name in CAMPAIGN_TYPES if not list(story([next(samples(name))]))}
    assert {short_name(name) for name in untold} == {
        "programme.gate-evaluated",
        "programme.command-answered",
        "programme.timer-fired",
    }


def test_of_a_release_and_of_revised_outcomes_only_the_ends_are_told() -> None:
    steps = [
        WaveReleased(METERS, 1, 0.25, False, 1),
        WaveReleased(METERS, 1, 0.5, False, 2),
        WaveReleased(METERS, 1, 1.0, True, 3),
        OutcomeRevised(METERS, 100, 7, 4),
        OutcomeRevised(METERS, 100, 3, 5),
    ]
    told = [
        new_event(fact=fact, source="urn:gb:twin:X", sequence=n, key=METERS, occurred_at=NOON)
        for n, fact in enumerate(steps, 1)
    ]
    assert [step.what for step in story(told)] == [
        "wave 1 begins to be released",
        "wave 1 is all released",
        "outcome revised: 3 of 100 not confirmed",
    ]


def test_summary_is_read_back_from_json() -> None:
    found = with_campaign()
    assert msgspec.json.decode(msgspec.json.encode(found), type=Summary) == found
