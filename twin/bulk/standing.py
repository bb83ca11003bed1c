"""How a fleet stands, counted while the ranges of its premises go by."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from twin.bulk.cut import Cut
from twin.bulk.homes_now import rows_now
from twin.bulk.narrow import Columns
from twin.bulk.rebuild import folded_spans
from twin.bulk.spans import spans
from twin.bulk.state_marts import MARTS, OF_CUBE, SUMMARY


class Standing:
    """What the ranges of a fleet come to, while they go by."""

    def __init__(self) -> None:
        """Nothing has gone by."""
        self._sums: list[list[pl.DataFrame]] = [[] for _ in MARTS]

    def add(self, columns: Columns) -> None:
        """Count the premises of a range."""
        rows = rows_now(columns)
        for mart, parts in zip(MARTS, self._sums, strict=True):
            parts.append(mart.of(rows))

    def marts(self) -> dict[str, pl.DataFrame]:
        """The marts by their names; without a premises they have no row."""
        found: dict[str, list[pl.DataFrame]] = {}
        for mart, parts in zip(MARTS, self._sums, strict=True):
            if parts:
                found.setdefault(mart.name, []).append(mart.summed(parts))
        told = {name: _together(name, frames) for name, frames in found.items()}
        return told | {mart.name: mart.of(told) for mart in OF_CUBE if told}


def _together(name: str, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """A mart of what its parts count: totals beside each other, groups below each other."""
    return pl.concat(frames, how="horizontal" if name == SUMMARY else "vertical")


def marts_of(files: Sequence[Path], *, cut: Cut) -> dict[str, pl.DataFrame]:
    """How the fleet stands by the lake, up to a cut."""
    standing = Standing()
    for part in folded_spans(spans(files, cut=cut)):
        standing.add(part.columns)
    return standing.marts()
