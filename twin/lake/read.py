"""Reading records back from the lake, in log order."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from twin.lake.table import Slice
from twin.state.entry import Record


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
    if not files:
        return
    only = "AND key = $key" if key is not None else ""
    query = f"""
        SELECT key, value, epoch, partition, "offset"
        FROM read_parquet($files)
        WHERE topic = $topic {only} {"" if upto is None else f"AND ({_within(topic, upto)})"}
        ORDER BY partition, epoch, "offset"
    """
    parameters: dict[str, object] = {"files": [str(path) for path in files], "topic": topic}
    if key is not None:
        parameters["key"] = key
    with duckdb.connect() as connection:
        found = connection.cursor().execute(query, parameters)
        while rows := found.fetchmany(10_000):
            for name, value, epoch, partition, offset in rows:
                yield Record(
                    None if name is None else name.encode(), value, epoch, partition, offset
                )


def _within(topic: str, upto: Mapping[Slice, int]) -> str:
    """Numbers only, so that they may stand in the text of a query."""
    return " OR ".join(
        ["false"]
        + [
            f'(epoch = {of.epoch:d} AND partition = {of.partition:d} AND "offset" < {end:d})'
            for of, end in sorted(upto.items())
            if of.topic == topic
        ]
    )
