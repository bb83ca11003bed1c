"""Two kept runs asked again under common luck, beside the page: intervals, places, and tornado."""

from dataclasses import dataclass
from threading import Thread
from typing import Final

from twin.whatif.compare import Comparison, NotComparable, compare
from twin.whatif.doubt.bounds import BeyondCohorts
from twin.whatif.doubt.drawing import Doubt, doubt
from twin.whatif.engine import run
from twin.whatif.reading import Question

PREMISES: Final = 10_000
"""Premises that are simulated for each seed, so that five seeds of both take some seconds."""
DRAWS: Final = 100


@dataclass
class PairJob:
    """Two questions compared in a thread; only the thread writes the fields.

    `refused` says why there is no comparison, `without` why there is no tornado, `failed` is a bug.
    """

    first: Question
    second: Question
    comparison: Comparison | None = None
    doubted: Doubt | None = None
    refused: str = ""
    without: str = ""
    failed: str = ""
    _thread: Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = Thread(target=self._work, name="what-if-pair", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for the end at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        try:
            self.comparison = compare(self.first, self.second, run=run, premises=PREMISES)
        except NotComparable as why:
            self.refused = str(why)
        except Exception as error:  # the thread must not die unheard: the page tells it
            self.failed = f"{type(error).__name__}: {error}"
            raise
        try:
            self.doubted = doubt(self.second, draws=DRAWS)
        except BeyondCohorts as beyond:
            self.without = str(beyond)
