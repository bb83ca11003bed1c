"""A small history in real processes, to be disturbed: `twin run` and all that it starts."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Error as RpcError

from kafka import KafkaConsumer
from kafka import TopicPartition as Place

from infra.broker import LocalBroker
from infra.run.supervisor import Supervisor
from streams import clock, topics
from tests.faults.schedule import Schedule

STARTS, ENDS = date(2017, 6, 26), date(2017, 8, 7)
HISTORY = ("--premises", "80", "--seed", "7", "--from", str(STARTS), "--to", str(ENDS))
TICKS = (ENDS - STARTS).days + 1
TWIN = (
    sys.executable,
    "-c",
    # a shell's background job hands on that an interrupt is ignored
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from infra.cli import main; main()",
)
STUCK_SECONDS = 90.0
"""Without a settled tick for so long, and with nobody killed, a run hangs."""
ENDS_SECONDS = 120.0
TAIL = 25


class Stuck(AssertionError):
    """The run does not go on, or ended when it should not have."""


class Stage:
    """One TWIN_HOME and the `twin run` that is at work on it."""

    def __init__(self, home: Path, schedule: Schedule) -> None:
        """A stage with nothing on it yet; `start` begins."""
        self.home = home
        self.schedule = schedule
        self.settled = -1
        self._runs = 0
        self._run: subprocess.Popen[bytes] | None = None
        self._by_hand: list[subprocess.Popen[bytes]] = []
        self._consumer: KafkaConsumer | None = None
        self._moved = time.monotonic()

    # -- the run ---------------------------------------------------------------------------

    def start(self, *more: str, pace: float = 0.0, code: Path | None = None) -> None:
        """Start `twin run` on this folder: begin its history, or go on with it, `more` said.

        `pace` is the most ticks a second, 0 for as many as it makes; `code` has the sources of
        another version (`tests.infra.second_fold`).
        """
        self._runs += 1
        self._let_go_of_log()
        self.home.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "TWIN_STARTS_MAX": "1000"}
        if code is not None:
            environment["PYTHONPATH"] = str(code)
        command = [*TWIN, "run", "--headless", "--json", "--pace", str(pace), *HISTORY, *more]
        with self._output("out").open("wb") as out, self._output("err").open("wb") as err:
            self._run = subprocess.Popen(
                [*command, "--home", str(self.home)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
                cwd=code,
                start_new_session=True,
            )
        self._moved = time.monotonic()

    @property
    def run(self) -> "subprocess.Popen[bytes]":
        """The process of `twin run`."""
        assert self._run is not None, "start comes first"
        return self._run

    def finish(self) -> dict[str, Any]:
        """Await the end of the period and of the run; its summary. The exit status is checked."""
        self.await_tick(TICKS - 1)
        self._let_go_of_log()
        status = self.await_exit()
        if status != 0:
            raise self.stuck(f"twin run ended with status {status}")
        summary: dict[str, Any] = json.loads(self._output("out").read_bytes())
        return summary

    def await_exit(self, seconds: float = ENDS_SECONDS) -> int:
        """Exit status of `twin run`, when it has ended."""
        try:
            return self.run.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise self.stuck(f"twin run has not ended in {seconds:g} s") from None

    def said(self) -> str:
        """What `twin run` wrote to standard error."""
        return self._output("err").read_text(errors="replace")

    def _output(self, end: str) -> Path:
        return self.home.with_name(f"{self.home.name}-{self._runs}.{end}")

    # -- its progress ----------------------------------------------------------------------

    def follow(self, seconds: float) -> None:
        """Follow the clock for so long at most, or until a tick is settled."""
        consumer = self._log()
        if consumer is None:
            with suppress(subprocess.TimeoutExpired):
                self.run.wait(timeout=min(seconds, 0.2))
            return
        for records in consumer.poll(timeout_ms=int(seconds * 1000)).values():
            for record in records:
                self.settled = max(self.settled, clock.decode_settled(record.value).tick)
                self._moved = time.monotonic()

    def delay(self, seconds: float) -> None:
        """Follow the clock for so long."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.follow(left)

    def await_tick(self, tick: int) -> None:
        """Return when a tick is settled."""
        while self.settled < tick:
            self.follow(0.5)
            self.require_life(f"tick {tick}")

    def require_life(self, what: str) -> None:
        if self.run.poll() is not None and self.settled < TICKS - 1:
            self.follow(0.5)
            if self.settled < TICKS - 1:
                raise self.stuck(f"twin run ended with {self.run.returncode} before {what}")
        if time.monotonic() - self._moved > STUCK_SECONDS:
            raise self.stuck(f"nothing settled for {STUCK_SECONDS:g} s, waiting for {what}")

    def _log(self) -> KafkaConsumer | None:
        """A reader of `clock.settled`, once the topics are there."""
        if self._consumer is None and "emulator" in self.pids():
            self._consumer = KafkaConsumer(
                bootstrap_servers=LocalBroker(self.home).bootstrap,
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                # the broker is away for a moment only, however often it is killed
                reconnect_backoff_max_ms=500,
            )
            place = Place(topics.CLOCK_SETTLED, 0)
            self._consumer.assign([place])
            self._consumer.seek_to_beginning(place)
        return self._consumer

    def _let_go_of_log(self) -> None:
        if self._consumer is None:
            return
        self._consumer.close()
        self._consumer = None

    # -- its processes ---------------------------------------------------------------------

    @property
    def supervisor(self) -> Supervisor:
        """The run's supervisor, to be asked."""
        return Supervisor(self.home, ())

    def states(self) -> dict[str, str]:
        """State word of each program; none while no supervisor answers."""
        with suppress(OSError, HTTPException, RpcError):
            return self.supervisor.states()
        return {}

    def pids(self) -> dict[str, int]:
        """Process id of each program; none while no supervisor answers."""
        with suppress(OSError, HTTPException, RpcError):
            return self.supervisor.pids()
        return {}

    def supervisor_pid(self) -> int:
        """Process id of the supervisor."""
        return int((self.home / "run" / "supervisord.pid").read_text())

    def await_state(self, name: str, *words: str) -> int:
        """Process id of a program, when it is in one of some states."""
        while self.states().get(name) not in words:
            self.follow(0.05)
            self.require_life(f"{name} to be {' or '.join(words)}")
        return self.pids().get(name) or self.await_state(name, *words)

    def kill_now(self, name: str, pid: int) -> bool:
        """`kill -9` of a process of this stage; False if it was not there any more."""
        try:
            with process(pid) as descriptor:
                os.kill(pid, signal.SIGKILL)
                select.select([descriptor], [], [], 10)
        except ProcessLookupError:
            return False
        self.schedule.note(f"tick {self.settled + 1}: kill -9 of {name}, process {pid}")
        self._moved = time.monotonic()
        return True

    def start_worker(self, name: str) -> "subprocess.Popen[bytes]":
        """One more worker by hand, with the environment of the first."""
        first = self.await_state("worker", "RUNNING")
        pairs = Path(f"/proc/{first}/environ").read_bytes().decode().rstrip("\0").split("\0")
        environment = dict(pair.split("=", 1) for pair in pairs) | {"TWIN_WORKER": name}
        with (self.home / "logs" / f"worker-{name}.log").open("wb") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", "infra.run.roles", "worker"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
            )
        self._by_hand.append(started)
        return started

    def await_partitions_of(self, name: str) -> None:
        """Return when a worker has tables of its own, and a tick was settled since."""
        tables = f"worker/{name}/v1/tables/**/premises-*.db"
        while not any(self.home.glob(tables)):
            self.follow(0.2)
            self.require_life(f"worker {name} to get partitions")
        self.await_tick(self.settled + 1)

    # -- its end ---------------------------------------------------------------------------

    def close(self) -> None:
        """End whatever of this stage still runs, each process by its own id."""
        self._let_go_of_log()
        for worker in self._by_hand:
            worker.kill()
            worker.wait()
        if self._run is None:
            return
        if self._run.poll() is None:
            self._run.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._run.wait(timeout=60)
        left = self.pids()
        self._run.kill()
        self._run.wait()
        for pid in left.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stuck(self, why: str) -> Stuck:
        """A failure with the seed, what was done, the tails of all logs, and then stacks."""
        told = [f"states {self.states()}", f"twin run: {_tail(self._output('err'))}", *self._logs()]
        for name, pid in self.pids().items():
            if name != "broker":
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGUSR1)
        self.delay(0.5) if self._run and self._run.poll() is None else None
        parts = [f"{why}; settled {self.settled}", str(self.schedule), *told, *self._logs()]
        return Stuck("\n".join(parts))

    def _logs(self) -> list[str]:
        return [_tail(log) for log in sorted((self.home / "logs").glob("*.log"))]


def _tail(file: Path) -> str:
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    return "\n".join([f"--- {file.name}", *lines[-TAIL:]])


@contextmanager
def process(pid: int) -> Iterator[int]:
    """A descriptor of a process that becomes readable when the process ends."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def await_gone(pids: dict[str, int], *, seconds: float) -> list[str]:
    """Names of the processes that are still there when the time is over."""
    ends = time.monotonic() + seconds
    left = []
    for name, pid in pids.items():
        with suppress(ProcessLookupError), process(pid) as descriptor:
            if not select.select([descriptor], [], [], max(0.0, ends - time.monotonic()))[0]:
                left.append(name)
    return left
