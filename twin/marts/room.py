"""Where the builder's tables lie: in memory, or for a large fleet in a file with a bound on memory.

The file holds nothing that the lake does not: it is made anew at every start.
"""

from pathlib import Path
from typing import Final

import duckdb

MEMORY: Final = "3GB"
"""What DuckDB keeps in memory of tables in a file, with what its queries need."""
_FILE: Final = "marts.duckdb"


def opened(room: Path | None) -> duckdb.DuckDBPyConnection:
    """A connection without tables, in memory or with its tables in the folder `room`.

    Raises:
        OSError: the folder cannot be written.
    """
    if room is None:
        connection = duckdb.connect()
    else:
        connection = duckdb.connect(_emptied(room))
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _emptied(room: Path) -> Path:
    room.mkdir(parents=True, exist_ok=True)
    path = room / _FILE
    for old in (path, path.with_name(f"{_FILE}.wal")):
        old.unlink(missing_ok=True)
    return path
