"""One line of the table of measurements, and how the table is printed and kept."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

REPORT: Final = Path("build") / "bench.json"


class Measure(Struct, frozen=True, kw_only=True):
    """What was measured, against what, and whether the requirement holds (None: there is none)."""

    name: str
    ours: str
    against: str = ""
    ratio: float | None = None
    holds: bool | None = None
    figures: dict[str, float] = {}

    @property
    def verdict(self) -> str:
        """The ratio and the verdict in words."""
        words = {None: "", True: "holds", False: "DOES NOT HOLD"}[self.holds]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return "  ".join(part for part in (ratio, words) if part)


def show(measures: Iterable[Measure], notes: Iterable[str], *, console: Console) -> None:
    """Print the one table, and what it does not hold below it."""
    table = Table("measure", "ours", "peer or limit", "ratio, verdict")
    for measure in measures:
        table.add_row(measure.name, measure.ours, measure.against, measure.verdict)
    console.print(table)
    for note in notes:
        console.print(note, style="dim", highlight=False)


def keep(measures: Iterable[Measure], notes: Iterable[str], *, file: Path = REPORT) -> None:
    """Write the measurements as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "measured_at": datetime.now(UTC),
        "measures": list(measures),
        "notes": list(notes),
    }
    file.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2))
