"""The kernels of what-if, compiled in a process of its own before anybody asks for a run.

Compiling holds an interpreter for most of a minute, so the page server does not do it itself; what
is compiled lies in numba's cache, from which every later process takes it.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

from dashboards.warmth import Standing

COMMAND: Final = (sys.executable, "-m", "infra.pages.kernels")


class KernelWarmer:
    """A process that compiles; owned by the page server, and ended with it."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Nothing is started yet."""
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0
        self._took: float | None = None

    def start(self) -> None:
        """Begin to compile."""
        self._begun = time.monotonic()
        self._process = subprocess.Popen(self._command)

    def standing(self) -> Standing:
        """How far it is."""
        if self._process is None:
            return "unwatched"
        status = self._process.poll()
        if status is None:
            return "warming"
        self._took = self._took or time.monotonic() - self._begun
        return "warm" if status == 0 else "failed"

    def seconds(self) -> float:
        """For how long it has been at work; once it is over, until that was seen."""
        return self._took or time.monotonic() - self._begun

    def stop(self) -> None:
        """End it, if it is still at work."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
