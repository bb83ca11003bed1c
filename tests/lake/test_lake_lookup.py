"""A look-up by key finds what a query of the whole lake finds under it, record for record."""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.golden.write_corpus import corpus_file
from tests.lake.lake_records import append, logged
from twin.bulk import records as by_name
from twin.events.codec import decode
from twin.events.envelope import Event, encode, new_event
from twin.events.registry import ALL_TYPES, PREMISES_TYPES, topic_of
from twin.lake import data_files, lookup
from twin.lake.compact import compact
from twin.lake.lookup import LakeUnreadable, rows_of
from twin.lake.read import logged_records, records
from twin.lake.rows import Logged
from twin.lake.slices import Slice
from twin.lake.table import Lake

NOW = datetime(2026, 1, 2, tzinfo=UTC)
TOPIC = "premises.events"
HOMES = [f"P{digit}{n:015x}" for n in range(3) for digit in "07f"]
ABSENT = ["P0000000000000fff", "P8000000000000000", "P00", "nobody", ""]
GROUP = 16
"""Rows of a row group here, so that a file has many."""


def told() -> Iterator[tuple[str, bytes, bytes]]:
    """Topic, key and value of a fact of every type, again and again, with noise between them."""
    for nth, name in enumerate(sorted(ALL_TYPES) * 3):
        line = corpus_file(name).read_bytes().splitlines()[-1]
        event = decode(key=json.loads(line)["partitionkey"].encode(), value=line)
        assert isinstance(event, Event)
        topic = topic_of(name)
        if name in PREMISES_TYPES:
            event = _of(event, HOMES[nth % len(HOMES)], nth)
        yield topic, event.key.encode(), encode(event)
        if nth % 20 == 0:
            yield TOPIC, HOMES[nth % len(HOMES)].encode(), b"noise"
            yield TOPIC, b"of no premises", b"{}"
            yield "campaign.commands", HOMES[0].encode(), b"{}"


def _of(event: Event, home: str, nth: int) -> Event:
    return new_event(
        fact=event.fact,
        source=event.source,
        sequence=nth + 1,
        key=home,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
    )


def log_of(epoch: int = 0) -> list[Logged]:
    """The records of `told`, at places of three partitions."""
    ends: dict[tuple[str, int], int] = {}
    found = []
    for topic, key, value in told():
        part = sum(key) % 3
        offset = ends[topic, part] = ends.get((topic, part), -1) + 1
        found.append(
            logged(value, offset=offset, key=key, partition=part, epoch=epoch, topic=topic)
        )
    return sorted(found, key=lambda one: (one.topic, one.partition, one.offset))


