"""A batch of devices that are asked on one day: each attempt is gone through once, and counted.

The kernel adds to counts by slot (which wave and day of release a device belongs to), group, kind
of event and days since the request; who fails with an attempt left is put in a queue. Sums of whole
numbers do not hang on the order of threads.
"""

from enum import IntEnum
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.compiled import inlined, kernel
from twin.whatif.attempts import NO_DAY, Ending
from twin.whatif.brackets import gone
from twin.whatif.causes import again_from
from twin.whatif.law import Law
from twin.whatif.luck import drawn, stirred
from twin.whatif.population import NEVER
from twin.whatif.spans import Bounds

_NEVER: Final = NEVER


class What(IntEnum):
    """What is counted of a batch, each by the days since the request."""

    RELEASED = 0
    ACTIVATED = 1
    CONFIRMED = 2
    FAILED = 3
    TIMED_OUT = 4
    EXPOSED = 5
    STRUCK = 6


KINDS: Final = len(What)


class Devices(Struct, frozen=True, kw_only=True):
    """The members of a campaign and what is so of them; `running` and `touched` are written.

    By place in the order of release: `premises`, `group`, `touched` (bits: an image that is bad
    for it was verified, and failed), `running` (the day of the first activation). By group: `bad`
    (chance that its image fails), `ratio` of its delivery, `late` (day before which it is not
    released). `shares` of all devices have an image that fails with chance `fails`. `follows` is
    the policy by cause, `history` what it asks of earlier failures, by place; that is written.
    """

    premises: NDArray[np.uint32]
    group: NDArray[np.uint16]
    touched: NDArray[np.uint8]
    running: NDArray[np.int16]
    bad: NDArray[np.float64]
    ratio: NDArray[np.float64]
    late: NDArray[np.int64]
    shares: NDArray[np.float64]
    fails: NDArray[np.float64]
    share_keys: NDArray[np.uint64]
    offset: int
    attempts_max: int
    quarantine_after: int
    quarantine_days: int
    follows: NDArray[np.int64]
    history: NDArray[np.uint8]

    def tables(self) -> tuple[Any, ...]:
        """As the kernel takes them."""
        return (
            (self.premises, self.group, self.touched, self.running),
            (self.bad, self.ratio, self.late),
            (self.shares, self.fails, self.share_keys),
            self.offset,
            self.policy(self.history),
        )

    def policy(self, history: NDArray[np.uint8]) -> tuple[Any, ...]:
        """What `again_from` asks of a plan, with the histories of the devices."""
        numbers = self.attempts_max, self.quarantine_after, self.quarantine_days
        return self.follows, history, *numbers


class Asked(Struct, frozen=True, kw_only=True):
    """A batch: places of devices, the attempt, the day; `slots` has one entry, or one a device.

    `barred` says by group who is not asked any more.
    """

    places: NDArray[np.uint32]
    slots: NDArray[np.int32]
    attempt: int
    day: int
    barred: NDArray[np.bool_]
    slot_count: int


class Result(Struct, frozen=True, kw_only=True):
    """Counts by slot, group, kind and days since the request; and who waits for another attempt:
    place, slot, the day from which on it may be asked, and that of the end of the last attempt.
    One that waits for its first is apart.
    """

    counts: NDArray[np.int32]
    places: NDArray[np.uint32]
    slots: NDArray[np.int32]
    days: NDArray[np.int32]
    ended: NDArray[np.int32]


def asked(
    first: int,
    last: int,
    *,
    batch: Asked,
    devices: Devices,
    law: Law,
    bounds: Bounds,
    groups: int,
) -> Result:
    """Go through the devices of a batch from `first` to before `last`."""
    size = last - first
    counts = np.zeros((batch.slot_count, groups, KINDS, law.longest + 1), np.int32)
    whom, slots = np.empty(size, np.uint32), np.empty(size, np.int32)
    days, ended = np.empty(size, np.int32), np.empty(size, np.int32)
    waiting = _asked(
        (first, last, batch.attempt, batch.day),
        (batch.places, batch.slots, batch.barred),
        devices.tables(),
        (law.tables(), bounds.tables()),
        counts,
        (whom, slots, days, ended),
    )
    return Result(
        counts=counts,
        places=whom[:waiting].copy(),
        slots=slots[:waiting].copy(),
        days=days[:waiting].copy(),
        ended=ended[:waiting].copy(),
    )


