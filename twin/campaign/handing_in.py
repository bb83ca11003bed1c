"""A plan is handed in, or handed in again: from here on it is a value on the log."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec

from twin.campaign.answers import ALREADY, WRONG_STATE, Reply, done, refused
from twin.campaign.plan import PLAN_TEXT_MAX, Plan, content_hash, plan_hash, plan_text, sound
from twin.campaign.state import Campaign
from twin.events.programme import CampaignSubmitted
from twin.vocabulary import CampaignState

REVISABLE = (
    CampaignState.DRAFT,
    CampaignState.AWAITING_APPROVAL,
    CampaignState.APPROVAL_DENIED,
)


def submitted(plan: Plan, *, author: str, version: int, tick: int) -> CampaignSubmitted:
    """The fact that a version of a plan was handed in."""
    return CampaignSubmitted(
        campaign_id=plan.campaign_id,
        plan_hash=plan_hash(plan),
        plan_version=version,
        plan=plan_text(plan),
        author=author,
        tick=tick,
    )


def submit(
    campaign: Campaign | None,
    *,
    campaign_id: str,
    plan: Plan | None,
    author: str,
    tick: int,
    known: Collection[str] = (),
) -> Reply:
    """Row 1: the first version of a plan; the same one again is no error.

    Under another name it is one, if `known` has its `content_hash`.
    """
    if (fault := _fault_of(plan, campaign_id)) is not None:
        return fault
    assert plan is not None  # no plan is a fault
    if campaign is not None:
        same = campaign.plan_hash == plan_hash(plan)
        return ALREADY if same else refused("campaign_known")
    if content_hash(plan) in known:
        return refused("duplicate_plan")
    return done(submitted(plan, author=author, version=1, tick=tick))


def revise(
    campaign: Campaign,
    *,
    plan: Plan | None,
    author: str,
    tick: int,
    known: Collection[str] = (),
) -> Reply:
    """Row 5: a new version with a new hash, which wants a new approval."""
    if (fault := _fault_of(plan, campaign.plan.campaign_id)) is not None:
        return fault
    assert plan is not None  # no plan is a fault
    if campaign.state not in REVISABLE:
        return WRONG_STATE
    if plan_hash(plan) == campaign.plan_hash:
        return refused("same_plan")
    if content_hash(plan) in known:
        return refused("duplicate_plan")
    version = campaign.plan_version + 1
    return done(submitted(plan, author=author, version=version, tick=tick))


def _fault_of(plan: Plan | None, campaign_id: str) -> Reply | None:
    """A client may hand in what it likes, so that a plan is sound is asked here, too."""
    if plan is None:
        return refused("no_plan")
    if plan.campaign_id != campaign_id:
        return refused("other_plan")
    raw = msgspec.to_builtins(plan, builtin_types=(date, datetime))
    travels = len(plan_text(plan)) <= PLAN_TEXT_MAX
    return None if travels and sound(raw) else refused("plan_not_sound")
