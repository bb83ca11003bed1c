"""The archiver: rows a second from the log to committed, fsynced Delta."""

import statistics
import time
from typing import Any, Final, NamedTuple

from streams.archiver import Archiver
from tests.benchmarks.measure import Measure
from tests.benchmarks.stage import Stage
from twin.lake.table import Lake

REQUIRED: Final = 20_000.0
ROUNDS: Final = 3


class _Timed(Lake):
    """The lake, noting when its last commit was durable."""

    last = 0.0
    worked = 0.0

    def append(self, rows: Any, spans: Any) -> None:
        super().append(rows, spans)
        self.last, self.worked = time.perf_counter(), time.process_time()


def measure(stage: Stage) -> list[Measure]:
    """The median of some rounds; the first one, which also loads the libraries, does not count."""
    rounds = [_round(stage) for _ in range(1 + ROUNDS)][1:]
    rate = statistics.median(one.rows / one.seconds for one in rounds)
    return [
        Measure(
            name="archiver: log to committed Delta",
            ours=f"{rate:,.0f} rows/s",
            against=f"at least {REQUIRED:,.0f} rows/s",
            ratio=rate / REQUIRED,
            holds=rate >= REQUIRED,
            figures={
                "rows": rounds[0].rows,
                "per_cpu_second": round(
                    statistics.median(one.rows / one.cpu_seconds for one in rounds)
                ),
            },
        )
    ]


class _Round(NamedTuple):
    rows: int
    seconds: float
    cpu_seconds: float


def _round(stage: Stage) -> _Round:
    """Archive the whole log into a fresh lake; from start to the last durable commit."""
    lake = _Timed(stage.folder / f"lake-{time.monotonic_ns()}" / "events")
    archiver = Archiver(lake, bootstrap=stage.bootstrap, epoch=0, security={})
    began, worked = time.perf_counter(), time.process_time()
    rows = archiver.run(stop=lambda: False, until_end=True)
    return _Round(rows, lake.last - began, lake.worked - worked)
