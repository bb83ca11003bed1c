"""The lake: a commit against a plain file of the same rows, and what a record costs on the disk.

The corpus is the first records of every type, a few of each premises; what a run leaves is another
mix, and whole histories. `TWIN_RUN_HOME` names the home of a run whose lake was compacted: then its
records are measured as well, and the limit is about those.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.corpus import Corpus
from tests.benchmarks.measure import Measure
from tests.lake.lake_records import run_of
from twin.lake import data_files
from twin.lake.compact import compact
from twin.lake.rows import Logged, to_table
from twin.lake.slices import Slice, Span
from twin.lake.table import Lake, spans_of

RUN: Final = "TWIN_RUN_HOME"
ROWS: Final = 50_000
ROUNDS: Final = 7
COMMITS: Final = 1_000
COSTS_AT_MOST: Final = 1.5
SLOWER_AT_MOST: Final = 2.0
BYTES_AT_MOST: Final = 25.0
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def measure(corpus: Corpus) -> list[Measure]:
    """Commits of one size, fresh and after a thousand others, and bytes of a sorted record."""
    logged = _logged(corpus)[:ROWS]
    rows = to_table(logged)
    run = os.environ.get(RUN)
    of_run = [] if run is None else [size_of_run(Path(run))]
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        home = Path(folder)
        fresh = _compare(Lake(home / "fresh"), home / "plain", rows)
        old = Lake(home / "old")
        for offset in range(COMMITS):
            old.append(to_table(run_of(offset, offset + 1)), {_slice(0): Span(offset, offset + 1)})
        aged = _compare(old, home / "plain", rows)
        return [_cost(*fresh, len(logged)), _ageing(aged, fresh), _size(home, logged), *of_run]


def _compare(lake: Lake, folder: Path, rows: pa.Table) -> tuple[float, float]:
    """Median seconds of a commit and of a plain file with a manifest, alternated."""
    folder.mkdir(exist_ok=True)
    ours, plain = [], []
    for nth in range(1 + ROUNDS):
        of = _slice(nth + 1)
        began = time.perf_counter()
        lake.append(rows, {of: Span(0, rows.num_rows)})
        between = time.perf_counter()
        _write_plainly(folder, rows, nth)
        ours.append(between - began)
        plain.append(time.perf_counter() - between)
    return statistics.median(ours[1:]), statistics.median(plain[1:])


def _slice(partition: int) -> Slice:
    return Slice("premises.events", 0, partition)


def _write_plainly(folder: Path, rows: pa.Table, nth: int) -> None:
    """The same rows with the same encodings, and a line of a manifest; both on the disk."""
    file = folder / f"{nth}.parquet"
    with pq.ParquetWriter(file, rows.schema, **data_files.WRITING) as writer:
        writer.write_table(rows, row_group_size=data_files.ROW_GROUP)
    _sync(file)
    with (folder / "manifest.jsonl").open("a") as manifest:
        manifest.write(json.dumps({"file": file.name, "rows": rows.num_rows}) + "\n")
    _sync(folder / "manifest.jsonl")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _logged(corpus: Corpus) -> list[Logged]:
    found = corpus.logged()
    return [Logged("premises.events", 0, r.partition, r.offset, r.key, r.value, NOW) for r in found]


def _cost(ours: float, plain: float, rows: int) -> Measure:
    ratio = ours / plain
    return Measure(
        name=f"lake: commit of {rows:,} rows, fsynced",
        ours=f"{ours * 1000:,.0f} ms",
        against=f"plain Parquet with a manifest {plain * 1000:,.0f} ms; at most {COSTS_AT_MOST}",
        ratio=ratio,
        holds=ratio <= COSTS_AT_MOST,
    )


def _ageing(aged: tuple[float, float], fresh: tuple[float, float]) -> Measure:
    """Each against the plain file of its own rounds, for the machine may have slowed meanwhile."""
    ratio = (aged[0] / aged[1]) / (fresh[0] / fresh[1])
    return Measure(
        name=f"lake: the same commit after {COMMITS:,} others",
        ours=f"{aged[0] * 1000:,.0f} ms, plain {aged[1] * 1000:,.0f} ms",
        against=f"fresh {fresh[0] * 1000:,.0f} ms; at most {SLOWER_AT_MOST} times its ratio",
        ratio=ratio,
        holds=ratio <= SLOWER_AT_MOST,
    )


def _size(home: Path, logged: list[Logged]) -> Measure:
    """Bytes of a record of the corpus, sorted."""
    lake = Lake(home / "sorted")
    ordered = sorted(logged, key=lambda record: (record.partition, record.offset))
    spans = spans_of((_slice(record.partition), record.offset) for record in ordered)
    lake.append(to_table(ordered), spans)
    compact(lake, now=NOW)
    return _bytes_each("the first of every type", lake.files(), len(logged))


def size_of_run(home: Path) -> Measure:
    """Bytes of a record as a run left them, all topics together."""
    lake = Lake(home / "lake" / "events")
    return _bytes_each("a run's own mix", lake.files(), sum(lake.positions().values()))


def _bytes_each(what: str, files: Sequence[Path], records: int) -> Measure:
    size = sum(file.stat().st_size for file in files) / records
    return Measure(
        name=f"lake: bytes of a record, sorted, {what}",
        ours=f"{size:,.1f} bytes of {records:,} records",
        against=f"at most {BYTES_AT_MOST:,.0f} bytes",
        ratio=size / BYTES_AT_MOST,
        holds=size <= BYTES_AT_MOST,
        figures={"records": records, "files": len(files)},
    )
