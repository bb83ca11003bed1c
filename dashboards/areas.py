"""The 14 GSP groups: letter, name, place on the tile map, communications region.

Letters and names are those of the distribution areas; the places are a layout of ours, and that
each area lies in one communications region is an assumption, the same as the fleet's.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

UNKNOWN: Final = "unknown"
"""Group of the premises of which no registration is known."""


@dataclass(frozen=True, slots=True)
class Area:
    """One GSP group; `row` and `column` count from the north and the west."""

    letter: str
    name: str
    region: str
    row: int
    column: int


AREAS: Final = (
    Area("P", "North Scotland", "North", 0, 2),
    Area("N", "South Scotland", "North", 1, 2),
    Area("F", "North Eastern", "North", 2, 3),
    Area("G", "North Western", "North", 3, 2),
    Area("M", "Yorkshire", "North", 3, 3),
    Area("D", "Merseyside and North Wales", "North", 4, 1),
    Area("E", "West Midlands", "Central", 4, 2),
    Area("B", "East Midlands", "Central", 4, 3),
    Area("A", "Eastern", "Central", 4, 4),
    Area("K", "South Wales", "Central", 5, 1),
    Area("C", "London", "South", 5, 3),
    Area("L", "South Western", "South", 6, 1),
    Area("H", "Southern", "South", 6, 2),
    Area("J", "South Eastern", "South", 6, 3),
)
LETTERS: Final = ", ".join(
    f"{one.letter} {one.name}" for one in sorted(AREAS, key=lambda one: one.letter)
)
"""What each letter of the tile map stands for."""
REGIONS: Final = ("North", "Central", "South")
_TABLE: Final = pl.DataFrame(
    [(a.letter, a.name, a.region, a.row, a.column) for a in AREAS],
    schema={
        "gsp_group": pl.String,
        "area": pl.String,
        "region": pl.String,
        "row": pl.Int32,
        "column": pl.Int32,
    },
    orient="row",
)


def placed(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a frame by `gsp_group` with name, region and place; others are left out."""
    return frame.join(_TABLE, on="gsp_group", how="inner", maintain_order="left")
