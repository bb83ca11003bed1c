"""Bases: that of a set, and the named ones with the figures that were published with them."""

from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

import polars as pl

from dashboards.queries import PublishedSet
from twin.lake.basis import Bases, Basis, BasisRefused, basis_of, require_within
from twin.lake.epochs import files_upto, reach
from twin.lake.slices import Slice
from twin.lake.table import Lake
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


def basis(published: PublishedSet) -> Basis:
    """The positions that a set stands on, as a basis."""
    meta = published.meta
    positions = {
        Slice(row["topic"], row["epoch"], row["partition"]): row["position"]
        for row in published.mart("basis").iter_rows(named=True)
    }
    # an epoch goes on where the one before it was cut
    starts = {
        of: max((end for other, end in positions.items() if _before(other, of)), default=0)
        for of in positions
    }
    return basis_of(
        positions,
        starts=starts,
        code_version=meta.code_version,
        reference="as of the run",
        resolved=f"all records of the set {meta.set_id}",
    )


def _before(other: Slice, of: Slice) -> bool:
    return (other.topic, other.partition) == (of.topic, of.partition) and other.epoch < of.epoch


def records_of(
    published: PublishedSet, home: Path, name: str | None
) -> tuple[tuple[Path, ...], Basis]:
    """The lake files and the basis of a name, or those that the set was made from.

    Raises:
        BasisRefused: no basis has that name any more, or it is another lake's.
        Torn: a commit of the lake cannot be read.
    """
    if name is None:
        return published.lake_files(home), basis(published)
    found = Bases(home / "lake" / "bases").find(name)
    if found is None:
        raise BasisRefused(f"no basis is named {name!r} any more")
    lake = Lake(home / "lake" / "events")
    require_within(found, reach(lake))
    return files_upto(lake, found.positions), found


def code_version() -> str:
    """The version of the code that counts."""
    return version("fleet-twin")


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
