"""The same histories kept and replayed by the library `eventsourcing`, as a peer of the bulk fold.

An aggregate is a premises, an event of it holds a record's bytes as text, and all that an event
does is to set one attribute: the least that the library's own replay can take. A fold like
`evolve` would come on top of it.
"""

import time
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from twin.state.entry import Record

_IN_FILE: Final = {"PERSISTENCE_MODULE": "eventsourcing.sqlite"}


class Told(Aggregate):
    """A premises and the last that was told of it."""

    def __init__(self, key: str) -> None:
        """Of which nothing was told."""
        self.key, self.last = key, ""

    @event("Said")
    def say(self, value: str) -> None:
        """A record of it."""
        self.last = value


def replayed_in(records: Sequence[Record], *, file: Path | None = None) -> tuple[int, float, float]:
    """How many records the library replays, out of its store in memory or its own one in a file
    of SQLite; and the seconds of the clock and of processors that it takes.

    Raises:
        RuntimeError: it gave back another number of records.
    """
    app = Application[UUID](env=None if file is None else {**_IN_FILE, "SQLITE_DBNAME": str(file)})
    by_premises = sorted(records, key=lambda record: (record.key or b"", record.offset))
    kept = [
        _kept(app, [record.value or b"" for record in of])
        for _, of in groupby(by_premises, key=lambda record: record.key)
    ]
    began, worked = time.perf_counter(), time.process_time()
    # an aggregate's first version is its own creation
    found = sum(app.repository.get(one).version - 1 for one in kept)
    taken, worked = time.perf_counter() - began, time.process_time() - worked
    app.close()
    if found != len(records):
        raise RuntimeError(f"of {len(records)} records {found} were replayed")
    return found, taken, worked


def _kept(app: Application[UUID], values: Sequence[bytes]) -> UUID:
    told = Told(key="premises")
    for value in values:
        told.say(value.decode())
    app.save(told)
    return told.id
