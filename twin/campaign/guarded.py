"""Deciding and folding that no campaign can break for the others (rollout specification, 5).

Decider and fold are pure, so what raises once raises again for the same log and the same code: it
is a fact that a tick could not be decided, and after some in a row the campaign is held until an
operator has had it looked into. A replay by the same code fails alike; one by mended code is told
which ticks had failed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from twin.campaign.commands import Command, Standing, decide_command
from twin.campaign.decide import decide_tick
from twin.campaign.product import Product
from twin.campaign.state import Campaign, evolve
from twin.campaign.tallies import CampaignCounts
from twin.campaign.targets import CapableVersion
from twin.campaign.transitions import UNDER_WAY
from twin.campaign.withdrawals import withdrawn_targets
from twin.events.programme import CampaignHeld, CommandAnswered, DecisionFailed
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState, HoldReason

FAILURES_MAX: Final = 3
"""Ticks in a row that cannot be decided, after which a campaign is held."""


def decided(
    *,
    campaign: Campaign,
    others: Mapping[str, CampaignState],
    counts: CampaignCounts,
    tick: int,
    now: datetime,
    removed: Iterable[Product] = (),
    capable_version: CapableVersion = lambda _: None,
    failed: str | None = None,
    told: Callable[[Exception], None] = lambda _: None,
) -> tuple[CampaignFact, ...]:
    """The facts of one tick (see `decide_tick`), or that it could not be decided.

    `removed` is what has left the products list, `capable_version` what a plan brings to a model.
    `failed` names the error of a tick that is known to have failed; `told` is given a new one.
    """
    if tick < campaign.tick:
        return ()
    failed = failed or campaign.broken
    if failed is not None:
        return _failure(campaign, failed, tick)
    try:
        return decide_tick(
            campaign=campaign,
            others=others,
            counts=counts,
            tick=tick,
            now=now,
            withdrawn=withdrawn_targets(
                removed, plan=campaign.plan, capable_version=capable_version
            ),
        )
    except Exception as error:
        told(error)
        return _failure(campaign, type(error).__name__, tick)


def folded(campaign: Campaign, fact: CampaignFact, *, at: datetime) -> Campaign:
    """The campaign after a fact; one that cannot be folded is passed over, and marks it broken."""
    try:
        return evolve(campaign, fact, at=at)
    except Exception as error:
        tick = max(campaign.tick, getattr(fact, "tick", -1))
        broken = type(error).__name__
        return replace(campaign, version=campaign.version + 1, tick=tick, broken=broken)


def answered(
    *,
    campaign: Campaign | None,
    command: Command,
    standing: Standing,
    told: Callable[[Exception], None] = lambda _: None,
) -> tuple[CampaignFact, ...]:
    """The facts of a command (see `decide_command`); one that raises is refused."""
    try:
        return decide_command(campaign=campaign, command=command, standing=standing)
    except Exception as error:
        told(error)
        return (
            CommandAnswered(
                campaign_id=command.campaign_id,
                command_id=command.command_id,
                command=command.command,
                actor=command.actor,
                role=command.role,
                cause=command.cause,
                answer="REFUSED",
                why="internal_error",
                version=0 if campaign is None else campaign.version + 1,
            ),
        )


def _failure(campaign: Campaign, error: str, tick: int) -> tuple[CampaignFact, ...]:
    """That a tick failed, once a tick, and nothing more once the campaign is held for it.

    In a state in which nothing is released there is nothing to hold: the journal says it thrice.
    """
    can_be_held = campaign.state in UNDER_WAY
    said = campaign.failures >= FAILURES_MAX and not can_be_held
    if said or campaign.failed_tick == tick or HoldReason.INTERNAL_ERROR in campaign.holds:
        return ()
    in_a_row = campaign.failed_tick == tick - 1 and campaign.failures < FAILURES_MAX
    failures = campaign.failures + 1 if in_a_row else 1
    campaign_id = campaign.plan.campaign_id
    fact = DecisionFailed(campaign_id, error, failures, tick)
    if failures < FAILURES_MAX or not can_be_held:
        return (fact,)
    return fact, CampaignHeld(campaign_id, HoldReason.INTERNAL_ERROR, tick)
