"""The campaigns as their facts have made them, one row each: what a page shows and commands by."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import polars as pl

from twin.campaign.register import campaign_after
from twin.campaign.state import Campaign
from twin.events.envelope import Event

FOLDED: Final = pl.Schema(
    {
        "campaign_id": pl.String,
        "title": pl.String,
        "device_type": pl.String,
        "state": pl.String,
        "holds": pl.String,
        "version": pl.Int64,
        "plan_hash": pl.String,
        "plan_version": pl.Int64,
        "author": pl.String,
        "starts_on": pl.Date,
        "planned_to": pl.Date,
        "success_at_least": pl.Float64,
        "errors_above": pl.Float64,
        "waves": pl.Int64,
        "current_wave": pl.Int64,
        "current_name": pl.String,
        "excluded_models": pl.String,
    }
)
"""A row a campaign; `version` and `plan_hash` are what a command expects, `holds` the reasons."""


def folded(events: Mapping[str, Sequence[Event]]) -> pl.DataFrame:
    """The campaigns (schema `FOLDED`) from the facts of each, in the order of the log."""
    campaigns = (_folded(found) for found in events.values())
    rows = [_row(campaign) for campaign in campaigns if campaign is not None]
    return pl.DataFrame(rows, schema=FOLDED, orient="row")


def _folded(events: Sequence[Event]) -> Campaign | None:
    """The campaign, or None where its plan is none that this code reads: its waves still show."""
    campaign: Campaign | None = None
    try:
        for event in events:
            campaign = campaign_after(campaign, event)
    except msgspec.DecodeError:
        return None
    return campaign


def _row(campaign: Campaign) -> tuple[object, ...]:
    plan, current = campaign.plan, campaign.current
    return (
        plan.campaign_id,
        plan.title,
        plan.device_type.value,
        campaign.state.value,
        ", ".join(campaign.holds) or None,
        campaign.version,
        campaign.plan_hash,
        campaign.plan_version,
        campaign.author,
        plan.starts_on,
        max(wave.planned_to for wave in plan.waves),
        plan.gate.success_at_least,
        plan.gate.errors_above,
        len(plan.waves),
        None if current is None else current + 1,
        None if current is None else plan.waves[current].name,
        ", ".join(campaign.excluded_models) or None,
    )
