"""A history written straight into a lake, without a log between (decision 0019)."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct

from infra.run.actors import operator_of, oversight_of, schedule_of
from infra.run.equipment import Equipment
from infra.run.history import Home, HomeRefused
from infra.run.kept_states import are_kept, keep_all
from infra.run.sharing import crew_of, rare_collections
from streams import clock, topics
from streams.archive import open_lake
from twin.generate.crew import Crew
from twin.generate.lockstep import Lockstep, Ticked
from twin.generate.log import Log
from twin.generate.shelf import COMMIT_ROWS, Shelf, stands_whole
from twin.lake.slices import Slice

AFTER: Final = timedelta(milliseconds=1)
"""A tick opens so long after the one before, by the log's own time: what is logged earlier was
known then (`streams.known`)."""


class Generated(Struct, frozen=True, kw_only=True):
    """What was written: records of all topics, the fleet's digest, and the speed.

    `digest` is of the states that were folded in memory; None where all was there already.
    """

    simulated: bool
    records: int
    digest: str | None
    seconds: float
    events_per_second: int


Told = Callable[[Ticked, int], None]
"""Is told each tick that is over, and the records so far."""


def generate(
    home: Home,
    equipment: Equipment,
    *,
    told: Told,
    processes: int | None = None,
    tables: bool = False,
) -> Generated:
    """Write the whole history into the folder's lake, or what is missing of it.

    With `tables` the states stay beside it, so that a rebuild can be compared with them.

    Raises:
        HomeRefused, Unwritable, Fenced: see those.
    """
    history = equipment.history
    lake = open_lake(home.path)
    place = Slice(topics.CLOCK_TICKS, history.epoch, 0)
    wanted = tables and not are_kept(home.path)
    if stands_whole(lake, clock=place, ticks=history.ticks) and not wanted:
        return _generated(sum(lake.positions().values()), None, seconds=0.0)
    started = time.monotonic()
    with crew_of(home, equipment, lake, processes) as crew, rare_collections():
        shelf, lockstep = Shelf(lake), lockstep_of(equipment, crew)
        _fill(shelf, lockstep, crew, equipment, told)
        digest = crew.digest()
        if wanted:
            keep_all(home.path, crew)
    records = shelf.records + lockstep.reported.records
    return _generated(records, digest, seconds=time.monotonic() - started)


def _fill(shelf: Shelf, lockstep: Lockstep, crew: Crew, equipment: Equipment, told: Told) -> None:
    """Every tick of the period to the shelf, and from there to the lake."""
    schedule = schedule_of(equipment)
    for ticked in lockstep.run(schedule.moments(), starts=schedule.starts):
        mark(lockstep.log, ticked, final=ticked.now >= schedule.ends)
        shelf.put(lockstep.log.take())
        if shelf.waiting + lockstep.reported.waiting >= COMMIT_ROWS:
            with held_back():
                shelf.commit(crew)
        told(ticked, shelf.records + lockstep.reported.records)
    with held_back():
        shelf.commit(crew)


def lockstep_of(equipment: Equipment, crew: Crew) -> Lockstep:
    """Everybody of a history beside its shares, before the first tick."""
    return Lockstep(
        crew=crew,
        oversight=oversight_of(equipment),
        operator=operator_of(equipment),
        plans=equipment.plans,
        capable_version=equipment.catalogue.capable_version,
        partitions=topics.PARTITIONS,
        epoch=equipment.history.epoch,
    )


def mark(log: Log, ticked: Ticked, *, final: bool) -> None:
    """The clock's two records of a tick, as the emulator writes them."""
    opened = clock.Tick(
        tick=ticked.tick,
        phase="opened",
        now=ticked.now,
        basis=ticked.opened,
        decided=ticked.decided,
        commanded=ticked.commanded,
    )
    closed = clock.Tick(
        tick=ticked.tick,
        phase="closed",
        now=ticked.now,
        basis=ticked.closed,
        programme=ticked.programme,
        final=final,
    )
    for tick, at in ((opened, ticked.since + AFTER), (closed, ticked.now)):
        log.put(topics.CLOCK_TICKS, key=b"clock", value=clock.encode(tick), at=at)


def require_history_of_lake(home: Home) -> None:
    """Refuse a folder whose lake belongs to no history that is known.

    Raises:
        HomeRefused: there is a lake, and nothing says what it holds.
    """
    if (home.path / "lake").exists() and home.history() is None:
        raise HomeRefused(f"{home.path} holds a lake of an unknown history: choose another folder")


@contextmanager
def held_back() -> Iterator[None]:
    """An interrupt that comes meanwhile waits until the end: a commit is whole or not there."""
    came: list[int] = []

    def later(number: int, _: Any) -> None:
        came.append(number)

    held = {number: signal.signal(number, later) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


def _generated(records: int, digest: str | None, *, seconds: float) -> Generated:
    return Generated(
        simulated=True,
        records=records,
        digest=digest,
        seconds=round(seconds, 1),
        events_per_second=round(records / seconds) if seconds else 0,
    )
