"""The end of a plan that nobody has handed in yet, with its doubt: a forecast before the start.

Members are counted by wave, region and supplier, so that two millions cost as much as two hundred.
Nothing was observed of such a campaign, and all that is believed is the shipped prior.
"""

from collections.abc import Mapping

import polars as pl

from twin.campaign.handing_in import submitted
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign, drafted
from twin.forecast.answer import Answer
from twin.forecast.asking import PATHS, SEED, belief
from twin.forecast.course import Course, remaining_of
from twin.forecast.forecast import forecast
from twin.forecast.paced import paces_of

Places = Mapping[tuple[int, str, str], int]
"""Members by wave (from 1), region and supplier."""


def end_of_plan(*, plan: Plan, places: Places, seed: int = SEED) -> Answer:
    """When a plan would end, as believed on the day on which it is handed in, or why not.

    It supposes that the plan is frozen and approved by its first day, that a campaign which must be
    finished before is finished by then, and that only what the prior believes in holds it up.
    """
    day = plan.submitted_at.date()
    campaign = _handed_in(plan)
    executions = _executions(places)
    remaining = remaining_of(
        course=Course(campaign=campaign, state_since=day),
        day=day,
        paces=paces_of(campaign=campaign, executions=executions, day=plan.starts_on)
        if plan.is_paced
        else (),
    )
    return forecast(
        executions=executions, remaining=remaining, prior=belief(), seed=seed, paths=PATHS
    )


def _handed_in(plan: Plan) -> Campaign:
    return drafted(plan, submitted(plan, author=plan.author, version=1, tick=0))


def _executions(places: Places) -> pl.DataFrame:
    """A row for each place, of members who were not asked yet (`cohorts.COLUMNS`)."""
    there = sorted((place, members) for place, members in places.items() if members)
    return pl.DataFrame(
        {
            "wave": [wave for (wave, _, _), _ in there],
            "region": [region for (_, region, _), _ in there],
            "supplier": [supplier for (_, _, supplier), _ in there],
            "members": [members for _, members in there],
        },
        schema={"wave": pl.Int64, "region": pl.String, "supplier": pl.String, "members": pl.Int64},
    ).with_columns(
        pl.lit(None, pl.Datetime("us", "UTC")).alias("released_at"),
        pl.lit(None, pl.Datetime("us", "UTC")).alias("settled_at"),
        pl.lit(None, pl.String).alias("outcome"),
    )
