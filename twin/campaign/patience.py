"""How long an attempt is waited for: since its request, and step by step where the plan says so."""

from datetime import datetime, timedelta
from typing import Final

from twin.campaign.dated import silent_since
from twin.campaign.plan import Plan
from twin.events.firmware import TimeOutCause
from twin.state.devices import Execution
from twin.vocabulary import ExecutionState

ACTIVATING: Final = (ExecutionState.ACTIVATION_REQUESTED, ExecutionState.ACTIVATED_UNCONFIRMED)
"""States of a device that was told to activate and has not been heard of since."""
_WAITS_FOR: Final[dict[ExecutionState, TimeOutCause]] = {
    ExecutionState.REQUESTED: "delivery_timed_out",
    ExecutionState.AT_HUB: "transfer_timed_out",
    ExecutionState.VERIFIED: "activation_timed_out",
    ExecutionState.ACTIVATION_REQUESTED: "activation_timed_out",
    ExecutionState.ACTIVATED_UNCONFIRMED: "activation_timed_out",
}


def age(*, plan: Plan, execution: Execution, now: datetime) -> timedelta:
    """Since the request; where activation is dated, an attempt that waits for it is younger."""
    return now - _young_until(plan, execution)


def _young_until(plan: Plan, execution: Execution) -> datetime:
    if execution.state not in ACTIVATING:
        return execution.requested_at
    return _silent_since(plan, execution.requested_at)


def is_silent(*, plan: Plan, execution: Execution, state: ExecutionState, now: datetime) -> bool:
    """Activation was asked for long ago and nothing was heard.

    Whether the device activated and its response was lost is truth that nobody sees, so both
    states are treated alike, and the age counts from the request, which both share (BR35).
    """
    read_after = timedelta(days=plan.policy.read_after_days)
    return state in ACTIVATING and age(plan=plan, execution=execution, now=now) >= read_after


def time_out(
    *, plan: Plan, execution: Execution, state: ExecutionState, now: datetime
) -> TimeOutCause | None:
    """What an attempt under way has waited for too long; None if it still has time."""
    cause, policy = _WAITS_FOR[state], plan.policy
    if age(plan=plan, execution=execution, now=now) >= timedelta(days=policy.follow_up_days):
        return cause
    since, days = _step_since(plan, execution, state), _days(plan, cause)
    if since is None or days is None:
        return None
    return cause if now - since >= timedelta(days=days) else None


def waits_until(*, plan: Plan, execution: Execution, state: ExecutionState) -> datetime | None:
    """When an attempt is first silent or out of time if nothing is heard; None: it waits for us.

    Before that `is_silent` and `time_out` both say no of an attempt under way.
    """
    if state not in _WAITS_FOR or state is ExecutionState.VERIFIED:
        return None
    since, policy = _young_until(plan, execution), plan.policy
    moments = [since + timedelta(days=policy.follow_up_days)]
    if state in ACTIVATING:
        moments.append(since + timedelta(days=policy.read_after_days))
    step, days = _step_since(plan, execution, state), _days(plan, _WAITS_FOR[state])
    if step is not None and days is not None:
        moments.append(step + timedelta(days=days))
    return min(moments)


def _days(plan: Plan, cause: TimeOutCause) -> int | None:
    policy = plan.policy
    match cause:
        case "delivery_timed_out":
            return policy.delivery_days
        case "transfer_timed_out":
            return policy.transfer_days
        case "activation_timed_out":
            return policy.activation_days


def _step_since(plan: Plan, execution: Execution, state: ExecutionState) -> datetime | None:
    """From when a step's own time runs; that of an activation from its request or its date.

    A verified image that waits for a window, say, waits for nobody but the campaign.
    """
    if state is ExecutionState.REQUESTED:
        return execution.requested_at
    if state is ExecutionState.AT_HUB:
        return execution.reached_at
    asked = execution.activation_asked_at if state in ACTIVATING else None
    return None if asked is None else _silent_since(plan, asked)


def _silent_since(plan: Plan, requested_at: datetime) -> datetime:
    return silent_since(activation=plan.activation, windows=plan.windows, requested_at=requested_at)
