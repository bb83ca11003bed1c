"""How a campaign ends: finished, stopped, aborted, overrun; and truth that comes afterwards."""

from datetime import timedelta
from typing import TypeAlias

from twin.campaign.basis import Basis
from twin.campaign.dated import silent_since
from twin.campaign.state import Campaign, Outcome
from twin.campaign.tallies import WaveCount
from twin.campaign.transitions import ENDING
from twin.events.programme import (
    AbortOrdered,
    CampaignAborted,
    CampaignFinished,
    CampaignStopped,
    OutcomeRevised,
    StopOrdered,
    TimerFired,
)
from twin.vocabulary import CampaignState, EndBehaviour, Timer

Ending: TypeAlias = TimerFired | StopOrdered | AbortOrdered | CampaignStopped | CampaignAborted


def end(campaign: Campaign, basis: Basis) -> Ending | None:
    """The last day came (row 18), or what was ordered to end has ended (rows 14 and 16)."""
    if campaign.state in ENDING:
        return _ended(campaign, basis)
    return _overrun(campaign, basis)


def _overrun(campaign: Campaign, basis: Basis) -> TimerFired | StopOrdered | AbortOrdered | None:
    plan, total = campaign.plan, basis.counts.total(len(campaign.waves))
    if plan.ends_on is None or basis.now.date() <= plan.ends_on:
        return None
    if Timer.END_AT not in campaign.fired:
        return TimerFired(campaign_id=plan.campaign_id, timer=Timer.END_AT, tick=basis.tick)
    match plan.end_behaviour:
        case EndBehaviour.STOP_RELEASES:
            return StopOrdered(plan.campaign_id, "end_at", unsettled(total), basis.tick)
        case EndBehaviour.RECALL:
            return AbortOrdered(plan.campaign_id, "end_at", unsettled(total), basis.tick)
        case EndBehaviour.LET_RUN:
            return None


def _ended(campaign: Campaign, basis: Basis) -> CampaignStopped | CampaignAborted | None:
    total = basis.counts.total(len(campaign.waves))
    waiting = total.awaiting + total.retrying
    kept = total.verified if campaign.state is CampaignState.ABORTING else 0
    recalled, silent = kept + total.cancelled, unsettled(total) - kept
    if total.awaiting < 0 or (silent > 0 and not _is_given_up(campaign, basis)):
        return None
    if campaign.state is CampaignState.STOPPING:
        return CampaignStopped(
            campaign_id=campaign.plan.campaign_id,
            confirmed=total.confirmed,
            cancelled=waiting,
            unsettled=silent,
            tick=basis.tick,
        )
    return CampaignAborted(
        campaign_id=campaign.plan.campaign_id,
        recalled=recalled,
        exposed=total.settled + silent,
        cancelled=waiting,
        unsettled=silent,
        tick=basis.tick,
    )


def _is_given_up(campaign: Campaign, basis: Basis) -> bool:
    """Whether every attempt has had its time since the end was ordered.

    A device that runs the new image and never answers a read is in no state that times out.
    """
    plan, since = campaign.plan, campaign.ending_since
    if since is None:
        return False
    since = silent_since(activation=plan.activation, windows=plan.windows, requested_at=since)
    patience = timedelta(days=plan.policy.days_most)
    return basis.now - since >= patience


def unsettled(total: WaveCount) -> int:
    """Executions that are under way; one that waits for another attempt is not."""
    return total.in_flight - total.retrying


def finish(campaign: Campaign, basis: Basis) -> CampaignFinished | None:
    """All waves are over (row 17); the outcome says how many are not known to be upgraded."""
    if campaign.current is not None:
        return None
    total = basis.counts.total(len(campaign.waves))
    if total.awaiting < 0:
        return None
    return CampaignFinished(
        campaign_id=campaign.plan.campaign_id,
        outcome="COMPLETE" if total.shortfall == 0 else "SHORTFALL",
        members=total.members,
        shortfall=total.shortfall,
        tick=basis.tick,
    )


def revise(campaign: Campaign, basis: Basis) -> OutcomeRevised | None:
    """Late truth after the end (row 20): the counts are revised, the decisions are not."""
    total = basis.counts.total(len(campaign.waves))
    if total.awaiting < 0 or Outcome(total.members, total.shortfall) == campaign.outcome:
        return None
    return OutcomeRevised(
        campaign_id=campaign.plan.campaign_id,
        members=total.members,
        shortfall=total.shortfall,
        tick=basis.tick,
    )
