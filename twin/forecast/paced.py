"""Release schedules of a paced plan, as the pace and the windows let the rest of each wave out.

The campaign's own allowance decides (`twin.campaign.outlook`), from the day of the forecast on. A
wave that has not begun is looked at as if it began then, so where windows differ by weekday its
days may be off by a few. Limits by model are left out: executions are not told apart by it here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import polars as pl
from msgspec.structs import replace

from twin.campaign.fair_shares import Cell
from twin.campaign.membership import UNKNOWN
from twin.campaign.outlook import HORIZON, Days, Route
from twin.campaign.pacing import Pace as Limits
from twin.campaign.pacing import cell_of
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign
from twin.forecast.cohorts import weight_of
from twin.forecast.plan_ahead import Pace

AT_ONCE: Final = (1.0,)
_BEYOND: Final = range(HORIZON.days + 1)
"""Days of a wave that never goes out within the horizon: all on the last of them."""


def paces_of(*, campaign: Campaign, executions: pl.DataFrame, day: date) -> tuple[Pace, ...]:
    """A schedule for each supplier in each region of each wave that has somebody to release.

    `executions` (`cohorts.COLUMNS`) are those known on the day.
    """
    plan = campaign.plan
    limits = replace(plan.pacing or Limits(), per_model={})
    plan = replace(plan, pacing=limits)
    counted = executions.with_columns(pl.col("region", "supplier").fill_null(UNKNOWN))
    found: list[Pace] = []
    for number in range(1, len(plan.waves) + 1):
        found += _of_wave(plan, campaign, counted, number, day)
    return tuple(found)


def _of_wave(
    plan: Plan, campaign: Campaign, counted: pl.DataFrame, number: int, day: date
) -> Iterator[Pace]:
    is_out = pl.col("released_at").is_not_null()
    awaiting = _cells(plan, counted.filter(~is_out, pl.col("wave") == number))
    if not awaiting:
        return
    route = Route(plan, day=day, out=_cells(plan, counted.filter(is_out)), earned=campaign.earned)
    days = route.release(number - 1, awaiting)
    if days is None:
        days = tuple({cell: int(nth == HORIZON.days) for cell in awaiting} for nth in _BEYOND)
    places = counted.filter(~is_out, pl.col("wave") == number).select("region", "supplier")
    for region, supplier in sorted(set(places.iter_rows())):
        cell = cell_of(pace=plan.pacing or Limits(), region=region, supplier=supplier, model="*")
        yield Pace(
            wave=number,
            release=_shares(days, cell),
            region=region,
            supplier=supplier,
        )


def _cells(plan: Plan, counted: pl.DataFrame) -> Mapping[Cell, int]:
    """Members by cell of what the plan limits."""
    found: Counter[Cell] = Counter()
    members = weight_of(counted).alias("members")
    rows = counted.group_by("region", "supplier").agg(members).sort("region", "supplier")
    for region, supplier, members in rows.iter_rows():
        cell = cell_of(pace=plan.pacing or Limits(), region=region, supplier=supplier, model="*")
        found[cell] += members
    return found


def _shares(days: Days, cell: Cell) -> tuple[float, ...]:
    """Which share of a cell's members goes out on each day."""
    counts = [day.get(cell, 0) for day in days]
    total = sum(counts)
    last = max((nth for nth, count in enumerate(counts) if count), default=0)
    return tuple(count / total for count in counts[: last + 1]) if total else AT_ONCE
