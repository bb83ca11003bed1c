"""The waves of each campaign's plan, as it was handed in last, as rows for the marts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
import polars as pl

from twin.campaign.plan import plan_of_text
from twin.events.envelope import Event
from twin.events.programme import CampaignSubmitted

WAVE_PLANS: Final = pl.Schema(
    {
        "campaign_id": pl.String,
        "wave": pl.Int32,
        "name": pl.String,
        "planned_from": pl.Date,
        "planned_to": pl.Date,
    }
)
"""A row a wave, numbered from 1: the day on which the plan lets it begin, and wants it done."""


def wave_plans(events: Mapping[str, Sequence[Event]]) -> pl.DataFrame:
    """Rows of schema `WAVE_PLANS` from the facts of each campaign in the order of its log.

    A campaign whose newest plan cannot be read has no rows: nobody knows its waves.
    """
    rows = [row for name, facts in sorted(events.items()) for row in _waves(name, facts)]
    return pl.DataFrame(rows, schema=WAVE_PLANS, orient="row")


def _waves(campaign_id: str, facts: Iterable[Event]) -> Iterator[tuple[object, ...]]:
    submitted = [one.fact for one in facts if isinstance(one.fact, CampaignSubmitted)]
    if not submitted:
        return
    try:
        plan = plan_of_text(submitted[-1].plan)
    except msgspec.DecodeError:
        return
    for number, wave in enumerate(plan.waves, start=1):
        yield campaign_id, number, wave.name, wave.planned_from, wave.planned_to
