"""Devices that keep failing: how often in a row, and until when campaigns leave them alone.

Derived from the executions and an operator's last word, so nothing is kept that could disagree.
What is not the device's fault (`endings.is_blamed`) neither counts nor ends the row.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct

from twin.state.devices import Device, Execution
from twin.state.endings import ENDED_BADLY, Ending, endings, is_blamed
from twin.state.premises import Premises, standing
from twin.vocabulary import ExecutionState, FailureCause

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
    premises: Premises,
    device: Device,
    *,
    after: int,
    days: int,
    at_once: Collection[FailureCause] = (),
) -> Quarantine | None:
    """The quarantine of a device after so many failures in a row; it may be over by now.

    One failure with a cause of `at_once` is enough.
    """
    if not device.executions:
        return None
    row = _row(premises, device)
    blamed = [ending.at for execution, ending in row if is_blamed(premises, execution, ending)]
    since = [ending.at for _, ending in row if ending.cause in at_once]
    if len(blamed) >= after:
        since.append(blamed[-1])
    if not since:
        return None
    return Quarantine(len(blamed), max(since), max(since) + timedelta(days=days))


def _row(premises: Premises, device: Device) -> list[tuple[Execution, Ending]]:
    """Attempts that ended badly since the last one that came to its end, in order."""
    lifted = premises.lifted.get(device.device_id)
    ordered = sorted(device.executions.values(), key=lambda e: (e.requested_at, e.campaign_id))
    row: list[tuple[Execution, Ending]] = []
    for nth, execution in enumerate(ordered, start=1):
        if lifted is not None and execution.reached_at <= lifted.at:
            continue
        state = _state(device, execution, is_last=nth == len(ordered))
        if state not in (*ENDED_BADLY, *_PROVES_NOTHING):
            row = []
            continue
        row += [(execution, ending) for ending in endings(device, execution, state=state)]
    return row


def _state(device: Device, execution: Execution, *, is_last: bool) -> ExecutionState:
    """What a version that is read today says is about the last campaign, not about earlier ones."""
    return standing(device, execution) if is_last else execution.state
