"""Maintenance windows hold a campaign while they are closed (`rollout.md`, rows 10 and 12).

A tick is about the day that begins with it. Of a day in which a window opens, releases go out
when it does; a day in which none opens is spent in HELD, if there is something that waits.
"""

from datetime import timedelta
from typing import Final

from twin.campaign.basis import Basis
from twin.campaign.holding import hold
from twin.campaign.state import Campaign
from twin.campaign.upstream import is_down
from twin.campaign.windows import next_opening
from twin.events.programme import CampaignHeld, CampaignResumed
from twin.vocabulary import HoldReason

PERIOD: Final = timedelta(days=1)
"""What a tick is about; one that comes sooner after another is about what is left of it."""


def closes(campaign: Campaign, basis: Basis) -> CampaignHeld | None:
    """No window opens today, and something waits for one."""
    if not _is_shut(campaign, basis):
        return None
    return hold(campaign, basis, HoldReason.WINDOW)


def opens(campaign: Campaign, basis: Basis) -> CampaignResumed | None:
    """A campaign that is held for nothing but windows and upstream goes on by itself (rule b)."""
    if not campaign.holds or not set(campaign.holds) <= {HoldReason.WINDOW, HoldReason.UPSTREAM}:
        return None
    if is_down(campaign, basis) or _is_shut(campaign, basis):
        return None
    return CampaignResumed(campaign.plan.campaign_id, (), basis.tick)


def _is_shut(campaign: Campaign, basis: Basis) -> bool:
    windows = campaign.plan.windows
    if not windows or next_opening(windows=windows, at=basis.now) < basis.now + PERIOD:
        return False
    total = basis.counts.total(len(campaign.waves))
    return total.awaiting + total.retrying > 0
