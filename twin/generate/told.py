"""Facts of premises on their way into the lake, numbered as the log would number them."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from twin.events.envelope import Event
from twin.generate.log import PREMISES_EVENTS
from twin.lake import data_files
from twin.lake.data_files import DataFile
from twin.lake.table import Slice, Span
from twin.lake.told import told_table


class Told(NamedTuple):
    """An event of a premises at its place in the log."""

    event: Event
    partition: int
    offset: int


class Written(Struct, frozen=True):
    """A file of a partition that lies in the lake's folder, and is no part of the lake yet."""

    of: Slice
    span: Span
    file: DataFile
    size: int
    rows: int


class Partition:
    """What one partition of `premises.events` was told; mutable, owned by its share.

    It numbers all, and keeps for the lake what the lake does not have already.
    """

    def __init__(self, number: int, *, epoch: int, stands: int) -> None:
        """An empty partition, of which the lake holds the first `stands` records."""
        self.end = 0
        self._of = Slice(PREMISES_EVENTS, epoch, number)
        self._stands = stands
        self._first = stands
        self._events: list[Event] = []
        self._logged: list[datetime] = []

    @property
    def epoch(self) -> int:
        """Epoch of all its records."""
        return self._of.epoch

    @property
    def waiting(self) -> int:
        """Records that wait to be written."""
        return len(self._events)

    def tell(self, event: Event, *, at: datetime) -> Told:
        """The next record of the partition, logged at a moment."""
        offset = self.end
        self.end = offset + 1
        if offset >= self._stands:
            self._events.append(event)
            self._logged.append(at)
        return Told(event, self._of.partition, offset)

    def write(self, folder: Path) -> Written | None:
        """Write what waits into the lake's folder; None where nothing does.

        Raises:
            NotAsTold: see `told_table`; nothing is written then.
        """
        if not self._events:
            return None
        events, logged = self._events, self._logged
        table = told_table(events, of=self._of, first=self._first, logged=logged)
        span = Span(self._first, self._first + len(events))
        self._events, self._logged, self._first = [], [], span.end
        return Written(self._of, span, *data_files.write(folder, [table]))
