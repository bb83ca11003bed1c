"""Reading records back from the lake, in log order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from twin.lake.buckets import holding
from twin.lake.schema import EVENTS
from twin.lake.spared import COLUMNS, given_back, moments
from twin.lake.table import Slice
from twin.state.entry import Record

ROWS: Final = (
    "(FROM lake_columns UNION ALL BY NAME FROM read_parquet($files, union_by_name = true))"
)
"""All rows of some files, for a query of a `reader`; columns that an older file lacks are null."""
BYTES: Final = ", ".join(f'"{name}"' for name in COLUMNS)
"""What a query must select for `given_back`."""
BATCH: Final = 10_000
"""Rows whose bytes are given back together."""


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
    """As `records`, each with the log's own time (aware, UTC)."""
    files = holding(files, topic=topic, key=key)
    if not files:
        return
    only = "AND key = $key" if key is not None else ""
    query = f"""
        SELECT epoch, partition, "offset", logged_at, {BYTES}
        FROM {ROWS}
        WHERE topic = $topic {only} {"" if upto is None else f"AND ({within(topic, upto)})"}
        ORDER BY partition, epoch, "offset"
    """
    parameters: dict[str, object] = {"files": [str(path) for path in files], "topic": topic}
    if key is not None:
        parameters["key"] = key
    if key is not None:
        with _looking_up().cursor() as connection:
            yield from _found(connection, query, parameters)
    else:
        with duckdb.connect() as connection:
            yield from _found(connection, query, parameters)


@cache
def _looking_up() -> duckdb.DuckDBPyConnection:
    """The connection of look-ups by key: it keeps the footers of files, which take longer to read
    than the rows of one premises. A file of the lake never changes, and DuckDB looks at its time.
    """
    connection = duckdb.connect()
    connection.execute("SET parquet_metadata_cache = true")
    return connection


def _found(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]
) -> Iterator[tuple[Record, datetime]]:
    with reader(connection) as cursor:
        yield from logged_rows(cursor.sql(query, params=parameters).to_arrow_reader(BATCH))


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
