"""Published marts beside the same marts as a fold of the fleet counts them."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from streams.archive import open_lake
from streams.topics import PREMISES_EVENTS
from twin.bulk.cut import Cut
from twin.bulk.differences import Difference
from twin.bulk.state_marts import GROUPS, SUMMARY, WAITING
from twin.marts.publish import current_set

_DAY: Final = "day"
"""Column of the marts that go back; how the fleet stands is what they say of their newest day."""


def published_differences(home: Path) -> tuple[Difference, ...]:
    """What the published set says else than the lake folds to, up to the set's basis.

    Where records wait behind a gap the two ways may differ, so nothing is said then.
    """
    folder = current_set(home)
    if folder is None:
        return ()
    cut = _cut_of(pl.read_parquet(folder / "basis.parquet"))
    if not cut.ends:
        return ()
    # numba takes a second to come, which no other command should wait for
    bulk: Any = importlib.import_module("twin.bulk.standing")
    folded: dict[str, pl.DataFrame] = bulk.marts_of(open_lake(home).files(), cut=cut)
    if not folded or folded[SUMMARY][WAITING].sum():
        return ()
    published = {
        name: pl.read_parquet(file)
        for name in folded
        if (file := folder / f"{name}.parquet").exists()
    }
    return mart_differences(published, folded)


def mart_differences(
    published: Mapping[str, pl.DataFrame], folded: Mapping[str, pl.DataFrame]
) -> tuple[Difference, ...]:
    """A difference for each figure that both sides tell and that is another one, with both."""
    return tuple(
        Difference(premises_id="", partition=0, why="mart", fields=(told,), fields_differing=1)
        for name, frame in folded.items()
        if name in published
        for told in _differing(name, published[name], frame)
    )


def _differing(name: str, published: pl.DataFrame, folded: pl.DataFrame) -> Iterator[str]:
    """In words, each count of a group that is another one; a group without a row counts nothing."""
    groups = GROUPS[name]
    if _DAY in published.columns:
        published = published.filter(pl.col(_DAY) == pl.col(_DAY).max())
    counts = [one for one in folded.columns if one in published.columns and one not in groups]
    theirs, ours = (_counted(frame, groups, counts) for frame in (published, folded))
    for group in sorted(theirs.keys() | ours.keys(), key=str):
        where = "".join(f" {value}" for value in group)
        for count in counts:
            told, found = (side.get(group, {}).get(count, 0) for side in (theirs, ours))
            if told != found:
                yield f"{name}.{count}{where}: {told:,} published, {found:,} folded"


def _counted(
    frame: pl.DataFrame, groups: Sequence[str], counts: Sequence[str]
) -> dict[tuple[Any, ...], dict[str, int]]:
    """The counts by group; what a mart tells apart beyond the groups is added up."""
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in frame.select(*groups, *counts).iter_rows(named=True):
        sums = found.setdefault(tuple(row[name] for name in groups), dict.fromkeys(counts, 0))
        for name in counts:
            sums[name] += row[name] or 0
    return found


def _cut_of(basis: pl.DataFrame) -> Cut:
    """Up to where a published set stands, as its mart `basis` says."""
    rows = basis.filter(pl.col("topic") == PREMISES_EVENTS)
    return Cut.furthest(rows.select("partition", "epoch", "position").iter_rows())
