"""`python -m infra.pages.making`: makes what pages ask for from the lake, one thing at a time.

A line of JSON on its standard input is an order, a line on its standard output says what came of
it; what was made is kept under the home. It works behind everything else that the machine has to
do, and ends with whoever holds its standard input.
"""

import io
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

import msgspec
from msgspec import Struct

from dashboards.answers import ANSWERS
from dashboards.architecture import PROCESSES
from dashboards.made_shelf import Made, MadeOf, keep
from dashboards.orders import Failed, Kind, Order, attempted
from dashboards.queries import read_set
from dashboards.reviews import REVIEW, SPAN
from twin.lake.durable import left_by_killed

KINDS: Final[dict[str, Kind[Any]]] = {
    kind.name: kind for kind in (ANSWERS, PROCESSES, REVIEW, SPAN)
}
NICE: Final = 19
LARGE_KB: Final = 1_000_000
"""A process that took more memory than this ends after its work, so that it is given back."""


class Ask(Struct, frozen=True):
    """A thing to be made: of which set's folder, what it stands on, and when it was asked (UTC)."""

    home: str
    folder: str
    kind: str
    known: str | None
    period: str
    stands_on: str
    records: int
    now: datetime

    @property
    def order(self) -> Order[Any]:
        """The order as a page has it."""
        return Order(KINDS[self.kind], self.known, self.period)


class Told(Struct, frozen=True):
    """What came of an order: kept (`failed` is None), or not; `last` says that the process ends."""

    failed: Failed | None
    last: bool


def main() -> None:
    """Make what is asked for until nobody can ask any more."""
    _keep_behind()
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed goes to the log
    asked: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(asked,), name="orders", daemon=True).start()
    while True:
        failed = _made(msgspec.json.decode(asked.get(), type=Ask))
        large = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > LARGE_KB
        os.write(answers, msgspec.json.encode(Told(failed, last=large)) + b"\n")
        if large:
            return


def _keep_behind() -> None:
    """Work behind everything else, and leave half of the processors to who waits for a page."""
    os.nice(NICE)
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, processors[len(processors) // 2 :])


def _listen(asked: "SimpleQueue[bytes]") -> None:
    """Hand orders on; when nobody holds the other end any more, end at once, whatever is made.

    Read without a buffer: its lock, held by this thread, would break the end of the process.
    """
    for line in io.FileIO(sys.stdin.fileno(), closefd=False):
        asked.put(line)
    os._exit(0)


def _made(ask: Ask) -> Failed | None:
    begun = time.monotonic()
    home = Path(ask.home)
    try:
        _make_room(home)
        found = attempted(ask.order, read_set(Path(ask.folder)), home)
        if isinstance(found, Failed):
            return found
        took = time.monotonic() - begun
        of = MadeOf(ask.stands_on, ask.records, ask.now + timedelta(seconds=took), took)
        keep(home, ask.order, Made(found, of))
    except FileNotFoundError:
        return Failed("unreadable", f"the set {ask.folder} is gone")
    except OSError as error:
        return Failed("broken", f"it could not be kept under the home ({error.strerror})")
    except Exception as error:  # told to whoever asked, and whole in the log
        traceback.print_exc()
        return Failed("broken", f"making it broke ({type(error).__name__})")
    return None


def _make_room(home: Path) -> None:
    """Scratch files lie under the home; those of a process that was ended before its time go."""
    pages = home / "pages"
    for left in left_by_killed(pages, "room.*"):
        shutil.rmtree(left, ignore_errors=True)
    room = pages / f"room.{os.getpid()}"
    room.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(room)


if __name__ == "__main__":
    main()
