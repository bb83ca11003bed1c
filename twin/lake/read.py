"""Reading records back from the lake, in log order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from twin.lake.buckets import holding
from twin.lake.schema import EVENTS
from twin.lake.spared import COLUMNS, given_back
from twin.lake.table import Slice
from twin.state.entry import Record

ROWS: Final = (
    "(FROM lake_columns UNION ALL BY NAME FROM read_parquet($files, union_by_name = true))"
)
"""All rows of some files, for a query of a `reader`; columns that an older file lacks are null."""
BYTES: Final = ", ".join(f'"{name}"' for name in COLUMNS)
"""What a query must select for `given_back`."""
_KEY: Final = COLUMNS.index("key")


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
    with duckdb.connect() as connection:
        found = reader(connection).execute(query, parameters)
        while rows := found.fetchmany(10_000):
            for epoch, partition, offset, at, *cells in rows:
                name = cells[_KEY]
                place = epoch, partition, offset
                yield Record(name and name.encode(), given_back(cells), *place), at


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
