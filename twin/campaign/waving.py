"""The current wave: what its gate says, and what follows from that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Final, TypeAlias

from msgspec import Struct

from twin.campaign import soaking
from twin.campaign.basis import Basis
from twin.campaign.dated import longest_wait
from twin.campaign.ending import unsettled
from twin.campaign.gates import Cohort, Stage, Stratum, Verdict, judge
from twin.campaign.holding import hold
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign, WaveProgress
from twin.campaign.tallies import StratumCount
from twin.campaign.transitions import ENDING
from twin.events.programme import (
    AbortOrdered,
    CampaignHeld,
    GateEvaluated,
    WaveFailed,
    WavePassed,
    WaveSoakBegan,
)
from twin.vocabulary import GateDecision, HoldReason, WaveState

DAY: Final = timedelta(days=1)
NEVER: Final = 1_000_000
"""Days, more than any cohort can be old."""
Judgement: TypeAlias = (
    WaveSoakBegan | GateEvaluated | CampaignHeld | AbortOrdered | WavePassed | WaveFailed
)


class _Counted(Struct, frozen=True):
    """What the gate of a wave is asked on: models that an operator excluded are left out."""

    members: int
    settled: int
    confirmed: int
    errors: int
    cohorts: Mapping[Stratum, tuple[Cohort, ...]]


def judgement(campaign: Campaign, basis: Basis) -> Judgement | None:
    """What the gate of the current wave says, and what follows from it; also while held."""
    ending = campaign.state in ENDING
    if campaign.missed and not ending:
        return _hold(campaign, basis, HoldReason.SUCCESS_MISSED)
    nth = campaign.current
    if nth is None or campaign.waves[nth].state is WaveState.PLANNED:
        return None
    wave, counted = campaign.waves[nth], _counted(campaign, basis, nth)
    if not ending and _soak_begins(campaign, nth, counted):
        return WaveSoakBegan(campaign.plan.campaign_id, nth + 1, counted.confirmed, basis.tick)
    verdict = judge(
        rule=campaign.plan.gate,
        members=counted.members,
        cohorts=counted.cohorts,
        stage=_stage(campaign, nth, basis),
    )
    said = wave.decision, wave.why, wave.stratum
    if (verdict.decision, verdict.why, verdict.stratum) != said:
        return _evaluated(campaign, basis, nth, verdict, counted)
    return None if ending else _consequence(campaign, basis, nth, verdict)


def _soak_begins(campaign: Campaign, nth: int, counted: _Counted) -> bool:
    return soaking.begins(
        planned=campaign.plan.waves[nth],
        wave=campaign.waves[nth],
        members=counted.members,
        settled=counted.settled,
        confirmed=counted.confirmed,
    )


def _consequence(
    campaign: Campaign, basis: Basis, nth: int, verdict: Verdict
) -> CampaignHeld | AbortOrdered | WavePassed | WaveFailed | None:
    campaign_id = campaign.plan.campaign_id
    if verdict.decision is GateDecision.REJECT:
        if campaign.plan.on_reject == "abort":
            in_flight = unsettled(basis.counts.total(len(campaign.waves)))
            return AbortOrdered(campaign_id, "error_gate", in_flight, basis.tick)
        return _hold(campaign, basis, HoldReason.ERROR_GATE)
    if verdict.decision is GateDecision.ADVANCE:
        return WavePassed(campaign_id=campaign_id, wave=nth + 1, tick=basis.tick)
    if verdict.why == "success_missed":
        return WaveFailed(campaign_id=campaign_id, wave=nth + 1, tick=basis.tick)
    if verdict.decision is GateDecision.HOLD:
        return _hold(campaign, basis, HoldReason.UNDECIDABLE)
    return None


def _hold(campaign: Campaign, basis: Basis, reason: HoldReason) -> CampaignHeld | None:
    """A hold, unless the campaign is held for that already: reasons are a set."""
    if reason in campaign.holds:
        return None
    return hold(campaign, basis, reason)


def _counted(campaign: Campaign, basis: Basis, nth: int) -> _Counted:
    strata: dict[Stratum, StratumCount] = {
        stratum: found
        for stratum, found in basis.counts.by_stratum(nth + 1).items()
        if stratum.model not in campaign.excluded_models
    }
    counts = [found.counts for found in strata.values()]
    return _Counted(
        members=sum(count.judged for count in counts),
        settled=sum(count.settled for count in counts),
        confirmed=sum(count.confirmed for count in counts),
        errors=sum(count.errors for count in counts),
        cohorts={stratum: found.cohorts for stratum, found in strata.items()},
    )


def _stage(campaign: Campaign, nth: int, basis: Basis) -> Stage:
    wave, planned = campaign.waves[nth], campaign.plan.waves[nth]
    return Stage(
        released=wave.completed_at is not None,
        soaked=soaking.is_over(planned=planned, wave=wave, now=basis.now),
        tolerance=_tolerance(campaign, wave),
        today=basis.now.toordinal(),
        follow_up_days=of_age_after(plan=campaign.plan, now=basis.now),
        campaign_empty=basis.counts.total(len(campaign.waves)).members == 0,
    )


def of_age_after(*, plan: Plan, now: datetime) -> int:
    """Days after which an outcome is final: all attempts, each with its wait for an activation.

    Before the one moment of the plan, and all attempts after it, no cohort is of age at all.
    """
    policy, activation = plan.policy, plan.activation
    days = policy.days_most
    if activation is None:
        return days
    if activation.at is not None and now - activation.at < timedelta(days=days):
        return NEVER
    wait = longest_wait(activation, plan.windows)
    return days + ceil(wait / DAY) * policy.attempts_max


def _tolerance(campaign: Campaign, wave: WaveProgress) -> float:
    """The error rate that still does not reject a wave.

    An override accepts the rate that was found after it, plus the plan's tolerance once more:
    small moves do not hold the campaign again every day, a rate that goes on rising does.
    """
    if not wave.overridden:
        return campaign.plan.gate.errors_above
    return 1.0 if wave.tolerated is None else wave.tolerated + campaign.plan.gate.errors_above


def _evaluated(
    campaign: Campaign, basis: Basis, nth: int, verdict: Verdict, counted: _Counted
) -> GateEvaluated:
    return GateEvaluated(
        campaign_id=campaign.plan.campaign_id,
        wave=nth + 1,
        decision=verdict.decision,
        why=verdict.why,
        members=max(counted.members, 0),
        settled=counted.settled,
        confirmed=counted.confirmed,
        errors=counted.errors,
        gate=verdict.gate,
        stratum=verdict.stratum,
        n=verdict.n,
        k=verdict.k,
        statistic=verdict.statistic,
        bound=verdict.bound,
        tick=basis.tick,
    )
