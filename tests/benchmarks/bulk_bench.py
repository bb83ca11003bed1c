"""The bulk fold against a Polars scan of the same columns, and against the readable replay.

The lakes are real emulated histories repeated under other ids (`bulk_lake`). The scan reads every
column that the fold reads and adds it up; the fold reads, folds and gives the sorted columns of
state. Both take whatever threads they like, and files that were read before. `TWIN_LARGE_HOME`
names a home with a large lake (`large_lake`): some of its buckets are then measured as well, and
the rebuild of all of it.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

import pyarrow.parquet as pq
from msgspec import Struct

from tests.benchmarks.bulk_lake import (
    History,
    history,
    scanned,
    write_arrivals,
    write_sorted,
    write_whole,
)
from tests.benchmarks.checkpoint_bench import LARGE
from tests.benchmarks.library_replay import replayed_in
from tests.benchmarks.measure import Measure
from twin.bulk.memory import keep_memory
from twin.bulk.proof import Rebuilt
from twin.bulk.rebuild import folded_spans, rebuilt
from twin.bulk.records import by_premises, folded
from twin.bulk.spans import spans
from twin.state.replay import replay

TIMES: Final = 250
"""Copies of the history: some three million events."""
REPLAYED: Final = 10
"""Copies that a replay out of a file takes: to begin to read then costs little beside the rest."""
ROUNDS: Final = 3
SORTED_AT_LEAST: Final = 0.55
ARRIVALS_AT_LEAST: Final = 0.42
REPLAY_AT_LEAST: Final = 100.0
REBUILD_SECONDS_AT_MOST: Final = 6.0
"""For 100 million records."""
MEMORY_GB: Final = 1.5
BUCKETS: Final = 4
"""Of a large lake's sixteen, which are compared with the scan: some twenty million events."""


def measure(*, times: int = TIMES) -> list[Measure]:
    """Sorted buckets, order of arrival, and events a second beside the Python replay."""
    keep_memory()
    large = os.environ.get(LARGE)
    # the largest first: memory at the most is that of the whole process
    return [*([] if large is None else of_large(Path(large))), *_small(times)]


def of_large(home: Path, *, buckets: int = BUCKETS) -> list[Measure]:
    """The rebuild of a large lake, and some of its buckets beside the scan."""
    files = sorted((home / "lake" / "events").glob("bucket-[0-9a-f]-*.parquet"))
    some = tuple(files[:buckets])
    rows = sum(pq.read_metadata(file).num_rows for file in some)
    rebuilding = _rebuild(tuple(files))
    line = _against("buckets of a large lake", some, rows, SORTED_AT_LEAST, leaves=True)
    return [rebuilding, line]


def _rebuild(files: tuple[Path, ...]) -> Measure:
    """End to end: records to states in their tables, with their digest, as `twin rebuild` does."""
    found: list[Rebuilt] = []
    taken, worked = _timed(lambda: found.append(rebuilt(files)))
    of, octets = found[0].records.seen, sum(file.stat().st_size for file in files)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    seconds = taken * 100e6 / of
    return Measure(
        name="rebuild of a large lake end to end, with its digest",
        ours=f"{taken:.1f} s for {of:,} records, {found[0].premises:,} premises; {most:.2f} GB",
        against=f"at most {REBUILD_SECONDS_AT_MOST:.0f} s for 100 M, {MEMORY_GB} GB",
        ratio=REBUILD_SECONDS_AT_MOST / seconds,
        holds=seconds <= REBUILD_SECONDS_AT_MOST and most <= MEMORY_GB,
        figures={
            "records": of,
            "cpu_seconds": round(worked, 2),
            "gigabytes": round(most, 2),
            "nanoseconds_a_record": round(taken / of * 1e9, 1),
            "nanoseconds_a_byte": round(taken / octets * 1e9, 2),
            "left_to_the_replay": sum(found[0].fallbacks.values()),
        },
    )


def _small(times: int) -> list[Measure]:
    of = history()
    rows = len(of.table) * times
    with tempfile.TemporaryDirectory(prefix="twin-bulk-") as folder:
        buckets = write_sorted(of, Path(folder) / "sorted", times=times)
        arrivals = write_arrivals(of, Path(folder) / "arrivals", times=times)
        first = _against("sorted buckets", buckets, rows, SORTED_AT_LEAST)
        second = _against("arrival order", arrivals, rows, ARRIVALS_AT_LEAST)
        peers = _beside_peers(of, first, Path(folder), replayed=min(times, REPLAYED))
    return [first, second, *peers]


