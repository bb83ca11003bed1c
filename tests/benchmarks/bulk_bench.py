"""The bulk fold against a Polars scan of the same columns, and against the readable replay.

The lakes are real emulated histories repeated under other ids (`bulk_lake`). The scan reads every
column that the fold reads and adds it up; the fold reads, folds and gives the sorted tables of
state. Both take whatever threads they like.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.bulk_lake import History, history, scanned, write_arrivals, write_sorted
from tests.benchmarks.measure import Measure
from twin.bulk.rebuild import folded_spans, keep_memory
from twin.bulk.spans import spans
from twin.state.replay import replay

TIMES: Final = 250
"""Copies of the history: some three million events."""
ROUNDS: Final = 3
SORTED_AT_LEAST: Final = 0.55
ARRIVALS_AT_LEAST: Final = 0.42
REPLAY_AT_LEAST: Final = 100.0


def measure(*, times: int = TIMES) -> list[Measure]:
    """Sorted buckets, order of arrival, and events a second beside the Python replay."""
    of = history()
    keep_memory()
    rows = len(of.table) * times
    with tempfile.TemporaryDirectory(prefix="twin-bulk-") as folder:
        buckets = write_sorted(of, Path(folder) / "sorted", times=times)
        arrivals = write_arrivals(of, Path(folder) / "arrivals", times=times)
        first, fold_s = _against("sorted buckets", buckets, rows, SORTED_AT_LEAST)
        second, _ = _against("arrival order", arrivals, rows, ARRIVALS_AT_LEAST)
    return [first, second, _beside_replay(of, rows / fold_s)]


def _against(
    name: str, files: tuple[Path, ...], rows: int, at_least: float
) -> tuple[Measure, float]:
    """Rounds of scan and fold by turns, after one of each that does not count."""
    _fold(files, rows)
    scanned(files)
    pairs = [
        (_timed(lambda: scanned(files)), _timed(lambda: _fold(files, rows))) for _ in range(ROUNDS)
    ]
    scan, fold = (median(one[0] for one in column) for column in zip(*pairs, strict=True))
    scan_cpu, fold_cpu = (median(one[1] for one in column) for column in zip(*pairs, strict=True))
    ratio = median(pair[0][0] / pair[1][0] for pair in pairs)
    line = Measure(
        name=f"bulk fold, {name} / Polars scan summing the same columns",
        ours=f"{rows / fold:,.0f} events/s",
        against=f"{rows / scan:,.0f} events/s scanned; at least {at_least} of it",
        ratio=ratio,
        holds=ratio >= at_least,
        figures={
            "events": rows,
            "fold_seconds": round(fold, 3),
            "scan_seconds": round(scan, 3),
            "fold_cpu_seconds": round(fold_cpu, 3),
            "scan_cpu_seconds": round(scan_cpu, 3),
            "ratio_of_cpu_seconds": round(scan_cpu / fold_cpu, 3),
        },
    )
    return line, fold


def _beside_replay(of: History, folded_a_second: float) -> Measure:
    taken, _ = _timed(lambda: replay(of.records))
    replayed = len(of.records) / taken
    ratio = folded_a_second / replayed
    return Measure(
        name="bulk fold, sorted buckets / Python evolve replay of the same histories",
        ours=f"{folded_a_second:,.0f} events/s",
        against=f"{replayed:,.0f} events/s; at least {REPLAY_AT_LEAST:.0f} times that",
        ratio=ratio,
        holds=ratio >= REPLAY_AT_LEAST,
        figures={"replayed": len(of.records)},
    )


def _fold(files: tuple[Path, ...], rows: int) -> None:
    """Every span folded to its tables; all records are applied, none is left to the replay."""
    applied = 0
    for part in folded_spans(spans(files)):
        applied += part.records.applied
        if part.fallbacks:
            raise RuntimeError(f"the kernels left premises alone: {part.fallbacks}")
    if applied != rows:
        raise RuntimeError(f"of {rows} events only {applied} were applied")


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    """Wall clock and processor seconds."""
    began, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - worked
