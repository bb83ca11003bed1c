"""The marts equal a naive count over the same events, whatever the order of the files."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace
from polars.testing import assert_frame_equal

from tests.marts import naive, sample
from twin.events.envelope import encode
from twin.events.firmware import FirmwareActivated, FirmwareVersionRead
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.events.pins import PrivacyPinSet
from twin.marts.build import MARTS, MartBuilder
from twin.marts.meta import SetMeta
from twin.state.evolve import evolve
from twin.state.premises import Premises, is_capable
from twin.vocabulary import PinClass

META = SetMeta(
    set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=120, seed=7
)
PREMISES = 120
Frames = dict[str, pl.DataFrame]


def built(paths: list[Path], **given) -> Frames:
    builder = MartBuilder()
    builder.add_files(paths)
    return builder.build(meta=META, health={}, **given)


@pytest.fixture(scope="module")
def events():
    return sample.sample_events(PREMISES)


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> list[Path]:
    records = sample.sample_records(PREMISES)
    return sample.write_lake(tmp_path_factory.mktemp("lake"), records, files=4)


@pytest.fixture(scope="module")
def frames(paths) -> Frames:
    plan = sample.plan_curve(PREMISES)
    tallies = sample.tallies(sample.sample_events(PREMISES))
    return built(paths, plan_curve=plan, tallies=tallies)


def test_progress_of_every_day_equals_the_naive_count(frames, events):
    daily = frames["progress_daily"].drop_nulls("capable_premises")
    until = max(e.occurred_at for e in events).date()
    expected = {
        day: counts for day, counts in naive.progress(events, until=until) if counts["installed"]
    }
    columns = (
        "installed_premises",
        "capable_hubs",
        "capable_esmes",
        "capable_premises",
        "believed_premises",
        "belief_behind_premises",
    )
    found = {
        row["day"]: dict(zip(naive.MEASURES, (row[c] for c in columns), strict=True))
        for row in daily.iter_rows(named=True)
    }
    assert found == expected
    assert any(counts["behind"] > 0 for counts in expected.values())


def test_the_last_day_equals_the_fold_of_the_state(frames, events):
    state: dict[str, Premises] = {}
    for event in events:
        held = state.get(event.key) or Premises(event.key)
        state[event.key] = evolve(held, event, event.fact)
    last = frames["progress_daily"].drop_nulls("capable_premises").row(-1, named=True)
    assert last["capable_premises"] == sum(is_capable(one) for one in state.values())
    believed = sum(is_capable(one, believed=True) for one in state.values())
    assert last["believed_premises"] == believed
    assert frames["summary"]["capable_premises"].item() == last["capable_premises"]


def test_bands_pairing_and_pins_equal_the_naive_counts(frames, events):
    def counted(name: str) -> dict:
        return {row[:-1]: row[-1] for row in frames[name].iter_rows()}

    assert counted("bands") == naive.band_counts(events)
    assert counted("pairing") == naive.pairing_counts(events)
    assert counted("pins") == naive.pin_counts(events)


def test_a_record_sent_twice_is_one_fact(frames, events):
    summary = frames["summary"].row(0, named=True)
    assert summary["facts"] == len(events)
    assert summary["repeated_records"] == -(-len(events) // 97)
    assert summary["unreadable_records"] == summary["open_dead_letters"] == 2


@pytest.mark.parametrize("seed", range(4))
def test_neither_order_nor_cut_nor_repetition_of_files_matters(frames, tmp_path, seed):
    luck = random.Random(seed)
    records = sample.sample_records(PREMISES)
    luck.shuffle(records)
    paths = sample.write_lake(tmp_path, records, files=7)
    luck.shuffle(paths)
    builder = MartBuilder()
    for path in paths:
        builder.add_files([path])
        builder.build(meta=META, health={})
    assert builder.add_files(paths) == 0
    rebuilt = builder.build(
        meta=META,
        health={},
        plan_curve=sample.plan_curve(PREMISES),
        tallies=sample.tallies(sample.sample_events(PREMISES)),
    )
    for name in MARTS:
        assert_frame_equal(rebuilt[name], frames[name])


def test_a_compacted_file_beside_the_old_ones_adds_nothing(frames, paths, tmp_path):
    whole = sample.write_lake(tmp_path, sample.sample_records(PREMISES), files=1)
    builder = MartBuilder()
    builder.add_files(paths)
    assert builder.add_files(whole) == 0
    at_once = MartBuilder()
    assert at_once.add_files([*whole, *paths]) == frames["meta"]["records"].item()
    for one in (builder, at_once):
        again = one.build(meta=META, health={})
        assert_frame_equal(again["summary"], frames["summary"])
        assert_frame_equal(again["event_totals"], frames["event_totals"])


def test_a_builder_with_its_tables_in_a_file_and_little_at_a_time_makes_the_same_marts(
    frames, paths, tmp_path, monkeypatch
):
    monkeypatch.setattr("twin.marts.build.BATCH_BYTES", 1)
    monkeypatch.setattr("twin.marts.build.MOVED_MAX", 7)
    room = tmp_path / "room"
    room.mkdir()
    (room / "marts.duckdb").write_bytes(b"torn")  # what an earlier builder has left
    builder = MartBuilder(room=room)
    assert builder.add_files(paths) == frames["meta"]["records"].item()
    made = builder.build(
        meta=META,
        health={},
        plan_curve=sample.plan_curve(PREMISES),
        tallies=sample.tallies(sample.sample_events(PREMISES)),
    )
    for name in MARTS:
        assert_frame_equal(made[name], frames[name])
    builder.close()
    assert (room / "marts.duckdb").stat().st_size > 100_000


@pytest.mark.parametrize("first_file", [0, 1])
def test_of_two_records_with_one_event_id_the_first_of_the_log_counts(tmp_path, first_file):
    history = sample.History(1)
    source = f"urn:gb:esme:{history.device('esme')}"
    records = []
    for offset, pin_class in enumerate((PinClass.TOP_1, PinClass.OTHER)):
        history.facts = [(_moment(1), source, PrivacyPinSet(pin_class))]
        (event,) = history.events()
        key = event.key.encode()
        record = sample.Logged("premises.events", 0, 0, offset, key, encode(event), _moment(20))
        records.append(record)
    builder = MartBuilder()
    paths = sample.write_lake(tmp_path, records, files=2)
    builder.add_files([paths[first_file]])
    builder.add_files([paths[1 - first_file]])
    together = MartBuilder()
    together.add_files([paths[first_file], paths[1 - first_file]])
    for one in (builder, together):
        built_so = one.build(meta=META, health={})
        assert built_so["pins"].rows() == [("set", "top_1", None, 1)]
        assert built_so["summary"].select("facts", "repeated_records").rows() == [(1, 1)]


def test_files_of_an_older_lake_without_some_columns_are_taken_in(tmp_path, paths, frames):
    for path in paths:
        table = pq.read_table(path)
        left = table.drop_columns(["breach", "milestone", "duration_s", "framework_change"])
        pq.write_table(left, tmp_path / path.name)
    older = built(sorted(tmp_path.iterdir()))
    assert older["meta"]["records"].item() == frames["meta"]["records"].item()
    assert_frame_equal(older["bands"], frames["bands"])
    assert older["milestones"].is_empty()


def _moment(day: int, hour: int = 0) -> datetime:
    return datetime(2017, 7, day, hour, tzinfo=UTC)


def test_belief_lags_until_a_read_and_a_new_hub_is_the_active_one(tmp_path):
    """Histories told by hand: (day, capable by truth, capable by belief)."""
    history = sample.History(1)
    supplier, dsp = f"urn:gb:supplier:{history.premises_id}", f"urn:gb:dsp:{history.premises_id}"
    hub, esme, second = (history.device(n) for n in ("hub", "esme", "second hub"))
    variant, model = sample.HubVariant.DUAL_BAND, sample.MODEL
    installed = CommsHubInstalled(hub, model, variant, sample.NEW, True)
    meter = DeviceInstalled(esme, sample.DeviceType.ESME, model, sample.OLD, False)
    ran = FirmwareActivated(
        esme, sample.DeviceType.ESME, "LCP-METERS", 1, 1, sample.NEW, True, response_lost=True
    )
    read = FirmwareVersionRead(
        esme, sample.DeviceType.ESME, sample.NEW, True, "00000000-0000-0000-0000-000000000001"
    )
    old_hub = CommsHubInstalled(second, model, variant, sample.OLD, False)
    history.say(_moment(1), supplier, installed)
    history.say(_moment(1, 1), supplier, meter)
    history.say(_moment(3), f"urn:gb:esme:{esme}", ran)
    history.say(_moment(6), dsp, read)
    history.say(_moment(8), supplier, old_hub)
    records = [
        sample.Logged("premises.events", 0, 0, n, e.key.encode(), sample.encode(e), _moment(20))
        for n, e in enumerate(history.events())
    ]
    daily = built(sample.write_lake(tmp_path, records, files=1))["progress_daily"]
    found = daily.select("capable_premises", "believed_premises", "belief_behind_premises").rows()
    expected = [(0, 0, 0)] * 2 + [(1, 0, 1)] * 3 + [(1, 1, 0)] * 2 + [(0, 0, 0)]
    assert found == expected


def test_facts_in_the_wrong_topic_are_counted_nowhere(paths, tmp_path, frames):
    strays = [
        replace(record, topic="premises.events", partition=9, offset=n)
        for n, record in enumerate(sample.sample_records(PREMISES))
        if record.topic == "campaign.events"
    ]
    stray = sample.write_lake(tmp_path, strays, files=1)
    again = built([*paths, *stray])
    assert_frame_equal(again["campaign_log"], frames["campaign_log"])
    assert again["summary"]["facts"].item() == frames["summary"]["facts"].item()


def test_an_empty_lake_gives_every_mart_without_rows_but_with_columns():
    empty = MartBuilder().build(meta=META, health={})
    assert set(empty) == {*MARTS, "files"}
    assert empty["progress_daily"].is_empty()
    assert empty["summary"]["capable_premises"].to_list() == [0]
    assert empty["meta"]["as_at"].to_list() == [None]


def test_no_mart_is_larger_than_a_chart_can_carry(frames):
    assert {name: f.height for name, f in frames.items() if f.height > 5000} == {}


def test_rates_hold_the_hour_before_publishing_only(paths):
    later = replace(META, published_at=META.published_at + timedelta(minutes=30))
    builder = MartBuilder()
    builder.add_files(paths)
    rates = builder.build(meta=later, health={})["event_rates"]
    begins = later.published_at - timedelta(minutes=59)
    assert rates["minute"].min() == begins
    assert rates["minute"].n_unique() > 20
    records = sample.sample_records(PREMISES)
    assert rates["events"].sum() == sum(r.logged_at >= begins for r in records)
