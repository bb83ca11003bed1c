"""A what-if run beside the page: first on a sample, then whole, then with its doubt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

from dashboards.warmth import WARMTH
from dashboards.whatif_files import sampled
from twin.whatif.doubt.bounds import BeyondCohorts
from twin.whatif.doubt.drawing import Doubt, doubt
from twin.whatif.engine import run
from twin.whatif.outcome import Outcome
from twin.whatif.progress import Cancelled, Progress
from twin.whatif.reading import Question

SAMPLE: Final = 0.01
"""Share of the premises that the first answer is made of."""
DRAWS: Final = 200
"""Draws of the numbers of behaviour: enough for P5 and P95, quick enough to wait for."""

KERNELS_LOOK_S: Final = 0.1


@dataclass
class Job:
    """One question at work in a thread; the page reads its fields, only the thread writes them.

    `given` are the files of the question. `first` is the outcome on a sample, `whole` that on all
    premises, `doubted` the draws; `without` says why there are none. `failed` is a bug in words.
    """

    question: Question
    given: Mapping[str, bytes]
    progress: Progress = field(default_factory=lambda: Progress("waiting for the first answer", 0))
    first: Outcome | None = None
    whole: Outcome | None = None
    doubted: Doubt | None = None
    without: str = ""
    failed: str = ""
    cancelled: bool = False
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def best(self) -> Outcome | None:
        """The best outcome so far: the whole if it stands, else the sample."""
        return self.whole or self.first

    def start(self) -> None:
        """Begin in a thread of its own, so that the server goes on answering."""
        self._thread = Thread(target=self._work, name="what-if", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the thread to end; what it has found stays."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for the end at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        try:
            self._await_kernels()
            self.first = self._run(sampled(self.question, share=SAMPLE))
            self.whole = self._run(self.question)
            self._doubt()
        except Cancelled:
            self.cancelled = True
        except Exception as error:  # the thread must not die unheard: the page tells it
            self.failed = f"{type(error).__name__}: {error}"
            raise

    def _await_kernels(self) -> None:
        """Kernels that are being compiled elsewhere are not compiled here as well."""
        while WARMTH.one.standing() == "warming":
            self.progress = Progress("the kernels are being compiled", 0)
            if self._stop.wait(KERNELS_LOOK_S):
                raise Cancelled

    def _run(self, question: Question) -> Outcome:
        return run(question, progress=self._told, cancelled=self._stop.is_set)

    def _told(self, progress: Progress) -> None:
        self.progress = progress

    def _doubt(self) -> None:
        self.progress = Progress("how sure: drawing the numbers of behaviour", 0.0)
        try:
            self.doubted = doubt(self.question, draws=DRAWS, told=self._drawn)
        except BeyondCohorts as beyond:
            self.without = str(beyond)

    def _drawn(self, number: int) -> None:
        if self._stop.is_set():
            raise Cancelled
        self.progress = Progress("how sure: drawing the numbers of behaviour", number / DRAWS)
