"""Who is a member of a campaign, in which wave, and in the order of release: two passes, no sort.

The first pass gives each premises the number of its bucket (wave, cell of the pace, slice of the
scale of places), the second puts members into their buckets. A release takes whole buckets, and
looks at places only in the two at its edges.
"""

from typing import Any, Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from twin.campaign.counted import Takers, cuts
from twin.campaign.plan import Plan
from twin.campaign.pointer import SLICES
from twin.compiled import kernel
from twin.whatif.lots import lowest_lots
from twin.whatif.luck import stirred
from twin.whatif.population import Population
from twin.whatif.seating import Seating, seat_of, stratum_of, tables_of
from twin.whatif.strata import Strata
from twin.whatif.threads import SLICE, Crew

NONE: Final = 65_535
"""The bucket of who is no member."""


class Members(Struct, frozen=True, kw_only=True):
    """Members in the order of release: premises and group; `starts` of buckets, with the end.

    `sizes` counts members by wave and group. `lots` are the lowest by the waves that take
    them, `slices` the census of a paced campaign (by wave, cell, slice), `places` those that
    were observed (None: they are drawn).
    """

    strata: Strata
    seating: Seating
    premises: NDArray[np.uint32]
    group: NDArray[np.uint16]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    lots: dict[Takers, tuple[float, ...]]
    slices: NDArray[np.int64] | None
    places: NDArray[np.float64] | None = None

    def census(self, wave: int, cell: str) -> tuple[int, ...]:
        """How many members of a cell of a wave (from 1) lie in each slice of the places."""
        if self.slices is None or cell not in self.strata.cells:
            return ()
        return tuple(self.slices[wave - 1, self.strata.cells.index(cell)].tolist())


def seated(
    plan: Plan, *, population: Population, strata: Strata, seating: Seating, crew: Crew
) -> Members:
    """The members of a campaign in the order of their release."""
    lots: dict[Takers, tuple[float, ...]] = {}
    if plan.is_counted:
        lots = lowest_lots(
            plan, tables_of(population, strata, seating), strata, seating.lot_key, crew
        )
        drawn_cuts = np.array(cuts(plan=plan, lots=lots))
        seating = replace(seating, cuts=drawn_cuts)
    size = population.size
    bucket = np.empty(size, np.uint16)
    tables = tables_of(population, strata, seating)
    counts = np.array(
        crew.each(
            size,
            lambda first, last: _bucketed(
                first,
                last,
                tables,
                seating.rank_key,
                seating.lot_key,
                bucket,
                np.zeros(strata.buckets, np.int32),
            ),
            doing=f"members of {plan.campaign_id}",
        )
    )
    sums = counts.sum(axis=0, dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(sums)))
    offsets = starts[:-1] + np.cumsum(counts, axis=0, dtype=np.int64) - counts
    premises, group = np.empty(starts[-1], np.uint32), np.empty(starts[-1], np.uint16)
    sizes = sum(
        crew.each(
            size,
            lambda first, last: _placed(
                first,
                last,
                tables,
                bucket,
                offsets[first // SLICE],
                premises,
                group,
                np.zeros((strata.waves, strata.groups), np.int64),
            ),
            doing=f"members of {plan.campaign_id}",
        ),
        start=np.zeros((strata.waves, strata.groups), np.int64),
    )
    slices = None
    if plan.is_paced:
        slices = np.zeros((strata.waves, len(strata.cells), SLICES), np.int64)
        _census(premises, tables, seating.rank_key, seating.lot_key, slices)
    return Members(
        strata=strata,
        seating=seating,
        premises=premises,
        group=group,
        starts=starts,
        sizes=sizes,
        lots=lots,
        slices=slices,
    )


@kernel
def _bucketed(
    first: int, last: int, tables: Any, rank_key: Any, lot_key: Any, bucket: Any, counts: Any
) -> Any:
    """Give each premises its bucket; how many lie in each."""
    (region, supplier, model, installed), numbers, (_, cell, selected), scales = tables
    takers, begins, width, counted, cut = scales
    models, before, cells, slices, offset = numbers
    for one in range(first, last):
        bucket[one] = NONE
        stratum = stratum_of(one, region, supplier, model, installed, models, before)
        if stratum < 0 or not selected[stratum]:
            continue
        wave, place = seat_of(
            stirred(one + offset), stratum, takers, begins, width, counted, cut, rank_key, lot_key
        )
        if wave < 0:
            continue
        own = (wave * cells + int(cell[stratum])) * slices + int(place * slices)
        bucket[one] = own
        counts[own] += 1
    return counts


@kernel
def _placed(
    first: int, last: int, tables: Any, bucket: Any, at: Any, premises: Any, group: Any, sizes: Any
) -> Any:
    """Put members where their buckets go on at `at`; how many there are by wave and group."""
    (region, supplier, model, installed), numbers, (groups, _, _), _ = tables
    each = numbers[2] * numbers[3]
    for one in range(first, last):
        own = bucket[one]
        if own == NONE:
            continue
        stratum = stratum_of(one, region, supplier, model, installed, numbers[0], numbers[1])
        premises[at[own]] = one
        group[at[own]] = groups[stratum]
        at[own] += 1
        sizes[own // each, groups[stratum]] += 1
    return sizes


@kernel
def _census(premises: Any, tables: Any, rank_key: Any, lot_key: Any, slices: Any) -> None:
    """Count members by wave, cell and slice of the scale of places."""
    (region, supplier, model, installed), numbers, (_, cell, _), scales = tables
    takers, begins, width, counted, cut = scales
    for nth in range(len(premises)):
        one = premises[nth]
        stratum = stratum_of(one, region, supplier, model, installed, numbers[0], numbers[1])
        mixed = stirred(one + numbers[4])
        wave, place = seat_of(
            mixed, stratum, takers, begins, width, counted, cut, rank_key, lot_key
        )
        slices[wave, cell[stratum], int(place * slices.shape[2])] += 1
