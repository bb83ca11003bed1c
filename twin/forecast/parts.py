"""Expected courses of groups of executions that share a start, and days read off them.

Nothing here goes device by device: with shares known, the day on which the k-th of n executions
settles is the day on which the expected share passes a Beta(k, n - k + 1) draw (order statistics),
and the last one's is the same with k = n.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from twin.forecast.luck import Floats, Whole

NEVER: Final = np.inf
"""The day of something that does not happen in a path."""


_LEAST: Final = 1e-300


class Shares(Struct, frozen=True):
    """By path, stratum and age: `pending` before it, and `confirmed` before it, of the released."""

    pending: Floats
    confirmed: Floats


class Part(Struct, frozen=True):
    """Executions released together: for each path the day `starts`, and by stratum and day from
    there how many are expected to be `settled` and `confirmed` at its end.

    `members` and `last_release` (days from the start) are by stratum.
    """

    starts: Floats
    settled: Floats
    confirmed: Floats
    members: Whole | Floats
    last_release: Whole


def shares(*, pending: Floats, sure: Floats, pace: Floats) -> Shares:
    """Curves at another pace (proportional hazards): a pace of 2 is two chances for one."""
    left = pending ** pace[:, :, None]
    done = np.zeros_like(left)
    np.cumsum((left[..., :-1] - left[..., 1:]) * sure, axis=2, out=done[..., 1:])
    return Shares(left, done)


def in_flight(*, flight: Whole, shares: Shares) -> Part:
    """Executions that are out since `age` days, by stratum and age; they start today."""
    paths, strata, ages = shares.pending.shape
    ages -= 1
    weight = flight / np.maximum(shares.pending[..., :ages], _LEAST)
    members = flight.sum(axis=1)
    settled = members[:, None] - _ahead(weight, shares.pending)
    already = (weight * shares.confirmed[..., :ages]).sum(axis=2)
    confirmed = _ahead(weight, shares.confirmed) - already[..., None]
    return Part(np.zeros(paths), settled, confirmed, members, np.zeros(strata, dtype=np.int64))


def _ahead(weight: Floats, course: Floats) -> Floats:
    """The weighted sum over ages of what a course comes to, on each day from now."""
    ages = weight.shape[2]
    last = np.broadcast_to(course[..., -1:], (*course.shape[:2], ages - 1))
    longer = np.concatenate([course[..., 1:], last], axis=2)
    windows = np.lib.stride_tricks.sliding_window_view(longer, ages, axis=2)
    total: Floats = np.einsum("psua,psa->psu", windows, weight)
    return total


def to_release(*, starts: Floats, release: Floats, shares: Shares, members: Whole | Floats) -> Part:
    """Executions that go out by a schedule: the share of them by stratum and day from the start."""
    paths, strata, steps = shares.pending.shape
    settled = np.empty((paths, strata, steps + release.shape[1] - 2))
    confirmed = np.empty_like(settled)
    schedules, followed = np.unique(release, axis=0, return_inverse=True)
    for number, schedule in enumerate(schedules):
        spread = _spread(schedule, steps)
        mine = followed.ravel() == number
        for course, total in ((shares.pending, settled), (shares.confirmed, confirmed)):
            # path by path: one multiplication of them all wakes every thread of the machine for it
            if mine.all():
                np.matmul(course, spread, out=total)
            else:
                total[:, mine] = np.matmul(course[:, mine], spread)
    np.subtract(1.0, settled, out=settled)
    for total in (settled, confirmed):
        total *= members[:, None]
    last = np.where(release > 0, np.arange(release.shape[1])[None, :], 0).max(axis=1)
    return Part(starts, settled, confirmed, members, last)


def _spread(schedule: Floats, steps: int) -> Floats:
    """By age and evening the share of a schedule that has that age then.

    On the evening of day u what went out on day r is u - r + 1 days old, or not out yet (age 0).
    """
    evenings = np.arange(steps + schedule.size - 2)
    spread = np.zeros((steps, evenings.size))
    for day, share in enumerate(schedule):
        spread[np.clip(evenings - day + 1, 0, steps - 1), evenings] += share
    return spread


def last_days(*, part: Part, rng: np.random.Generator) -> Floats:
    """By path and stratum the day on which the last execution settles; -inf where there is none."""
    count = np.maximum(part.members, 1)
    need = part.members * rng.random(part.settled.shape[:2]) ** (1 / count)
    first = (part.settled >= need[:, :, None] * (1 - 1e-12)).argmax(axis=2)
    day = np.maximum(first, part.last_release[None, :]) + part.starts[:, None]
    return np.where(part.members[None, :] > 0, day, -np.inf)


def kth_share(
    *,
    k: Whole | int,
    n: Whole | int,
    size: tuple[int, ...],
    rng: np.random.Generator,
) -> Floats:
    """How many of n are expected to be through on the day that the k-th is; k from 1 to n."""
    return np.asarray(n) * rng.beta(k, np.asarray(n) - k + 1, size)


def first_days(*, lines: Sequence[tuple[Floats, Floats]], need: Floats) -> Floats:
    """By path (and group) the first day on which lines together reach a number, or NEVER.

    A line is the cumulative number by path (and group) and day, and its start by path.
    """
    starts = np.stack([start for _, start in lines])
    lowest = np.full(need.shape, starts.min() - 1)
    highest = np.full(need.shape, max(s.max() + c.shape[-1] for c, s in lines))
    enough = need * (1 - 1e-12)
    reached = _sum_at(lines, highest) >= enough
    while (highest - lowest).max() > 1:
        middle = np.floor((lowest + highest) / 2)
        through = _sum_at(lines, middle) >= enough
        highest = np.where(through, middle, highest)
        lowest = np.where(through, lowest, middle)
    return np.where(reached, highest, NEVER)


def _sum_at(lines: Sequence[tuple[Floats, Floats]], day: Floats) -> Floats:
    total = np.zeros(day.shape)
    for course, start in lines:
        offset = (day.T - start).T.astype(np.int64)
        place = np.clip(offset, 0, course.shape[-1] - 1)[..., None]
        value = np.take_along_axis(course, place, axis=-1)[..., 0]
        total += np.where(offset >= 0, value, 0.0)
    return total
