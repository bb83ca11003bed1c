"""A generated history on its way into the lake, whole ticks at a time."""

from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from twin.generate.crew import Crew
from twin.lake import data_files
from twin.lake.rows import Logged, reached, to_table
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.lake.told import NotAsTold
from twin.refusal import Refusal

COMMIT_ROWS: Final = 300_000
"""Rows of a commit: each partition of the premises then has a file of some 25,000."""


class Unwritable(Refusal):
    """The field told something that the twin refuses: a run would go on with a dead letter."""


class Shelf:
    """Takes the rows beside those of the shares, and writes all that the lake has not already."""

    def __init__(self, lake: Lake) -> None:
        """For a lake that holds nothing, or a beginning of the same history."""
        self.records = 0
        """Rows taken so far, those that the lake had already among them."""
        self._lake = lake
        self._stands = {
            (of.topic, of.epoch, of.partition): end for of, end in lake.positions().items()
        }
        self._rows: list[Logged] = []

    @property
    def waiting(self) -> int:
        """Rows that wait to be written."""
        return len(self._rows)

    def put(self, rows: Iterable[Logged]) -> None:
        """Take rows in the order of the log; nothing is written before `commit`."""
        stands = self._stands
        for row in rows:
            self.records += 1
            if row.offset >= stands.get((row.topic, row.epoch, row.partition), 0):
                self._rows.append(row)

    def commit(self, crew: Crew) -> None:
        """Write what waits here and at the shares in one commit: it is whole, or not there.

        Raises:
            Unwritable: a record cannot be read back as an event; nothing of it is committed.
            Fenced: somebody else writes to the same lake.
        """
        table = to_table(self._rows)
        _require_readable(table)
        try:
            written = crew.write()
        except NotAsTold as error:
            raise Unwritable(
                f"{error}: a run goes on with a dead letter, a generated history ends here"
            ) from error
        spans = reached(self._rows) | {one.of: one.span for one in written}
        if not spans:
            return
        files = [(one.file, one.size, one.rows) for one in written]
        if self._rows:
            files.append(data_files.write(self._lake.path, [table]))
        self._lake.take_in(files, spans)
        self._rows = []


def stands_whole(lake: Lake, *, clock: Slice, ticks: int) -> bool:
    """Whether a lake holds a history to its end: commits are of whole ticks."""
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
