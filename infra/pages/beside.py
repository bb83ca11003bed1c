"""What pages need from the whole lake, made in a process beside the page server, one at a time."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, TypeAlias

import msgspec

from dashboards.made_shelf import Made, newest
from dashboards.making import Wanted, Work
from dashboards.orders import Failed, Order, T
from infra.pages.making import Ask, Told

COMMAND: Final = (sys.executable, "-m", "infra.pages.making")
_Place: TypeAlias = tuple[Path, Order[Any]]


class BesideMaker:
    """Has things made by a process that it owns; a thread of the server talks with it.

    The process is there before it is needed, so that an order need not wait for it to start.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Nothing is started yet."""
        self._command = command
        self._lock = Lock()
        self._works: dict[_Place, Work] = {}
        self._asked: SimpleQueue[Work | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="making", daemon=True)
        self.process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to take orders."""
        self._thread.start()

    def newest(self, home: Path, order: Order[T]) -> Made[T] | None:
        """What was made last for an order, by any server of the home."""
        return newest(home, order)

    def work(self, home: Path, order: Order[Any]) -> Work | None:
        """What is being made, waits for its turn, or could not be made."""
        return self._works.get((home, order))

    def ask(self, wanted: Wanted[Any]) -> Work:
        """Have a thing made, unless it is waited for already."""
        place = wanted.home, wanted.order
        with self._lock:
            held = self._works.get(place)
            if held is not None and held.failed is None:
                return held
            work = self._works[place] = Work(wanted)
        self._asked.put(work)
        return work

    def stop(self) -> None:
        """End the process, whatever it is making, and wait until it has ended."""
        with self._lock:
            self._stopping = True
            if self.process is not None:
                self.process.terminate()
        self._asked.put(None)
        self._thread.join()

    def _serve(self) -> None:
        self._begin()
        while (work := self._asked.get()) is not None and not self._stopping:
            work.begun = True
            failed = self._made(work.wanted)
            with self._lock:
                work.failed = failed
                if failed is None:
                    del self._works[work.wanted.home, work.wanted.order]
            work.ended.set()
            self._begin()
        self._end()

    def _begin(self) -> None:
        """Start a process, where none is waiting for orders."""
        with self._lock:
            ended = self.process is None or self.process.poll() is not None
            if ended and not self._stopping:
                self.process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )

    def _made(self, wanted: Wanted[Any]) -> Failed | None:
        """None where it was made and kept, else why it was not."""
        self._begin()
        process = self.process
        assert process is not None
        line = _answer_of(process, msgspec.json.encode(_ask_of(wanted)))
        if not line:
            process.communicate()
            return Failed("broken", f"the process that makes it ended with {process.returncode}")
        told = msgspec.json.decode(line, type=Told)
        if told.last:
            process.communicate()
        return told.failed

    def _end(self) -> None:
        process = self.process
        if process is not None:
            process.terminate()
            process.communicate()


def _answer_of(process: subprocess.Popen[bytes], ask: bytes) -> bytes:
    """The line that a process answers an order with; empty where it ended instead."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(ask + b"\n")
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return b""


def _ask_of(wanted: Wanted[Any]) -> Ask:
    order = wanted.order
    return Ask(
        home=str(wanted.home.resolve()),
        folder=str(wanted.published.folder.resolve()),
        kind=order.kind.name,
        known=order.known,
        period=order.period,
        stands_on=wanted.stands_on,
        records=wanted.records,
        now=wanted.now,
    )
