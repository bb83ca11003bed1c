"""A hold says what it leaves in flight: that goes on, and gates still watch it."""

from twin.campaign.basis import Basis
from twin.campaign.ending import unsettled
from twin.campaign.state import Campaign
from twin.events.programme import CampaignHeld
from twin.vocabulary import HoldReason


def hold(campaign: Campaign, basis: Basis, reason: HoldReason) -> CampaignHeld:
    """The fact that a campaign is held on a tick, with the executions that are under way."""
    in_flight = unsettled(basis.counts.total(len(campaign.waves)))
    return CampaignHeld(campaign.plan.campaign_id, reason, basis.tick, in_flight)
