"""Plans, counts, facts and commands that the tests of the campaign start from."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from twin.campaign.commands import ROLES, Command
from twin.campaign.gates import Cohort, GateRule
from twin.campaign.handing_in import submitted
from twin.campaign.plan import Plan, PlannedWave, Policy, plan_hash
from twin.campaign.tallies import CampaignCounts, StratumCount, WaveCount
from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import (
    CampaignState,
    CspRegion,
    DeviceType,
    Exclusion,
    GateDecision,
    HoldReason,
    OperatorRole,
    Timer,
)

S = CampaignState
START = date(2017, 7, 1)
MIDNIGHT = datetime(2017, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = GateRule(success_at_least=0.9, errors_above=0.1, evidence_at_least=10, settled_at_least=0.95)
POLICY = Policy(follow_up_days=10, attempts_max=2, read_after_days=4)
C = "LCP-HUBS"
OTHER = "LCP-OTHER"
MODEL, BAD_MODEL = "1234-00000001", "1234-000000BD"
STRATUM = f"North|S01|{MODEL}"
ACTORS: Final = {
    OperatorRole.PLANNER: "programme-planner",
    OperatorRole.APPROVER: "dcc-approver",
    OperatorRole.OPERATOR: "operations",
}


def wave(name: str, share: float, **changes: Any) -> PlannedWave:
    planned = PlannedWave(
        name=name, share=share, release_days=0, soak_days=2, planned_from=START, planned_to=START
    )
    return replace(planned, **changes)


def rest_wave(name: str, **changes: Any) -> PlannedWave:
    """A wave that takes what earlier ones left; its share is not said."""
    planned = PlannedWave(
        name=name, rest=True, release_days=0, soak_days=2, planned_from=START, planned_to=START
    )
    return replace(planned, **changes)


PLAN = Plan(
    campaign_id=C,
    title="hubs",
    device_type=DeviceType.CHF,
    starts_on=START,
    installed_before=START,
    gate=RULE,
    policy=POLICY,
    waves=(wave("canary", 0.1), wave("rest", 0.9, release_days=3)),
)
"""Wave 1 goes out at once, wave 2 over three days; a home fails for good after two attempts."""


def count(members: int, *, confirmed: int = 0, failed: int = 0, **others: int) -> WaveCount:
    return WaveCount(members=members, confirmed=confirmed, failed=failed, **others)


def stratum_count(counted: WaveCount, *, day: int | None = None) -> StratumCount:
    """Counts with the one cohort that they come to, released on the plan's first day."""
    released = counted.members - counted.awaiting - counted.gone
    on = START.toordinal() if day is None else day
    return StratumCount(counted, (Cohort(on, released, counted.confirmed, counted.errors),))


def counts_of(
    waves: Mapping[int, WaveCount] | None = None, *, excluded: Mapping[Exclusion, int] | None = None
) -> CampaignCounts:
    """Exact counts, all of one stratum; those without a seat by reason."""
    found = {nth: {STRATUM: stratum_count(counted)} for nth, counted in (waves or {}).items()}
    reasons = {
        reason.value: StratumCount(count(members)) for reason, members in (excluded or {}).items()
    }
    return CampaignCounts({**found, 0: reasons})


def command(name: Any, nth: int = 1, **changes: Any) -> Command:
    role = changes.get("role", ROLES.get(name, OperatorRole.OPERATOR))
    given = Command(
        command_id=str(UUID(int=nth)),
        campaign_id=C,
        command=name,
        actor=ACTORS[role],
        role=role,
        issued_at=MIDNIGHT,
    )
    return replace(given, **changes)


def submitted_as(
    plan: Plan, version: int = 1, tick: int = 0, author: str = "programme-planner"
) -> programme.CampaignSubmitted:
    return submitted(plan, author=author, version=version, tick=tick)


SUBMITTED = submitted_as(PLAN)
HASH = plan_hash(PLAN)


def plan_refused(*checks: Any, tick: int = 2) -> programme.PlanRefused:
    return programme.PlanRefused(C, HASH, checks, tick)


def frozen(
    members: tuple[int, ...] = (100, 900),
    excluded: Mapping[Exclusion, int] | None = None,
    tick: int = 2,
    plan: Plan = PLAN,
) -> programme.MembershipFrozen:
    excluded = dict(excluded or {})
    return programme.MembershipFrozen(plan.campaign_id, plan_hash(plan), members, excluded, tick)


def approved(
    tick: int = 2, actor: str | None = "dcc-approver", plan: Plan = PLAN
) -> programme.CampaignApproved:
    return programme.CampaignApproved(plan.campaign_id, plan_hash(plan), actor, tick)


def denied(tick: int = 2) -> programme.CampaignDenied:
    return programme.CampaignDenied(C, HASH, "dcc-approver", tick)


def fired(timer: Timer, tick: int) -> programme.TimerFired:
    return programme.TimerFired(C, timer, tick)


def started(tick: int) -> programme.CampaignStarted:
    return programme.CampaignStarted(C, tick)


def released(wave: int, upto: float, *, complete: bool, tick: int) -> programme.WaveReleased:
    return programme.WaveReleased(C, wave, upto, complete, tick)


