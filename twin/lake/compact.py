"""Compaction: many small files in order of arrival become few, by premises, sorted (decision 0015).

A bucket holds the facts of the premises whose id begins with one hex digit, sorted by premises,
source and number, so that the history of one premises lies together; every other record stands in
the bucket `other`. No row changes.
"""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from msgspec import Struct

from twin.lake import data_files
from twin.lake.data_files import DataFile
from twin.lake.schema import EVENTS
from twin.lake.table import Lake

FAN_IN: Final = 8
"""Files of one bucket that are merged into one; a row is written about so seldom again."""
MEMORY: Final = "1GB"
"""What sorting may hold in memory; the rest goes to a folder beside the files."""
_BATCH: Final = data_files.ROW_GROUP
_BUCKET: Final = f"""
    CASE WHEN topic = 'premises.events' AND regexp_full_match(coalesce(key, ''), 'P[0-9a-f]{{16}}')
        THEN key[2] ELSE '{data_files.OTHER}' END
"""
_ORDER: Final = 'bucket, topic, key, source, "sequence", epoch, "partition", "offset"'


class Compacted(Struct, frozen=True):
    """What a compaction did: files that went and came, and the rows that they hold."""

    gone: int
    come: int
    rows: int


def compact(lake: Lake, *, now: datetime, fan_in: int = FAN_IN) -> Compacted:
    """Sort the files that came since the last time into buckets, and merge buckets of many files.

    `fan_in`: so many files of a bucket become one; with 2, each bucket is one file in the end.

    Raises:
        Fenced: another compactor is at work on the same lake; nothing was changed.
    """
    lake.refresh()
    done = [_rewrite(lake, files, now=now) for files in _arrived(lake)]
    done += [_rewrite(lake, files, now=now) for files in _overfull(lake, fan_in)]
    return Compacted(
        sum(one.gone for one in done),
        sum(one.come for one in done),
        sum(one.rows for one in done),
    )


def _arrived(lake: Lake) -> list[list[DataFile]]:
    """All files in order of arrival, if there are any."""
    found = [file for file in _held(lake) if file.bucket is None]
    return [found] if found else []


def _overfull(lake: Lake, fan_in: int) -> list[list[DataFile]]:
    """Files of each bucket that has many."""
    buckets: dict[str, list[DataFile]] = {}
    for file in _held(lake):
        if file.bucket is not None:
            buckets.setdefault(file.bucket, []).append(file)
    return [files for _, files in sorted(buckets.items()) if len(files) >= fan_in]


def _held(lake: Lake) -> Iterator[DataFile]:
    found = (data_files.named(path.name) for path in lake.files())
    return (file for file in found if file is not None)


def _rewrite(lake: Lake, gone: Sequence[DataFile], *, now: datetime) -> Compacted:
    spill = lake.path / "_spill"
    try:
        paths = [lake.path / file.name for file in gone]
        come = [
            data_files.write(lake.path, batches, bucket=bucket)
            for bucket, batches in _buckets(paths, spill)
        ]
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    lake.rewrite(gone, come, now=now)
    return Compacted(len(gone), len(come), sum(rows for _, _, rows in come))


def _buckets(paths: Sequence[Path], spill: Path) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """Buckets in order, each with its sorted rows; take the rows of one before the next."""
    for bucket, pieces in groupby(_by_bucket(paths, spill), key=itemgetter(0)):
        yield bucket, (rows for _, rows in pieces)


def _by_bucket(paths: Sequence[Path], spill: Path) -> Iterator[tuple[str, pa.Table]]:
    for batch in _sorted(paths, spill):
        table = pa.Table.from_batches([batch])
        buckets = table["bucket"].combine_chunks()
        rows = table.drop_columns(["bucket"]).cast(EVENTS)
        first = 0
        for run in buckets.value_counts():
            length = run["counts"].as_py()
            yield run["values"].as_py(), rows.slice(first, length)
            first += length


def _sorted(paths: Sequence[Path], spill: Path) -> Iterator[Any]:
    """Batches of all rows, sorted; columns that a file does not have yet are null."""
    columns = ", ".join(f'"{name}"' for name in EVENTS.names)
    query = f"""
        SELECT {columns}, {_BUCKET} AS bucket
        FROM (
            SELECT * FROM lake_columns
            UNION ALL BY NAME SELECT * FROM read_parquet($files, union_by_name = true)
        )
        ORDER BY {_ORDER}
    """
    with duckdb.connect(
        config={"memory_limit": MEMORY, "temp_directory": str(spill)}
    ) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("lake_columns", EVENTS.empty_table())
        found = connection.sql(query, params={"files": [str(path) for path in paths]})
        yield from found.to_arrow_reader(_BATCH)
