"""What is so of a device that has an attempt behind it: may it have another, is it anyone's now?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal, TypeAlias, TypeVar

from twin.campaign.plan import Plan
from twin.events.attempts import FirmwareUpdateConflicted, FirmwareUpdateUnanswered
from twin.events.requests import FieldRequest
from twin.state.devices import Device, Execution, Firmware, believed_capable
from twin.state.premises import Premises, active_device, standing
from twin.state.quarantine import quarantine_of
from twin.vocabulary import ExecutionState

CapableVersion: TypeAlias = Callable[[str], str | None]
"""The newest firmware with local pairing for a model, or None where there is none."""
AWord = TypeVar("AWord")
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

    An exchanged device has none.
    """
    execution = device.executions[plan.campaign_id]
    active = active_device(premises, device_type=plan.device_type)
    return active is device and execution.attempt < plan.policy.attempts_max


def needs_none(*, device: Device) -> bool:
    """Whether a device was read to run capable firmware, that another campaign brought perhaps."""
    read = device.belief is not None and device.belief.evidence == "read"
    return read and believed_capable(device=device)


def is_quarantined(plan: Plan, premises: Premises, device: Device, *, at: datetime) -> bool:
    """Whether a device failed too often in a row, and the plan leaves it alone at a moment."""
    policy = plan.policy
    found = quarantine_of(
        premises, device, after=policy.quarantine_after, days=policy.quarantine_days
    )
    return found is not None and at < found.until


def conflict(
    *, device: Device, execution: Execution, capable_version: CapableVersion
) -> FirmwareUpdateConflicted | None:
    """What fails an attempt that is under way, because of what its device tells by itself.

    It was installed anew as a model that the target is not for, or it runs a third version. What
    it ran before is not kept, so a version is a third one where the device says that it changed
    to it (0x8F43, or an activation that names it), or reads as capable, which no member was when
    it was enrolled. An old version that is read proves nothing while no activation was told of:
    the attempt may still bring the target.
    """
    enrolment, believed = device.enrolments.get(execution.campaign_id), device.belief
    target = execution.target_version or (enrolment and enrolment.target_version)
    fits = device.model is None or target == capable_version(device.model)
    cause: Literal["third_version", "other_model"]
    if not fits and device.installed and device.installed.at > execution.requested_at:
        cause = "other_model"
    elif believed and believed.version != target and _is_a_change(believed, execution, fits=fits):
        cause = "third_version"
    else:
        return None
    version = None if believed is None else believed.version
    return ended(
        partial(FirmwareUpdateConflicted, cause=cause, firmware_version=version), device, execution
    )


def _is_a_change(believed: Firmware, execution: Execution, *, fits: bool) -> bool:
    """Whether what a device was told to run is something it changed to since it was asked."""
    changed = believed.evidence == "activated" or (fits and believed.pairing_capable)
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
    """Whether another campaign is updating a device now, which the DCC would answer with a list.

    One that has not moved for a whole follow-up is in nobody's way: an image that is held so long
    is recalled, and a newer one takes its place (BR32); of a campaign that nobody runs there is
    nobody who would ever time it out.
    """
    still_since = now - timedelta(days=plan.policy.follow_up_days)
    return any(
        name != plan.campaign_id
        and standing(device, execution) in OPEN
        and execution.reached_at > still_since
        for name, execution in device.executions.items()
    )
