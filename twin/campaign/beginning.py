"""How a campaign begins: its membership is frozen, and its moment comes."""

from twin.campaign.basis import Basis
from twin.campaign.state import Campaign
from twin.events.campaign_words import PlanCheck
from twin.events.programme import (
    CampaignStarted,
    MembershipFrozen,
    PlanRefused,
    TimerFired,
)
from twin.vocabulary import CampaignState, Timer

ENROLLED_AFTER_TICKS = 2
"""The order to enrol goes out with the tick after a submission, and is counted on the next."""


def validate(campaign: Campaign, basis: Basis) -> MembershipFrozen | PlanRefused | None:
    """Freeze the membership once every device has its seat or its exclusion (rows 2 and 3)."""
    if basis.tick < campaign.submitted_tick + ENROLLED_AFTER_TICKS:
        return None
    plan = campaign.plan
    members = tuple(basis.counts.of_wave(n).members for n in range(1, len(plan.waves) + 1))
    checks: list[PlanCheck] = []
    if sum(members) == 0:
        checks.append("no_members")
    if plan.after is not None and plan.after not in basis.others:
        checks.append("unknown_campaign_after")
    if checks:
        return PlanRefused(
            campaign_id=plan.campaign_id,
            plan_hash=campaign.plan_hash,
            checks=tuple(checks),
            tick=basis.tick,
        )
    return MembershipFrozen(
        campaign_id=plan.campaign_id,
        plan_hash=campaign.plan_hash,
        members=members,
        excluded=basis.counts.excluded(),
        tick=basis.tick,
    )


def start(campaign: Campaign, basis: Basis) -> TimerFired | CampaignStarted | None:
    """Start on the plan's day, when the campaign that it follows is finished; else it waits."""
    plan = campaign.plan
    if Timer.START_AT not in campaign.fired:
        if basis.now.date() < plan.starts_on:
            return None
        return TimerFired(campaign_id=plan.campaign_id, timer=Timer.START_AT, tick=basis.tick)
    if plan.after is not None and basis.others.get(plan.after) is not CampaignState.FINISHED:
        return None
    return CampaignStarted(campaign_id=plan.campaign_id, tick=basis.tick)
