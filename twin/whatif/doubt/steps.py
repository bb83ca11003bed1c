"""What is expected of one device after its release: the steps of the emulated field, day by day.

A share of 1 goes through delivery, verification, activation and read as `twin.fleet.firmware` and
`twin.campaign.executions` have them; what chance decides there is a weight here. A tick sees what
was told in the day before it, so that a step that takes part of a day is known a day later.
"""

from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.compiled import kernel

NUMBERS: Final = (
    *("silent", "undelivered", "unverified", "failed", "unanswered", "lost", "read_unanswered"),
    *("warned", "told_undelivered", "told_transfer", "told_verification", "dated", "cancelled"),
    *("delivery", "delivery_spread", "verification", "verification_spread"),
    *("activation", "activation_spread", "again_listed", "again_faulty", "again_refused"),
)
"""The numbers of a kind of device, in the order in which the kernels read them; times in hours. The
last three are the shares of devices on a list, of transfers and of activations that fail whose
cause lets another attempt follow; after any other failure one does."""
SILENT, UNDELIVERED, UNVERIFIED, FAILED, UNANSWERED, LOST, READ_UNANSWERED = range(7)
WARNED, TOLD_UNDELIVERED, TOLD_TRANSFER, TOLD_VERIFICATION, DATED, CANCELLED = range(7, 13)
DELIVERY, DELIVERY_SPREAD, VERIFICATION, VERIFICATION_SPREAD = range(13, 17)
ACTIVATION, ACTIVATION_SPREAD, AGAIN_LISTED, AGAIN_FAULTY, AGAIN_REFUSED = range(17, 22)
NIGHTS: Final = 4
"""Days that a dated activation or a late read may add, at most."""
SEEN_AFTER: Final = 2
"""An attempt is of age on the tick after its last day, since it was accepted minutes after one; the
word that it timed out is counted, and another attempt asked for, on the tick after that."""


def grid(points: int, *, widest: float = 3.75) -> NDArray[np.float64]:
    """Evenly spaced numbers of a standard normal curve, and the share that each stands for.

    Not quantiles: those would have no number in the tail, where attempts time out.
    """
    heights = np.linspace(-widest, widest, points)
    edges = (heights[1:] + heights[:-1]) / 2
    below = np.array([0.0, *(NormalDist().cdf(edge) for edge in edges), 1.0])
    return np.stack([heights, np.diff(below)])


GRIDS: Final = (grid(61), grid(25), grid(9))
"""How finely delivery, verification and activation are cut."""


def length(*, follow_up: int, attempts: int) -> int:
    """Days after which nothing more is expected of a device."""
    return (follow_up + SEEN_AFTER) * attempts + NIGHTS + 1


@kernel
def _ticks(hours: float) -> int:
    """The tick that sees what happens so many hours after another."""
    return max(1, int(np.ceil(hours / 24.0)))


@kernel
def _fails(
    known: Any, again: Any, tick: int, told: float, weight: float, follow_up: int, may: float = 1.0
) -> None:
    """A failure of an attempt: told at a tick, or not, so that the attempt times out.

    `may` is the share of what is told after which another attempt follows.
    """
    over = follow_up + SEEN_AFTER
    if tick >= over:
        told = 0.0
    known[min(tick, over)] += weight * told
    again[min(tick, over)] += weight * told * may
    known[over] += weight * (1 - told)
    again[over] += weight * (1 - told)


@kernel
def _verified(p: Any, first: Any, second: Any, follow_up: int, known: Any, again: Any) -> Any:
    """The share that is verified by tick; what fails on the way is entered as failed."""
    verified = np.zeros(follow_up + 2)
    late = follow_up + 1
    _fails(known, again, 1, 1.0, p[WARNED], follow_up, p[AGAIN_LISTED])
    discarded = (1 - p[TOLD_TRANSFER]) * p[TOLD_VERIFICATION]
    told = p[TOLD_TRANSFER] + discarded
    may = (p[TOLD_TRANSFER] * p[AGAIN_FAULTY] + discarded) / told if told > 0 else 1.0
    for i in range(first.shape[1]):
        part = (1 - p[WARNED]) * first[1, i]
        delivery = p[DELIVERY] * np.exp(p[DELIVERY_SPREAD] * first[0, i])
        lost = part * p[UNDELIVERED]
        _fails(known, again, _ticks(delivery), p[TOLD_UNDELIVERED], lost, follow_up)
        for j in range(second.shape[1]):
            share = (part - lost) * second[1, j]
            after = p[VERIFICATION] * np.exp(p[VERIFICATION_SPREAD] * second[0, j])
            tick = _ticks(delivery + after)
            _fails(known, again, tick, told, share * p[UNVERIFIED], follow_up, may)
            verified[min(tick, late)] += share * (1 - p[UNVERIFIED])
    return verified


