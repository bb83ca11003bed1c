"""Kernels on all cores: fixed slices of the work, so that threads change nothing but the time."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from twin.whatif.progress import Asked, Cancelled, Progress, Tell

SLICE: Final = 1 << 17
"""Premises or devices of a slice: a few milliseconds of work."""
Result = TypeVar("Result")


class Crew:
    """Threads that carry out kernels slice by slice, say how far they are, and can be called off.

    Kernels release the interpreter, and each slice writes where no other does; results come in the
    order of the slices.
    """

    def __init__(self, *, threads: int | None, progress: Tell, cancelled: Asked) -> None:
        """So many threads, all cores for None."""
        self.threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0.0

    def each(
        self, size: int, kernel: Callable[[int, int], Result], *, doing: str = ""
    ) -> list[Result]:
        """The results of a kernel for every slice [first, last) of so many, in order.

        Raises:
            Cancelled: the caller wants the run to end.
        """
        self.look(doing)
        spans = [(first, min(first + SLICE, size)) for first in range(0, size, SLICE)]

        def one(span: tuple[int, int]) -> Result | None:
            return None if self._cancelled() else kernel(*span)

        found = map(one, spans) if self._pool is None else self._pool.map(one, spans)
        results = [result for result in found]
        self.look(doing)
        return results  # type: ignore[return-value]

    def reached(self, doing: str, done: float) -> None:
        """Say that a share of the whole run is done."""
        self._done = done
        self.look(doing)

    def look(self, doing: str) -> None:
        """Say where the run is.

        Raises:
            Cancelled: the caller wants it to end.
        """
        if self._cancelled():
            raise Cancelled
        self._progress(Progress(doing, self._done))

    def close(self) -> None:
        """Let the threads go."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
