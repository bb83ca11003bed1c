"""Why an attempt came to nothing, as a number, and what follows from it: tables for the kernels.

Causes, shares and purposes of draws are the emulated field's (`twin.fleet.firmware`); what follows
is the plan's policy (decision 0028), asked once for each cause and never for each device.
"""

from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.campaign.policy import Policy
from twin.compiled import kernel
from twin.fleet.numbers.shapes import Distribution
from twin.state.failures import BLAMED
from twin.vocabulary import FailureCause
from twin.whatif.rows import Rows

CAUSES: Final = tuple(FailureCause)
"""Causes by their number."""
NO_CAUSE: Final = -1
NOT_DELIVERED: Final = CAUSES.index(FailureCause.NOT_DELIVERED)
VERIFICATION_FAILED: Final = CAUSES.index(FailureCause.VERIFICATION_FAILED)
ACTIVATION_CANCELLED: Final = CAUSES.index(FailureCause.ACTIVATION_CANCELLED)
DELIVERY_OVER: Final = CAUSES.index(FailureCause.DELIVERY_TIMED_OUT)
TRANSFER_OVER: Final = CAUSES.index(FailureCause.TRANSFER_TIMED_OUT)
ACTIVATION_OVER: Final = CAUSES.index(FailureCause.ACTIVATION_TIMED_OUT)
UNCONFIRMED: Final = CAUSES.index(FailureCause.CONFIRMATION_TIMED_OUT)
NEVER_AGAIN: Final = -1
"""Instead of a day, where no attempt follows."""


class Fault(IntEnum):
    """Which of the field's choices tells a cause."""

    LIST = 0
    TRANSFER = 1
    ACTIVATION = 2


class After(IntEnum):
    """Column of what follows: attempts that may, days to wait, quarantine at once, own fault, and
    where the failures that ended so are counted (-1: they need not be).
    """

    RETRIES = 0
    DAYS = 1
    AT_ONCE = 2
    BLAMED = 3
    COUNTED = 4


def faults_of(rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """By `Fault`, running sums of shares and the cause that each outcome is."""
    choices: tuple[Distribution, ...] = (
        rows.firmware.warning_list_share,
        rows.firmware.transfer_fault_share,
        rows.assumptions.activation_outcome_share,
    )
    longest = max(len(one.keys) for one in choices)
    upto, told = np.full((len(choices), longest), 2.0), np.zeros((len(choices), longest), np.int64)
    for nth, one in enumerate(choices):
        causes = [CAUSES.index(FailureCause(key)) for key in one.keys]
        upto[nth, : len(causes) - 1] = one.upto[:-1]
        told[nth] = causes + [causes[-1]] * (longest - len(causes))
    return upto, told


@kernel
def cause_of(fault: int, uniform: float, faults: Any) -> int:
    """The cause that a uniform number falls on."""
    upto, told = faults
    nth = 0
    while uniform >= upto[fault, nth]:
        nth += 1
    return int(told[fault, nth])


def follows(policy: Policy) -> NDArray[np.int64]:
    """What a policy lets follow, by cause and `After`."""
    table = np.zeros((len(CAUSES), len(After)), np.int64)
    most, counted = policy.attempts_max, 1
    for nth, cause in enumerate(CAUSES):
        after, limit = policy.after(cause), policy.retries_of.get(cause, most)
        is_counted = 0 < limit < most - 1
        table[nth] = (
            limit,
            after.after_days,
            cause in policy.quarantined_at_once,
            cause in BLAMED,
            counted if is_counted else -1,
        )
        counted += is_counted
    return table


def histories(policy: Policy, size: int) -> NDArray[np.uint8]:
    """Noughts for so many devices: own faults, then failures by cause that is counted.

    One row, which stands for none, where no rule of the policy asks for what was before.
    """
    counted = int(follows(policy)[:, After.COUNTED].max())
    if counted < 0 and policy.quarantine_after >= policy.attempts_max:
        return np.zeros((1, 1), np.uint8)
    return np.zeros((max(size, 2), max(counted, 0) + 1), np.uint8)


@kernel
def put_down(cause: int, place: int, table: Any, history: Any) -> None:
    """Count a failure in the history of a device, where histories are kept."""
    if len(history) > 1:
        history[place, 0] += table[cause, After.BLAMED]
        if table[cause, After.COUNTED] >= 0:
            history[place, table[cause, After.COUNTED]] += 1


@kernel
def again_from(went: Any, attempt: int, place: int, policy: Any) -> int:
    """The first day of another attempt after one that came to nothing, or `NEVER_AGAIN`.

    The failure is put down. Days count from what was told, or from the tick on which the time of
    an attempt was over, whose word is known a day later.
    """
    table, history, attempts_max, quarantine_after, quarantine_days = policy
    cause, end = went[4], went[2]
    put_down(cause, place, table, history)
    after = table[cause]
    if attempt >= attempts_max or after[After.RETRIES] == 0:
        return NEVER_AGAIN
    wait, own, is_kept = after[After.DAYS], after[After.BLAMED] == 1, len(history) > 1
    column = after[After.COUNTED]
    if is_kept and column >= 0 and history[place, column] > after[After.RETRIES]:
        return NEVER_AGAIN
    if after[After.AT_ONCE] == 1 or (is_kept and own and history[place, 0] >= quarantine_after):
        wait = max(wait, quarantine_days)
    is_over = DELIVERY_OVER <= cause <= ACTIVATION_OVER
    return int(max(end, end - (1 if is_over else 0) + wait))
