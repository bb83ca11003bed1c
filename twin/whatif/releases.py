"""Which places of the order of release lie between two points of a wave's scale."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.compiled import kernel
from twin.whatif.luck import stirred
from twin.whatif.members import Members
from twin.whatif.population import Population
from twin.whatif.seating import scales_of, seat_of


def released_between(
    members: Members, population: Population, *, wave: int, cell: int, low: float, high: float
) -> NDArray[np.uint32]:
    """Members of a cell of a wave (from 0) whose place is from `low` to below `high`.

    Whole slices are taken as they are; in those at the edges every place is looked at.
    """
    strata, starts = members.strata, members.starts
    base = (wave * len(strata.cells) + cell) * strata.slices
    first, last = int(low * strata.slices), min(int(high * strata.slices), strata.slices)
    whole = np.arange(starts[base + min(first + 1, last)], starts[base + last], dtype=np.uint32)
    edges = sorted({first, last} - {strata.slices})
    found = [_within(members, population, base + edge, low, high) for edge in edges]
    return np.concatenate([whole, *found])


def _within(
    members: Members, population: Population, bucket: int, low: float, high: float
) -> NDArray[np.uint32]:
    first, last = int(members.starts[bucket]), int(members.starts[bucket + 1])
    if members.places is not None:
        held = members.places[first:last]
        return np.flatnonzero((held >= low) & (held < high)).astype(np.uint32) + np.uint32(first)
    seating, strata = members.seating, members.strata
    found = np.empty(last - first, np.uint32)
    number = _places(
        (first, last, seating.offset, len(strata.models)),
        (low, high),
        members.premises,
        (population.region, population.supplier, population.models[seating.kind]),
        scales_of(strata, seating),
        (seating.rank_key, seating.lot_key),
        found,
    )
    return found[:number]


@kernel
def _places(
    span: tuple[int, int, int, int],
    between: tuple[float, float],
    premises: Any,
    arrays: Any,
    scales: Any,
    keys: Any,
    found: Any,
) -> int:
    """Put down the places between two points; how many there are."""
    region, supplier, model = arrays
    takers, begins, width, counted, cut = scales
    number = 0
    for nth in range(span[0], span[1]):
        one = premises[nth]
        stratum = (int(region[one]) * 12 + int(supplier[one])) * span[3] + int(model[one])
        _, place = seat_of(
            stirred(one + span[2]), stratum, takers, begins, width, counted, cut, keys[0], keys[1]
        )
        if between[0] <= place < between[1]:
            found[number] = nth
            number += 1
    return number
