"""A history generated straight into a lake: everything from the field's draws to the fsync."""

import resource
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from infra.run.command import begin
from infra.run.equipment import Equipment
from infra.run.generating import generate
from streams.settings import Settings
from tests.benchmarks.measure import Measure
from twin.generate.lockstep import Ticked

PREMISES: Final = 4_000
_ALL: Final = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
REQUIRED: Final = 500_000
"""Events a second that issue 6 asks for."""


def measure(premises: int = PREMISES) -> list[Measure]:
    """The default nine months with both shipped campaigns, in as many processes as pay."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        wanted = {
            "premises": premises,
            "seed": 1,
            "starts": date(2017, 4, 1),
            "ends": date(2018, 1, 1),
            "tick_hours": 24,
        }
        settings = Settings(home=Path(folder), broker="generated")
        home, _ = begin(settings=settings, wanted=wanted, plan_files=())
        began = _processor()
        made = generate(home, Equipment.of(home.path), told=unheard)
        processor = _processor() - began
    return [
        Measure(
            name=f"generate, {premises:,} premises into a lake",
            ours=f"{made.events_per_second:,} events/s",
            against=f"{REQUIRED:,} events/s",
            ratio=made.events_per_second / REQUIRED,
            holds=made.events_per_second >= REQUIRED,
            figures={
                "records": made.records,
                "seconds": made.seconds,
                "per_processor_second": round(made.records / processor),
                "mb_of_largest_process": round(_largest()),
            },
        )
    ]


def _processor() -> float:
    """Seconds of processor time of this process and of those that it has seen end."""
    return sum(sum(resource.getrusage(who)[:2]) for who in _ALL)


def _largest() -> float:
    """The most memory that one of them has held, in MB (Linux tells kB)."""
    return max(resource.getrusage(who).ru_maxrss for who in _ALL) / 1000


def unheard(_: Ticked, __: int) -> None:
    """Nobody looks."""
