"""The bulk fold of one range of premises: from records as columns to the rows that count."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.effect_tables import DEVICE_TYPES, EFFECT_TABLES, HUB_INSTALLED, KNOWS_DEVICE
from twin.bulk.effects import Count, HomeSlot, Slot
from twin.bulk.events import Events
from twin.bulk.fold_attempts import fold_executions_of, fold_pairings_of
from twin.bulk.found import Devices, Folded, Homes, stamps_of
from twin.bulk.grouping import beside, grouped, rows_of, spread, told_of
from twin.bulk.kernels import active_devices, fold_devices, fold_homes, fold_others, spoil, tallied
from twin.bulk.reasons import GAPS, PARTITIONS, TYPES
from twin.bulk.sequencing import APPLIED, DUPLICATE, HELD, irregular, sequenced
from twin.state.ordering import HOLD_MAX
from twin.vocabulary import DeviceType

_TYPE_CODES: Final[dict[str, int]] = {kind: n for n, kind in enumerate(DEVICE_TYPES)}


def fold(events: Events) -> Folded:
    """Fold the records of some premises; those that the kernels do not cover are marked `bad`."""
    premises, starts = grouped(spread(events.premises), events.premises)
    count = len(starts)
    bad = np.zeros(count, np.uint8)
    spoil(premises, starts, (events.bad, events.partition), bad, PARTITIONS)
    verdict, gaps, missing = _verdicts(events, premises, bad)
    kinds = (int(APPLIED), int(DUPLICATE), int(HELD))
    told, counts = tallied(premises, verdict, events.breach, bad, kinds)
    homes = Homes(
        numbers=events.premises[starts],
        bad=bad,
        held=np.full((count, len(HomeSlot)), -1, np.int32),
        counted=np.zeros((count, len(Count)), np.int64),
        breaches=counts[0],
        applied=counts[1],
        duplicates=counts[2],
        waiting=counts[3],
        gaps=gaps,
        missing=missing,
    )
    of_homes = (homes.held, homes.counted)
    fold_homes((events.code, told, premises), stamps_of(events), EFFECT_TABLES[4:], of_homes)
    device, devices = _fold_devices(events, premises, told, homes)
    executions = fold_executions_of(events, device, told, devices, bad)
    pairings = fold_pairings_of(events, premises, told, bad)
    return Folded(events, homes, devices, executions, pairings)


def _verdicts(
    events: Events, premises: NDArray[np.int32], bad: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """What becomes of each record; gaps and missing numbers by premises."""
    count = len(bad)
    stream, first = grouped(beside(premises, events.source_kind), events.source)
    streams = len(first)
    verdict = np.full(len(events), APPLIED, np.uint8)
    odd_streams = irregular(stream, events.sequence, streams)
    odd = np.zeros(count, np.bool_)
    odd[premises[first[odd_streams]]] = True
    gaps, missing = np.zeros(count, np.int64), np.zeros(count, np.int64)
    odd &= bad == 0
    rows = np.flatnonzero(odd[premises]) if odd.any() else first[:0]
    if len(rows):
        rows = rows[np.lexsort((events.offset[rows], events.epoch[rows], premises[rows]))]
        found, gaps, missing, too_many = sequenced(
            premises[rows],
            stream[rows],
            events.sequence[rows],
            (events.epoch[rows], events.offset[rows]),
            (streams, count, HOLD_MAX),
        )
        verdict[rows] = found
        bad[too_many] = GAPS
    return verdict, gaps, missing


def _fold_devices(
    events: Events,
    premises: NDArray[np.int32],
    told: NDArray[np.bool_],
    homes: Homes,
) -> tuple[NDArray[np.int32], Devices]:
    """Group and fold devices, and the premises with them; the group of each record's device."""
    code = events.code
    ones = rows_of(code, told, KNOWS_DEVICE)
    twos = rows_of(code, told, EFFECT_TABLES[2] >= 0)
    of_hub = code[twos] == HUB_INSTALLED
    twos = twos[np.where(of_hub, events.gpf.holds(twos), events.replaced.holds(twos))]
    of_hub = code[twos] == HUB_INSTALLED
    others = np.where(of_hub, events.gpf.at(twos), events.replaced.at(twos))
    homes_of, apart, numbers = told_of((ones, twos), premises, events.device, others)
    group, first = grouped(apart, numbers)
    device = np.full(len(events), -1, np.int32)
    device[ones] = group[: len(ones)]
    devices = Devices(
        premises=homes_of[first],
        numbers=numbers[first],
        types=np.full(len(first), -1, np.int8),
        held=np.full((len(first), len(Slot)), -1, np.int32),
    )
    types = events.words["device_type"]
    kinds = types.coded(np.array([_TYPE_CODES.get(text, -1) for text in types.texts], np.int8))
    slots, fixed, other_slot, other_type = EFFECT_TABLES[:4]
    state = (devices.held, devices.types)
    by_row = (code, premises, device, kinds)
    fold_devices(by_row, stamps_of(events), (slots, fixed), state, homes.bad, TYPES)
    by_two = (twos, code[twos], premises[twos], group[len(ones) :])
    fold_others(by_two, stamps_of(events), (other_slot, other_type), state, homes.bad, TYPES)
    for kind in (DeviceType.CHF, DeviceType.ESME):
        homes.active[kind] = active_devices(
            devices.types,
            devices.held,
            devices.premises,
            stamps_of(events),
            DEVICE_TYPES.index(kind),
            (int(Slot.INSTALLED), int(Slot.RETIRED)),
            len(homes.numbers),
        )
    return device, devices
