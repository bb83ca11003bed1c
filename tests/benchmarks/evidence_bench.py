"""A review pack of the default run: ten thousand premises, nine months, HTML, PDF and CSV."""

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from infra.run.command import begin
from infra.run.equipment import Equipment
from infra.run.generating import generate
from streams.settings import Settings
from tests.benchmarks.measure import Measure
from twin.evidence.printing.pack import write_pack
from twin.evidence.review.ground import span_of
from twin.evidence.review.period import period_of
from twin.evidence.review.record import as_bytes
from twin.evidence.review.review import review
from twin.generate.lockstep import Ticked
from twin.lake.basis import basis_of
from twin.lake.table import Lake

PREMISES: Final = 10_000
ALLOWED_S: Final = 20.0
"""Seconds that issue 10 allows for the review pack of the default run."""
LAKE_HOME: Final = "TWIN_BENCH_HOME"
"""A TWIN_HOME whose lake is measured as well, such as one of 1,000,000 generated premises."""
ALLOWED_LARGE_S: Final = 60.0
"""Seconds that issue 10 allows for a lake of 1,000,000 premises."""


def measure(premises: int = PREMISES) -> list[Measure]:
    """The review of the last quarter, from the lake to the files of the pack.

    Of the default run, and of the home that `TWIN_BENCH_HOME` names, where it names one.
    """
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        lake = _history(Path(folder), premises)
        found = [_reviewed(lake, Path(folder) / "pack", premises=premises, allowed=ALLOWED_S)]
        given = os.environ.get(LAKE_HOME)
        if given:
            found.append(_of_home(Path(given), Path(folder) / "large"))
    return found


def _of_home(home: Path, out: Path) -> Measure:
    """The row of a lake that is there already."""
    lake = Lake(home / "lake" / "events")
    if not lake.files():
        sys.exit(f"{LAKE_HOME}: {home} holds no lake with records")
    premises = msgspec.json.decode((home / "history.json").read_bytes())["premises"]
    allowed = ALLOWED_S if premises <= PREMISES else ALLOWED_LARGE_S
    return _reviewed(lake, out, premises=premises, allowed=allowed)


def _reviewed(lake: Lake, out: Path, *, premises: int, allowed: float) -> Measure:
    basis = basis_of(
        lake.positions(),
        starts=lake.starts(),
        code_version="bench",
        reference="shipped",
        resolved="all there is",
    )
    span = span_of(lake.files(), basis.positions)
    assert span is not None  # a lake of premises has facts about them
    last = span[1]
    period = period_of(f"{last.year}-Q{(last.month + 2) // 3}")
    began = time.perf_counter()
    found = review(lake.files(), basis, period, code_version="bench")
    counted = time.perf_counter() - began
    files = write_pack(found.document, out, data=as_bytes(found.record))
    seconds = time.perf_counter() - began
    return Measure(
        name=f"HAN review pack {period.name}, {premises:,} premises, {basis.records:,} records",
        ours=f"{seconds:.1f} s",
        against=f"{allowed:.0f} s",
        ratio=seconds / allowed,
        holds=seconds <= allowed,
        figures={
            "records": basis.records,
            "seconds": round(seconds, 2),
            "seconds_of_counting_and_pictures": round(counted, 2),
            "files": len(files),
        },
    )


def _history(folder: Path, premises: int) -> Lake:
    wanted = {
        "premises": premises,
        "seed": 1,
        "starts": date(2017, 4, 1),
        "ends": date(2018, 1, 1),
        "tick_hours": 24,
    }
    settings = Settings(home=folder / "home", broker="generated")
    home, _ = begin(settings=settings, wanted=wanted, plan_files=())
    generate(home, Equipment.of(home.path), told=_unheard)
    return Lake(home.path / "lake" / "events")


def _unheard(_: Ticked, __: int) -> None:
    """Nobody looks."""
