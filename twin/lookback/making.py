"""Checkpoints are made of the one before them and of the records that came since, in one pass."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import accumulate
from typing import TypeAlias

from twin.lake.basis import Stand
from twin.lookback.carrying import before_all, carried
from twin.lookback.checkpoint import Checkpoint, Made, reading
from twin.lookback.course import BEFORE, Course
from twin.lookback.reach import Ends
from twin.lookback.rows import Row, Rows, row_of
from twin.lookback.sums import Sums
from twin.state.as_of import AsOf
from twin.state.entry import UNADDRESSED, Place, Record

Groups: TypeAlias = Iterable[tuple[Place, Sequence[Record]]]
"""Records by premises in the order of their names, each in order of the log."""


class Stopped(Exception):
    """Whoever wanted the checkpoint wants it no more."""


class Making:
    """The rows of checkpoints in order, and what they come to; memory does not grow with the
    fleet."""

    def __init__(
        self,
        groups: Groups,
        ends: Sequence[Sequence[Stand]],
        *,
        base: tuple[Checkpoint, Rows] | None,
        sums: Sums,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """At ends of the log of which each goes on from the one before it, the first from `base`.

        `groups` are the records beyond the base, `sums` its figures. Records beyond the last end
        are folded as well, for `state`. `stop` is asked at every premises whether to leave off.
        """
        self._groups, self._stop, self._base = groups, stop, base
        self._ends = Ends.of(ends)
        self._course = Course(sums, len(ends))
        since = None if base is None else base[0].newest
        self._newest: list[datetime | None] = [since] + [None] * len(ends)
        self._fleets = [sha256() for _ in ends]
        self.state: tuple[Place, AsOf] | None = None
        """The premises that was carried on last, after all of its records."""

    def rows(self) -> Iterator[Sequence[Row | None]]:
        """Of each premises its row at each end, None where nothing is known of it yet; they can be
        taken once.

        Raises:
            CheckpointDamaged: the rows of the base cannot be read.
            Stopped: it was to be left off.
        """
        for rows in self._merged():
            if self._stop():
                raise Stopped
            for fleet, row in zip(self._fleets, rows, strict=True):
                if row is not None and row.facts and row.premises_id != UNADDRESSED:
                    fleet.update(row.premises_id.encode())
                    fleet.update(row.digest)
            yield rows

    def made(self) -> list[Made]:
        """What the rows of each end came to; to be asked once, after all of them were taken."""
        newest = list(accumulate(self._newest, _later))[1:]
        found = zip(newest, self._fleets, self._course.told(), strict=True)
        return [Made(newest=at, digest=of.hexdigest(), figures=told) for at, of, told in found]

    def _merged(self) -> Iterator[Sequence[Row | None]]:
        held, ends = _Held(self._base), len(self._fleets)
        for place, records in self._groups:
            yield from ([row] * ends for row in held.before(place))
            yield self._carried(place, held.at(place), records)
        yield from ([row] * ends for row in held.rest())

    def _carried(
        self, place: Place, row: Row | None, records: Sequence[Record]
    ) -> list[Row | None]:
        """The rows of a premises at all ends."""
        found: list[Row | None] = []
        since, state = BEFORE, None if row is None else row.state
        for end, part in enumerate(self._ends.parted(records)):
            if part:
                if state is not None:
                    self._course.stood(state, since=since, until=end)
                state, newest = carried(state or before_all(place[0]), part)
                since = end
                if end < len(self._fleets):
                    row = row_of(place, state)
                    self._newest[end + 1] = _later(self._newest[end + 1], newest)
            found.append(row)
        if state is not None:
            self._course.stood(state, since=since, until=len(self._fleets))
            self.state = place, state
        return found[: len(self._fleets)]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


class _Held:
    """The base's rows, taken as far as is wanted."""

    def __init__(self, base: tuple[Checkpoint, Rows] | None) -> None:
        self._rows = iter(()) if base is None else _read(*base)
        self._next: Row | None = next(self._rows, None)

    def before(self, place: Place) -> Iterator[Row]:
        while self._next is not None and self._next.place < place:
            yield self._take(self._next)

    def at(self, place: Place) -> Row | None:
        if self._next is None or self._next.place != place:
            return None
        return self._take(self._next)

    def rest(self) -> Iterator[Row]:
        while self._next is not None:
            yield self._take(self._next)

    def _take(self, row: Row) -> Row:
        self._next = next(self._rows, None)
        return row


def _read(of: Checkpoint, rows: Rows) -> Iterator[Row]:
    with reading(of):
        yield from rows.all()
