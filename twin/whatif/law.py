"""The numbers of behaviour of one campaign as the kernels take them: one array, places by name.

Times are in seconds; days of the programme begin at midnight (UTC), when a tick decides.
"""

from datetime import datetime, timedelta
from enum import IntEnum
from math import ceil
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.dated import execute_at, longest_wait
from twin.campaign.plan import Plan
from twin.campaign.windows import next_opening
from twin.vocabulary import DeviceType
from twin.whatif.causes import faults_of
from twin.whatif.luck import purpose_key, purpose_keys
from twin.whatif.population import midnight
from twin.whatif.reading import Question

DAY: Final = 86_400
NOT_DATED: Final = -1
"""Instead of a moment of activation where the plan dates none."""


class N(IntEnum):
    """Place of each number in the array of a law."""

    ACCEPT = 0
    REPORT = 1
    SILENT = 2
    WARNED = 3
    UNDELIVERED = 4
    UNDELIVERED_TOLD = 5
    DELIVERY = 6
    DELIVERY_SIGMA = 7
    UNVERIFIED = 8
    TRANSFER_TOLD = 9
    VERIFICATION_TOLD = 10
    VERIFICATION = 11
    VERIFICATION_SIGMA = 12
    AFTER_TRANSFER = 13
    OVER_THE_AIR = 14
    WAKE = 15
    UNANSWERED = 16
    ACTIVATION = 17
    ACTIVATION_SIGMA = 18
    DATED = 19
    DATED_HOUR = 20
    DATED_DAYS = 21
    CANCELLED = 22
    FAILED = 23
    LOST = 24
    UNREAD = 25
    READ = 26
    FOLLOW_UP = 27
    READ_AFTER = 28
    CONFIRM = 29
    ACTIVATE_AT = 30
    ACTIVATE_WAIT = 31
    DELIVERY_DAYS = 32
    TRANSFER_DAYS = 33
    ACTIVATION_DAYS = 34


class P(IntEnum):
    """Place of each purpose in the keys of a law; the purposes are those of the emulated fleet."""

    ACCEPTED = 0
    WARNED = 1
    DELIVERY = 2
    UNDELIVERED = 3
    UNDELIVERED_TOLD = 4
    VERIFICATION = 5
    UNVERIFIED = 6
    TRANSFER_TOLD = 7
    VERIFICATION_TOLD = 8
    AFTER_TRANSFER = 9
    ACTIVATE_ACCEPTED = 10
    UNANSWERED = 11
    ACTIVATION = 12
    DATED = 13
    NIGHT = 14
    CANCELLED = 15
    FAILED = 16
    LOST = 17
    LIST = 18
    FAULT = 19
    OUTCOME = 20


class Own(IntEnum):
    """Place of each purpose whose luck a device keeps for good; the last is of its premises."""

    SILENT = 0
    WAKE = 1
    REPORT = 2


PURPOSES: Final = (
    "accepted.update",
    "update.warned",
    "delivery.delay",
    "firmware.undelivered",
    "delivery.told",
    "verification.delay",
    "firmware.unverified",
    "transfer.told",
    "verification.told",
    "verification.after-transfer",
    "accepted.activate",
    "activation.unanswered",
    "activation.delay",
    "activation.dated",
    "activation.night",
    "activation.cancelled",
    "activation.failed",
    "activation.response-lost",
    "update.list",
    "transfer.fault",
    "activation.outcome",
)
"""The purposes in the order of `P`."""


class Law(Struct, frozen=True, kw_only=True):
    """All that decides how an attempt goes, beside the device itself.

    `keys` are by purpose and attempt; `reads` by attempt, read and, for each, acceptance, silence,
    delay. `own` are those of a device: silence, the wake of a gas meter, the report delay (by
    premises). By day, `lead` is how long until a window opens, and `execute` the second at which
    an activation that is asked for then is carried out. `faults` are what the field's choices tell
    (`twin.whatif.causes`). `longest` is the most days from a request
    to its outcome.
    """

    numbers: NDArray[np.float64]
    keys: NDArray[np.uint64]
    reads: NDArray[np.uint64]
    own: NDArray[np.uint64]
    lead: NDArray[np.int64]
    execute: NDArray[np.int64]
    faults: tuple[NDArray[np.float64], NDArray[np.int64]]
    longest: int

    def tables(self) -> tuple[Any, ...]:
        """As kernels take them."""
        arrays = self.numbers, self.keys, self.reads, self.own, self.lead, self.execute
        return *arrays, self.faults


