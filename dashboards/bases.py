"""Named bases beside the lake, and the figures that were published with their names."""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from dashboards.queries import PublishedSet
from twin.lake.basis import Bases, Basis, BasisRefused
from twin.state.measures import MEASURES

_NOW: Final = {
    "registered": "registered_premises",
    "installed": "installed_hubs",
    "capable": "capable_premises",
    "believed-capable": "believed_premises",
    "capable-hubs": "capable_hubs",
    "capable-meters": "capable_esmes",
    "paired": "pairings_completed",
}
"""Column of the summary that counts what a measure counts."""
_BY_DAY: Final = {
    "capable": "capable_premises",
    "believed-capable": "believed_premises",
    "capable-hubs": "capable_hubs",
    "capable-meters": "capable_esmes",
}
"""Column of the daily progress that does."""
COMPARED: Final = pl.Schema(
    {
        "measure": pl.String,
        "as_known_then": pl.Int64,
        "same_day_as_known_now": pl.Int64,
        "restated_by": pl.Int64,
        "newest": pl.Int64,
    }
)


def named_bases(home: Path) -> list[Basis] | str:
    """The named bases in the order in which they were named, or a sentence why they cannot be."""
    try:
        return Bases(home / "lake" / "bases").all()
    except (BasisRefused, OSError) as error:
        return f"The named bases cannot be read: {error}"


def compared(basis: Basis, published: PublishedSet) -> pl.DataFrame:
    """Each figure of a basis beside the same day's as known now, and the newest (`COMPARED`)."""
    day = basis.figures_at.date() if basis.figures_at else None
    rows = []
    for name, then in basis.figures.items():
        now = _on(published, _BY_DAY.get(name), day)
        newest = published.summary.get(_NOW.get(name, ""))
        words = MEASURES[name].words if name in MEASURES else name
        rows.append((words, then, now, None if now is None else now - then, newest))
    return pl.DataFrame(rows, schema=COMPARED, orient="row")


def _on(published: PublishedSet, column: str | None, day: date | None) -> int | None:
    if column is None or day is None:
        return None
    found = published.mart("progress_daily").filter(pl.col("day") == day)[column]
    return found.item() if found.len() == 1 else None
