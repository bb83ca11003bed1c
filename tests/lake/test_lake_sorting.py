"""Sorting by ranges: the bytes of a plain sort, whatever fits into memory at once."""

import random
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.infra.command_line import twin
from tests.lake.lake_records import append, logged, run_of
from twin.lake import data_files, sort_ranges, sorting
from twin.lake.compact import CannotSort, compact
from twin.lake.schema import EVENTS
from twin.lake.sort_ranges import Ranges
from twin.lake.sorting import parted
from twin.lake.table import Lake
from twin.lake.verify import verify

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GROUP = 7
"""Rows of a row group here, so that few rows make many."""
NAMES = ("P0000000000000000", "P0000fffffffffff0", "P00010000000000ab", "Pa000000000000001")
NO_NAMES = (None, "", "P00", "P000000000000000g", "P0000000000000000\n", "hubs", "é", "\uffff", "𐀀")
rows_of_a_lake = st.lists(
    st.fixed_dictionaries(
        {
            "topic": st.sampled_from(["premises.events", "campaign.events", "field.requests"]),
            "key": st.sampled_from([*NAMES, *NAMES, *NO_NAMES]),
            "source": st.sampled_from([None, "a", "b", "\uffff", "𐀀"]),
            "sequence": st.sampled_from([None, 1, 2, 10]),
            "epoch": st.integers(0, 1),
            "partition": st.integers(0, 2),
            "pin_class": st.sampled_from([None, "generic"]),
            "wave": st.sampled_from([None, 3]),
        }
    ),
    min_size=1,
    max_size=70,
)


@contextmanager
def small_measures() -> Iterator[None]:
    """Row groups of a few rows, and ranges of other records that two samples make."""
    with patch.object(sorting, "ROW_GROUP", GROUP), patch.object(sort_ranges, "_SAMPLES", 2):
        yield


def plainly(rows: list[dict[str, Any]], folder: Path) -> list[str]:
    """Names of the files by Python's own sort of whole rows, cut into row groups."""
    buckets: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=place):
        buckets.setdefault(bucket_of(row), []).append(row)
    return [
        data_files.write(
            folder,
            [
                pa.Table.from_pylist(held[start : start + GROUP], schema=EVENTS)
                for start in range(0, len(held), GROUP)
            ],
            bucket=bucket,
        )[0].name
        for bucket, held in sorted(buckets.items())
    ]


def bucket_of(row: dict[str, Any]) -> str:
    """The first digit of a premises whose fact it is."""
    key = row["key"] or ""
    digits = set(key[1:]) <= set("0123456789abcdef")
    of_premises = row["topic"] == "premises.events" and key[:1] == "P" and len(key) == 17 and digits
    return key[1] if of_premises else data_files.OTHER


def place(row: dict[str, Any]) -> list[tuple[bool, Any]]:
    """What a row is sorted by: texts by their bytes, and what is missing comes last."""
    names = ("topic", "key", "source", "sequence", "epoch", "partition", "offset")
    found = [row[name] for name in names]
    return [
        (value is None, 0 if value is None else value.encode() if isinstance(value, str) else value)
        for value in found
    ]


def sorted_anew(paths: list[Path], folder: Path, *, at_once: int) -> list[str]:
    """Names of the files by ranges; the last bucket is asked first, which is of no matter."""
    with parted(paths, folder, at_once=at_once) as found:
        names = {
            bucket: data_files.write(folder, found.rows(bucket), bucket=bucket)[0].name
            for bucket in reversed(found.buckets)
        }
        return [names[bucket] for bucket in found.buckets]


