"""Counts by the day as a role may see them: to the nearest five premises.

Whoever takes yesterday's count from today's knows what came between. A count that is rounded moves
by five premises or not at all, and what is told of a day never changes with what comes after it, so
no later look tells more. Of small counts nothing is told, nor of what would give them away beside
the total of all groups, which is known.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from dashboards.suppression import KEPT, KEPT_BESIDE, LEAST, OPERATIONS
from twin.evidence.telling import Line, hidden_in

WHOLE: Final = "installed_premises"
PART: Final = "capable_premises"
STEP: Final = 5
ROUNDED: Final = (
    f"Counts by the day are rounded to the nearest {STEP} premises, and shares are of rounded "
    "counts: the role operations sees them as they are."
)


def told_by_day(
    daily: pl.DataFrame,
    *,
    groups: Sequence[str],
    role: str,
    within: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Installed and capable premises by day and group as a role may see them.

    `groups` are the columns that name a group; the total of all groups that share a value of one
    of them is known. `within` names for a group of a single column a larger one of which the total
    is known as well. Null is what may not be told (`KEPT`, `KEPT_BESIDE`).
    """
    ordered = daily.select("day", *groups, WHOLE, PART).sort("day", *groups)
    whys = {KEPT: pl.lit(""), KEPT_BESIDE: pl.lit("")}
    if role == OPERATIONS:
        return ordered.with_columns(**whys)
    numbered = ordered.with_row_index("nth")
    columns = []
    for name in (WHOLE, PART):
        few, beside = _hidden(numbered, name, groups, within or {})
        nth = pl.int_range(pl.len())
        columns.append(pl.when(~nth.is_in([*few, *beside])).then(_nearest(name)).alias(name))
        for why, which in ((KEPT, few), (KEPT_BESIDE, beside)):
            said = pl.when(nth.is_in(which)).then(pl.lit(f" {name}")).otherwise(pl.lit(""))
            whys[why] += said
    return ordered.with_columns(
        *columns, *(said.str.strip_chars().alias(why) for why, said in whys.items())
    )


def _hidden(
    numbered: pl.DataFrame, name: str, groups: Sequence[str], within: Mapping[str, str]
) -> tuple[list[int], list[int]]:
    """Rows of which a count is small, and rows of the same day that would give it away."""
    small = numbered.filter(pl.col(name).is_between(1, LEAST - 1))
    beside: list[int] = []
    days = numbered.filter(pl.col("day").is_in(small["day"].unique().implode()))
    for (_,), own in days.group_by("day"):
        lines = _lines(own.select(groups).rows(), within)
        hidden = hidden_in(own[name].fill_null(0).to_list(), lines)
        beside += [own["nth"][n] for n in hidden]
    few = small["nth"].to_list()
    return few, sorted(set(beside) - set(few))


def _lines(names: Sequence[tuple[str, ...]], within: Mapping[str, str]) -> list[Line]:
    """The groups that add up to a known total."""
    larger: dict[tuple[int, str], list[int]] = {}
    for n, name in enumerate(names):
        shared = name if len(name) > 1 else ("", within.get(name[0], ""))
        for column, value in enumerate(shared):
            larger.setdefault((column, value), []).append(n)
    return [Line(tuple(places)) for places in larger.values()]


def _nearest(name: str) -> pl.Expr:
    return (pl.col(name) + STEP // 2) // STEP * STEP
