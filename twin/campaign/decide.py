"""`decide_tick`: what a campaign decides when a tick is closed.

It asks for one fact at a time until there is nothing more to decide. So after a crash between
two facts the rest follows, and asking twice on the same tick and counts gives nothing new.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from twin.campaign.basis import Basis
from twin.campaign.beginning import start, validate
from twin.campaign.ending import end, finish, revise
from twin.campaign.opening import closes, opens
from twin.campaign.product import Product
from twin.campaign.releasing import release
from twin.campaign.state import Campaign, evolve
from twin.campaign.tallies import CampaignCounts
from twin.campaign.upstream import sinks
from twin.campaign.waving import judgement
from twin.campaign.withdrawals import withdraw
from twin.events.programme import CampaignApproved
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState as S

FACTS_MAX: Final = 64
"""No tick decides nearly as much; beyond it the decider does not come to rest, which is a bug."""


def decide_tick(
    *,
    campaign: Campaign,
    others: Mapping[str, S],
    counts: CampaignCounts,
    tick: int,
    now: datetime,
    withdrawn: tuple[Product, ...] = (),
) -> tuple[CampaignFact, ...]:
    """The facts of one tick, in order; nothing for a tick older than one already decided.

    `counts` are the exact counts at the tick's basis, `others` the states of all campaigns by
    id, `now` the tick's virtual time, `withdrawn` the targets that left the products list.
    """
    if tick < campaign.tick:
        return ()
    basis = Basis(others, counts, tick, now, withdrawn)
    facts: list[CampaignFact] = []
    while (fact := _next(campaign, basis)) is not None:
        facts.append(fact)
        campaign = evolve(campaign, fact, at=now)
        if len(facts) > FACTS_MAX:
            raise RuntimeError(f"{campaign.plan.campaign_id}: tick {tick} does not come to rest")
    return tuple(facts)


def _next(campaign: Campaign, basis: Basis) -> CampaignFact | None:
    """The first of a state's questions that has an answer."""
    answers = (ask(campaign, basis) for ask in QUESTIONS.get(campaign.state, ()))
    return next((fact for fact in answers if fact is not None), None)


def _approved(campaign: Campaign, basis: Basis) -> CampaignApproved | None:
    """A plan that needs no approval says so itself, on the log."""
    if campaign.plan.approval_required:
        return None
    return CampaignApproved(
        campaign_id=campaign.plan.campaign_id,
        plan_hash=campaign.plan_hash,
        actor=None,
        tick=basis.tick,
    )


QUESTIONS: Final[dict[S, tuple[Callable[[Campaign, Basis], CampaignFact | None], ...]]] = {
    S.VALIDATING: (validate,),
    S.AWAITING_APPROVAL: (_approved,),
    S.READY: (start,),
    S.STARTING: (end, withdraw, sinks, release),
    S.RUNNING: (end, withdraw, sinks, closes, judgement, release, finish),
    S.HELD: (end, withdraw, sinks, opens, judgement),
    S.STOPPING: (end, judgement),
    S.ABORTING: (end, judgement),
    S.FINISHED: (revise,),
}
"""What is asked of a campaign in each state, in order; where nothing is asked it is at rest."""
