"""The bulk fold of what devices do in campaigns, and of attempts to pair a CAD."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.bulk.effect_tables import ENROLS, NO_RANK, PART, RANK, REQUESTED
from twin.bulk.effects import NAMES_CAD, Part
from twin.bulk.events import Events
from twin.bulk.found import Devices, Executions, Pairings, stamps_of
from twin.bulk.grouping import APART, grouped, rows_of, spread
from twin.bulk.kernels import fold_executions, newest
from twin.bulk.reasons import ROUTES, TARGETS, TIED


def fold_executions_of(
    events: Events,
    device: NDArray[np.int32],
    told: NDArray[np.bool_],
    devices: Devices,
    bad: NDArray[np.uint8],
) -> Executions:
    """Group and fold the facts of campaigns; premises whose targets clash are marked `bad`."""
    rows = rows_of(events.code, told, (RANK > NO_RANK) | ENROLS)
    campaign = events.words["campaign_id"].at(rows, -1)
    first_by = device[rows].astype(np.uint64) * np.uint64(APART)
    group, first = grouped(first_by, campaign.astype(np.uint64))
    count = len(first)
    enrols = ENROLS[events.code[rows]]
    enrolled = newest(group[enrols], rows[enrols], stamps_of(events), count)
    steps = rows[~enrols]
    target = np.where(
        events.code[steps] == REQUESTED, events.words["firmware_version"].at(steps, -1), -1
    )
    attempt, how_far, reached, wave, requested, released = np.zeros((6, count), np.int64)
    aim, clash = np.full(count, -1, np.int64), np.zeros(count, np.bool_)
    held = (attempt, how_far, reached, wave, requested, released, aim)
    of_step = (
        events.facets["attempt"].at(steps),
        RANK[events.code[steps]].astype(np.int64),
        events.at[steps],
        events.facets["wave"].at(steps),
        target,
    )
    fold_executions(group[~enrols], of_step, held, clash)
    bad[devices.premises[device[rows[first[clash]]]]] = TARGETS
    return Executions(
        device=device[rows[first]],
        campaign=campaign[first],
        enrolled=enrolled,
        attempt=attempt,
        rank=how_far,
        reached=reached,
        wave=wave,
        requested=requested,
        released=released,
        target=aim,
    )


def fold_pairings_of(
    events: Events,
    premises: NDArray[np.int32],
    told: NDArray[np.bool_],
    bad: NDArray[np.uint8],
) -> Pairings:
    """Group and fold pairing attempts; premises of which an order of the log decides are `bad`."""
    rows = rows_of(events.code, told, PART >= 0)
    high, low = (half.at(rows) for half in events.attempt)
    same, _ = grouped(high ^ spread(low), low)
    first_by = same.astype(np.uint64) * np.uint64(APART)
    group, first = grouped(first_by, premises[rows].astype(np.uint64))
    count = len(first)
    part, at = PART[events.code[rows]], events.at[rows]
    begins, ends = part == Part.STARTED, part >= Part.COMPLETED
    # of two beginnings the earlier counts: the newest of moments counted backwards
    started = _furthest(group, rows, begins, -at, count, bad, premises)
    ended = _furthest(group, rows, ends, at, count, bad, premises)
    steps = np.zeros(len(rows), np.int64)
    for nth, one in enumerate(NAMES_CAD):
        steps[part == one] = nth + 1
    named = np.full(count, -1, np.int64)
    for nth in range(1, len(NAMES_CAD) + 1):
        found = newest(group[steps == nth], rows[steps == nth], stamps_of(events), count)
        named = np.where(found >= 0, found, named)
    rejected = np.zeros(count, np.int64)
    no = part == Part.REJECTED
    np.maximum.at(rejected, group[no], events.facets["entry"].at(rows[no]))
    routed = _routes(events, group, rows, begins | no | ends, count, bad, premises)
    return Pairings(
        premises=premises[rows[first]],
        first=rows[first],
        started=started,
        named=named,
        ended=ended,
        rejected=rejected,
        routed=routed,
    )


def _furthest(
    group: NDArray[np.int32],
    rows: NDArray[Any],
    chosen: NDArray[np.bool_],
    order: NDArray[np.int64],
    count: int,
    bad: NDArray[np.uint8],
    premises: NDArray[np.int32],
) -> NDArray[np.int64]:
    """The row of each group that stands furthest; where two do, the premises is left alone."""
    best = np.full(count, np.iinfo(np.int64).min)
    np.maximum.at(best, group[chosen], order[chosen])
    at_best = chosen & (order == best[group])
    held = np.full(count, -1, np.int64)
    held[group[at_best]] = rows[at_best]
    several = np.bincount(group[at_best], minlength=count)[group] > 1
    bad[premises[rows[at_best & several]]] = TIED
    return held


def _routes(
    events: Events,
    group: NDArray[np.int32],
    rows: NDArray[Any],
    names: NDArray[np.bool_],
    count: int,
    bad: NDArray[np.uint8],
    premises: NDArray[np.int32],
) -> NDArray[np.int64]:
    """A row of each attempt that names its route; where two differ, the premises is left alone."""
    route = events.words["route"].at(rows, -1)
    held = np.full(count, -1, np.int64)
    held[group[names]] = rows[names]
    said = np.full(count, -1, np.int32)
    said[group[names]] = route[names]
    differs = names & (route != said[group])
    bad[premises[rows[differs]]] = ROUTES
    return held
