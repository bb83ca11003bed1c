"""The lake's records premises by premises, in memory that does not grow with the fleet."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from twin.lake.lookup import rows_of
from twin.lake.read import BATCH, BYTES, CHOSEN, ROWS, logged_rows, reader
from twin.state.entry import UNADDRESSED, Entry, Place, Record, entry_name, new_entry
from twin.state.step import step

MEMORY: Final = "1GB"
"""What the sort may hold; beyond it the sort goes to disk."""
FEW: Final = 64
"""Premises that are looked up by their keys; of more, all files are read once."""


def by_premises(
    files: Sequence[Path], *, only: Sequence[str] | None = None, where: str = "true"
) -> Iterator[tuple[Place, list[Record]]]:
    """Records of `premises.events` by premises id, then partition, each in order of the log.

    `only` names the premises that are wanted, `where` is a condition on rows such as
    `twin.lake.read.within` makes. Names are in order of their bytes, as in the tables.
    """
    if not files or (only is not None and not only):
        return
    # the bounds tell which row groups need not be read at all, the list alone does not
    chosen = "" if only is None else "AND key BETWEEN $low AND $high AND list_contains($only, key)"
    few = only is not None and len(only) <= FEW
    query = f"""
        SELECT epoch, partition, "offset", logged_at, {BYTES},
            CASE WHEN regexp_full_match(key, 'P[0-9a-f]{{16}}') THEN key ELSE '{UNADDRESSED}' END
                AS name
        FROM {CHOSEN if few else ROWS}
        WHERE topic = 'premises.events' {chosen} AND ({where})
        ORDER BY name, partition, epoch, "offset"
    """
    named: dict[str, object] = {} if few else {"files": [str(path) for path in files]}
    if only is not None:
        named |= {"only": list(only), "low": min(only), "high": max(only)}
    with TemporaryDirectory(prefix="twin-rebuild-") as scratch, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = $scratch", {"scratch": scratch})
        cursor = reader(connection)
        if only is not None and few:
            cursor.register("chosen", rows_of(files, topic="premises.events", keys=only))
        found = cursor.sql(query, params=named)
        read = (record for record, _ in logged_rows(found.to_arrow_reader(BATCH)))
        for place, group in groupby(read, lambda r: (entry_name(r.key), r.partition)):
            yield place, list(group)


def folded(name: str, records: Sequence[Record]) -> Entry:
    """The entry of one premises after its records, by the same `step` as live."""
    entry = new_entry(name)
    for record in records:
        entry, _ = step(entry, record)
    return entry
