"""What is so of a device that has an attempt behind it: may it have another, is it anyone's now?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal, TypeVar

from twin.campaign.plan import Plan
from twin.campaign.targets import CapableVersion, brings_pairing, is_there, target_of
from twin.events.attempts import FirmwareUpdateConflicted, FirmwareUpdateUnanswered
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Device, Execution, Firmware, is_pending
from twin.state.endings import endings
from twin.state.premises import Premises, active_device, standing
from twin.state.quarantine import quarantine_of
from twin.vocabulary import ExecutionState

AWord = TypeVar("AWord")
ANSWERED_WITHIN: Final = timedelta(days=2)
"""A new attempt is asked for a day after the last one ended, and is answered in another."""
ENDED: Final = (
    ExecutionState.CONFIRMED,
    ExecutionState.CONFIRMATION_TIMED_OUT,
    ExecutionState.CANCELLED,
)
"""States of a device of which nothing is asked any more."""
OPEN: Final = (
    ExecutionState.REQUESTED,
    ExecutionState.AT_HUB,
    ExecutionState.VERIFIED,
    ExecutionState.ACTIVATION_REQUESTED,
    ExecutionState.ACTIVATED_UNCONFIRMED,
    ExecutionState.ACTIVATED,
)
"""States of an execution that another campaign's request would get in the way of."""


def may_retry(*, plan: Plan, premises: Premises, device: Device) -> bool:
    """Whether a failed or timed-out execution of a device has an attempt left.

    An exchanged device has none, nor has one that failed of what another attempt cannot mend.
    """
    execution = device.executions[plan.campaign_id]
    active = active_device(premises, device_type=plan.device_type)
    left = execution.attempt < plan.policy.attempts_max
    return active is device and left and _may_follow(plan, device, execution)


def _may_follow(plan: Plan, device: Device, execution: Execution) -> bool:
    """Whether the plan lets an attempt follow one that ended with this cause."""
    ended_so = endings(device, execution, state=standing(device, execution))
    if not ended_so:
        return True
    cause = ended_so[-1].cause
    after = plan.policy.after(cause)
    if after.then == "never":
        return False
    return after.retries is None or sum(one.cause == cause for one in ended_so) <= after.retries


def again_from(*, plan: Plan, device: Device, execution: Execution) -> datetime:
    """When an execution that ended badly may have its next attempt."""
    last = endings(device, execution, state=standing(device, execution))[-1]
    return last.at + timedelta(days=plan.policy.after(last.cause).after_days)


def needs_none(*, plan: Plan, device: Device) -> bool:
    """Whether a device was read to run what a plan brings, by another campaign perhaps."""
    read = device.belief is not None and device.belief.evidence == "read"
    target = device.enrolments[plan.campaign_id].target_version
    return read and is_there(plan=plan, device=device, target=target)


def is_quarantined(plan: Plan, premises: Premises, device: Device, *, at: datetime) -> bool:
    """Whether a device failed too often in a row, and the plan leaves it alone at a moment."""
    if not device.executions:
        return False
    policy = plan.policy
    found = quarantine_of(
        premises,
        device,
        after=policy.quarantine_after,
        days=policy.quarantine_days,
        at_once=policy.quarantined_at_once,
    )
    return found is not None and at < found.until


def conflict(
    *, plan: Plan, device: Device, execution: Execution, capable_version: CapableVersion
) -> FirmwareUpdateConflicted | None:
    """What fails an attempt that is under way, because of what its device tells by itself.

    It was installed anew as a model that the target is not for, or it runs a third version. What
    it ran before is not kept, so a version is a third one where the device says that it changed
    to it (0x8F43, or an activation that names it), or where it is to get local pairing and reads
    as capable, which no member was when it was enrolled. An old version that is read proves
    nothing while no activation was told of: the attempt may still bring the target. Nor does the
    version that a way back takes back, whenever that comes to run.
    """
    enrolment, believed = device.enrolments.get(execution.campaign_id), device.belief
    target = execution.target_version or (enrolment and enrolment.target_version)
    fitting = target_of(plan=plan, model=device.model, capable_version=capable_version)
    fits = device.model is None or target == fitting
    cause: Literal["third_version", "other_model"]
    if not fits and device.installed and device.installed.at > execution.requested_at:
        cause = "other_model"
    elif (
        believed
        and believed.version not in (target, _taken_back(plan, device))
        and _is_a_change(believed, execution, proves=fits and brings_pairing(plan))
    ):
        cause = "third_version"
    else:
        return None
    version = None if believed is None else believed.version
    return ended(
        partial(FirmwareUpdateConflicted, cause=cause, firmware_version=version), device, execution
    )


def _taken_back(plan: Plan, device: Device) -> str | None:
    """The version that a way back takes back from a device: what it ran, or may come to run yet."""
    taken = None if plan.rolls_back is None else device.executions.get(plan.rolls_back)
    return None if taken is None else taken.target_version


def _is_a_change(believed: Firmware, execution: Execution, *, proves: bool) -> bool:
    """Whether what a device was told to run is something it changed to since it was asked."""
    changed = believed.evidence == "activated" or (proves and believed.pairing_capable)
    return changed and believed.stamp.at > execution.requested_at


def ended(kind: Callable[..., AWord], device: Device, execution: Execution) -> AWord:
    """The word that an attempt is over without the new version."""
    return kind(
        device_id=device.device_id,
        device_type=device.device_type,
        campaign_id=execution.campaign_id,
        wave=execution.wave,
        attempt=execution.attempt,
    )


def asks_to_update(action: object) -> bool:
    """Whether an action asks for an image, or says that the DCC was asked for one in vain."""
    if isinstance(action, FieldRequest):
        return action.kind is RequestKind.UPDATE
    return isinstance(action, FirmwareUpdateUnanswered)


def unanswered(request: FieldRequest) -> FirmwareUpdateUnanswered:
    """The word that the DCC owes the answer to a request 11.1."""
    return FirmwareUpdateUnanswered(
        device_id=request.device_id,
        device_type=request.device_type,
        campaign_id=request.campaign_id,
        wave=request.wave,
        attempt=request.attempt,
        request_id=request.request_id,
        firmware_version=request.target_version,
    )


def is_open_elsewhere(*, plan: Plan, device: Device, now: datetime) -> bool:
    """Whether another campaign is updating a device now (see `updating_elsewhere`)."""
    return updating_elsewhere(plan=plan, device=device, now=now) is not None


def updating_elsewhere(*, plan: Plan, device: Device, now: datetime) -> str | None:
    """The other campaign that is updating a device now, which the DCC would answer with a list.

    One that has not moved for a whole follow-up is in nobody's way: an image that is held so long
    is recalled, and a newer one takes its place (BR32); of a campaign that nobody runs there is
    nobody who would ever time it out.
    """
    if not device.executions:
        return None
    still_since = now - timedelta(days=plan.policy.follow_up_days)
    for name, execution in device.executions.items():
        if name == plan.campaign_id or standing(device, execution) not in OPEN:
            continue
        if execution.reached_at > still_since or is_pending(device=device, at=now):
            return name
    return None
