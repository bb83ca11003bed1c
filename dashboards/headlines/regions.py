"""Where are we ahead and behind? Shares of the GSP groups beside the national one."""

from datetime import date
from typing import Any, Final

import polars as pl

from dashboards import words
from dashboards.areas import UNKNOWN, placed

EVEN: Final = 0.05
"""Percentage points that one decimal does not show."""


def national(frame: pl.DataFrame) -> tuple[int, int]:
    """Capable and installed premises of all groups in rows of one day."""
    return int(frame["capable_premises"].sum()), int(frame["installed_premises"].sum())


def known_share(frame: pl.DataFrame, group: str, count: str = "installed_premises") -> float:
    """Share of the premises of a frame of which the group is known; 1 where there are none."""
    whole = int(frame[count].sum())
    known = int(frame.filter(pl.col(group) != UNKNOWN)[count].sum())
    return known / whole if whole else 1.0


def on_day(frame: pl.DataFrame, on: date | None) -> pl.DataFrame:
    """The rows of the newest day held, up to `on`."""
    upto = frame if on is None else frame.filter(pl.col("day") <= on)
    return upto.filter(pl.col("day") == pl.col("day").max())


def standings(told: pl.DataFrame, *, group: str, nation: tuple[int, int]) -> pl.DataFrame:
    """Share of each group and its difference from the national share, furthest ahead first.

    `told` are rows of one day as a role may see them. `share` is in percent and `points` in
    percentage points; both are null where a count is kept back or nothing is installed.
    """
    capable, installed = nation
    whole = 100 * capable / installed if installed else None
    share = 100 * pl.col("capable_premises") / pl.col("installed_premises")
    return (
        # of two rounded counts the part may be the larger one
        told.with_columns(
            pl.when(pl.col("installed_premises") > 0).then(share).clip(0, 100).alias("share")
        )
        .with_columns((pl.col("share") - pl.lit(whole, dtype=pl.Float64)).alias("points"))
        .sort("points", group, descending=[True, False], nulls_last=True)
    )


def area_standings(told: pl.DataFrame, *, nation: tuple[int, int]) -> pl.DataFrame:
    """Standings of the GSP groups with their names and places."""
    return placed(standings(told, group="gsp_group", nation=nation))


def newest_share(told: pl.DataFrame) -> str:
    """The share of the newest day of a group, in words; not of a day on which it is kept back."""
    row = told.sort("day").row(-1, named=True)
    capable, installed = row["capable_premises"], row["installed_premises"]
    if capable is None or not installed:
        return "the newest share is not told"
    return f"{words.share(min(capable, installed), installed)} capable"


def points(number: float) -> str:
    """A difference in words: `1.3 percentage points above`, `level with`."""
    if abs(number) < EVEN:
        return "level with"
    return f"{abs(number):.1f} percentage points {'above' if number > 0 else 'below'}"


def tidy(name: str) -> pl.Expr:
    """A column of points rounded to what is shown, without a minus before nothing."""
    return pl.col(name).round(1) + 0.0


def brief(number: float) -> str:
    """The same for a card: `1.3 points above`."""
    return points(number).replace("percentage points", "points")


def ahead_and_behind(standing: pl.DataFrame, *, nation: tuple[int, int]) -> str:
    """The finding: the group furthest behind and the one furthest ahead, by name."""
    capable, installed = nation
    if not installed:
        return "No premises has a hub and an electricity meter yet"
    held = standing.drop_nulls("points")
    whole = f"the national {words.share(capable, installed)}"
    if held.is_empty():
        return f"No area has enough premises to be told apart from {whole}"
    first, last = extremes(held)
    if max(first["points"], -last["points"]) < EVEN:
        return f"All areas are level with {whole} of installed premises"
    if last["points"] > -EVEN:
        return f"{first['area']} is furthest ahead, {points(first['points'])} {whole}"
    behind = f"{last['area']} is furthest behind, {points(last['points'])} {whole}"
    if first["points"] < EVEN:
        return behind
    return f"{behind}; {first['area']} is furthest ahead, {points(first['points'])} it"


def extremes(held: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows with the highest and the lowest points; of equal ones the first by letter."""
    ordered = held.sort("points", "gsp_group", descending=[True, False])
    low = held.sort("points", "gsp_group")
    return ordered.row(0, named=True), low.row(0, named=True)