@inlined
def device_of(mixed: Any, one: int, group: int, devices: Any) -> tuple[float, float, int]:
    """What `attempted` asks of a device at a premises `one`."""
    _, (by_bad, by_ratio, _), (shares, fails, keys), _, _ = devices
    bad = by_bad[group]
    for nth in range(len(shares)):
        if fails[nth] > bad and drawn(mixed, keys[nth]) < shares[nth]:
            bad = fails[nth]
    return bad, by_ratio[group], one


@kernel
def _asked(
    span: tuple[int, int, int, int], batch: Any, devices: Any, laws: Any, counts: Any, queue: Any
) -> int:
    """Count what becomes of devices; how many wait for another attempt."""
    first, last, attempt, day = span
    places, slots, barred = batch
    law, (sure, spans) = laws
    numbers, keys, reads, own = law[:4]
    (premises, groups, _, _), (_, _, late), _, offset, policy = devices
    waiting, longest = 0, counts.shape[3] - 1
    for nth in range(first, last):
        place = places[nth]
        group = groups[place]
        if barred[group]:
            continue
        slot = slots[nth] if len(slots) > 1 else slots[0]
        if late[group] > day:
            queue[0][waiting], queue[1][waiting], queue[2][waiting] = place, slot, late[group]
            queue[3][waiting] = late[group]
            waiting += 1
            continue
        mixed = stirred(premises[place] + offset)
        device = device_of(mixed, int(premises[place]), group, devices)
        went = gone(mixed, attempt, day, device, law, numbers, keys, reads, own, sure, spans)
        cell = (slot, group)
        if attempt == 1:
            counts[slot, group, What.RELEASED, 0] += 1
        _count_truth(counts, cell, went, (device[0], place, day), devices[0])
        if went[3] == Ending.CONFIRMED:
            counts[slot, group, What.CONFIRMED, min(went[2] - day, longest)] += 1
            continue
        again = again_from(went, attempt, int(place), policy)
        if again < 0:
            what = What.FAILED if went[3] == Ending.FAILED else What.TIMED_OUT
            counts[slot, group, what, min(went[2] - day, longest)] += 1
        else:
            queue[0][waiting], queue[1][waiting] = place, slot
            queue[2][waiting], queue[3][waiting] = again, went[2]
            waiting += 1
    return waiting


@inlined
def _count_truth(
    counts: Any, cell: tuple[int, int], went: Any, about: tuple[float, int, int], arrays: Any
) -> None:
    """Count what is so whether the programme knows it or not: activation, and a bad image held."""
    _, _, touched, running = arrays
    verified, activated, end, ending = went[:4]
    bad, place, day = about
    slot, group = cell
    longest = counts.shape[3] - 1
    if activated != NO_DAY and running[place] == _NEVER:
        running[place] = min(activated, _NEVER)
        counts[slot, group, What.ACTIVATED, min(activated - day, longest)] += 1
    if bad <= 0 or verified == NO_DAY:
        return
    if touched[place] & 1 == 0:
        touched[place] |= 1
        counts[slot, group, What.EXPOSED, min(verified - day, longest)] += 1
    if activated == NO_DAY and ending == Ending.FAILED and touched[place] & 2 == 0:
        touched[place] |= 2
        counts[slot, group, What.STRUCK, min(end - day, longest)] += 1


@kernel
def scattered(first: int, last: int, premises: Any, running: Any, active: Any) -> None:
    """Give the premises of places from `first` to before `last` the day of their activation."""
    for place in range(first, last):
        one = premises[place]
        active[one] = min(active[one], running[place])
