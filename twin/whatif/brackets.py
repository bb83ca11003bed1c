"""The short way through an attempt: where bounds decide the day, no span is worked out.

Days are all that is kept of an attempt. A table of the quantiles of a span bounds it from both
sides; mostly both bounds fall on the same day, and then no logarithm is needed to know that day.
Where they do not, or a plan has windows, dates or sleeping meters, the long way is gone. Both give
the same, always (tested).
"""

from typing import Any, Final

from twin.compiled import inlined
from twin.whatif.attempts import NO_DAY, Ending, Went, attempted, known
from twin.whatif.causes import DELIVERY_OVER, NO_CAUSE
from twin.whatif.law import N, Own, P
from twin.whatif.luck import drawn
from twin.whatif.spans import BINS

_BINS: Final = BINS


@inlined
def gone(  # noqa: C901, PLR0911
    mixed: Any,
    attempt: int,
    day: int,
    device: tuple[float, float, int],
    law: Any,
    numbers: Any,
    keys: Any,
    reads: Any,
    own: Any,
    sure: Any,
    spans: Any,
) -> Went:
    """As `attempted`, the short way where that is sure.

    The parts of a law stand beside it one by one: to unpack it for each device costs too much.
    """
    if sure[0] == 0.0:
        return attempted(mixed, attempt, day, device, law)
    last = day + int(numbers[N.FOLLOW_UP]) + 1
    if drawn(mixed, keys[P.WARNED, attempt]) < numbers[N.WARNED]:
        return attempted(mixed, attempt, day, device, law)
    if drawn(mixed, own[Own.SILENT]) < numbers[N.SILENT]:
        over = day + int(numbers[N.DELIVERY_DAYS]) + 1
        return NO_DAY, NO_DAY, over + 1, Ending.TIMED_OUT, DELIVERY_OVER
    delivery = int(drawn(mixed, keys[P.DELIVERY, attempt]) * _BINS)
    verification = int(drawn(mixed, keys[P.VERIFICATION, attempt]) * _BINS)
    low = spans[0, delivery] * device[1] + spans[1, verification]
    high = spans[0, delivery + 1] * device[1] + spans[1, verification + 1] + sure[1]
    verified = day + known(int(low))
    if (
        drawn(mixed, keys[P.UNDELIVERED, attempt]) < numbers[N.UNDELIVERED]
        or drawn(mixed, keys[P.UNVERIFIED, attempt]) < numbers[N.UNVERIFIED]
        or day + known(int(high)) != verified
        or verified > day + int(min(numbers[N.DELIVERY_DAYS], numbers[N.TRANSFER_DAYS]))
    ):
        return attempted(mixed, attempt, day, device, law)
    at = _acts_on(mixed, attempt, verified, numbers, keys, sure)
    heard = at + 1
    first = max(verified + 1, day + int(numbers[N.READ_AFTER]) + 1)
    last = min(last, verified + int(numbers[N.ACTIVATION_DAYS]) + 1)
    if (
        at < 0
        or heard > last
        or first < heard
        or drawn(mixed, keys[P.FAILED, attempt]) < max(numbers[N.FAILED], device[0])
    ):
        return attempted(mixed, attempt, day, device, law)
    nth = 0
    while nth < numbers[N.CONFIRM] and drawn(mixed, reads[attempt, nth, 1]) < numbers[N.UNREAD]:
        nth += 1
    if nth >= numbers[N.CONFIRM] or drawn(mixed, reads[attempt, nth, 2]) >= sure[3]:
        return attempted(mixed, attempt, day, device, law)
    return verified, at, heard + nth + 1, Ending.CONFIRMED, NO_CAUSE


@inlined
def _acts_on(mixed: Any, attempt: int, verified: int, numbers: Any, keys: Any, sure: Any) -> int:
    """The day on which a device acts that is told to on the day of a verified image, or -1: unsure.

    At once, or at an hour of a coming night that is no midnight and not near noon.
    """
    if (
        drawn(mixed, keys[P.UNANSWERED, attempt]) < numbers[N.UNANSWERED]
        or drawn(mixed, keys[P.LOST, attempt]) < numbers[N.LOST]
    ):
        return -1
    if drawn(mixed, keys[P.DATED, attempt]) >= numbers[N.DATED]:
        return verified if drawn(mixed, keys[P.ACTIVATION, attempt]) < sure[2] else -1
    if sure[4] == 0.0 or drawn(mixed, keys[P.CANCELLED, attempt]) < numbers[N.CANCELLED]:
        return -1
    nights = int(drawn(mixed, keys[P.NIGHT, attempt]) * numbers[N.DATED_DAYS])
    return verified + 1 + nights
