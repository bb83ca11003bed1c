"""Looking back from a checkpoint: the whole fleet at a past basis, and one premises' history.

By default over a small lake that is made here. `TWIN_LARGE_HOME` names a home with a large one
(`large_lake`) and a checkpoint of today's code (`large_checkpoint`, or `twin checkpoint make`).
Each summary is made in a process of its own, as `twin fleet summary --known` makes it.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import duckdb
import msgspec

from infra.commands.known import basis_at
from infra.run.looking_back import LookingBack
from streams import clock, topics
from streams.archive import open_lake
from streams.known import known_at, month_ends
from tests.benchmarks.bulk_lake import COMMIT_ROWS, history
from tests.benchmarks.measure import Measure
from tests.lake.lake_records import append
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.lake import read
from twin.lake.compact import compact
from twin.lake.rows import Logged
from twin.lake.table import Lake
from twin.lookback.checkpoint import Checkpoint

LARGE: Final = "TWIN_LARGE_HOME"
SUMMARY_SECONDS: Final = 2.0
HISTORY_SECONDS: Final = 0.05
MEMORY_GB: Final = 4.0
ROUNDS: Final = 3
DRAWN: Final = 1000
ABSENT: Final = "P0000000000000000"
_LOGGED: Final = datetime(2026, 1, 1, tzinfo=UTC)


def measure() -> list[Measure]:
    """The summary at a checkpoint's basis and a day later, and the look-up of one premises."""
    large = os.environ.get(LARGE)
    if large is not None:
        return _measured(Path(large))
    with tempfile.TemporaryDirectory(prefix="twin-checkpoint-") as folder:
        home = Path(folder)
        _write(home)
        looking, lake = LookingBack(home), open_lake(home)
        looking.make(lake, looking.due(lake)[-2:], now=_LOGGED)
        return _measured(home)


def _measured(home: Path) -> list[Measure]:
    lake = open_lake(home)
    of, moment = _newest(home, lake)
    later = moment + timedelta(days=1)
    return [
        _at_basis(home, of, moment),
        *_by_mark(home, lake, later),
        _with_tail(home, lake, of, later),
        _history(lake),
    ]


def _newest(home: Path, lake: Lake) -> tuple[Checkpoint, datetime]:
    """The last checkpoint at the end of a month before which and after which there is something.

    Raises:
        RuntimeError: there is none that the code of today would use.
    """
    looking = LookingBack(home)
    held = [one for one in looking.checkpoints.all() if one.fingerprint == looking.fingerprint]
    for moment in reversed(month_ends(lake)[:-1]):
        known = known_at(lake, moment).positions
        facts = {of: end for of, end in known.items() if of.topic == topics.PREMISES_EVENTS and end}
        for one in held:
            if one.positions == facts:
                return one, moment
    raise RuntimeError(f"{home} has no checkpoint at the end of a month that is not stale")


def _at_basis(home: Path, of: Checkpoint, moment: datetime) -> Measure:
    asked = [_asked(home, moment) for _ in range(ROUNDS)]
    taken, worked = (median(one[name] for one in asked) for name in ("seconds", "cpu_seconds"))
    most = max(one["gigabytes"] for one in asked)
    return Measure(
        name="fleet summary at a past basis from its checkpoint",
        ours=f"{taken:.2f} s for {of.records:,} records, {of.premises:,} premises",
        against=f"at most {SUMMARY_SECONDS:.1f} s, {MEMORY_GB:.0f} GB",
        ratio=SUMMARY_SECONDS / taken,
        holds=taken <= SUMMARY_SECONDS and most <= MEMORY_GB,
        figures={
            "records": of.records,
            "premises": of.premises,
            "cpu_seconds": worked,
            "gigabytes": most,
        },
    )


def _by_mark(home: Path, lake: Lake, moment: datetime) -> list[Measure]:
    """A day after the checkpoint, as it is answered where a later checkpoint kept its mark."""
    basis = basis_at(str(home), lake, f"{moment:%FT%T}")
    if LookingBack(home).mark(basis, None) is None:
        return []
    told = _asked(home, moment)
    return [
        Measure(
            name="fleet summary one day after the checkpoint, by the day's mark",
            ours=f"{told['seconds']:.2f} s, nothing folded",
            figures={"cpu_seconds": told["cpu_seconds"], "gigabytes": told["gigabytes"]},
        )
    ]


def _with_tail(home: Path, lake: Lake, of: Checkpoint, moment: datetime) -> Measure:
    """A day after the checkpoint without marks: its records are folded, the rest is not."""
    ends = known_at(lake, moment).positions
    tail = sum(end for place, end in ends.items() if place.topic == topics.PREMISES_EVENTS)
    tail -= sum(stand.offset for stand in of.stands)
    told = _asked(home, moment, by_mark=False)
    return Measure(
        name="the same by a fold of what the day told",
        ours=f"{told['seconds']:.2f} s with {tail:,} records to fold",
        figures={"tail": tail, "cpu_seconds": told["cpu_seconds"], "gigabytes": told["gigabytes"]},
    )


