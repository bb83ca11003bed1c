"""Taking lake files in: which of their rows are new, which facts stand there again, all in SQL."""

from importlib.resources import files
from typing import Any, Final

import duckdb

from twin.marts.letters import read_letter, read_resolution

_FOLDER: Final = files("twin.marts")
_ARRIVING: Final = ("new_places", "held_places")
_INTAKE: Final = (
    "suspects",
    "repeats",
    "note_moved",
    "drop_later",
    "take_facts",
    "take_programme",
)


def sql(folder: str, name: str) -> str:
    """The text of a query: `folder` is `steps` or `sql`."""
    return (_FOLDER / folder / f"{name}.sql").read_text(encoding="utf-8")


def take_records(cursor: duckdb.DuckDBPyConnection, named: dict[str, list[str]]) -> int:
    """Take in the records that are not held; a compacted file mostly has none."""
    for step in _ARRIVING:
        _run(cursor, step, named)
    fresh = "SELECT count(*) FROM new_places ANTI JOIN held_places USING (filename, nth)"
    if cursor.execute(fresh).fetchone() == (0,):
        return 0
    for step in _INTAKE:
        _run(cursor, step, named)
    (taken,) = _run(cursor, "take_records", named).fetchone() or (0,)
    return int(taken)


def take_letters(cursor: duckdb.DuckDBPyConnection, named: dict[str, list[str]]) -> None:
    """Take in dead letters, and what became of them.

    Raises:
        duckdb.IOException: a file is gone or broken.
    """
    found = cursor.execute(
        """
        SELECT topic, value, CAST(logged_at AS TIMESTAMP) FROM read_parquet($files)
        WHERE topic = 'premises.dead-letters'
            OR (topic = 'premises.events' AND event = 'programme.dead-letter-resolved')
        ORDER BY topic, epoch, "partition", "offset"
        """,
        named,
    ).fetchall()
    for topic, value, logged_at in found:
        if topic == "premises.events":
            done = read_resolution(value)
            row: tuple[Any, ...] = (done.partition, done.offset, done.resolution)
            if done.names_a_place:
                cursor.execute("INSERT INTO resolutions VALUES (?, ?, ?)", row)
            continue
        of = read_letter(value)
        row = (of.topic, of.epoch, of.partition, of.offset, of.premises_id)
        row = (*row, of.cause, of.why, of.code_version, logged_at)
        cursor.execute("INSERT INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _run(
    cursor: duckdb.DuckDBPyConnection, step: str, named: dict[str, list[str]]
) -> duckdb.DuckDBPyConnection:
    query = sql("steps", step)
    return cursor.execute(query, named if "$files" in query else None)
