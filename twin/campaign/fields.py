"""Where a member of a campaign counts: the name of its one field in `WaveCount`."""

from typing import Final

from twin.campaign.attempts import may_retry, needs_none
from twin.campaign.plan import Plan
from twin.state.devices import Device, believed_capable
from twin.state.premises import Premises, active_device, standing
from twin.vocabulary import ExecutionState

AWAITING: Final = "awaiting"
RETRYING: Final = "retrying"
DECOMMISSIONED: Final = "decommissioned"
ALREADY_AT_TARGET: Final = "already_at_target"
ERRORS: Final = ("failed", "timed_out")
UNRELEASED: Final = (AWAITING, DECOMMISSIONED, ALREADY_AT_TARGET)
"""Fields of members that are in no cohort, for they prove nothing."""


def field_of(*, plan: Plan, premises: Premises, device: Device) -> str:
    """Where a member counts; one that was exchanged counts as that, unless it was confirmed."""
    execution = device.executions.get(plan.campaign_id)
    state = None if execution is None else standing(device, execution)
    if state is ExecutionState.CONFIRMED:
        return "confirmed"
    if active_device(premises, device_type=plan.device_type) is not device:
        return DECOMMISSIONED
    if state is None:
        return ALREADY_AT_TARGET if believed_capable(device=device) else AWAITING
    if state in (ExecutionState.FAILED, ExecutionState.TIMED_OUT) and may_retry(
        plan=plan, premises=premises, device=device
    ):
        return ALREADY_AT_TARGET if needs_none(device=device) else RETRYING
    if state is ExecutionState.CONFIRMATION_TIMED_OUT:
        return "timed_out"  # for good: to send the image once more would prove nothing
    return state.value.lower()
