"""What the bulk fold finds: the rows that count, by premises, device, campaign and attempt."""

from collections import Counter
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.events import Events
from twin.bulk.ids import Numbers
from twin.bulk.reasons import REASONS
from twin.vocabulary import DeviceType


class Homes(Struct):
    """What the fold found of the premises of a range, in the order in which they appear."""

    numbers: Numbers
    bad: NDArray[np.uint8]
    held: NDArray[np.int32]
    counted: NDArray[np.int64]
    breaches: NDArray[np.int64]
    applied: NDArray[np.int64]
    duplicates: NDArray[np.int64]
    waiting: NDArray[np.int64]
    gaps: NDArray[np.int64]
    missing: NDArray[np.int64]
    active: dict[DeviceType, NDArray[np.int32]] = {}


class Devices(Struct):
    """What the fold found of devices: their premises (by place), number, type, and rows."""

    premises: NDArray[np.int32]
    numbers: Numbers
    types: NDArray[np.int8]
    held: NDArray[np.int32]


class Executions(Struct):
    """Devices in campaigns: the row of the last word on their part, and their attempt (0: none)."""

    device: NDArray[np.int32]
    campaign: NDArray[np.int32]
    enrolled: NDArray[np.int64]
    attempt: NDArray[np.int64]
    rank: NDArray[np.int64]
    reached: NDArray[np.int64]
    wave: NDArray[np.int64]
    requested: NDArray[np.int64]
    released: NDArray[np.int64]
    target: NDArray[np.int64]


class Pairings(Struct):
    """Pairing attempts: their premises, and the rows that began, named the CAD, ended (or -1)."""

    premises: NDArray[np.int32]
    first: NDArray[np.int64]
    started: NDArray[np.int64]
    named: NDArray[np.int64]
    ended: NDArray[np.int64]
    rejected: NDArray[np.int64]
    routed: NDArray[np.int64]


class Folded(Struct):
    """A range, folded."""

    events: Events
    homes: Homes
    devices: Devices
    executions: Executions
    pairings: Pairings

    @property
    def fallbacks(self) -> Counter[str]:
        """How many premises the kernels left alone, by reason."""
        bad = self.homes.bad
        return Counter(REASONS[int(one)] for one in bad[bad > 0])

    @property
    def left_alone(self) -> Numbers:
        """Numbers of those premises."""
        found: Numbers = self.homes.numbers[self.homes.bad > 0]
        return found


def stamps_of(events: Events) -> tuple[Any, Any, Any, Any]:
    """What orders the facts: moment, number, source (D11)."""
    return events.at, events.sequence, events.source_kind, events.source
