"""Reading records back from the lake, in log order."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from twin.state.entry import Record


def records(
    files: Sequence[Path], *, topic: str = "premises.events", key: str | None = None
) -> Iterator[Record]:
    """Records of a topic (of one key, if given) by partition, epoch and offset."""
    if not files:
        return
    only = "AND key = $key" if key is not None else ""
    query = f"""
        SELECT key, value, epoch, partition, "offset"
        FROM read_parquet($files)
        WHERE topic = $topic {only}
        ORDER BY partition, epoch, "offset"
    """
    parameters = {"files": [str(path) for path in files], "topic": topic}
    if key is not None:
        parameters["key"] = key
    with duckdb.connect() as connection:
        found = connection.cursor().execute(query, parameters)
        while rows := found.fetchmany(10_000):
            for name, value, epoch, partition, offset in rows:
                yield Record(
                    None if name is None else name.encode(), value, epoch, partition, offset
                )
