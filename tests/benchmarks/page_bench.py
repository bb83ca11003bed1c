"""From a record on the log to a page: a real run at the pace of a run that is watched.

A record is published when the current set says that its partition is archived beyond it. A page
polls every `LIVE_EVERY` from a moment of its own; these moments are drawn (seeded), so the wait
for the page's next look is simulated, and the time that the page takes to draw is not in it.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from msgspec import Struct

from dashboards.settings import LIVE_EVERY
from infra.broker import LocalBroker
from infra.commands.running import PACE
from streams import topics
from streams.log import consumer_of, ends_of, read_topic
from tests.benchmarks.measure import Measure
from twin.marts.publish import current_set

REQUIRED: Final = 5.0
WATCHED_SECONDS: Final = 60.0
START_SECONDS: Final = 120.0
SETTLE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.01
PAGES: Final = 200
SEED: Final = 1
TWIN: Final = (sys.executable, "-c", "from infra.cli import main; main()")


class Published(Struct, frozen=True):
    """A set as a reader met it: the moment, and the archived position of each partition."""

    at: float
    positions: dict[int, int]


def measure(folder: Path, *, watched: float = WATCHED_SECONDS) -> list[Measure]:
    """Watch a run of the default size for some seconds."""
    home = folder / "watched"
    with _run(home) as running:
        sets = list(_watch(home, running, watched=watched))
        logged = _logged(LocalBroker(home).bootstrap)
    moments, published = _pairs(logged, sets)
    to_set = published - moments
    to_page = np.concatenate([_next_look(published, phase) - moments for phase in _phases()])
    return [
        _measure("event to published set", to_set, records=len(moments), sets=len(sets)),
        _measure(f"event to page (polls every {LIVE_EVERY}, simulated)", to_page),
    ]


def _measure(name: str, seconds: np.ndarray, **more: int) -> Measure:
    p50, p95 = (float(np.percentile(seconds, share)) for share in (50, 95))
    return Measure(
        name=name,
        ours=f"p50 {p50:.2f} s, p95 {p95:.2f} s",
        against=f"p95 at most {REQUIRED:.0f} s",
        ratio=p95 / REQUIRED,
        holds=p95 <= REQUIRED,
        figures={"p50": p50, "p95": p95, "max": float(seconds.max()), **more},
    )


@contextmanager
def _run(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = ("run", "--headless", "--pace", str(PACE), "--home", str(home))
    running = subprocess.Popen(
        [*TWIN, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TWIN_WATCHED": "1"},
    )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(90)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _watch(home: Path, running: subprocess.Popen[bytes], *, watched: float) -> Iterator[Published]:
    """Every set that is published within the time, and on until one has all records of it."""
    sets = _sets(home, running)
    first = next(sets)
    yield first
    ends: dict[int, int] = {}
    deadline = time.time() + watched
    for found in sets:
        yield found
        if not ends and found.at >= deadline:
            ends = _ends(LocalBroker(home).bootstrap)
        if ends and all(found.positions.get(p, 0) >= end for p, end in ends.items()):
            return
    raise RuntimeError("the run ended, or stopped publishing, while it was watched")


def _sets(home: Path, running: subprocess.Popen[bytes]) -> Iterator[Published]:
    held = None
    patience = time.monotonic() + START_SECONDS
    while running.poll() is None and time.monotonic() < patience:
        folder = current_set(home)
        if folder is None or folder == held:
            time.sleep(LOOK_SECONDS)  # a pointer file can only be looked at
            continue
        held, at = folder, time.time()
        patience = time.monotonic() + SETTLE_SECONDS
        yield Published(at, _positions(folder))


def _positions(folder: Path) -> dict[int, int]:
    rows = pl.read_parquet(folder / "partitions.parquet").filter(
        (pl.col("topic") == topics.PREMISES_EVENTS) & (pl.col("stage") == "archived")
    )
    return dict(rows.select("partition", "position").iter_rows())


def _ends(bootstrap: str) -> dict[int, int]:
    consumer = consumer_of(bootstrap)
    try:
        return ends_of(consumer, topics.PREMISES_EVENTS)
    finally:
        consumer.close()


def _logged(bootstrap: str) -> dict[int, np.ndarray]:
    """The moment in seconds at which each record was logged, by partition, in order of offset."""
    found: dict[int, list[float]] = {}
    for record in read_topic(bootstrap, topics.PREMISES_EVENTS):
        found.setdefault(record.partition, []).append(record.timestamp / 1000)
    return {partition: np.array(moments) for partition, moments in found.items()}


def _pairs(logged: dict[int, np.ndarray], sets: list[Published]) -> tuple[np.ndarray, np.ndarray]:
    """When each record was logged, and when the first set with it was met; records of the first
    set are left out, as nobody knows whether an earlier reader could have met them.
    """
    at = np.array([one.at for one in sets])
    moments, published = [], []
    for partition, times in logged.items():
        positions = np.array([one.positions.get(partition, 0) for one in sets])
        offsets = np.arange(positions[0], min(len(times), positions[-1]))
        moments.append(times[offsets])
        published.append(at[np.searchsorted(positions, offsets, side="right")])
    return np.concatenate(moments), np.concatenate(published)


def _phases() -> list[float]:
    draw = random.Random(SEED)
    return [draw.random() * _every() for _ in range(PAGES)]


def _every() -> float:
    return float(LIVE_EVERY.removesuffix("s"))


def _next_look(published: np.ndarray, phase: float) -> np.ndarray:
    every = _every()
    return np.ceil((published - phase) / every) * every + phase
