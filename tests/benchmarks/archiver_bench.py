"""The archiver: rows a second from the log to committed, fsynced Delta."""

import time
from typing import Any, Final

from streams.archiver import Archiver
from tests.benchmarks.measure import Measure
from tests.benchmarks.stage import Stage
from twin.lake.table import Lake

REQUIRED: Final = 20_000.0


class _Timed(Lake):
    """The lake, noting when its last commit was durable."""

    last = 0.0
    worked = 0.0

    def append(self, rows: Any, spans: Any) -> None:
        super().append(rows, spans)
        self.last, self.worked = time.perf_counter(), time.process_time()


def measure(stage: Stage) -> list[Measure]:
    """Archive the whole log into a fresh lake; from start to the last durable commit."""
    lake = _Timed(stage.folder / "lake" / "events")
    archiver = Archiver(lake, bootstrap=stage.bootstrap, epoch=0, security={})
    began, worked = time.perf_counter(), time.process_time()
    rows = archiver.run(stop=lambda: False, until_end=True)
    seconds = lake.last - began
    rate = rows / seconds
    return [
        Measure(
            name="archiver: log to committed Delta",
            ours=f"{rate:,.0f} rows/s",
            against=f"at least {REQUIRED:,.0f} rows/s",
            ratio=rate / REQUIRED,
            holds=rate >= REQUIRED,
            figures={
                "rows": rows,
                "seconds": round(seconds, 2),
                "commits": lake.version,
                "per_cpu_second": round(rows / (lake.worked - worked)),
            },
        )
    ]