@kernel
def _read(p: Any, asked: int, weight: float, follow_up: int, out: Any) -> None:
    """A version is read on every tick from `asked` on until it is answered; known a tick later."""
    left = weight
    for tick in range(asked, asked + follow_up):
        if tick + 1 >= len(out):
            return
        out[tick + 1] += left * (1 - p[READ_UNANSWERED])
        left *= p[READ_UNANSWERED]


@kernel
def _activated(
    p: Any, tick: int, weight: float, follow_up: int, read_after: int, arrays: Any
) -> None:
    """An activation that takes place and is known at a tick since the release.

    One that is dated behind the end of its attempt is not heard of, as in the exact engine.
    """
    confirmed, known, again, active, asked = arrays
    if tick > follow_up + 1:
        _fails(known, again, tick, 0.0, weight, follow_up)
        return
    failed = weight * p[FAILED]
    _fails(known, again, tick, 1.0, failed, follow_up, p[AGAIN_REFUSED])
    active[min(tick, len(active) - 1)] += weight - failed
    lost = (weight - failed) * p[LOST]
    _read(p, tick, weight - failed - lost, follow_up, confirmed)
    first = max(read_after, asked[0]) + 1
    for late in range(first, follow_up + 1):
        confirmed[late + 1] += lost * (1 - p[READ_UNANSWERED])
        lost *= p[READ_UNANSWERED]
    _fails(known, again, 1, 0.0, lost, follow_up)


@kernel
def attempt(p: Any, grids: Any, follow_up: int, read_after: int, size: int) -> Any:
    """One attempt of a device that is not silent: shares by tick since its request.

    Confirmed; known to have failed; free for another attempt; running the image in truth; holding
    it first; free for another attempt without having held it.
    """
    confirmed, known = np.zeros(size), np.zeros(size)
    again, active = np.zeros(size), np.zeros(size)
    asked = np.zeros(1, np.int64)
    arrays = (confirmed, known, again, active, asked)
    verified = _verified(p, grids[0], grids[1], follow_up, known, again)
    bare = again.copy()
    _fails(known, again, 1, 0.0, verified[follow_up + 1], follow_up)
    for day in range(1, follow_up + 1):
        asked[0] = day
        there = verified[day] * (1 - p[UNANSWERED])
        _fails(known, again, 1, 0.0, verified[day] - there, follow_up)
        dated = there * p[DATED]
        recalled = dated * p[CANCELLED]
        _fails(known, again, day + 1, 1.0, recalled, follow_up)
        for night in range(2):
            _activated(p, day + 2 + night, (dated - recalled) / 2, follow_up, read_after, arrays)
        for k in range(grids[2].shape[1]):
            hours = p[ACTIVATION] * np.exp(p[ACTIVATION_SPREAD] * grids[2][0, k])
            tick = day + _ticks(hours)
            share = (there - dated) * grids[2][1, k]
            _activated(p, tick, share, follow_up, read_after, arrays)
    return confirmed, known, again, active, verified, bare


@kernel
def device(p: Any, grids: Any, follow_up: int, read_after: int, attempts: int, size: int) -> Any:
    """All attempts of a device: shares by day since its first release.

    Rows: confirmed; ended without the version and without an attempt left; running it in truth;
    holding it, verified, for the first time.
    """
    out = np.zeros((4, size))
    one = attempt(p, grids, follow_up, read_after, follow_up + NIGHTS + 3)
    starts, bare = np.zeros(size), np.zeros(size)
    starts[0] = bare[0] = 1 - p[SILENT]
    for number in range(attempts):
        is_last = number == attempts - 1
        _after(starts, one[1] if is_last else one[1] - one[2], out[1])
        _after(starts, one[0], out[0])
        _after(starts, one[3], out[2])
        _after(bare, one[4], out[3])
        starts, bare = _after(starts, one[2], np.zeros(size)), _after(bare, one[5], np.zeros(size))
    out[1, min(attempts * (follow_up + SEEN_AFTER), size - 1)] += p[SILENT]
    return out


@kernel
def _after(starts: Any, waits: Any, out: Any) -> Any:
    """Add to `out`, by day, what comes so many days after each start; the last day takes all."""
    for begin in range(len(starts)):
        if starts[begin] != 0.0:
            for day in range(len(waits)):
                out[min(begin + day, len(out) - 1)] += starts[begin] * waits[day]
    return out
