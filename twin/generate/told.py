"""Facts of premises on their way into the lake, numbered as the log would number them."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from twin.events.envelope import Event
from twin.generate.log import PREMISES_EVENTS
from twin.lake import data_files
from twin.lake.data_files import DataFile
from twin.lake.slices import Slice, Span
from twin.lake.told import told_table


class Told(NamedTuple):
    """Events of premises that stand one after the other in a partition of the log."""

    partition: int
    first: int
    """Offset of the first of them."""
    events: list[Event]

    def by_premises(self) -> dict[str, list[tuple[Event, int]]]:
        """Each premises' events with their offsets, in order."""
        found: dict[str, list[tuple[Event, int]]] = {}
        for offset, event in enumerate(self.events, self.first):
            found.setdefault(event.key, []).append((event, offset))
        return found


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
        self._logged: list[tuple[datetime, int]] = []

    @property
    def epoch(self) -> int:
        """Epoch of all its records."""
        return self._of.epoch

    @property
    def waiting(self) -> int:
        """Records that wait to be written."""
        return len(self._events)

    def tell(self, events: list[Event], *, at: datetime) -> Told:
        """The next records of the partition, logged at a moment."""
        told = Told(self._of.partition, self.end, events)
        self.end += len(events)
        new = events[max(0, self._stands - told.first) :]
        self._events += new
        self._logged.append((at, len(new)))
        return told

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
