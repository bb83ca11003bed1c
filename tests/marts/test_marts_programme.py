"""Marts of the programme, and totals of every event type."""

from collections import Counter
from datetime import timedelta

import polars as pl
import pytest
from msgspec.structs import replace
from polars.testing import assert_frame_equal

from tests.events.samples import samples
from tests.marts import naive_programme as naive
from tests.marts import sample
from tests.marts.sample_programme import programme_facts
from twin.events.codec import decode
from twin.events.envelope import Event, encode
from twin.events.registry import (
    ALL_TYPES,
    CAMPAIGN_TYPES,
    OVERSIGHT_TYPES,
    family,
    short_name,
)
from twin.lake.rows import Logged
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta

META = SetMeta(set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=40)
PREMISES = 40


@pytest.fixture(scope="module")
def records() -> list[Logged]:
    return sample.sample_records(PREMISES)


@pytest.fixture(scope="module")
def frames(records, tmp_path_factory) -> dict[str, pl.DataFrame]:
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path_factory.mktemp("lake"), records, files=3))
    return builder.build(meta=META, health={})


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return list(programme_facts(until=sample.AS_AT))


@pytest.mark.rule("BR42")
def test_milestones_are_met_late_slipped_or_open(frames, events) -> None:
    rows = {row[0]: row[1:] for row in frames["milestones"].iter_rows()}
    assert rows == naive.milestone_rows(events, on=frames["meta"]["as_at"].item().date())
    assert {row[-1] for row in rows.values()} == {"met", "late", "slipped", "open"}


@pytest.mark.rule("BR40")
def test_requests_and_answers_of_every_party(frames, events) -> None:
    found = {
        (row["party"], row["subject"]): Counter(
            {name: row[name] for name in ("asked", "answered", "late")}
        )
        for row in frames["information_requests"].iter_rows(named=True)
    }
    assert found == naive.request_counts(events)
    assert any(row["late"] for row in found.values())
    assert any(row["answered"] < row["asked"] for row in found.values())


@pytest.mark.rule("BR40")
def test_recommendations_with_their_objectives(frames, events) -> None:
    found = {row[:3]: row[3:] for row in frames["recommendations"].iter_rows()}
    assert found == naive.recommendation_counts(events)


def test_every_record_stands_in_the_totals(frames, records) -> None:
    expected: Counter[tuple[str, str, str]] = Counter()
    for record in records:
        if record.topic == "premises.dead-letters":
            expected[record.topic, "dead letters", "dead letter"] += 1
            continue
        read = decode(key=record.key, value=record.value)
        place = ("unreadable", "malformed")
        if isinstance(read, Event):
            place = (family(read.fact.TYPE), short_name(read.fact.TYPE))
        expected[record.topic, *place] += 1
    assert {row[:-1]: row[-1] for row in frames["event_totals"].iter_rows()} == expected
    types = {name for _, kind, name in expected if kind not in ("dead letters", "unreadable")}
    assert frames["summary"]["event_types"].item() == len(types) > 50


def test_facts_of_campaigns_and_of_the_programme_are_not_mixed_up(
    frames, records, tmp_path
) -> None:
    """Each on the other's topic is refused; and a campaign's log holds no milestone."""
    swap = {"campaign.events": "programme.events", "programme.events": "campaign.events"}
    strays = [
        replace(record, topic=swap[record.topic], partition=9)
        for record in records
        if record.topic in swap
    ]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path / "good", records, files=2))
    builder.add_files(sample.write_lake(tmp_path / "strays", strays, files=1))
    again = builder.build(meta=META, health={})
    for name in ("campaign_log", "milestones", "information_requests", "recommendations"):
        assert_frame_equal(again[name], frames[name])
        assert frames[name].height
    refused = again["event_totals"].filter(event="wrong_topic")
    assert refused["records"].sum() == len(strays)


def test_a_programme_record_sent_twice_counts_once(frames, records, tmp_path) -> None:
    late = timedelta(minutes=1)
    twice = [
        replace(record, offset=record.offset + 1_000, logged_at=record.logged_at + late)
        for record in records
        if record.topic == "programme.events"
    ]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path / "again", twice, files=1))
    builder.add_files(sample.write_lake(tmp_path / "first", records, files=1))
    again = builder.build(meta=META, health={})
    for name in ("milestones", "information_requests", "recommendations"):
        assert_frame_equal(again[name], frames[name])


def test_every_type_of_the_contract_is_counted(tmp_path) -> None:
    records = []
    for event_type in sorted(ALL_TYPES):
        topic = "premises.events"
        if event_type in CAMPAIGN_TYPES | OVERSIGHT_TYPES:
            topic = "campaign.events" if event_type in CAMPAIGN_TYPES else "programme.events"
        for event in samples(event_type):
            place = (topic, 0, 0, len(records))
            key, value = event.key.encode(), encode(event)
            records.append(Logged(*place, key, value, sample.PUBLISHED_AT))
    builder = MartBuilder()
    builder.add_files(sample.write_lake(tmp_path, records, files=2))
    built = builder.build(meta=META, health={})
    totals = {row[2]: row[3] for row in built["event_totals"].iter_rows()}
    assert totals == Counter(
        short_name(event_type) for event_type in ALL_TYPES for _ in samples(event_type)
    )
    assert built["summary"]["event_types"].item() == len(ALL_TYPES)