@pytest.fixture(scope="module", params=["as it came", "sorted", "both"])
def lake(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two epochs, in the order of arrival, sorted by premises, or the first sorted only."""
    before, data_files.ROW_GROUP = data_files.ROW_GROUP, GROUP
    try:
        found = Lake(tmp_path_factory.mktemp("lake") / "events")
        append(found, log_of())
        if request.param == "both":
            compact(found, now=NOW, fan_in=2)
        append(found, log_of(epoch=1))
        if request.param == "sorted":
            compact(found, now=NOW, fan_in=2)
    finally:
        data_files.ROW_GROUP = before
    return found


def test_records_of_a_key_are_those_of_a_query(lake: Lake) -> None:
    files = lake.files()
    for topic in (TOPIC, "campaign.commands", "campaign.events", "no.topic"):
        whole = list(logged_records(files, topic=topic))
        keys = {one.key.decode() for one, _ in whole if one.key is not None}
        assert topic != TOPIC or {*HOMES, "of no premises"} == keys
        for key in sorted(keys) + ABSENT:
            found = list(logged_records(files, topic=topic, key=key))
            assert found == [of for of in whole if of[0].key == key.encode()], (topic, key)


def test_positions_hold_for_a_key_too(lake: Lake) -> None:
    files = lake.files()
    half = {of: end // 2 for of, end in lake.positions().items() if of.partition != 2}
    for upto in ({}, half, {Slice("other.topic", 0, 0): 9}, lake.positions()):
        whole = list(records(files, upto=upto))
        assert bool(whole) == (upto in (half, lake.positions()))
        for key in HOMES:
            found = list(records(files, key=key, upto=upto))
            assert found == [of for of in whole if of.key == key.encode()]


def test_a_few_premises_are_those_of_a_query(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `by_premises`, for the proofs: the same below and above the number of a few."""
    files = lake.files()
    names = sorted([*HOMES[:4], *ABSENT])
    where = '"offset" >= 3 AND epoch = 1'
    found = list(by_name.by_premises(files, only=names, where=where))
    monkeypatch.setattr(by_name, "FEW", 0)
    assert found == list(by_name.by_premises(files, only=names, where=where))
    assert {name for (name, _), _ in found} == set(HOMES[:4])
    assert {(r.offset >= 3, r.epoch) for _, held in found for r in held} == {(True, 1)}


def test_columns_that_no_record_needs_are_not_read(lake: Lake) -> None:
    found = rows_of(lake.files(), topic="campaign.commands", keys=HOMES[:1])
    assert len(found) > 0
    assert "device_id" not in found.column_names


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sorted file with many row groups of its own."""
    monkeypatch.setattr(data_files, "ROW_GROUP", GROUP)
    lake = Lake(tmp_path / "events")
    append(lake, log_of())
    compact(lake, now=NOW)
    (found,) = (path for path in lake.files() if path.name.startswith("bucket-0-"))
    return found


def keys_in(file: Path) -> list[set[str]]:
    """The keys of each row group."""
    with pq.ParquetFile(file) as of:
        groups = range(of.metadata.num_row_groups)
        return [set(of.read_row_group(n, ["key"])["key"].to_pylist()) for n in groups]


def spoil(file: Path, group: int) -> None:
    """Overwrite the bytes of a row group's columns, all of them, and leave all else."""
    told = pq.read_metadata(file).row_group(group)
    starts = [
        column.dictionary_page_offset or column.data_page_offset
        for column in map(told.column, range(told.num_columns))
    ]
    sizes = [told.column(n).total_compressed_size for n in range(told.num_columns)]
    octets = bytearray(file.read_bytes())
    for start, size in zip(starts, sizes, strict=True):
        octets[start : start + size] = b"\xff" * size
    file.write_bytes(octets)


def test_only_row_groups_that_may_hold_the_key_are_opened(one: Path) -> None:
    groups = keys_in(one)
    of = next(n for n, keys in enumerate(groups) if len(keys) == 1)
    (name,) = groups[of]
    other = next(iter(set(HOMES[::3]) - {name}))
    before = list(records([one], key=other))
    assert before
    spoil(one, of)
    assert list(records([one], key=other)) == before
    with pytest.raises(LakeUnreadable, match=one.name):
        list(records([one], key=name))


def test_a_file_that_is_gone_is_named(one: Path) -> None:
    assert list(records([one], key=HOMES[0]))
    one.unlink()
    with pytest.raises(LakeUnreadable, match=one.name):
        list(records([one], key=HOMES[0]))


def test_a_file_that_was_written_anew_is_read_anew(one: Path) -> None:
    """No file of the lake changes; one that did must not be read by its old footer."""
    before = list(records([one], key=HOMES[0]))
    table = pq.read_table(one)
    pq.write_table(table.slice(1), one, row_group_size=GROUP * 2)
    os.utime(one, (1, 1))
    assert list(records([one], key=HOMES[0])) == without_first(before, table)


def without_first(found: Sequence[object], table: object) -> list[object]:
    """What is left when the file's first row is gone, which is of the first key."""
    place = {name: table[name][0].as_py() for name in ("epoch", "partition", "offset")}  # type: ignore[index]
    return [one for one in found if any(getattr(one, n) != v for n, v in place.items())]


def test_footers_are_kept_up_to_a_bound(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    footers = lookup._Footers()
    groups = len(keys_in(one))
    monkeypatch.setattr(lookup, "GROUPS_KEPT", 2 * groups)
    copies = [one.with_name(f"copy-{n}.parquet") for n in range(5)]
    for copy in copies:
        copy.write_bytes(one.read_bytes())
        assert len(footers.of(copy).bounds) == groups
        assert footers.of(copy) is footers.of(copy)
        assert len(footers._held) <= 2
