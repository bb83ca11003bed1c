"""Viewers of the pages: ten that look at `/ops` for ten minutes.

A real page server over a finished run's marts (TWIN_HOME) and Debian's chromium. The sets that
arrive meanwhile are the run's own under new names. TWIN_SOAK_SECONDS shortens the soak. How long
anybody waits for a page is measured by `page_times`.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from msgspec import Struct

from dashboards.queries import open_current
from dashboards.settings import LIVE
from tests.benchmarks import page_times
from tests.benchmarks.measure import Measure
from tests.benchmarks.viewed_home import (
    cpu_seconds,
    resident_mb,
    sets_coming,
    viewed_home,
    wait_until,
)
from tests.browser.server import CHROMIUM, Served, served

SECONDS: Final = "TWIN_SOAK_SECONDS"
WHOLE_SOAK_S: Final = 600.0
VIEWERS: Final = 10
EVERY_S: Final = 5
SETTLE_S: Final = 20.0
"""Caches fill and the first garbage is collected before the soak is counted."""
SAMPLE_S: Final = 5.0
LOADED_WITHIN_MS: Final = 180_000
"""For all viewers at once, on a machine that has other work."""
CPU_MAX: Final = 0.5
SLOPE_MAX: Final = 1.0


class Soak(Struct, frozen=True):
    """What a soak came to: cores used, memory at moments (minutes, MB), sets that arrived."""

    cores: float
    memory: list[tuple[float, float]]
    sets: int
    renewed: int

    @property
    def slope(self) -> float:
        """MB a minute, by least squares."""
        return statistics.linear_regression(*zip(*self.memory, strict=True)).slope


def measure() -> list[Measure]:
    """The soak; without chromium one line says so."""
    if not Path(CHROMIUM).exists():
        return [Measure(name="viewers", ours="not measured: chromium is missing", holds=False)]
    seconds = float(os.environ.get(SECONDS, WHOLE_SOAK_S))
    with tempfile.TemporaryDirectory(prefix="twin-viewers-") as name:
        return soak_lines(soak(viewed_home(Path(name) / "home"), seconds=seconds), seconds=seconds)


def soak(home: Path, *, seconds: float, every: int = EVERY_S) -> Soak:
    """So many viewers on `/ops` for so long, while sets arrive."""
    with (
        served(home, {LIVE: str(every)}, log=home / "server.log") as server,
        page_times.browser() as browser,
        sets_coming(home) as sets,
    ):
        pages = [browser.new_page() for _ in range(VIEWERS)]
        for page in pages:
            page.goto(f"{server.address}/ops", wait_until="commit")
        for page in pages:
            page.get_by_text("basis ").first.wait_for(timeout=LOADED_WITHIN_MS)
        wait_until(time.monotonic() + SETTLE_S)
        came = sets[0]
        cores, memory = _watched(server, seconds)
        shown = [page.get_by_text("basis ").first.inner_text() for page in pages]
        renewed = sum(_age(home, text) <= 2 * every + 2 for text in shown)
        return Soak(cores, memory, sets[0] - came, renewed)


def _watched(server: Served, seconds: float) -> tuple[float, list[tuple[float, float]]]:
    begun, used = time.monotonic(), cpu_seconds(server.pid)
    memory = []
    while (passed := time.monotonic() - begun) < seconds:
        memory.append((passed / 60, resident_mb(server.pid)))
        wait_until(begun + passed + SAMPLE_S)
    return (cpu_seconds(server.pid) - used) / (time.monotonic() - begun), memory


def soak_lines(found: Soak, *, seconds: float) -> list[Measure]:
    """The lines of a soak; a shorter one than asked for holds nothing."""
    whole = seconds >= WHOLE_SOAK_S
    of = f"{VIEWERS} viewers on /ops at {EVERY_S} s, {seconds / 60:.0f} minutes"
    figures = {
        "sets": found.sets,
        "first_mb": found.memory[0][1],
        "last_mb": found.memory[-1][1],
        "viewers_up_to_date": found.renewed,
    }
    return [
        Measure(
            name=f"{of}: processor",
            ours=f"{found.cores:.2f} cores, {found.sets} sets arrived",
            against=f"under {CPU_MAX} cores",
            ratio=found.cores / CPU_MAX,
            holds=(found.cores < CPU_MAX and found.renewed == VIEWERS) if whole else None,
            figures={"cores": found.cores, **figures},
        ),
        Measure(
            name=f"{of}: memory",
            ours=f"{found.slope:+.2f} MB a minute, {found.memory[-1][1]:.0f} MB at the end",
            against=f"under {SLOPE_MAX} MB a minute",
            ratio=max(found.slope, 0) / SLOPE_MAX,
            holds=found.slope < SLOPE_MAX if whole else None,
            figures={"slope": found.slope, **figures},
        ),
    ]


def _age(home: Path, text: str) -> float:
    """How many seconds older than the newest set the set is that a page names."""
    newest = open_current(home)
    assert newest is not None
    shown = text.partition("basis ")[2].partition("-")[0].partition(":")[0]
    return _second(newest.meta.set_id.partition("-")[0]) - _second(shown)


def _second(stamp: str) -> float:
    moment = time.strptime(stamp[:15], "%Y%m%dT%H%M%S")
    return time.mktime(moment)
