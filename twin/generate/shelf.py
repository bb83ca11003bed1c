"""Rows of a generated history on their way into the lake, a commit at a time."""

from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from twin.lake.rows import Logged, reached, to_table
from twin.lake.table import Lake, Slice

COMMIT_ROWS: Final = 50_000
"""Rows of a commit, as the archiver makes them."""


class Unwritable(RuntimeError):
    """The field told something that the twin refuses: a run would go on with a dead letter."""


class Shelf:
    """Takes rows in the order of the log and leaves out those that the lake has already."""

    def __init__(self, lake: Lake) -> None:
        """For a lake that holds nothing, or a beginning of the same history."""
        self.records = 0
        """Rows taken so far, those that the lake had already among them."""
        self._lake = lake
        self._stands = {
            (of.topic, of.epoch, of.partition): end for of, end in lake.positions().items()
        }
        self._rows: list[Logged] = []

    def put(self, rows: Iterable[Logged]) -> None:
        """Take rows; nothing is written before `commit`."""
        stands = self._stands
        for row in rows:
            self.records += 1
            if row.offset >= stands.get((row.topic, row.epoch, row.partition), 0):
                self._rows.append(row)

    @property
    def is_full(self) -> bool:
        """Whether enough rows wait for a commit."""
        return len(self._rows) >= COMMIT_ROWS

    def commit(self) -> None:
        """Write what waits, in commits of at most `COMMIT_ROWS` rows, each whole or not at all.

        Raises:
            Unwritable: a record cannot be read back as an event; it is not written.
            Fenced: somebody else writes to the same lake.
        """
        for rows in self._portions():
            table = to_table(rows)
            _require_readable(table)
            self._lake.append(table, reached(rows))
        self._rows = []

    def _portions(self) -> Iterator[list[Logged]]:
        for start in range(0, len(self._rows), COMMIT_ROWS):
            yield self._rows[start : start + COMMIT_ROWS]


def stands_whole(lake: Lake, *, clock: Slice, ticks: int) -> bool:
    """Whether a lake holds a history to its end: the ticks are written behind all else."""
    return lake.position(clock) == 2 * ticks


def _require_readable(table: pa.Table) -> None:
    refusals = table.column("refusal")
    if refusals.null_count == table.num_rows:
        return
    at = pc.index(pc.is_valid(refusals), value=True).as_py()
    row = table.slice(at, 1)
    raise Unwritable(
        f"record {row['offset'][0]} of {row['topic'][0]}, partition {row['partition'][0]}, would "
        f"be refused ({row['refusal'][0]}): a run goes on with a dead letter, a generated history "
        "ends here"
    )
