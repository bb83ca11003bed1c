"""Where evidence is counted: a DuckDB in a scratch file, with a bound on its memory.

Tables lie in the file, where they take a fraction of the room; it goes when the room is closed.
"""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final

import duckdb

from twin.lake.read import reader

MEMORY: Final = "3GB"
"""What DuckDB keeps in memory at most; the steps of 3,000,000 premises took 20 GB without it."""
_FILE: Final = "room.duckdb"


class Room:
    """A cursor that reads the lake, within bounds of memory."""

    def __init__(self) -> None:
        """Open it; it is empty.

        Raises:
            OSError: there is no room for the scratch folder.
        """
        self._held = ExitStack()
        scratch = self._held.enter_context(TemporaryDirectory(prefix="twin-evidence-"))
        connection = self._held.enter_context(duckdb.connect(Path(scratch) / _FILE))
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = $scratch", {"scratch": scratch})
        self.cursor = reader(connection)

    def __enter__(self) -> "Room":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything in it."""
        self.cursor.close()
        self._held.close()