@settings(max_examples=15, deadline=None)
@given(found=rows_of_a_lake, at_once=st.sampled_from([1, 5, 20, 1000]), luck=st.randoms())
@example(
    found=[
        dict.fromkeys(("source", "sequence", "pin_class", "wave"))
        | {"topic": "premises.events", "key": key, "epoch": 0, "partition": 0}
        for key in (*NO_NAMES, *NAMES) * 5
    ],
    at_once=5,
    luck=random.Random(1),
)
def test_files_are_those_of_a_plain_sort(
    found: list[dict[str, Any]], at_once: int, luck: random.Random
) -> None:
    """Files without columns that came later, null keys, repeated keys, texts beyond UTF-16."""
    rows = [
        dict.fromkeys(EVENTS.names) | row | {"offset": nth, "logged_at": NOW}
        for nth, row in enumerate(found)
    ]
    third = len(rows) // 3
    older = [{**row, "pin_class": None, "wave": None} for row in rows[:third]]
    with TemporaryDirectory() as temporary, small_measures():
        folder = Path(temporary)
        paths = []
        for nth, held in enumerate((older, rows[third : 2 * third], rows[2 * third :])):
            table = pa.Table.from_pylist(luck.sample(held, len(held)), schema=EVENTS)
            if nth == 0:
                table = table.drop_columns(["pin_class", "wave"])
            pq.write_table(table, folder / f"{nth}.parquet")
            paths.append(folder / f"{nth}.parquet")
        made = sorted_anew(paths, folder, at_once=at_once)
        left = {path.name for path in folder.iterdir()} - {path.name for path in paths}
        assert left == set(made), "nothing waits there any more"
        assert made == plainly(older + rows[third:], folder)


def crowded(count: int, *, every: int) -> pa.Table:
    """Facts of premises of which every so-manyth id begins alike, between records of devices."""
    luck = random.Random(2)
    rows = []
    for nth in range(count):
        digits = f"{luck.getrandbits(64):016x}"
        name = f"P77{digits[2:]}" if nth % every == 0 else f"P{digits}"
        requested = nth % 3 == 0
        rows.append(
            {
                "topic": "field.requests" if requested else "premises.events",
                "key": f"device-{digits}" if requested else name,
            }
        )
    return pa.Table.from_pylist(
        rows, schema=pa.schema([EVENTS.field("topic"), EVENTS.field("key")])
    )


def test_ranges_hold_about_as_many_rows_as_are_sorted_at_once(tmp_path: Path) -> None:
    """Also where ids crowd together, and where most records are of no premises."""
    table = crowded(60_000, every=4)
    pq.write_table(table, tmp_path / "0.parquet", row_group_size=5_000)
    ranges = Ranges([tmp_path / "0.parquet"], at_once=2_000)
    numbers = ranges.of(table)
    sizes = Counter(numbers.tolist())
    assert max(sizes.values()) < 3_000
    assert len(sizes) < 60
    assert {ranges.bucket(number) for number in sizes} == {*"0123456789abcdef", "other"}
    keys = np.array(table["key"].to_pylist())
    tops = [(number, keys[numbers == number]) for number in sorted(sizes)]
    for (before, lower), (number, upper) in pairwise(tops):
        if (ranges.bucket(before) == "other") == (ranges.bucket(number) == "other"):
            assert max(lower) < min(upper)


def filled(path: Path) -> Lake:
    """A lake of some commits, with records of two topics."""
    lake = Lake(path)
    for nth in range(6):
        premises = f"P{nth * 0x3E3779B97F4A7C15 % 2**64:016x}"
        campaign = logged(b"{}", topic="campaign.events", offset=nth, key=b"hubs")
        append(lake, [*run_of(60 * nth, 60 * nth + 60, premises=premises), campaign])
    return lake


@contextmanager
def room_for_files_of(size: int) -> Iterator[None]:
    """A disk on which no file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("at_once", [100, 1000])
def test_full_disk_changes_nothing_and_is_a_sentence(tmp_path: Path, at_once: int) -> None:
    """While rows are spilled, or while the sorted files are written."""
    path = tmp_path / "lake" / "events"
    lake = filled(path)
    before, version = set(path.iterdir()), lake.version
    with room_for_files_of(4_000), pytest.raises(CannotSort, match="stays as it was"):
        compact(lake, now=NOW, at_once=at_once)
    assert Lake(path).version == version
    assert set(path.iterdir()) == before
    assert verify(path).faults == ()
    assert compact(lake, now=NOW, at_once=at_once).gone == 6
    assert verify(path).faults == ()


def test_file_that_is_gone_is_told_by_the_command_in_a_sentence(tmp_path: Path) -> None:
    lake = filled(tmp_path / "lake" / "events")
    lake.files()[0].unlink()
    said = twin("lake", "compact", "--home", tmp_path)
    assert "stays as it was" in said.refusal
    assert lake.files()[0].name in said.refusal
    assert Lake(lake.path).version == lake.version
