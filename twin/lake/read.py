"""Reading records back from the lake, in log order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from twin.lake.buckets import holding
from twin.lake.lookup import rows_of
from twin.lake.schema import EVENTS
from twin.lake.slices import Slice
from twin.lake.spared import COLUMNS, given_back, moments
from twin.state.entry import Record

ROWS: Final = (
    "(FROM lake_columns UNION ALL BY NAME FROM read_parquet($files, union_by_name = true))"
)
"""All rows of some files, for a query of a `reader`; columns that an older file lacks are null."""
CHOSEN: Final = "(FROM lake_columns UNION ALL BY NAME FROM chosen)"
"""The same of rows that were looked up already, and registered as `chosen`."""
BYTES: Final = ", ".join(f'"{name}"' for name in COLUMNS)
"""What a query must select for `given_back`."""
BATCH: Final = 10_000
"""Rows whose bytes are given back together."""
_ORDER: Final = ("partition", "epoch", "offset")


def records(
    files: Sequence[Path],
    *,
    topic: str = "premises.events",
    key: str | None = None,
    upto: Mapping[Slice, int] | None = None,
) -> Iterator[Record]:
    """Records of a topic (of one key, if given) by partition, epoch and offset.

    `upto`: only those before a position of their slice, and of no slice that has none.
    """
    for record, _ in logged_records(files, topic=topic, key=key, upto=upto):
        yield record


def logged_records(
    files: Sequence[Path],
    *,
    topic: str = "premises.events",
    key: str | None = None,
    upto: Mapping[Slice, int] | None = None,
) -> Iterator[tuple[Record, datetime]]:
    """As `records`, each with the log's own time (aware, UTC).

    Raises:
        LakeUnreadable: a file that may hold the key is missing or broken.
    """
    if key is not None:
        yield from logged_rows(_looked_up(files, topic, key, upto).to_batches())
        return
    files = holding(files, topic=topic)
    if not files:
        return
    query = f"""
        SELECT epoch, partition, "offset", logged_at, {BYTES}
        FROM {ROWS}
        WHERE topic = $topic {"" if upto is None else f"AND ({within(topic, upto)})"}
        ORDER BY partition, epoch, "offset"
    """
    parameters = {"files": [str(path) for path in files], "topic": topic}
    with duckdb.connect() as connection, reader(connection) as cursor:
        yield from logged_rows(cursor.sql(query, params=parameters).to_arrow_reader(BATCH))


def _looked_up(
    files: Sequence[Path], topic: str, key: str, upto: Mapping[Slice, int] | None
) -> pa.Table:
    """The rows of one key in order of the log, before positions of their slices if they are given.

    They are few: where they stand is looked at here, without a query.
    """
    rows = rows_of(files, topic=topic, keys=[key])
    if upto is not None:
        places = zip(*(rows[name].to_pylist() for name in _ORDER), strict=True)
        kept = [
            row
            for row, (partition, epoch, offset) in enumerate(places)
            if offset < upto.get(Slice(topic, epoch, partition), 0)
        ]
        rows = rows.take(pa.array(kept, pa.int64()))
    return rows.sort_by([(name, "ascending") for name in _ORDER])


def logged_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Record, datetime]]:
    """Records of rows with their place, `logged_at` and `BYTES`."""
    for batch in batches:
        rows = pa.Table.from_batches([batch])
        named = (rows[name].to_pylist() for name in ("key", "epoch", "partition", "offset"))
        found = zip(*named, given_back(rows), moments(rows["logged_at"]), strict=True)
        for key, epoch, partition, offset, value, at in found:
            assert at is not None  # no column of the log may be null
            yield Record(None if key is None else key.encode(), value, epoch, partition, offset), at


def reader(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A cursor that knows `ROWS` and gives times as UTC."""
    cursor = connection.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.register("lake_columns", EVENTS.empty_table())
    return cursor


def within(topic: str, upto: Mapping[Slice, int]) -> str:
    """A condition on rows of a topic: before the position of their slice.

    It is made of numbers only, so that it may stand in the text of a query.
    """
    return " OR ".join(
        ["false"]
        + [
            f'(epoch = {of.epoch:d} AND partition = {of.partition:d} AND "offset" < {end:d})'
            for of, end in sorted(upto.items())
            if of.topic == topic
        ]
    )