def law_of(plan: Plan, question: Question) -> Law:
    """The law of a campaign in a scenario."""
    scenario, days = question.scenario, question.scenario.horizon.days
    start, seed = midnight(scenario.horizon.starts), question.scenario.seed
    attempts, reads = plan.policy.attempts_max, _reads(plan)
    dated = [_executed(plan, start, day) for day in range(days + 2)]
    return Law(
        numbers=_numbers(plan, question, start),
        keys=purpose_keys(seed=seed, purposes=PURPOSES, attempts=attempts),
        reads=np.array(
            [
                [
                    [
                        purpose_key(seed=seed, purpose=purpose, attempt=attempt * 1000 + nth)
                        for purpose in ("accepted.read", "read.unanswered", "read.delay")
                    ]
                    for nth in range(reads)
                ]
                for attempt in range(attempts + 1)
            ]
        ),
        own=np.array(
            [
                purpose_key(seed=seed, purpose=purpose)
                for purpose in ("firmware.silent", "gas.wake", "delay.device")
            ]
        ),
        lead=np.array([_lead(plan, start, day) for day in range(days + 2)], np.int64),
        execute=np.array(dated, np.int64),
        faults=faults_of(question.rows),
        longest=_longest(plan, days, dated),
    )


def _reads(plan: Plan) -> int:
    """How many times a device is read at most in one attempt."""
    policy = plan.policy
    return (policy.confirm_days or policy.follow_up_days) + policy.follow_up_days + 4


def _longest(plan: Plan, days: int, dated: list[int]) -> int:
    """Days from a request to the word on its outcome, with all waits that a plan can impose."""
    policy = plan.policy
    closed = 0 if not plan.windows else 16
    waits = max((at // DAY - day for day, at in enumerate(dated) if at >= 0), default=0) + 1
    confirm = policy.confirm_days or policy.follow_up_days
    return min(days + 2, 2 * policy.follow_up_days + confirm + closed + max(waits, 0) + 40)


def _lead(plan: Plan, start: datetime, day: int) -> int:
    now = start + timedelta(days=day)
    asleep = timedelta(seconds=1800 if plan.device_type is DeviceType.GSME else 0)
    opening = next_opening(windows=plan.windows, at=now, lasting=asleep)
    return int((opening - now).total_seconds())


def _executed(plan: Plan, start: datetime, day: int) -> int:
    """The second of a dated activation that is asked for on a day, or `NOT_DATED`."""
    now = start + timedelta(days=day)
    at = execute_at(activation=plan.activation, windows=plan.windows, asked_at=now)
    return NOT_DATED if at is None else int((at - start).total_seconds())


def _numbers(plan: Plan, question: Question, start: datetime) -> NDArray[np.float64]:
    rows, more, kind = question.rows.assumptions, question.rows.firmware, plan.device_type
    policy = plan.policy
    moment = None if plan.activation is None else plan.activation.at
    wait = (
        0.0
        if plan.activation is None
        else longest_wait(plan.activation, plan.windows).total_seconds()
    )
    wake = int(question.rows.han.gas_wake * 60) if kind is DeviceType.GSME else 0
    found = {
        N.ACCEPT: rows.request_acceptance_longest,
        N.REPORT: rows.device_report_delay_longest,
        N.SILENT: rows.silent_device_share,
        N.WARNED: more.warned_share,
        N.UNDELIVERED: rows.undelivered_share,
        N.UNDELIVERED_TOLD: more.delivery_failure_told_share,
        N.DELIVERY: rows.delivery_delay.of(kind),
        N.DELIVERY_SIGMA: rows.delivery_spread,
        N.UNVERIFIED: rows.unverified_share.of(kind),
        N.TRANSFER_TOLD: more.transfer_failure_told_share,
        N.VERIFICATION_TOLD: more.verification_failure_told_share,
        N.VERIFICATION: rows.verification_delay.of(kind),
        N.VERIFICATION_SIGMA: rows.verification_spread,
        N.AFTER_TRANSFER: more.verified_after_transfer,
        N.OVER_THE_AIR: float(kind is not DeviceType.CHF),
        N.WAKE: float(wake),
        N.UNANSWERED: rows.activation_unanswered_share,
        N.ACTIVATION: rows.activation_delay.of(kind),
        N.ACTIVATION_SIGMA: rows.activation_spread,
        N.DATED: more.future_dated_share,
        N.DATED_HOUR: more.future_dated_hour,
        N.DATED_DAYS: more.future_dated_days,
        N.CANCELLED: more.cancelled_share,
        N.FAILED: rows.activation_failed_share.of(kind),
        N.LOST: rows.response_lost_share,
        N.UNREAD: rows.read_unanswered_share,
        N.READ: rows.read_delay * 3600,
        N.FOLLOW_UP: float(policy.follow_up_days),
        N.READ_AFTER: float(policy.read_after_days),
        N.CONFIRM: float(policy.confirm_days or policy.follow_up_days),
        N.ACTIVATE_AT: -1.0 if moment is None else float(ceil((moment - start).total_seconds())),
        N.ACTIVATE_WAIT: wait,
        N.DELIVERY_DAYS: float(policy.delivery_days or policy.follow_up_days),
        N.TRANSFER_DAYS: float(policy.transfer_days or policy.follow_up_days),
        N.ACTIVATION_DAYS: float(policy.activation_days or policy.follow_up_days),
    }
    return np.array([float(found[name]) for name in N])