def _against(
    name: str, files: tuple[Path, ...], rows: int, at_least: float, *, leaves: bool = False
) -> Measure:
    """Rounds of scan and fold by turns, after one of each that does not count.

    `leaves`: a real run's premises may be left to the readable replay, which is then part of it.
    """
    _fold(files, rows, leaves=leaves)
    scanned(files)
    pairs = [
        (_timed(lambda: scanned(files)), _timed(lambda: _fold(files, rows, leaves=leaves)))
        for _ in range(ROUNDS)
    ]
    scan, fold = (median(one[0] for one in column) for column in zip(*pairs, strict=True))
    scan_cpu, fold_cpu = (median(one[1] for one in column) for column in zip(*pairs, strict=True))
    ratio = median(pair[0][0] / pair[1][0] for pair in pairs)
    return Measure(
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


class _Pace(Struct, frozen=True):
    """Events a second of the clock, and nanoseconds of processors an event."""

    a_second: float
    cpu_nanoseconds: float

    @classmethod
    def of(cls, rows: float, taken: float, worked: float) -> "_Pace":
        return cls(rows / taken, worked / rows * 1e9)


def _beside_peers(of: History, fold: Measure, folder: Path, *, replayed: int) -> list[Measure]:
    """The fold reads files. Beside it stand those who read theirs, and as figures without a
    verdict the same who have their records in memory when they begin."""
    told = fold.figures
    ours = _Pace.of(told["events"], told["fold_seconds"], told["fold_cpu_seconds"])
    lake = write_whole(of, folder / "whole", times=replayed)
    rows = len(of.records) * replayed
    out_of_file = _Pace.of(rows, *_timed(lambda: _replay(lake, rows)))
    in_memory = _Pace.of(len(of.records), *_timed(lambda: replay(of.records)))
    library = "eventsourcing's replay, without a fold"
    library_of_file = _Pace.of(*replayed_in(of.records, file=folder / "library.sqlite"))
    library_in_memory = _Pace.of(*replayed_in(of.records))
    return [
        _times("Python evolve replay out of a lake's file", ours, out_of_file, judged=True),
        _times(f"{library}, out of its file", ours, library_of_file, judged=True),
        _times("Python evolve replay, its records in memory", ours, in_memory),
        _times(f"{library}, its records in memory", ours, library_in_memory),
    ]


def _replay(files: tuple[Path, ...], rows: int) -> None:
    """As `twin rebuild --engine readable` reads and folds, without its digest."""
    seen = 0
    for (name, _), records in by_premises(files):
        folded(name, records)
        seen += len(records)
    if seen != rows:
        raise RuntimeError(f"of {rows} events {seen} were replayed")


def _times(peer: str, ours: _Pace, theirs: _Pace, *, judged: bool = False) -> Measure:
    ratio = ours.a_second / theirs.a_second
    limit = f"; at least {REPLAY_AT_LEAST:.0f} times that" if judged else ""
    return Measure(
        name=f"bulk fold, sorted buckets / {peer}",
        ours=f"{ours.a_second:,.0f} events/s",
        against=f"{theirs.a_second:,.0f} events/s{limit}",
        ratio=ratio,
        holds=ratio >= REPLAY_AT_LEAST if judged else None,
        figures={
            "ours_cpu_nanoseconds": round(ours.cpu_nanoseconds, 1),
            "theirs_cpu_nanoseconds": round(theirs.cpu_nanoseconds, 1),
        },
    )


def _fold(files: tuple[Path, ...], rows: int, *, leaves: bool = False) -> None:
    """Every span folded to its tables; all records count, and none is left to the replay."""
    seen = applied = 0
    for part in folded_spans(spans(files)):
        seen += part.records.seen
        applied += part.records.applied
        if part.fallbacks and not leaves:
            raise RuntimeError(f"the kernels left premises alone: {part.fallbacks}")
    if (seen if leaves else applied) != rows:
        raise RuntimeError(f"of {rows} events {seen} were seen, {applied} applied")


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    """Wall clock and processor seconds."""
    began, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - worked
