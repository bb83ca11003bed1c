"""The kernels beside a plain Python oracle, row by row: verdicts, and what each slot holds."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk import oracle
from tests.bulk.lakes import file_of, logged
from tests.bulk.test_bulk_fold import FEW, orderly, wild
from twin.bulk import ids, kernels, sequencing
from twin.bulk.effects import Slot
from twin.bulk.events import Events
from twin.bulk.fold import fold
from twin.bulk.reading import read
from twin.bulk.sequencing import APPLIED, DUPLICATE, HELD, irregular
from twin.bulk.spans import END, Span
from twin.compiled import mark_of


def events_of(seed: int, *, by_device: bool) -> Events:
    rng = Random(seed)
    log = logged(rng.choice([wild, orderly])(rng))
    with file_of(log, by_device=by_device) as file:
        return read(Span(0, END, (file,)))


@pytest.mark.parametrize("by_device", [False, True])
@FEW
@given(seed=st.integers(0, 2**32))
def test_slots_and_counts_are_those_of_the_oracle(seed: int, by_device: bool) -> None:
    events = events_of(seed, by_device=by_device)
    found = fold(events)
    covered = {
        int(n) for n, bad in zip(found.homes.numbers, found.homes.bad, strict=True) if not bad
    }
    verdicts = oracle.verdicts(events)
    for place, home in enumerate(found.homes.numbers.tolist()):
        if home not in covered:
            continue
        ours = [v for v, p in zip(verdicts, events.premises.tolist(), strict=True) if p == home]
        counts = found.homes.applied, found.homes.duplicates, found.homes.waiting
        wanted = tuple(ours.count(int(one)) for one in (APPLIED, DUPLICATE, HELD))
        assert tuple(int(count[place]) for count in counts) == wanted
    devices = found.devices
    held = {
        (int(found.homes.numbers[home]), int(number), slot): int(devices.held[one, slot])
        for one, (home, number) in enumerate(zip(devices.premises, devices.numbers, strict=True))
        for slot in Slot
        if devices.held[one, slot] >= 0
    }
    wanted_slots = oracle.slots(events, [one == int(APPLIED) for one in verdicts])
    assert {k: v for k, v in held.items() if k[0] in covered} == {
        k: v for k, v in wanted_slots.items() if k[0] in covered
    }


@pytest.mark.parametrize(
    ("numbers", "odd"),
    [([1, 2, 3], False), ([3, 1, 2], False), ([1, 1], True), ([1, 3], True), ([2], True)],
)
def test_a_stream_is_regular_if_it_has_each_number_once(numbers: list[int], odd: bool) -> None:
    stream = np.zeros(len(numbers), np.int32)
    assert irregular(stream, np.array(numbers, np.int64), 1).tolist() == [odd]


def test_numbers_beyond_any_count_are_no_index() -> None:
    """The largest number of the contract must not reach beyond what a kernel holds."""
    stream = np.zeros(2, np.int32)
    assert irregular(stream, np.array([1, 10**12 - 1], np.int64), 1).tolist() == [True]


def test_what_is_kept_of_a_kernel_hangs_on_every_file_of_the_room() -> None:
    for kept in (kernels.fold_devices, sequencing.sequenced, ids._sources):
        dispatcher: Any = kept
        assert dispatcher._cache._cache_file._source_stamp == mark_of("bulk")
    assert mark_of("bulk") != mark_of("whatif")
