"""A checkpoint is made of the one before it and of the records that came since."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from twin.bulk.records import Place
from twin.lake.basis import Stand
from twin.lookback.carrying import before_all, carried
from twin.lookback.checkpoint import Checkpoint, Made, reading
from twin.lookback.rows import Row, Rows, row_of
from twin.lookback.sums import Sums
from twin.lookback.tail import tail
from twin.state.entry import UNADDRESSED, Record


class Stopped(Exception):
    """Whoever wanted the checkpoint wants it no more."""


class Making:
    """The rows of a checkpoint in order, and what they come to; memory does not grow with the
    fleet."""

    def __init__(
        self,
        files: Sequence[Path],
        stands: Sequence[Stand],
        *,
        base: tuple[Checkpoint, Rows] | None,
        sums: Sums,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Of the records before `stands`, from `base` on; `sums` are those of the base.

        `stop` is asked at every premises whether to leave off.
        """
        self._stop = stop
        self._base = base
        since = () if base is None else base[0].stands
        self._groups = tail(files, since=since, upto=stands)
        self._sums = sums
        self._newest = None if base is None else base[0].newest
        self._fleet = sha256()

    def rows(self) -> Iterator[Row]:
        """The rows; they can be taken once.

        Raises:
            CheckpointDamaged: the rows of the base cannot be read.
            Stopped: it was to be left off.
        """
        for row in self._merged():
            if self._stop():
                raise Stopped
            if row.facts and row.premises_id != UNADDRESSED:
                self._fleet.update(row.premises_id.encode())
                self._fleet.update(row.digest)
            yield row

    def made(self) -> Made:
        """What the rows came to, after all of them were taken."""
        return Made(newest=self._newest, digest=self._fleet.hexdigest(), figures=self._sums.told())

    def _merged(self) -> Iterator[Row]:
        held = _Held(self._base)
        for place, records in self._groups:
            yield from held.before(place)
            yield self._carried(place, held.at(place), records)
        yield from held.rest()
        self._sums.settle()

    def _carried(self, place: Place, row: Row | None, records: Sequence[Record]) -> Row:
        before = None if row is None else row.state
        after, newest = carried(before or before_all(place[0]), records)
        if newest is not None:
            self._newest = newest if self._newest is None else max(self._newest, newest)
        self._sums.change(before, after)
        return row_of(place, after)


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
