"""Checkpoints are made of the one before them and of the records that came since, in one pass."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import TypeAlias

from twin.lake.basis import Stand
from twin.lookback.carrying import before_all, carried
from twin.lookback.checkpoint import Checkpoint, Made, reading
from twin.lookback.course import BEFORE, Course
from twin.lookback.fleets import Fleets
from twin.lookback.marks import Mark
from twin.lookback.reach import Ends
from twin.lookback.rows import Row, Rows, row_of
from twin.lookback.stands import leads_to
from twin.lookback.sums import Sums
from twin.state.as_of import AsOf
from twin.state.entry import Place, Record

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
        days: Sequence[Sequence[Stand]] = (),
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """At ends of the log of which each goes on from the one before it, the first from `base`.

        `groups` are the records beyond the base, `sums` its figures. Records beyond the last end
        are folded as well, for `state`. `days` are between the ends (`twin.lookback.stands`): they
        leave marks and no rows. `stop` is asked at every premises whether to leave off.
        """
        self._groups, self._stop, self._base = groups, stop, base
        self._stands, self._kept = _merged(ends, days)
        self._ends = Ends.of(self._stands)
        self._count = len(self._stands)
        self._course, self._fleets = Course(sums, self._count), Fleets(self._count)
        since = None if base is None else base[0].newest
        self._newest: list[datetime | None] = [since] + [None] * self._count
        self.state: tuple[Place, AsOf] | None = None
        """The premises that was carried on last, after all of its records."""

    def rows(self) -> Iterator[Sequence[Row | None]]:
        """Of each premises its row at each end, None where nothing is known of it yet; they can be
        taken once.

        Raises:
            CheckpointDamaged: the rows of the base cannot be read.
            Stopped: it was to be left off.
        """
        for rows in self._all():
            if self._stop():
                raise Stopped
            self._fleets.next()
            yield rows

    def made(self) -> list[Made]:
        """What the rows of each end came to; to be asked once, after all of them were taken."""
        newest = list(accumulate(self._newest, _later))[1:]
        premises = self._fleets.premises()
        found: list[Made] = []
        marks: list[Mark] = []
        for nth, (at, digest, figures) in enumerate(
            zip(newest, self._fleets.told(), self._course.told(), strict=True)
        ):
            if nth in self._kept:
                made = Made(newest=at, digest=digest, figures=figures, marks=tuple(marks))
                found.append(made)
                marks = []
            else:
                mark = Mark(
                    stands=tuple(self._stands[nth]),
                    newest=at,
                    premises=premises[nth],
                    digest=digest,
                    figures=figures,
                )
                marks.append(mark)
        return found

    def _all(self) -> Iterator[Sequence[Row | None]]:
        held = _Held(self._base)
        for place, records in self._groups:
            yield from map(self._stayed, held.before(place))
            yield self._carried(place, held.at(place), records)
        yield from map(self._stayed, held.rest())

    def _stayed(self, row: Row) -> list[Row | None]:
        """The rows of a premises without news."""
        self._fleets.stood(row, since=0, until=self._count)
        return [row] * len(self._kept)

    def _carried(
        self, place: Place, row: Row | None, records: Sequence[Record]
    ) -> list[Row | None]:
        """The rows of a premises at all ends that keep them."""
        found: list[Row | None] = []
        since, state = BEFORE, None if row is None else row.state
        for end, part in self._ends.parted(records):
            found += self._stood(row, state, since=since, until=end)
            state, newest = carried(state or before_all(place[0]), part)
            since = end
            if end < self._count:
                row = row_of(place, state)
                self._newest[end + 1] = _later(self._newest[end + 1], newest)
        found += self._stood(row, state, since=since, until=self._count)
        if state is not None:
            self.state = place, state
        return found

    def _stood(
        self, row: Row | None, state: AsOf | None, *, since: int, until: int
    ) -> list[Row | None]:
        """Count a state at the ends where it stands; gives its row at those that keep it."""
        first = max(since, 0)
        if row is not None and state is not None:
            self._course.stood(state, since=since, until=until)
            self._fleets.stood(row, since=first, until=until)
        return [row for nth in self._kept if first <= nth < until]


def _merged(
    ends: Sequence[Sequence[Stand]], days: Sequence[Sequence[Stand]]
) -> tuple[list[Sequence[Stand]], list[int]]:
    """Ends and days in the order of the log, and which of them are the ends."""
    found: list[Sequence[Stand]] = []
    kept, waiting = [], list(days)
    for end in ends:
        while waiting and leads_to(waiting[0], end):
            found.append(waiting.pop(0))
        kept.append(len(found))
        found.append(end)
    return found, kept


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
