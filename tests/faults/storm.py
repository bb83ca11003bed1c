"""Random kills of several programs of a run at once, each by a plan of its own."""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from tests.faults.schedule import Kill
from tests.faults.stage import TICKS, Stage

LAST = TICKS - 8
"""The clock is held at this tick until the last kill, or the run might end before it."""


class Storm:
    """The kills that are still to come on one stage."""

    def __init__(self, stage: Stage, plans: Mapping[str, Sequence[Kill]]) -> None:
        """Kills by name of the program; those of one program come one after the other."""
        self._stage = stage
        self._states: Mapping[str, str] = {}
        self._pids: Mapping[str, int] = {}
        self._doomed = [self._doom(kills) for kills in plans.values()]

    def rage(self) -> None:
        """Kill until all is done; then let the clock go on."""
        stage = self._stage
        while self._doomed:
            stage.follow(0.1)
            stage.require_life("the next kill")
            self._states, self._pids = stage.states(), stage.pids()
            self._doomed = [doom for doom in self._doomed if next(doom, False)]
            if stage.settled >= LAST:
                self._to_emulator(signal.SIGSTOP)
        self._to_emulator(signal.SIGCONT)

    def _doom(self, kills: Sequence[Kill]) -> Iterator[bool]:
        """Wait for the moment of each kill of one program; yields True while it has not come."""
        stage = self._stage
        for kill in kills:
            tick = min(stage.settled + kill.ticks, LAST)
            while stage.settled < tick:
                yield True
            words = ("RUNNING", "STARTING") if kill.early else ("RUNNING",)
            killed = False
            while not killed:
                while self._states.get(kill.name) not in words or kill.name not in self._pids:
                    yield True
                pid, ends = self._pids[kill.name], time.monotonic() + kill.delay
                while time.monotonic() < ends:
                    yield True
                killed = stage.kill_now(kill.name, pid)
                yield True

    def _to_emulator(self, number: signal.Signals) -> None:
        pid = self._stage.pids().get("emulator")
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
