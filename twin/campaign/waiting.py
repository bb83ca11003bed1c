"""Whom nobody need ask before a moment: premises that wait for their devices alone."""

from datetime import datetime

from twin.campaign.attempts import ENDED, may_retry
from twin.campaign.executions import Order
from twin.campaign.membership import Member, members
from twin.campaign.patience import waits_until
from twin.campaign.plan import Plan
from twin.state.premises import Premises, standing
from twin.vocabulary import ExecutionState


def quiet_until(*, order: Order, premises: Premises) -> datetime | None:
    """When something may next be due at a premises that has nothing due now; None: at any tick.

    It holds while the premises stays as it is and orders differ in their time and in what they
    release alone; whether a release reaches a member that awaits it is for the index to say.
    """
    moments: list[datetime] = []
    for campaign in order.campaigns:
        if campaign.mode == "recall":
            return None  # what is called back hangs on the dates of activations
        for member in members(plan=campaign.plan, premises=premises):
            if not _is_under_way(campaign.plan, premises, member):
                continue
            until = _waits_until(campaign.plan, member)
            if until is None:
                return None
            moments.append(until)
    return min(moments, default=None)


def _is_under_way(plan: Plan, premises: Premises, member: Member) -> bool:
    """Whether an attempt was begun, and is not over with no other to follow."""
    execution = member.device.executions.get(plan.campaign_id)
    if execution is None:
        return False
    state = standing(member.device, execution)
    if state in (ExecutionState.FAILED, ExecutionState.TIMED_OUT):
        return may_retry(plan=plan, premises=premises, device=member.device)
    return state not in ENDED


def _waits_until(plan: Plan, member: Member) -> datetime | None:
    execution = member.device.executions[plan.campaign_id]
    state = standing(member.device, execution)
    return waits_until(plan=plan, execution=execution, state=state)
