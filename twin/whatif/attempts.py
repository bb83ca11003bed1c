"""How one attempt at one device goes, from the request 11.1 to its outcome: one function, no state.

The rules are those of the emulated fleet (`twin.fleet.firmware`) and of a tick's follow-ups
(`twin.campaign.executions`); `tests/whatif/oracle.py` tells the same as processes in time. Seconds
count from the horizon's first midnight. What is recorded during a day is known at the tick that
ends it, so an event at second `s` is known on day `ceil(s / DAY)`.
"""

from enum import IntEnum
from typing import Any, Final, TypeAlias

from twin.compiled import kernel
from twin.whatif.causes import (
    ACTIVATION_CANCELLED,
    ACTIVATION_OVER,
    DELIVERY_OVER,
    NO_CAUSE,
    NOT_DELIVERED,
    TRANSFER_OVER,
    UNCONFIRMED,
    VERIFICATION_FAILED,
    Fault,
    cause_of,
)
from twin.whatif.law import DAY, N, Own, P
from twin.whatif.luck import drawn, spread, stirred, waiting

_DAY: Final = DAY
_HALF: Final = DAY // 2
NO_DAY: Final = -1


class Ending(IntEnum):
    """How an attempt ends; after the last two no attempt follows, after the others by cause."""

    FAILED = 0
    TIMED_OUT = 1
    CONFIRMED = 2
    UNREAD = 3


Went: TypeAlias = tuple[int, int, int, Ending, int]
"""Day of verification known, of activation in truth (both -1: none), of the end; the outcome and
its cause."""