def _asked(home: Path, moment: datetime, *, by_mark: bool = True) -> dict[str, float]:
    """What `answer` took in a process of its own, and the most memory that it held."""
    words = [
        sys.executable,
        "-m",
        "tests.benchmarks.checkpoint_bench",
        str(home),
        f"{moment:%FT%T}",
        "by-mark" if by_mark else "by-fold",
    ]
    said = subprocess.run(words, capture_output=True, text=True, check=True)
    if said.stderr:
        raise RuntimeError(said.stderr)  # a checkpoint was passed over
    found: dict[str, float] = json.loads(said.stdout)
    return found


def answer(home: Path, moment: datetime, *, by_mark: bool) -> dict[str, float]:
    """The summary as the command makes it, from opening the lake on; without Python's start."""
    began, worked = time.perf_counter(), time.process_time()
    lake = open_lake(home)
    basis = basis_at(str(home), lake, f"{moment:%FT%T}")
    found = LookingBack(home).fleet(lake, basis, valid=None, by_mark=by_mark)
    json.dumps(msgspec.to_builtins(found))
    return {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_seconds": round(time.process_time() - worked, 3),
        "gigabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def _history(lake: Lake) -> Measure:
    """All records of premises drawn at random, each by its key; footers of files are read by then.

    What a process takes that has not read the footers yet is told beside: one look-up a file.
    """
    files = lake.files()
    query = """
        SELECT DISTINCT key FROM (
            SELECT key FROM read_parquet($files) WHERE topic = 'premises.events'
            USING SAMPLE 20000 ROWS (system, 1)
        ) ORDER BY hash(key) LIMIT $drawn
    """
    with duckdb.connect() as connection:
        given = {"files": [str(path) for path in files], "drawn": DRAWN}
        drawn = [key for (key,) in connection.execute(query, given).fetchall()]
    firsts = list({key[1]: key for key in drawn}.values())
    list(read.records(files, key=ABSENT))  # what Python and Arrow load once a process
    first = [_looked_up(files, key)[0] for key in firsts]
    told = [_looked_up(files, key) for key in drawn]
    seconds = [taken for taken, _ in told]
    p95, rows = quantiles(seconds, n=20)[-1], sum(lake.positions().values())
    return Measure(
        name="one premises' full history by its key",
        ours=f"p95 {p95 * 1000:.0f} ms, median {median(seconds) * 1000:.0f} ms in {rows:,} records",
        against=f"p95 at most {HISTORY_SECONDS * 1000:.0f} ms",
        ratio=HISTORY_SECONDS / p95,
        holds=p95 <= HISTORY_SECONDS,
        figures={
            "drawn": len(drawn),
            "records_each": round(sum(found for _, found in told) / max(len(drawn), 1), 1),
            "first_of_a_file_ms": round(median(first) * 1000, 1),
            "first_of_a_file_max_ms": round(max(first) * 1000, 1),
        },
    )


def _looked_up(files: Sequence[Path], key: str) -> tuple[float, int]:
    """Seconds, and the number of records."""
    began = time.perf_counter()
    found = len(list(read.records(files, key=key)))
    return time.perf_counter() - began, found


def _write(home: Path) -> None:
    """A small fleet's history with its clock, compacted."""
    lake = open_lake(home)
    rows: list[Logged] = []
    ticks = 0
    last: datetime | None = None
    for record in history().records:
        event = decode(key=record.key, value=record.value)
        if not isinstance(event, Event):
            raise RuntimeError(f"the emulated field told {event}")
        day = event.occurred_at.replace(hour=0, minute=0, second=0, microsecond=0)
        if last is not None and day > last:
            rows.append(_tick(ticks, last + timedelta(days=1), record.offset))
            ticks += 1
        last = day if last is None else max(last, day)
        place = record.epoch, record.partition, record.offset
        rows.append(Logged(topics.PREMISES_EVENTS, *place, record.key, record.value, _LOGGED))
        if len(rows) >= COMMIT_ROWS:
            append(lake, rows)
            rows = []
    append(lake, rows)
    compact(lake, now=_LOGGED)


def _tick(nth: int, now: datetime, end: int) -> Logged:
    value = clock.encode(clock.Tick(tick=nth, phase="closed", now=now, basis={0: end}))
    return Logged(topics.CLOCK_TICKS, 0, 0, nth, b"clock", value, _LOGGED)


if __name__ == "__main__":
    folder, day, way = sys.argv[1:]
    when = datetime.fromisoformat(day).replace(tzinfo=UTC)
    print(json.dumps(answer(Path(folder), when, by_mark=way == "by-mark")))
