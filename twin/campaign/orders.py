"""The order that follows from a campaign's state: what partitions may do at a premises."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from twin.campaign.executions import CampaignOrder, Mode, Order
from twin.campaign.state import Campaign
from twin.vocabulary import CampaignState

MODES: Final[dict[CampaignState, Mode]] = {
    CampaignState.VALIDATING: "enrol",
    CampaignState.STARTING: "release",
    CampaignState.RUNNING: "release",
    CampaignState.HELD: "follow",
    CampaignState.STOPPING: "follow",
    CampaignState.FINISHED: "follow",
    CampaignState.SUPERSEDED: "follow",
    CampaignState.ABORTING: "recall",
    CampaignState.ABORTED: "recall",
}
"""What partitions do in a state; in those that are not named here they do nothing."""


def order_at(campaigns: Iterable[Campaign], *, tick: int, now: datetime) -> Order:
    """The order of a tick: where two campaigns want one device the higher priority asks first."""
    ranked = sorted(campaigns, key=lambda of: (-of.plan.priority, of.plan.campaign_id))
    return Order(
        tick=tick, now=now, campaigns=tuple(order_of(campaign, tick=tick) for campaign in ranked)
    )


def order_of(campaign: Campaign, *, tick: int) -> CampaignOrder:
    """The order of a campaign; also one that is at rest is ordered, so that it is counted."""
    paced = campaign.plan.is_paced
    earlier = [
        (wave.before, wave.cells_before) if wave.released_tick == tick else (wave.upto, wave.cells)
        for wave in campaign.waves
    ]
    return CampaignOrder(
        plan=campaign.plan,
        mode=MODES.get(campaign.state, "rest"),
        upto=tuple(wave.upto for wave in campaign.waves),
        cells=tuple(wave.cells for wave in campaign.waves) if paced else (),
        excluded_models=campaign.excluded_models,
        before=tuple(upto for upto, _ in earlier),
        cells_before=tuple(cells for _, cells in earlier) if paced else (),
        since=campaign.releasing_since,
    )