@kernel
def known(second: int) -> int:
    """The day on whose tick something of a second is known."""
    return -(-second // _DAY)


@kernel
def _after(uniform: float, median: float, sigma: float) -> int:
    """Whole seconds, one at least, of a log-normal span with a median in hours."""
    return 1 + int(spread(uniform, median, sigma) * 3600)


@kernel
def _awake(second: int, wake: int, phase: int) -> int:
    """The second itself, or the next wake of a gas meter (BR37)."""
    return second if wake == 0 else second + wake - (second - phase) % wake


@kernel
def attempted(
    mixed: Any, attempt: int, day: int, device: tuple[float, float, int], law: Any
) -> Went:
    """How the attempt goes.

    `device` is the chance that its image is bad for it, how many times as long its delivery takes,
    and the number of its premises.
    """
    numbers, keys, _, own, lead, _, faults = law
    report = int(drawn(stirred(device[2]), own[Own.REPORT]) * numbers[N.REPORT])
    luck = keys[:, attempt]
    accepted = day * _DAY + lead[day] + 1 + int(drawn(mixed, luck[P.ACCEPTED]) * numbers[N.ACCEPT])
    last = known(accepted + int(numbers[N.FOLLOW_UP]) * _DAY)
    over = known(accepted + int(numbers[N.DELIVERY_DAYS]) * _DAY)
    if drawn(mixed, luck[P.WARNED]) < numbers[N.WARNED]:
        why = cause_of(Fault.LIST, drawn(mixed, luck[P.LIST]), faults)
        return NO_DAY, NO_DAY, known(accepted), Ending.FAILED, why
    if drawn(mixed, own[Own.SILENT]) < numbers[N.SILENT]:
        return NO_DAY, NO_DAY, over + 1, Ending.TIMED_OUT, DELIVERY_OVER
    hours = (
        spread(drawn(mixed, luck[P.DELIVERY]), numbers[N.DELIVERY], numbers[N.DELIVERY_SIGMA])
        * device[1]
    )
    at = accepted + 1 + int(hours * 3600)
    if drawn(mixed, luck[P.UNDELIVERED]) < numbers[N.UNDELIVERED]:
        told = drawn(mixed, luck[P.UNDELIVERED_TOLD]) < numbers[N.UNDELIVERED_TOLD]
        why = NOT_DELIVERED if told else NO_CAUSE
        return _ended(NO_DAY, known(at), over, (why, DELIVERY_OVER))
    about = (accepted, report, at, over, last)
    return _at_hub(mixed, attempt, about, device[0], law)


@kernel
def _at_hub(
    mixed: Any, attempt: int, about: tuple[int, int, int, int, int], bad: float, law: Any
) -> Went:
    """From the image at the hub, whether in time or not, to the verified one."""
    numbers, keys, own = law[0], law[1], law[3]
    accepted, report, at, over, last = about
    luck, late = keys[:, attempt], DELIVERY_OVER
    if known(at) <= over:
        over, late = min(last, known(at + int(numbers[N.TRANSFER_DAYS]) * _DAY)), TRANSFER_OVER
    wake = int(numbers[N.WAKE])
    phase = int(drawn(mixed, own[Own.WAKE]) * wake)
    at = _awake(
        at
        + _after(
            drawn(mixed, luck[P.VERIFICATION]),
            numbers[N.VERIFICATION],
            numbers[N.VERIFICATION_SIGMA],
        ),
        wake,
        phase,
    )
    over_the_air = numbers[N.OVER_THE_AIR] > 0
    if drawn(mixed, luck[P.UNVERIFIED]) < numbers[N.UNVERIFIED]:
        return _ended(NO_DAY, known(at + report), over, (_unverified(mixed, luck, law), late))
    if over_the_air:
        if known(at + report) <= over:
            # the hub's word that it passed the image on begins that time anew
            over = min(last, known(at + int(numbers[N.TRANSFER_DAYS]) * _DAY))
        at += 1 + int(drawn(mixed, luck[P.AFTER_TRANSFER]) * numbers[N.AFTER_TRANSFER])
    verified = known(at + report)
    if verified > over:
        return verified, NO_DAY, over + 1, Ending.TIMED_OUT, late
    if verified == last:
        return verified, NO_DAY, last + 1, Ending.TIMED_OUT, ACTIVATION_OVER
    return _activated(mixed, attempt, verified, (accepted, report, wake, phase), bad, law)


@kernel
def _unverified(mixed: Any, luck: Any, law: Any) -> int:
    """What is told of an image that did not come to be verified, if anything is."""
    numbers, faults = law[0], law[6]
    if (
        numbers[N.OVER_THE_AIR] > 0
        and drawn(mixed, luck[P.TRANSFER_TOLD]) < numbers[N.TRANSFER_TOLD]
    ):
        return cause_of(Fault.TRANSFER, drawn(mixed, luck[P.FAULT]), faults)
    if drawn(mixed, luck[P.VERIFICATION_TOLD]) < numbers[N.VERIFICATION_TOLD]:
        return VERIFICATION_FAILED
    return NO_CAUSE


@kernel
def _ended(verified: int, end: int, last: int, causes: tuple[int, int]) -> Went:
    """A failure that is told in time, else a time-out: the word of day `last`, known a day on.

    `causes` are that of the failure (`NO_CAUSE`: nothing is told) and that of the time-out.
    """
    told, late = causes
    if told != NO_CAUSE and end <= last:
        return verified, NO_DAY, end, Ending.FAILED, told
    return verified, NO_DAY, last + 1, Ending.TIMED_OUT, late


@kernel
def _activated(  # noqa: C901
    mixed: Any,
    attempt: int,
    verified: int,
    asked: tuple[int, int, int, int],
    bad: float,
    law: Any,
) -> Went:
    """From the day on which a verified image is known, and its activation asked for (11.3)."""
    numbers, keys, _, _, lead, execute, faults = law
    luck = keys[:, attempt]
    requested, report, wake, phase = asked
    silent_from = max(requested + int(numbers[N.ACTIVATE_WAIT]), int(numbers[N.ACTIVATE_AT]))
    last = known(silent_from + int(numbers[N.FOLLOW_UP]) * _DAY)
    planned = execute[verified]
    accepted = (
        verified * _DAY + 1 + int(drawn(mixed, luck[P.ACTIVATE_ACCEPTED]) * numbers[N.ACCEPT])
    )
    if planned < 0:
        accepted += lead[verified]
    asked_from = max(accepted + int(numbers[N.ACTIVATE_WAIT]), int(numbers[N.ACTIVATE_AT]))
    last = min(last, known(asked_from + int(numbers[N.ACTIVATION_DAYS]) * _DAY))
    if drawn(mixed, luck[P.UNANSWERED]) < numbers[N.UNANSWERED]:
        return verified, NO_DAY, last + 1, Ending.TIMED_OUT, ACTIVATION_OVER
    at = _awake(
        accepted
        + _after(
            drawn(mixed, luck[P.ACTIVATION]), numbers[N.ACTIVATION], numbers[N.ACTIVATION_SIGMA]
        ),
        wake,
        phase,
    )
    if planned > accepted:
        at = planned
    elif planned < 0 and drawn(mixed, luck[P.DATED]) < numbers[N.DATED]:
        night = (accepted + _HALF) // _DAY * _DAY + int(numbers[N.DATED_HOUR] * 3600)
        if night < accepted + _HALF:
            night += _DAY
        night += int(drawn(mixed, luck[P.NIGHT]) * numbers[N.DATED_DAYS]) * _DAY
        if drawn(mixed, luck[P.CANCELLED]) < numbers[N.CANCELLED]:
            off = (min(at, night - 1) + night) // 2
            why = ACTIVATION_CANCELLED, ACTIVATION_OVER
            return _ended(verified, known(off + report), last, why)
        at = night
    if drawn(mixed, luck[P.FAILED]) < max(numbers[N.FAILED], bad):
        failed = cause_of(Fault.ACTIVATION, drawn(mixed, luck[P.OUTCOME]), faults)
        return _ended(verified, known(at + report), last, (failed, ACTIVATION_OVER))
    return _confirmed(mixed, attempt, (verified, at, last, silent_from, report, wake, phase), law)


@kernel
def _confirmed(
    mixed: Any,
    attempt: int,
    done: tuple[int, int, int, int, int, int, int],
    law: Any,
) -> Went:
    """From the activation to the version that is read, once a day (11.2), or to the end of it."""
    numbers, keys = law[0], law[1]
    verified, at, last, silent_from, report, wake, phase = done
    activated, heard = at // _DAY, known(at + report)
    # a device that was told to activate is read once it has been silent for long
    first = max(verified + 1, known(silent_from + int(numbers[N.READ_AFTER]) * _DAY))
    if drawn(mixed, keys[P.LOST, attempt]) < numbers[N.LOST]:
        end = _read(mixed, attempt, (first, last, at, wake, phase), law)
        if end >= 0:
            return verified, activated, end, Ending.CONFIRMED, NO_CAUSE
        return verified, activated, last + 1, Ending.TIMED_OUT, ACTIVATION_OVER
    if heard > last:
        return verified, activated, last + 1, Ending.TIMED_OUT, ACTIVATION_OVER
    last = known(at + int(numbers[N.CONFIRM]) * _DAY)
    end = _read(mixed, attempt, (min(first, heard), last, at, wake, phase), law)
    if end >= 0:
        return verified, activated, end, Ending.CONFIRMED, NO_CAUSE
    return verified, activated, last + 1, Ending.UNREAD, UNCONFIRMED


@kernel
def _read(mixed: Any, attempt: int, asked: tuple[int, int, int, int, int], law: Any) -> int:
    """The day on which the first good answer is known, of reads from day `first` on, or -1.

    An answer counts if the device runs the image when it answers, and by day `last` at the latest.
    """
    numbers, reads = law[0], law[2]
    first, last, at, wake, phase = asked
    found, nth, day = last + 1, 0, first
    while day < min(last, found) and nth < reads.shape[1]:
        if drawn(mixed, reads[attempt, nth, 1]) >= numbers[N.UNREAD]:
            second = day * _DAY + 1 + int(drawn(mixed, reads[attempt, nth, 0]) * numbers[N.ACCEPT])
            second += 1 + int(waiting(drawn(mixed, reads[attempt, nth, 2]), numbers[N.READ]))
            second = _awake(second, wake, phase)
            if second >= at:
                found = min(found, known(second))
        nth += 1
        day += 1
    return found if found <= last else -1
