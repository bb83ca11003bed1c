"""`decide_tick`: what a campaign decides when a tick is closed; and, from `commands`, on command.

It asks for one fact at a time until there is nothing more to decide. So after a crash between
two facts the rest follows, and asking twice on the same tick and counts gives nothing new.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from msgspec import Struct

from twin.campaign.commands import Command, decide_command
from twin.campaign.gate import Stage, Verdict, is_sound, judge
from twin.campaign.state import Campaign, WaveProgress, evolve
from twin.campaign.tallies import WaveCount
from twin.events.programme import (
    CampaignFinished,
    CampaignHeld,
    CampaignStarted,
    GateEvaluated,
    WaveFailed,
    WavePassed,
    WaveReleased,
)
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState, GateDecision, HoldReason, WaveState

__all__ = ["Command", "decide_command", "decide_tick"]

CountOf: TypeAlias = Callable[[int], WaveCount]
FACTS_MAX: Final = 64
"""No tick decides nearly as much; beyond it the decider does not come to rest, which is a bug."""
DAY: Final = timedelta(days=1)
NO_COUNT: Final = WaveCount()


class _Basis(Struct, frozen=True):
    others: Mapping[str, CampaignState]
    counts: CountOf
    tick: int
    now: datetime


def decide_tick(
    *,
    campaign: Campaign,
    others: Mapping[str, CampaignState],
    counts: CountOf,
    tick: int,
    now: datetime,
) -> tuple[CampaignFact, ...]:
    """The facts of one tick, in order; nothing for a tick older than one already decided.

    `counts` gives the exact counts of a wave (from 1) at the tick's basis, `others` the states
    of all campaigns by id, `now` the tick's virtual time.
    """
    if tick < campaign.tick:
        return ()
    basis = _Basis(others, counts, tick, now)
    facts: list[CampaignFact] = []
    while (fact := _next(campaign, basis)) is not None:
        facts.append(fact)
        campaign = evolve(campaign, fact, at=now)
        if len(facts) > FACTS_MAX:
            raise RuntimeError(f"{campaign.plan.campaign_id}: tick {tick} does not come to rest")
    return tuple(facts)


def _next(campaign: Campaign, basis: _Basis) -> CampaignFact | None:
    match campaign.state:
        case CampaignState.READY:
            return _start(campaign, basis)
        case CampaignState.RUNNING:
            return (
                _judgement(campaign, basis) or _release(campaign, basis) or _finish(campaign, basis)
            )
        case CampaignState.HELD:
            return _judgement(campaign, basis)
        case _:
            return None


def _start(campaign: Campaign, basis: _Basis) -> CampaignStarted | None:
    plan = campaign.plan
    if basis.now.date() < plan.starts_on:
        return None
    if plan.after is not None and basis.others.get(plan.after) is not CampaignState.FINISHED:
        return None
    return CampaignStarted(campaign_id=plan.campaign_id, tick=basis.tick)


def _judgement(campaign: Campaign, basis: _Basis) -> CampaignFact | None:
    """What the gate of the current wave says, and what follows from it; also while held."""
    if campaign.missed:
        return _hold(campaign, basis, HoldReason.SUCCESS_MISSED)
    nth = campaign.current
    if nth is None or campaign.waves[nth].state is WaveState.PLANNED:
        return None
    wave, count = campaign.waves[nth], basis.counts(nth + 1)
    verdict = judge(rule=campaign.plan.gate, count=count, stage=_stage(campaign, nth, basis))
    if (verdict.decision, verdict.why) != (wave.decision, wave.why):
        return _evaluated(campaign, basis, nth, verdict)
    if verdict.decision is GateDecision.REJECT and HoldReason.ERROR_GATE not in campaign.holds:
        return _hold(campaign, basis, HoldReason.ERROR_GATE)
    return _end(campaign, basis, nth, verdict)


def _stage(campaign: Campaign, nth: int, basis: _Basis) -> Stage:
    wave, planned = campaign.waves[nth], campaign.plan.waves[nth]
    completed = wave.completed_at
    soak = timedelta(days=planned.soak_days)
    empty = all(basis.counts(n).members == 0 for n in range(1, len(campaign.waves) + 1))
    return Stage(
        released=completed is not None,
        soaked=completed is not None and basis.now - completed >= soak,
        tolerance=_tolerance(campaign, wave),
        campaign_empty=empty,
    )


def _tolerance(campaign: Campaign, wave: WaveProgress) -> float:
    """The error rate that still does not reject a wave.

    An override accepts the rate that was found after it, plus the plan's tolerance once more:
    small moves do not hold the campaign again every day, a rate that goes on rising does.
    """
    if not wave.overridden:
        return campaign.plan.gate.errors_above
    return 1.0 if wave.tolerated is None else wave.tolerated + campaign.plan.gate.errors_above


def _evaluated(campaign: Campaign, basis: _Basis, nth: int, verdict: Verdict) -> GateEvaluated:
    count = basis.counts(nth + 1)
    count = count if is_sound(count) else NO_COUNT
    return GateEvaluated(
        campaign_id=campaign.plan.campaign_id,
        wave=nth + 1,
        decision=verdict.decision,
        why=verdict.why,
        members=count.members,
        settled=count.settled,
        confirmed=count.confirmed,
        errors=count.errors,
        tick=basis.tick,
    )


def _hold(campaign: Campaign, basis: _Basis, reason: HoldReason) -> CampaignHeld:
    return CampaignHeld(campaign_id=campaign.plan.campaign_id, reason=reason, tick=basis.tick)


def _end(
    campaign: Campaign, basis: _Basis, nth: int, verdict: Verdict
) -> WavePassed | WaveFailed | None:
    campaign_id = campaign.plan.campaign_id
    if verdict.decision is GateDecision.ADVANCE:
        return WavePassed(campaign_id=campaign_id, wave=nth + 1, tick=basis.tick)
    if verdict.why == "success_missed":
        return WaveFailed(campaign_id=campaign_id, wave=nth + 1, tick=basis.tick)
    return None


def _release(campaign: Campaign, basis: _Basis) -> WaveReleased | None:
    """The next step of the pointer, at most one a tick; a wave begins on the tick after another."""
    nth = campaign.current
    if nth is None or campaign.waves[nth].completed_at is not None:
        return None
    wave = campaign.waves[nth]
    last = wave.released_tick
    if last is None and nth > 0:
        last = campaign.waves[nth - 1].ended_tick
    days = (basis.now - wave.moved_at) / DAY if wave.moved_at is not None else 1.0
    if (last is not None and basis.tick <= last) or days <= 0:
        return None
    upto, complete = _reached(campaign, nth, days=days)
    return WaveReleased(
        campaign_id=campaign.plan.campaign_id,
        wave=nth + 1,
        upto=upto,
        complete=complete,
        tick=basis.tick,
    )


def _reached(campaign: Campaign, nth: int, *, days: float) -> tuple[float, bool]:
    """Where the pointer stands after so many more days of release, and whether that is the end."""
    edges, planned = campaign.plan.edges, campaign.plan.waves[nth]
    start = edges[nth - 1] if nth > 0 else 0.0
    end = edges[nth]
    if planned.release_days == 0:
        return end, True
    step = (end - start) * days / planned.release_days
    upto = max(campaign.waves[nth].upto, start) + step
    # Steps of a seventh add up to the whole but for the last bits of a float.
    complete = upto >= end - (end - start) * 1e-9
    return (end, True) if complete else (upto, False)


def _finish(campaign: Campaign, basis: _Basis) -> CampaignFinished | None:
    if campaign.current is not None:
        return None
    total = sum(map(basis.counts, range(1, len(campaign.waves) + 1)), WaveCount())
    if not is_sound(total):
        return None
    shortfall = total.members - total.confirmed
    return CampaignFinished(
        campaign_id=campaign.plan.campaign_id,
        outcome="COMPLETE" if shortfall == 0 else "SHORTFALL",
        members=total.members,
        shortfall=shortfall,
        tick=basis.tick,
    )
