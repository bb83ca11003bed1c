"""Compaction: other files, the same rows; no writer and no reader is in its way."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lake.lake_records import append, logged, run_of
from twin.lake import data_files, read
from twin.lake.compact import compact
from twin.lake.schema import EVENTS
from twin.lake.slices import Slice
from twin.lake.table import Fenced, Lake
from twin.lake.verify import verify
from twin.state.digest import fleet_digest
from twin.state.replay import replay

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AT_ONCE = timedelta(0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lake" / "events"


def homes(count: int, *, seed: int = 1) -> list[str]:
    """Ids of premises, spread over the buckets."""
    luck = random.Random(seed)
    return [f"P{luck.getrandbits(64):016x}" for _ in range(count)]


def filled(path: Path, *, commits: int = 12, first: int = 0) -> Lake:
    """A lake of many small commits, with good, broken and unaddressed records of all topics."""
    lake, ids = Lake(path), homes(40)
    for nth in range(first, first + commits):
        here = nth * 3
        append(
            lake,
            [
                *run_of(here, here + 2, premises=ids[nth % len(ids)]),
                logged(b"broken", offset=here + 2, key=None if nth % 2 else b"nobody"),
                *run_of(nth, nth + 1, partition=5, premises=ids[(7 * nth) % len(ids)]),
                logged(b"{}", topic="campaign.events", offset=nth, key=b"hubs"),
            ],
        )
    return lake


def rows(lake: Lake) -> list[dict[str, object]]:
    """All rows in view, in one order."""
    table = pa.concat_tables([pq.read_table(file, schema=EVENTS) for file in lake.files()])
    found = table.to_pylist()
    return sorted(found, key=lambda r: (r["topic"], r["epoch"], r["partition"], r["offset"]))


def state_of(lake: Lake) -> str:
    """Digest of the fleet by what the lake holds."""
    return fleet_digest(replay(read.records(lake.files())).values())


def test_rows_and_every_answer_stay_the_same(path: Path) -> None:
    lake = filled(path)
    before, digest = rows(lake), state_of(lake)
    done = compact(lake, now=NOW)
    assert (done.gone, done.rows) == (12, len(before))
    assert rows(lake) == before
    assert state_of(lake) == digest
    assert rows(Lake(path)) == before
    assert verify(path).faults == ()
    assert lake.position(Slice("premises.events", 0, 0)) == 36


def test_each_bucket_is_one_file_sorted_by_premises_source_and_number(path: Path) -> None:
    lake = filled(path, commits=40)
    compact(lake, now=NOW)
    named = [data_files.named(file.name) for file in lake.files()]
    buckets = Counter(one.bucket for one in named if one is not None)
    assert set(buckets.values()) == {1}
    for file in lake.files():
        bucket = data_files.named(file.name).bucket  # type: ignore[union-attr]
        found = pq.read_table(file, columns=["topic", "key", "source", "sequence"]).to_pylist()
        places = [(r["key"] or "~", r["source"] or "~", r["sequence"] or 0) for r in found]
        if bucket == "other":
            topics = {r["topic"] for r in found if (r["key"] or "").startswith("P")}
            assert topics <= {"campaign.events"}
        else:
            assert places == sorted(places)
            assert {key[1] for key, _, _ in places} == {bucket}


def test_compacted_files_keep_types_encodings_and_statistics(path: Path) -> None:
    lake = filled(path)
    compact(lake, now=NOW)
    for file in lake.files():
        assert pq.read_schema(file).equals(EVENTS)
        group = pq.read_metadata(file).row_group(0)
        columns = {c.path_in_schema: c for c in map(group.column, range(group.num_columns))}
        assert "DELTA_BINARY_PACKED" in columns["sequence"].encodings
        assert columns["key"].is_stats_set


def test_nothing_to_sort_makes_no_commit(path: Path) -> None:
    lake = filled(path)
    compact(lake, now=NOW)
    version = lake.version
    assert compact(lake, now=NOW).gone == 0
    assert Lake(path).version == version
    assert compact(Lake(path.with_name("empty")), now=NOW).gone == 0


@pytest.mark.parametrize("fan_in", [3, 2])
def test_bucket_of_many_files_is_merged(path: Path, fan_in: int) -> None:
    for nth in range(4):
        lake = filled(path, commits=2, first=2 * nth)
        compact(lake, now=NOW, fan_in=fan_in)
        named = [data_files.named(file.name) for file in lake.files()]
        assert max(Counter(one.bucket for one in named if one is not None).values()) < fan_in
    assert verify(path).faults == ()
    assert len(rows(lake)) == 8 * 5


def test_column_that_came_later_is_null_in_older_rows(path: Path) -> None:
    """A facet that is added to the schema is not in the files written before (schema.py)."""
    lake = filled(path, commits=2)
    (old, *_) = lake.files()
    pq.write_table(pq.read_table(old).drop_columns(["pin_class"]), old)
    before = rows(lake)
    compact(lake, now=NOW)
    assert rows(lake) == before


def test_archiver_goes_on_while_files_are_sorted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, archiving = filled(path), Lake(path)
    rewrite = lake.rewrite
    monkeypatch.setattr(
        lake,
        "rewrite",
        lambda *args, **named: [append(archiving, run_of(36, 40)), rewrite(*args, **named)],
    )
    compact(lake, now=NOW)
    append(archiving, run_of(40, 44))
    assert len(rows(Lake(path))) == 12 * 5 + 8
    assert verify(path).faults == ()


def test_of_two_compactors_at_once_one_is_fenced_and_nothing_is_doubled(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, rival = filled(path), Lake(path)
    before, arrived = rows(mine), mine.files()
    rewrite = mine.rewrite
    monkeypatch.setattr(
        mine,
        "rewrite",
        lambda *args, **named: [compact(rival, now=NOW), rewrite(*args, **named)],
    )
    with pytest.raises(Fenced, match="another writer committed"):
        compact(mine, now=NOW)
    with pytest.raises(Fenced, match="are gone"):
        Lake(path).rewrite(
            [file for one in arrived if (file := data_files.named(one.name))], [], now=NOW
        )
    assert rows(Lake(path)) == before
    assert verify(path).holds


def test_news_are_the_rows_that_came_not_those_sorted_anew(path: Path) -> None:
    reader = filled(path)
    seen, names = reader.version, set(reader.files())
    writer = Lake(path)
    append(writer, run_of(36, 38))
    compact(writer, now=NOW)
    append(writer, run_of(38, 39))
    assert reader.news_since(seen) == ()
    reader.refresh()
    news = reader.news_since(seen)
    assert [pq.read_metadata(file).num_rows for file in news] == [2, 1]
    assert not names & set(news)
    assert reader.news_since(reader.version) == ()


def test_vacuum_takes_what_was_compacted_long_ago_and_nothing_else(path: Path) -> None:
    lake = filled(path)
    old = set(lake.files())
    compact(lake, now=datetime.now(UTC))
    before = rows(lake)
    assert lake.vacuum(older_than=timedelta(hours=1)) == []
    assert all(file.exists() for file in old), "a reader may hold this list"
    assert len(lake.vacuum(older_than=AT_ONCE)) == len(old)
    assert not any(file.exists() for file in old)
    assert rows(Lake(path)) == before
    assert verify(path).faults == ()
    append(lake, run_of(36, 38))
    assert verify(path).faults == ()


def test_vacuum_takes_what_a_crash_left(path: Path) -> None:
    lake = filled(path)
    (path / ".draft-999999999-0.parquet").write_bytes(b"half")
    orphan, _, _ = data_files.write(path, [pq.read_table(lake.files()[0]).slice(0, 1)])
    assert lake.vacuum(older_than=timedelta(hours=1)) == [], "it may be about to be committed"
    assert lake.vacuum(older_than=AT_ONCE) == [orphan.name]
    assert not list(path.glob(".draft-*"))
    assert verify(path).faults == ()
