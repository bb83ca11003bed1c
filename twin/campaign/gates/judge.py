"""`judge`: what the gate of a wave says.

Errors speak first, however early the wave is. Success speaks after release and soak only, on a
wave of which enough is settled. `threshold` compares shares of the settled devices. `sequential`
rejects by an e-process (`strata`) and advances by Wald's test (`maturity`); a wave that is known
whole and proves neither, such as a canary of ten, is judged by its success threshold.
Errors are never divided by members: a gate on members stops a bad image far too late.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final, TypeAlias

from twin.campaign.gates.checks import is_usable
from twin.campaign.gates.maturity import Accept, accept_test
from twin.campaign.gates.strata import error_readings
from twin.campaign.gates.terms import (
    Cohort,
    GateRule,
    Reading,
    Stage,
    Stratum,
    Verdict,
    verdict,
)
from twin.campaign.gates.totals import Totals, totals_of
from twin.events.campaign_words import GateWhy
from twin.vocabulary import GateDecision

Cohorts: TypeAlias = Mapping[Stratum, Sequence[Cohort]]

UNDECIDABLE: Final = verdict(
    decision=GateDecision.HOLD, why="evidence", by=Reading(gate="evidence")
)


def judge(*, rule: GateRule, members: int, cohorts: Cohorts, stage: Stage) -> Verdict:
    """What the gate says; anything that is no number, or no count, never advances.

    `members` counts the frozen wave, `cohorts` those released. A stratum without a release may
    be left out. Time grows with days times strata, some 10 microseconds each.
    """
    counted = totals_of(members=members, cohorts=cohorts, today=stage.today)
    if counted is None or not _is_sound(rule, stage):
        return UNDECIDABLE
    rejecting = _rejecting(rule, counted, cohorts, stage)
    if rejecting is not None:
        return verdict(decision=GateDecision.REJECT, why="errors_above", by=rejecting)
    return _advance(rule, counted, cohorts, stage)


def readings(
    *, rule: GateRule, members: int, cohorts: Cohorts, stage: Stage
) -> tuple[Reading, ...]:
    """The figures of every gate side by side, for the journal; none where nothing is decidable."""
    counted = totals_of(members=members, cohorts=cohorts, today=stage.today)
    if counted is None or not _is_sound(rule, stage):
        return ()
    rest = (_success(rule, counted), _evidence(rule, counted))
    if rule.kind == "threshold":
        return (_share_of_errors(counted, stage), *rest)
    accept = accept_test(rule=rule, cohorts=cohorts, stage=stage).good
    errors = error_readings(rule=rule, cohorts=cohorts, stage=stage)
    return (errors.mean, *errors.strata, accept, *rest)


def _is_sound(rule: GateRule, stage: Stage) -> bool:
    tolerance = stage.tolerance
    known = isinstance(tolerance, int | float) and isfinite(tolerance) and tolerance >= 0
    return known and stage.follow_up_days >= 0 and is_usable(rule)


def _rejecting(rule: GateRule, counted: Totals, cohorts: Cohorts, stage: Stage) -> Reading | None:
    if not _has_evidence(rule, counted):
        return None
    if rule.kind == "threshold":
        found = _share_of_errors(counted, stage)
        return found if found.statistic > found.bound else None
    return error_readings(rule=rule, cohorts=cohorts, stage=stage).blamed


def _advance(rule: GateRule, counted: Totals, cohorts: Cohorts, stage: Stage) -> Verdict:
    success = _success(rule, counted)
    accept = None
    if rule.kind == "sequential":
        accept = accept_test(rule=rule, cohorts=cohorts, stage=stage)
    leading = accept.good if accept else success
    if not stage.released:
        return _wait("releasing", leading)
    if counted.members == 0:
        # An empty wave passes, but a campaign without any member proves nothing (rollout, row 2).
        return UNDECIDABLE if stage.campaign_empty else _pass(success)
    met = counted.settled > 0 and success.statistic >= success.bound
    all_settled = counted.settled == counted.members
    waiting = _waiting(rule, counted, stage)
    if waiting is not None and (met or not all_settled):
        return _wait(waiting, _evidence(rule, counted) if waiting == "evidence" else leading)
    if not met:
        return _miss(success)
    return _pass(success) if accept is None else _proven(rule, accept)


def _waiting(rule: GateRule, counted: Totals, stage: Stage) -> GateWhy | None:
    """Why it is too early for success to be declared, or None."""
    if not stage.soaked:
        return "soak"
    if counted.settled / counted.members < rule.settled_at_least:
        return "in_flight"
    return None if _has_evidence(rule, counted) else "evidence"


def _proven(rule: GateRule, accept: Accept) -> Verdict:
    """What Wald's test says; where it says nothing and no more will come, the threshold.

    In that threshold who is in flight at age counts as an error, and may still change that.
    """
    if accept.is_good:
        return _pass(accept.good)
    if accept.is_bad:
        return _miss(accept.bad)
    n, k = accept.good.n, accept.good.n - accept.good.k
    at_age = Reading(gate="success", n=n, k=k, statistic=k / max(1, n), bound=rule.success_at_least)
    if accept.whole and at_age.statistic >= at_age.bound:
        return _pass(at_age)
    return _wait("in_flight", accept.good)


def _has_evidence(rule: GateRule, counted: Totals) -> bool:
    """A wave smaller than the wanted evidence is judged when all of it is settled."""
    found = _evidence(rule, counted)
    return found.statistic >= found.bound


def _evidence(rule: GateRule, counted: Totals) -> Reading:
    return Reading(
        gate="evidence",
        n=counted.settled,
        k=counted.errors,
        statistic=float(counted.settled),
        bound=float(max(1, min(rule.evidence_at_least, counted.members))),
    )


def _share_of_errors(counted: Totals, stage: Stage) -> Reading:
    return Reading(
        gate="errors",
        n=counted.settled,
        k=counted.errors,
        statistic=counted.errors / max(1, counted.settled),
        bound=float(stage.tolerance),
    )


def _success(rule: GateRule, counted: Totals) -> Reading:
    return Reading(
        gate="success",
        n=counted.settled,
        k=counted.confirmed,
        statistic=counted.confirmed / max(1, counted.settled),
        bound=rule.success_at_least,
    )


def _pass(by: Reading) -> Verdict:
    return verdict(decision=GateDecision.ADVANCE, why="success_reached", by=by)


def _miss(by: Reading) -> Verdict:
    return verdict(decision=GateDecision.HOLD, why="success_missed", by=by)


def _wait(why: GateWhy, by: Reading) -> Verdict:
    return verdict(decision=GateDecision.CONTINUE, why=why, by=by)
