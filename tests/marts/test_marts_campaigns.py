"""Campaign marts, dead letters and health: what the log says last."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.marts import sample
from tests.marts.sample_decisions import BAD_MODEL
from twin.campaign.tallies import CampaignCounts, StratumCount, WaveCount
from twin.events.envelope import encode, new_event
from twin.events.programme import DeadLetterResolved
from twin.lake.rows import Logged
from twin.marts.build import MartBuilder
from twin.marts.given import TALLIES
from twin.marts.meta import SetMeta
from twin.marts.tallies import tally_rows

META = SetMeta(set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=60)


@pytest.fixture
def builder(tmp_path) -> MartBuilder:
    made = MartBuilder()
    made.add_files(sample.write_lake(tmp_path, sample.sample_records(60), files=2))
    return made


@pytest.mark.peer_fault("PF-hawkbit-56")
def test_waves_carry_their_state_and_the_last_word_of_their_gate(builder):
    tallies = pl.DataFrame(
        {
            "campaign_id": ["LCP-METERS", "LCP-METERS", "LCP-METERS"],
            "wave": [3, 3, 4],
            "state": ["CONFIRMED", "FAILED", "AWAITING"],
            "devices": [33, 8, 70],
        }
    )
    waves = builder.build(meta=META, health={}, tallies=tallies)["campaign_waves"]
    third = waves.filter(campaign_id="LCP-METERS", wave=3).to_dicts()
    assert [(row["execution_state"], row["devices"]) for row in third] == [
        ("CONFIRMED", 33),
        ("FAILED", 8),
    ]
    assert {(row["decision"], row["why"]) for row in third} == {("REJECT", "errors_above")}
    assert {(row["wave_state"], row["campaign_state"]) for row in third} == {("SOAKING", "HELD")}
    readings = {
        (r["gate"], r["stratum"], r["n"], r["k"], r["statistic"], r["bound"]) for r in third
    }
    assert readings == {("errors", "region:North", 41, 8, 6.1, 5.3)}
    assert {row["holds"] for row in third} == {"error_gate"}
    (fourth,) = waves.filter(campaign_id="LCP-METERS", wave=4).to_dicts()
    assert (fourth["wave_state"], fourth["decision"]) == ("PLANNED", None)
    hubs = waves.filter(campaign_id="LCP-HUBS")
    assert set(hubs["campaign_state"]) == {"FINISHED"}
    assert hubs["wave_state"].to_list() == ["PASSED"] * 4
    assert hubs["devices"].null_count() == 4
    assert hubs["holds"].null_count() == 4


def test_the_log_of_campaigns_stands_newest_first(builder):
    log = builder.build(meta=META, health={})["campaign_log"]
    assert log["offset"].to_list() == sorted(log["offset"].to_list(), reverse=True)
    assert log["event"][0] == "programme.campaign-held"
    assert log["reason"][0] == "error_gate"
    model = log.filter(event="programme.model-excluded").row(0, named=True)
    assert (model["model"], model["actor"]) == (BAD_MODEL, "dcc-operations")
    answers = log.filter(event="programme.command-answered", campaign_id="LCP-METERS")
    assert answers["command"].to_list() == ["resume", "exclude", "approve"]
    assert answers["cause"].to_list() == ["cleared", "bad_firmware", "planned"]
    assert answers["role"].to_list() == ["operator", "operator", "approver"]


def test_a_resolved_dead_letter_says_so_and_holds_no_payload(builder, tmp_path):
    before = builder.build(meta=META, health={})["dead_letters"]
    assert before["standing"].to_list() == ["open", "open"]
    letter = before.row(0, named=True)
    assert "value" not in before.columns
    fact = DeadLetterResolved(letter["partition"], letter["offset"], "skipped", "operator")
    key = letter["premises_id"]
    event = new_event(
        fact=fact,
        source=f"urn:gb:operator:{key}",
        sequence=1,
        key=key,
        occurred_at=datetime(2017, 9, 29, tzinfo=UTC),
    )
    place = letter["partition"], 99_999
    record = Logged("premises.events", 0, *place, key.encode(), encode(event), sample.PUBLISHED_AT)
    builder.add_files(sample.write_lake(tmp_path / "more", [record], files=1))
    after = builder.build(meta=META, health={})
    assert after["dead_letters"]["standing"].to_list() == ["skipped", "open"]
    assert after["summary"]["open_dead_letters"].item() == 1


def test_a_resolution_of_a_place_that_no_log_has_resolves_nothing(builder, tmp_path):
    key = sample.History(1).premises_id
    event = new_event(
        fact=DeadLetterResolved(10**30, 10**30, "skipped", "operator"),
        source=f"urn:gb:operator:{key}",
        sequence=1,
        key=key,
        occurred_at=datetime(2017, 9, 29, tzinfo=UTC),
    )
    record = Logged(
        "premises.events", 0, 1, 99_999, key.encode(), encode(event), sample.PUBLISHED_AT
    )
    assert builder.add_files(sample.write_lake(tmp_path / "more", [record], files=1)) == 1
    letters = builder.build(meta=META, health={})["dead_letters"]
    assert letters["standing"].to_list() == ["open", "open"]


def test_a_dead_letter_that_cannot_be_read_is_listed_all_the_same(builder, tmp_path):
    at = datetime(2026, 11, 24, 11, 59, tzinfo=UTC)
    records = [Logged("premises.dead-letters", 0, 3, 900, b"?", b"\xff\xfe{", at)]
    builder.add_files(sample.write_lake(tmp_path / "more", records, files=1))
    letters = builder.build(meta=META, health={})["dead_letters"]
    assert letters["cause"][0] == "unreadable_letter"
    assert letters.height == 3


def test_lag_is_what_lies_between_position_and_end(builder):
    rows = [
        {"topic": "premises.events", "partition": 1, "end_offset": 50, "position": 20},
        {
            "topic": "premises.events",
            "partition": 0,
            "end_offset": 50,
            "position": 60,
            "stage": "folded",
        },
    ]
    partitions = builder.build(meta=META, health={"partitions": rows})["partitions"]
    assert partitions.select("partition", "stage", "lag").rows() == [
        (0, "folded", 0),
        (1, "archived", 30),
    ]


def test_meta_names_the_basis_of_every_partition(builder):
    meta = builder.build(meta=META, health={})["meta"].row(0, named=True)
    records = sample.sample_records(60)
    ends = {}
    for record in records:
        if record.topic == "premises.events":
            ends[record.partition] = max(ends.get(record.partition, 0), record.offset + 1)
    expected = " ".join(f"{partition}@{end}" for partition, end in sorted(ends.items()))
    assert f"premises.events epoch 0: {expected}" in meta["basis"]
    assert meta["records"] == len(records)
    assert meta["partitions"] == len(ends)
    facts = [e.occurred_at for e in sample.sample_events(60)]
    assert meta["as_at"] == max(facts)


def test_samples_are_premises_of_the_lake(builder):
    samples = builder.build(meta=META, health={})["sample_premises"]
    known = {event.key for event in sample.sample_events(60)}
    assert set(samples["premises_id"]) <= known
    assert 0 < samples.height <= 20


def test_counts_become_rows_that_hold_each_device_once(builder):
    strata = {
        "North|S01|1A2B-0C0D0E0F": StratumCount(
            WaveCount(members=10, confirmed=5, failed=1, retrying=1, decommissioned=1)
        ),
        "South|unknown|1A2B-0C0D0E0F": StratumCount(
            WaveCount(members=4, already_at_target=1, timed_out=1)
        ),
    }
    excluded = {"not_selected": StratumCount(WaveCount(members=3))}
    rows = tally_rows({"LCP-HUBS": CampaignCounts({0: excluded, 1: strata})}, waves={"LCP-HUBS": 2})
    assert rows.schema == TALLIES
    model = "1A2B-0C0D0E0F"
    assert rows.drop("campaign_id").rows() == [
        (0, None, None, None, "EXCLUDED", "not_selected", 3),
        (1, "North", "S01", model, "CONFIRMED", None, 5),
        (1, "North", "S01", model, "FAILED", None, 1),
        (1, "North", "S01", model, "RETRYING", None, 1),
        (1, "North", "S01", model, "DECOMMISSIONED", None, 1),
        (1, "North", "S01", model, "AWAITING", None, 2),
        (1, "South", "unknown", model, "TIMED_OUT", None, 1),
        (1, "South", "unknown", model, "ALREADY_AT_TARGET", None, 1),
        (1, "South", "unknown", model, "AWAITING", None, 2),
        (2, None, None, None, "AWAITING", None, 0),
    ]
    built = builder.build(meta=META, health={}, tallies=rows)
    members = built["campaign_members"].drop("campaign_id").rows()
    assert members == [
        (0, None, None, None, "not_selected", 3, 0, 0, 0, 0, 0),
        (1, "North", "S01", model, None, 10, 2, 5, 1, 1, 1),
        (1, "South", "unknown", model, None, 4, 2, 0, 1, 1, 0),
        (2, None, None, None, None, 0, 0, 0, 0, 0, 0),
    ]
    waves = built["campaign_waves"].filter(campaign_id="LCP-HUBS", execution_state="AWAITING")
    assert waves.select("wave", "devices").rows() == [(1, 4), (2, 0)], "summed over the strata"
