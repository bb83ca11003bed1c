"""Devices that keep failing: how often in a row, and until when campaigns leave them alone.

Derived from the executions and an operator's last word, so nothing is kept that could disagree.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from twin.state.devices import Device, Execution
from twin.state.premises import Premises, standing
from twin.vocabulary import ExecutionState

_ENDED_BADLY = (
    ExecutionState.FAILED,
    ExecutionState.TIMED_OUT,
    ExecutionState.CONFIRMATION_TIMED_OUT,
)
_PROVES_NOTHING = (
    ExecutionState.REQUESTED,
    ExecutionState.AT_HUB,
    ExecutionState.VERIFIED,
    ExecutionState.ACTIVATION_REQUESTED,
    ExecutionState.CANCELLED,
)


class Quarantine(Struct, frozen=True):
    """Attempts that failed in a row over all campaigns, the last one, and the end of it."""

    failures: int
    failed_at: datetime
    until: datetime


def quarantine_of(
    premises: Premises, device: Device, *, after: int, days: int
) -> Quarantine | None:
    """The quarantine of a device after so many failures in a row; it may be over by now."""
    if not device.executions:
        return None
    failures, failed_at = _failures(premises, device)
    if failed_at is None or failures < after:
        return None
    return Quarantine(failures, failed_at, failed_at + timedelta(days=days))


def _failures(premises: Premises, device: Device) -> tuple[int, datetime | None]:
    """Failed attempts since the last one that came to its end, and when the last of them failed."""
    lifted = premises.lifted.get(device.device_id)
    ordered = sorted(device.executions.values(), key=lambda e: (e.requested_at, e.campaign_id))
    failures, failed_at = 0, None
    for nth, execution in enumerate(ordered, start=1):
        if lifted is not None and execution.reached_at <= lifted.at:
            continue
        state = _state(device, execution, is_last=nth == len(ordered))
        if state in _ENDED_BADLY:
            failures, failed_at = failures + execution.attempt, _failed_at(device, execution, state)
        elif state in _PROVES_NOTHING and execution.attempt > 1:
            failures, failed_at = failures + execution.attempt - 1, execution.requested_at
        elif state not in _PROVES_NOTHING:
            failures, failed_at = 0, None
    return failures, failed_at


def _state(device: Device, execution: Execution, *, is_last: bool) -> ExecutionState:
    """What a version that is read today says is about the last campaign, not about earlier ones."""
    return standing(device, execution) if is_last else execution.state


def _failed_at(device: Device, execution: Execution, state: ExecutionState) -> datetime:
    """When it was known: for one that fell back, that is when it was read."""
    if state is not execution.state and device.belief is not None:
        return device.belief.stamp.at
    return execution.reached_at
