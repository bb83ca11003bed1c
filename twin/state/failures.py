"""Why attempts fail: the cause that each fact tells, and whose fault it is (BR28 to BR35)."""

from datetime import datetime
from typing import Final

from twin.events import attempts, firmware
from twin.state.devices import Failure
from twin.vocabulary import FailureCause, TransferOutcome

TIME_OUTS: Final = frozenset(
    {
        FailureCause.DELIVERY_TIMED_OUT,
        FailureCause.TRANSFER_TIMED_OUT,
        FailureCause.ACTIVATION_TIMED_OUT,
    }
)
"""Causes that truth overtakes, and that any other word on the same attempt outranks."""
BLAMED: Final = frozenset(
    {
        FailureCause.IMAGE_DISCARDED,
        FailureCause.FILE_TRANSFER_FAILURE,
        FailureCause.VERIFICATION_FAILED,
        FailureCause.NO_IMAGE_HELD,
        FailureCause.ACTIVATION_FAILURE,
        FailureCause.THIRD_VERSION,
        FailureCause.FELL_BACK,
        FailureCause.TRANSFER_TIMED_OUT,
        FailureCause.ACTIVATION_TIMED_OUT,
    }
)
"""Causes that lie with the device. A list of the DCC, an image that is not for its hardware or has
another hash, a hub that got no image, a cancellation, a model that a fitter changed, and a read
that got lost after the device had told of its activation say nothing against it."""
BY_OUTAGE: Final = frozenset({FailureCause.FILE_TRANSFER_FAILURE, *TIME_OUTS})
"""Causes that a power outage of the premises explains."""


def cause_in(fact: object) -> FailureCause | None:
    """The cause with which a fact ends its attempt; None if it ends none, or does not say why."""
    match fact:
        case firmware.FirmwareUpdateWarned():
            return FailureCause(fact.warning)
        case firmware.FirmwareTransferred():
            good = fact.transfer is TransferOutcome.SUCCESS
            return None if good else FailureCause(fact.transfer)
        case firmware.FirmwareActivationFailed():
            return FailureCause(fact.outcome)
        case firmware.FirmwareActivationCancelled():
            return None if fact.recalled_by else FailureCause.ACTIVATION_CANCELLED
        case attempts.FirmwareUpdateConflicted() | firmware.FirmwareUpdateTimedOut():
            return None if fact.cause is None else FailureCause(fact.cause)
        case _:
            return _ALWAYS.get(type(fact))


_ALWAYS: Final[dict[type[object], FailureCause]] = {
    firmware.FirmwareDeliveryFailed: FailureCause.NOT_DELIVERED,
    firmware.FirmwareVerificationFailed: FailureCause.VERIFICATION_FAILED,
    attempts.FirmwareConfirmationTimedOut: FailureCause.CONFIRMATION_TIMED_OUT,
}


def failures_of(one: tuple[Failure, ...], other: tuple[Failure, ...]) -> tuple[Failure, ...]:
    """One failure for each attempt of two findings, the same in whichever order they come."""
    if not other or one == other:
        return one
    found: dict[int, Failure] = {}
    for failure in (*one, *other):
        held = found.get(failure.attempt)
        if held is None or _place(failure) < _place(held):
            found[failure.attempt] = failure
    return tuple(found[attempt] for attempt in sorted(found))


def _place(failure: Failure) -> tuple[int, datetime, str]:
    """What a device or the DCC says counts before silence, then the earlier word."""
    silence = 0
    if failure.cause is FailureCause.CONFIRMATION_TIMED_OUT:
        silence = 1
    elif failure.cause in TIME_OUTS:
        silence = 2
    return silence, failure.at, failure.cause
