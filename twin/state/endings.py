"""How the attempts of an execution ended, as it stands: cause, moment, and whose fault it was."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from twin.state.devices import Device, Execution
from twin.state.failures import BLAMED, BY_OUTAGE
from twin.state.premises import Premises
from twin.vocabulary import ExecutionState, FailureCause

ENDED_BADLY: Final = (
    ExecutionState.FAILED,
    ExecutionState.TIMED_OUT,
    ExecutionState.CONFIRMATION_TIMED_OUT,
)


class Ending(Struct, frozen=True):
    """That an attempt came to nothing, when that was known, and why; None: nobody told."""

    attempt: int
    cause: FailureCause | None
    at: datetime


def endings(device: Device, execution: Execution, *, state: ExecutionState) -> tuple[Ending, ...]:
    """The attempts that ended badly, in order, of an execution that stands in a state.

    A further attempt is only asked for when the one before it ended badly.
    """
    told = {
        one.attempt: Ending(one.attempt, one.cause, one.at)
        for one in execution.failures
        if one.attempt < execution.attempt
    }
    earlier = tuple(
        told.get(attempt) or Ending(attempt, None, execution.requested_at)
        for attempt in range(1, execution.attempt)
    )
    return (*earlier, _last(device, execution, state)) if state in ENDED_BADLY else earlier


def _last(device: Device, execution: Execution, state: ExecutionState) -> Ending:
    """Who told of an activation and is read to run something else has fallen back, when read."""
    attempt = execution.attempt
    if state is not execution.state and device.belief is not None:
        return Ending(attempt, FailureCause.FELL_BACK, device.belief.stamp.at)
    causes = (one.cause for one in execution.failures if one.attempt == attempt)
    return Ending(attempt, next(causes, None), execution.reached_at)


def is_blamed(premises: Premises, execution: Execution, ending: Ending) -> bool:
    """Whether a failure counts against the device: it is its own, and no outage explains it.

    One of which nobody told the cause counts.
    """
    if ending.cause is None or ending.cause in BLAMED - BY_OUTAGE:
        return True
    if ending.cause not in BLAMED:
        return False
    is_last = ending.attempt == execution.attempt
    begun = execution.requested_at if is_last else execution.released_at
    return not any(
        begun <= outage.at and outage.at - timedelta(minutes=outage.minutes) <= ending.at
        for outage in premises.outages
    )
