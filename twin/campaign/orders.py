"""The order that follows from a campaign's state: what partitions may do at a premises."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from twin.campaign.beginning import ENROLLED_AFTER_TICKS
from twin.campaign.executions import CampaignOrder, Mode, Order
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign
from twin.campaign.transitions import UNDER_WAY
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
    return Order(tick=tick, now=now, campaigns=tuple(order_of(one, tick=tick) for one in ranked))


def under_way(campaigns: Iterable[Campaign]) -> tuple[Plan, ...]:
    """The plans of those campaigns that have started and were not told to end."""
    return tuple(one.plan for one in campaigns if one.state in UNDER_WAY)


def order_of(campaign: Campaign, *, tick: int) -> CampaignOrder:
    """The order of a campaign; also one that is at rest is ordered, so that it is counted."""
    paced = campaign.plan.is_paced
    earlier = [
        (wave.before, wave.cells_before) if wave.released_tick == tick else (wave.upto, wave.cells)
        for wave in campaign.waves
    ]
    return CampaignOrder(
        plan=campaign.plan,
        mode=_mode(campaign, tick),
        upto=tuple(wave.upto for wave in campaign.waves),
        cells=tuple(wave.cells for wave in campaign.waves) if paced else (),
        excluded_models=campaign.excluded_models,
        before=tuple(upto for upto, _ in earlier),
        cells_before=tuple(cells for _, cells in earlier) if paced else (),
        since=campaign.releasing_since,
        cuts=campaign.cuts,
        under_way=campaign.state in UNDER_WAY,
    )


def _mode(campaign: Campaign, tick: int) -> Mode:
    """By the state; where waves take a count, enrolment is followed by lots and seats."""
    if campaign.state is CampaignState.SUPERSEDED and campaign.recalls:
        return "recall"  # a successor takes no order back (rollout specification, 2, rule e)
    if campaign.state is not CampaignState.VALIDATING or not campaign.plan.is_counted:
        return MODES.get(campaign.state, "rest")
    if campaign.cuts:
        return "seat"
    return "count" if tick >= campaign.submitted_tick + ENROLLED_AFTER_TICKS else "enrol"
