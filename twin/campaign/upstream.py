"""A region whose way to the devices is down holds what would be asked there (HELD, `upstream`).

Rows 7 and 10 of the rollout specification, and its rule (b): such a hold ends by itself. A
campaign that has nobody to ask in the region is not touched.
"""

from twin.campaign.basis import Basis
from twin.campaign.holding import hold
from twin.campaign.state import Campaign
from twin.events.programme import CampaignHeld
from twin.vocabulary import HoldReason


def sinks(campaign: Campaign, basis: Basis) -> CampaignHeld | None:
    """Hold while somebody would be asked where the upstream is down; also beside other reasons."""
    if HoldReason.UPSTREAM in campaign.holds or not is_down(campaign, basis):
        return None
    return hold(campaign, basis, HoldReason.UPSTREAM)


def is_down(campaign: Campaign, basis: Basis) -> bool:
    """Whether a region is down in which the current wave, or another attempt, would ask anybody."""
    if not campaign.down:
        return False
    for nth in range(len(campaign.waves)):
        for stratum, found in basis.counts.by_stratum(nth + 1).items():
            waiting = found.counts.awaiting if nth == campaign.current else 0
            if stratum.region in campaign.down and waiting + found.counts.retrying > 0:
                return True
    return False
