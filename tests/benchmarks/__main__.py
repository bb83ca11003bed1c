"""`python -m tests.benchmarks [NAME ...]`: measure, print one table, write build/bench.json."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from rich.console import Console

from tests.benchmarks import (
    archiver_bench,
    bulk_bench,
    checkpoint_bench,
    corpus,
    doubt_bench,
    draw,
    duis_bench,
    emulator_bench,
    equality_bench,
    evidence_bench,
    fold_bench,
    forecast,
    freeze,
    gates,
    gbcs_bench,
    generate_bench,
    lake_bench,
    offline_bench,
    pacing,
    page_bench,
    page_times,
    planner_bench,
    run_bench,
    spark_bench,
    viewers_bench,
    whatif_bench,
    worker_bench,
)
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.measure import Measure, keep, show
from tests.benchmarks.stage import Stage, staged

Benchmark = TypeVar("Benchmark", bound=Callable[[Any], list[Measure]])
EVENTS: Final = 60_000
ALONE: Final[dict[str, Callable[[], list[Measure]]]] = {
    "bulk": bulk_bench.measure,
    "checkpoint": checkpoint_bench.measure,
    "doubt": doubt_bench.measure,
    "draw": draw.measure,
    "duis": duis_bench.measure,
    "emulator": emulator_bench.measure,
    "equality": equality_bench.measure,
    "evidence": evidence_bench.measure,
    "forecast": forecast.measure,
    "freeze": freeze.measure,
    "gates": gates.measure,
    "gbcs": gbcs_bench.measure,
    "generate": generate_bench.measure,
    "pacing": pacing.measure,
    "planner": planner_bench.measure,
    "page_times": page_times.measure,
    "spark": spark_bench.measure,
    "viewers": viewers_bench.measure,
    "whatif": whatif_bench.measure,
}
IN_MEMORY: Final[dict[str, Callable[[Corpus], list[Measure]]]] = {
    "field": offline_bench.field,
    "fold": fold_bench.fold,
    "lake": lake_bench.measure,
}
ON_A_LOG: Final[dict[str, Callable[[Stage], list[Measure]]]] = {
    "worker": worker_bench.measure,
    "archiver": archiver_bench.measure,
    "marts": offline_bench.marts,
}
WHOLE_RUNS: Final[dict[str, Callable[[Path], list[Measure]]]] = {
    "event_to_page": page_bench.measure,
    "run": run_bench.measure,
}
NAMES: Final = (*ALONE, *IN_MEMORY, *ON_A_LOG, *WHOLE_RUNS)
NOTES: Final = (
    "Both numbers of a ratio are of this one run on this machine, alternated; rates per processor "
    "second stand in build/bench.json.",
    "The browser tests (`make test-browser`) measure a warm page to idle.",
)


def measure(names: Iterable[str], *, events: int = EVENTS) -> list[Measure]:
    """The measurements of these benchmarks; records are made once, and one log serves all."""
    wanted = tuple(names)
    made = cache(lambda: corpus.make(events))
    found = [line for name, one in ALONE.items() if name in wanted for line in one()]
    found += [line for name, one in IN_MEMORY.items() if name in wanted for line in one(made())]
    if any(name in wanted for name in ON_A_LOG):
        with staged(made()) as stage:
            found += [
                line for name, one in ON_A_LOG.items() if name in wanted for line in one(stage)
            ]
    for name, one in WHOLE_RUNS.items():
        if name in wanted:
            with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
                found += one(Path(folder))
    return found


def main() -> None:
    """Measure what the command line names, or all; exit status 3 if a requirement does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    names = parser.parse_args().names or NAMES
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    # ended from outside, the processes of a benchmark are ended as well; a shell that puts one in
    # the background has it ignore SIGINT
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    measures = measure(names)
    show(measures, NOTES, console=Console())
    keep(measures, NOTES)
    sys.exit(0 if all(one.holds is not False for one in measures) else 3)


if __name__ == "__main__":
    main()