def gate(
    wave: int,
    decision: GateDecision,
    why: Any,
    counted: WaveCount,
    tick: int,
    rule: GateRule = RULE,
) -> programme.GateEvaluated:
    """What a threshold gate says of a wave, with the figures that it says it by."""
    settled = counted.settled
    by, k, bound = "success", counted.confirmed, rule.success_at_least
    statistic = k / max(1, settled)
    if decision is GateDecision.REJECT:
        by, k, bound = "errors", counted.errors, rule.errors_above
        statistic = k / max(1, settled)
    elif why == "evidence":
        by, k, statistic, bound = "evidence", 0, 0.0, 0.0
        settled = 0
    return programme.GateEvaluated(
        C, wave, decision, why, max(counted.members, 0), counted.settled, counted.confirmed,
        counted.errors, by, None, settled, k, statistic, bound, tick,
    )  # fmt: skip


def passed(wave: int, tick: int) -> programme.WavePassed:
    return programme.WavePassed(C, wave, tick)


def failed(wave: int, tick: int) -> programme.WaveFailed:
    return programme.WaveFailed(C, wave, tick)


def advanced(wave: int, decision: GateDecision | None, tick: int) -> programme.WaveAdvanced:
    return programme.WaveAdvanced(C, wave, decision, "operations", tick)


def without(model: str, tick: int) -> programme.ModelExcluded:
    return programme.ModelExcluded(C, model, "operations", tick)


def held(reason: HoldReason, tick: int, in_flight: int | None = None) -> programme.CampaignHeld:
    return programme.CampaignHeld(C, reason, tick, in_flight)


def resumed(tick: int, *overridden: HoldReason) -> programme.CampaignResumed:
    return programme.CampaignResumed(C, overridden, tick)


def stop_ordered(in_flight: int, tick: int, cause: Any = "operator") -> programme.StopOrdered:
    return programme.StopOrdered(C, cause, in_flight, tick)


def stopped(
    confirmed: int, cancelled: int, tick: int, unsettled: int = 0
) -> programme.CampaignStopped:
    return programme.CampaignStopped(C, confirmed, cancelled, tick, unsettled)


def abort_ordered(in_flight: int, tick: int, cause: Any = "operator") -> programme.AbortOrdered:
    return programme.AbortOrdered(C, cause, in_flight, tick)


def aborted(
    recalled: int, exposed: int, cancelled: int, tick: int, unsettled: int = 0
) -> programme.CampaignAborted:
    return programme.CampaignAborted(C, recalled, exposed, cancelled, tick, unsettled)


def cancelled(tick: int) -> programme.CampaignCancelled:
    return programme.CampaignCancelled(C, tick)


def superseded(
    tick: int, by: str = OTHER, in_flight: int | None = None
) -> programme.CampaignSuperseded:
    return programme.CampaignSuperseded(C, by, tick, in_flight)


def reported(region: CspRegion, tick: int, *, is_up: bool = False) -> programme.UpstreamReported:
    return programme.UpstreamReported(C, region, is_up, "operations", tick)


def finished(outcome: Any, members: int, shortfall: int, tick: int) -> programme.CampaignFinished:
    return programme.CampaignFinished(C, outcome, members, shortfall, tick)


def outcome_revised(members: int, shortfall: int, tick: int) -> programme.OutcomeRevised:
    return programme.OutcomeRevised(C, members, shortfall, tick)


_READY: Final = (SUBMITTED, frozen(), approved())
_RUNNING: Final = (*_READY, started(2), released(1, 1.0, complete=True, tick=2))
FACTS_TO: Final[dict[CampaignState, tuple[CampaignFact, ...]]] = {
    S.DRAFT: (SUBMITTED, plan_refused("no_members")),
    S.VALIDATING: (SUBMITTED,),
    S.AWAITING_APPROVAL: (SUBMITTED, frozen()),
    S.APPROVAL_DENIED: (SUBMITTED, frozen(), denied()),
    S.READY: _READY,
    S.STARTING: (*_READY, started(2)),
    S.RUNNING: _RUNNING,
    S.HELD: (*_RUNNING, held(HoldReason.OPERATOR, 2)),
    S.STOPPING: (*_RUNNING, stop_ordered(100, 2)),
    S.STOPPED: (*_RUNNING, stop_ordered(100, 2), stopped(100, 900, 2)),
    S.ABORTING: (*_RUNNING, abort_ordered(100, 2)),
    S.ABORTED: (*_RUNNING, abort_ordered(100, 2), aborted(0, 100, 900, 2)),
    S.FINISHED: (*_RUNNING, finished("COMPLETE", 1000, 0, 2)),
    S.CANCELLED: (*_READY, cancelled(2)),
    S.SUPERSEDED: (*_RUNNING, superseded(2)),
}
"""A short history that leads to each state."""


def fields_of(cells: Mapping[Any, int], key: Any) -> dict[tuple[str, int], int]:
    """Counts by field and day of one wave and stratum, from counts by cell."""
    found: Counter[tuple[str, int]] = Counter()
    for cell, number in cells.items():
        if cell.wave_key == key:
            found[cell.field, cell.day] += number
    return dict(found)
