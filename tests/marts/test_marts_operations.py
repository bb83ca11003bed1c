"""Marts of the pages of operations equal a plain count of the events, and the campaigns' fold."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

import polars as pl
import pytest

from tests.marts import naive_operations as naive
from tests.marts import sample
from tests.marts.sample_campaigns import STARTS
from tests.marts.sample_decisions import campaign_facts
from tests.marts.test_marts_oracle import META
from twin.campaign.register import campaign_after
from twin.campaign.tallies import WaveCount
from twin.events.firmware import FirmwareUpdateRequested, FirmwareVersionRead
from twin.events.pairing import (
    CadAddressReported,
    CadSelected,
    InstallCodeTransferred,
    PairingModeOpened,
)
from twin.events.programme import CampaignSubmitted
from twin.marts.build import MartBuilder
from twin.marts.given import HEALTH
from twin.vocabulary import ModeOpenedBy

PREMISES = 120


@pytest.fixture(scope="module")
def events():
    return sample.sample_events(PREMISES)


@pytest.fixture(scope="module")
def frames(tmp_path_factory, events) -> dict[str, pl.DataFrame]:
    records = sample.sample_records(PREMISES)
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path_factory.mktemp("lake"), records, files=3))
    return builder.build(meta=META, health=sample.health(records), tallies=sample.tallies(events))


@pytest.mark.parametrize("campaign", STARTS)
def test_the_burn_up_equals_a_count_of_devices(frames, events, campaign):
    days = naive.burn_up(events, campaign)
    daily = frames["campaign_daily"].filter(campaign_id=campaign).sort("day")
    assert daily["asked"][-1] > daily["confirmed"][-1] > daily["failed"][-1] > 0
    for name in ("asked", "confirmed", "failed"):
        so_far = list(accumulate(days[name][day] for day in daily["day"]))
        assert daily[name].to_list() == so_far, name
        assert so_far[-1] == days[name].total()


def test_outages_by_day_add_up_to_those_by_length(frames):
    by_length = frames["outages"].drop_nulls("campaign_id")
    by_day = frames["campaign_daily"]
    for name in STARTS:
        expected = by_length.filter(campaign_id=name)["outages"].sum()
        assert by_day.filter(campaign_id=name)["outages"].sum() == expected
    assert by_day["outages"].sum() > 0


def test_campaigns_stand_as_their_own_fold_says(frames):
    folded = {}
    for event in campaign_facts(until=sample.AS_AT):
        folded[event.key] = campaign_after(folded.get(event.key), event)
    rows = {row["campaign_id"]: row for row in frames["campaigns"].iter_rows(named=True)}
    assert rows.keys() == folded.keys()
    for name, campaign in folded.items():
        row = rows[name]
        told = [row[column] for column in ("state", "version", "plan_hash", "title")]
        assert told == [campaign.state, campaign.version, campaign.plan_hash, campaign.plan.title]
        assert (row["holds"] or "") == ", ".join(campaign.holds)
        waves = frames["campaign_waves"].filter(campaign_id=name)
        assert set(waves["campaign_state"]) == {campaign.state}
    assert rows["LCP-METERS"]["holds"] == "error_gate"


def test_every_device_of_a_campaign_is_in_one_count(frames, events):
    tallies = sample.tallies(events).filter(pl.col("wave") > 0)
    counts = ("awaiting", "in_transfer", "verified", "activation_requested", "activated",
              "retrying", "confirmed", "errors")  # fmt: skip
    for row in frames["campaigns"].iter_rows(named=True):
        own = tallies.filter(campaign_id=row["campaign_id"])
        assert row["members"] == own["devices"].sum() > 0
        assert sum(row[name] for name in counts) == row["members"]
        assert row["confirmed"] == own.filter(state="CONFIRMED")["devices"].sum()


def test_pairing_equals_a_count_of_attempts(frames, events):
    ways = frames["pairing_channels"]
    assert {row[:-1]: row[-1] for row in ways.iter_rows()} == naive.channels(events)
    hours = frames["pairing_hours"].select("weekday", "hour", "attempts")
    assert {row[:-1]: row[-1] for row in hours.iter_rows()} == naive.hours(events)
    assert ways["attempts"].sum() == frames["pairing"]["attempts"].sum() > 0


def test_failures_by_day_equal_a_count_of_outcomes(frames, events):
    expected = naive.failures(events)
    found = {}
    for day, measure, outcomes, failed in frames["failures_daily"].iter_rows():
        found[day, measure, True], found[day, measure, False] = failed, outcomes - failed
    assert {place: n for place, n in found.items() if n} == expected


def test_codes_are_counted_by_their_digits(tmp_path):
    """Attempts at the meter, told by hand: bytes of the code, and how they ended."""
    history = sample.History(1)
    esme = f"urn:gb:esme:{history.device('esme')}"
    at = datetime(2017, 7, 1, tzinfo=UTC)
    for nth, (length, ending) in enumerate(
        [(6, "done"), (6, "failed"), (16, "done"), (16, None), (12, "given up")]
    ):
        attempt = sample._uuid(f"code {nth}")
        when = at + timedelta(hours=nth)
        transferred = InstallCodeTransferred(attempt, length, aps_secured=True)
        history.say(when, esme, transferred)
        route = sample.PairingRoute.LOCAL
        ends = {
            "done": sample.PairingCompleted(attempt, route, history.device("cad"), length, 60),
            "failed": sample.PairingFailed(attempt, route, sample.PairingFault.WINDOW_EXPIRED),
            "given up": sample.PairingAbandoned(attempt, route, sample.PairingStage.JOIN),
        }
        if ending is not None:
            history.say(when + timedelta(minutes=1), esme, ends[ending])
    events = list(history.events())
    records = [
        sample.Logged("premises.events", 0, 0, n, e.key.encode(), sample.encode(e), at)
        for n, e in enumerate(events)
    ]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path, records, files=1))
    found = builder.build(meta=META, health={})["pairing_codes"]
    assert found.rows() == [(20, 2, 1), (34, 1, 1), (44, 1, 0)]
    assert naive.codes(events) == {(6, True): 1, (6, False): 1, (16, True): 1, (12, False): 1}


def test_partitions_tell_rate_and_oldest_record_that_waits(frames):
    records = sample.sample_records(PREMISES)
    places = frames["partitions"].filter(topic="premises.events")
    waiting = places.filter(pl.col("lag") > 0)
    assert waiting.height > 0
    for row in waiting.iter_rows(named=True):
        own = [r for r in records if r.topic == row["topic"] and r.partition == row["partition"]]
        behind = [r.logged_at for r in own if r.offset >= row["position"]]
        assert (row["oldest_at"], row["oldest_is_bound"]) == (min(behind), False)
    assert places.filter(pl.col("lag") == 0)["oldest_at"].null_count() > 0


def test_a_record_that_is_not_archived_yet_is_bounded_and_rates_are_of_a_minute(tmp_path):
    now = META.published_at
    ages = (90, 50, 40, 10)
    records = [
        sample.Logged("premises.events", 0, 3, n, b"P", b"{", now - timedelta(seconds=age))
        for n, age in enumerate(ages)
    ]
    place = {"topic": "premises.events", "partition": 3, "end_offset": 9, "position": 4}
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path, records, files=1))
    found = builder.build(meta=META, health={"partitions": [place]})["partitions"]
    row = found.row(0, named=True)
    assert (row["stage"], row["lag"], row["per_second"]) == ("archived", 5, 3 / 60)
    assert row["oldest_at"] == now - timedelta(seconds=10)
    assert row["oldest_is_bound"]


def test_delays_are_those_of_the_newest_records_and_not_of_the_backlog(tmp_path):
    at = META.published_at
    records = [
        sample.Logged("premises.events", 0, 0, n, b"P", b"{", at + timedelta(seconds=n))
        for n in range(30)
    ]
    backlog, news = records[:20], records[20:]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path / "a", backlog, files=1))
    now = at + timedelta(seconds=31)
    assert builder.delays(now=now) == []
    builder.add_files(sample.write_lake(tmp_path / "b", news, files=1))
    (found,) = builder.delays(now=now)
    assert (found["records"], found["median_s"]) == (10, pytest.approx(6.5))
    assert found["p95_s"] == pytest.approx(10.55)


def test_what_is_handed_over_comes_out(frames):
    told = META.published_at
    at = told.replace(tzinfo=None)
    health = {
        "lags": [{"seen_at": at, "stage": "folded", "lag": 4}],
        "delays": [{"records": 3, "median_s": 0.5, "p95_s": 1.5}],
        "proofs": [
            {"made_at": at, "made_by": "old", "equal": True},
            {"made_at": at + timedelta(hours=1), "made_by": "new", "equal": False},
        ],
        "differences": [{"premises_id": "P1", "partition": 2, "why": "state"}],
    }
    assert set(health) == set(HEALTH) - {"partitions"}
    found = MartBuilder().build(meta=META, health=health)
    assert found["lags"].rows() == [(told, "folded", 4)]
    assert found["delays"].rows() == [(3, 0.5, 1.5)]
    assert found["proofs"]["made_by"].to_list() == ["new", "old"]
    assert found["proof_differences"]["premises_id"].to_list() == ["P1"]
    assert frames["proofs"].is_empty()


def told_by_hand(history: sample.History, folder) -> dict[str, pl.DataFrame]:
    records = [
        sample.Logged(
            "premises.events", 0, 0, n, e.key.encode(), sample.encode(e), META.published_at
        )
        for n, e in enumerate(history.events())
    ]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(folder, records, files=1))
    return builder.build(meta=META, health={})


def test_a_device_that_is_read_to_run_something_else_is_not_confirmed(tmp_path):
    history = sample.History(1)
    esme, kind = history.device("esme"), sample.DeviceType.ESME
    at, asked = datetime(2017, 8, 1, tzinfo=UTC), sample._uuid("asked")
    dsp = f"urn:gb:dsp:{history.premises_id}"
    step = {"device_id": esme, "device_type": kind, "campaign_id": "LCP-METERS", "wave": 1}
    requested = FirmwareUpdateRequested(
        **step, attempt=1, request_id=asked, firmware_version=sample.NEW
    )
    history.say(at, dsp, requested)
    for day, version in ((3, sample.OLD), (9, sample.NEW)):
        read = FirmwareVersionRead(esme, kind, version, True, asked)
        history.say(at + timedelta(days=day), dsp, read)
    daily = told_by_hand(history, tmp_path)["campaign_daily"].sort("day")
    assert daily.select("day", "asked", "confirmed", "failed").rows() == [
        (at.date(), 1, 0, 0),
        ((at + timedelta(days=9)).date(), 1, 1, 0),
    ]


def test_every_state_of_a_device_is_in_one_count():
    counted = {"awaiting": "awaiting", "requested": "in_transfer", "at_hub": "in_transfer",
               "verified": "verified", "activation_requested": "activation_requested",
               "activated": "activated", "activated_unconfirmed": "activated",
               "retrying": "retrying", "confirmed": "confirmed", "failed": "errors",
               "timed_out": "errors"}  # fmt: skip
    gone = {"members", "decommissioned", "already_at_target", "cancelled"}
    assert set(counted) | gone == {*WaveCount.__struct_fields__, "awaiting"}
    rows = [
        {"campaign_id": "LCP-HUBS", "wave": 1, "state": state.upper(), "devices": 2**nth}
        for nth, state in enumerate(counted)
    ]
    builder = MartBuilder()
    (event,) = (e for e in campaign_facts(until=sample.AS_AT) if e.key == "LCP-HUBS" and
                isinstance(e.fact, CampaignSubmitted))  # fmt: skip
    builder._campaign_facts[0, 0, 0] = event
    found = builder.build(meta=META, health={}, tallies=pl.DataFrame(rows))["campaigns"]
    row = found.row(0, named=True)
    for column in set(counted.values()):
        expected = sum(2**nth for nth, state in enumerate(counted) if counted[state] == column)
        assert row[column] == expected, column
    assert row["members"] == 2 ** len(counted) - 1


def test_the_furthest_step_of_an_attempt_counts(tmp_path):
    history = sample.History(1)
    esme, at = f"urn:gb:esme:{history.device('esme')}", datetime(2017, 7, 1, tzinfo=UTC)
    attempt, cad = sample._uuid("far"), history.device("cad")
    history.say(at, esme, PairingModeOpened(attempt, 300, ModeOpenedBy.CONSUMER))
    history.say(at + timedelta(minutes=2), esme, CadSelected(attempt, cad))
    history.say(at + timedelta(minutes=1), esme, CadAddressReported(attempt, cad))
    found = told_by_hand(history, tmp_path)["pairing_channels"]
    assert found.rows() == [(None, None, "open", 3, 1)]
    assert naive.channels(history.events()) == {(None, None, "open", 3): 1}
