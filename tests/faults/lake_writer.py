"""Processes that write, sort and read a lake, for tests that kill them; no broker is needed."""

import multiprocessing
import resource
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.context import BaseContext
from pathlib import Path

from infra.run.looking_back import LookingBack
from infra.run.table_beside import build
from infra.run.table_comparing import compare
from infra.run.table_switching import entered, switch
from streams import lines
from streams.archive import open_lake
from streams.known import known_now
from tests.faults.mart_writer import number_of
from tests.infra.paper_changelogs import PaperChangelogs
from tests.lake.lake_records import append, run_of
from twin.lake import read
from twin.lake.basis import Basis, basis_of
from twin.lake.compact import compact
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.marts.publish import current_set

SLICE = Slice("premises.events", 0, 0)
STEP = 40
KEPT = timedelta(hours=1)
LONG_AGO, SECONDS_AGO = timedelta(days=1), KEPT - timedelta(seconds=10)
"""Dates for what was compacted away: it may be swept at once, or ten seconds later."""


def context() -> BaseContext:
    """Processes that start at once: the libraries are loaded already, but none was used.

    Pandas is what Arrow loads at its first array, a second that a kill would only hit before.
    """
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([__name__, "pandas"])
    return found


def write(path: Path, until: int) -> None:
    """Append from where the lake stands up to an offset, as an archiver does."""
    lake = Lake(path)
    while (stands := lake.position(SLICE)) < until:
        home = f"P{stands * 0x9E3779B97F4A7C15 % 2**64:016x}"
        append(lake, run_of(stands, min(until, stands + STEP), premises=home))


def sort(path: Path, until: int, age: timedelta = LONG_AGO) -> None:
    """Sort and sweep again and again, until nothing more can come."""
    lake = Lake(path)
    while True:
        done = compact(lake, now=datetime.now(UTC) - age)
        lake.vacuum(older_than=KEPT)
        if lake.position(SLICE) >= until and done.gone == 0:
            return


def read_for(path: Path, home: Path, seconds: float) -> None:
    """Look at the newest version of lake and marts over and over: whole, and never going back."""
    end, last, newest = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        published = current_set(home)
        if published is not None:
            number = number_of(published)
            assert number >= newest
            newest = number
        lake = Lake(path)
        stands = lake.position(SLICE)
        offsets = [record.offset for record in read.records(lake.files())]
        assert offsets == list(range(stands)), f"{len(offsets)} rows at position {stands}"
        assert stands >= last
        last = stands
    assert last > 0
    assert newest > 0


def all_of(lake: Lake) -> Basis:
    """The basis of all that a lake holds."""
    known = known_now(lake)
    return basis_of(
        known.positions, starts={}, code_version="", reference="", resolved=known.resolved
    )


def look_back(home: Path) -> None:
    """Make the checkpoint of all that a lake holds and discard it, again and again."""
    lake, looking = open_lake(home), LookingBack(home)
    while True:
        looking.make(lake, [all_of(lake)], now=datetime.now(UTC))
        looking.checkpoints.discard(but="nothing is kept")


def write_on_a_full_disk(path: Path, until: int, room: int) -> None:
    """Append with no room for a file of more than so many bytes; ends as an archiver would."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    write(path, until)


def largest_file(path: Path) -> int:
    """Bytes of the largest data file."""
    return max(file.stat().st_size for file in Lake(path).files())


def take_another_table(home: Path, fold: str) -> None:
    """Build, compare and switch to the table of another fold, from wherever the last one got."""
    now = datetime.now(UTC)
    paper = PaperChangelogs(home / "paper")
    entered(home, worker="w1", changelogs=paper)
    if lines.lines(home).current.fold != fold:
        build(home, fold=fold, now=now)
        compare(home, fold=fold, now=now, is_live=False)
        switch(home, fold=fold)
        entered(home, worker="w1", changelogs=paper)
