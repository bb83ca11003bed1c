"""Which wave a device is in, and where in it: the kernels' twin of `twin.campaign.seats` (tested).

Ranks and lots are draws of the device's number here, not hashes of an id that nobody has made.
"""

from typing import Any, Final

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from twin.campaign.plan import Plan
from twin.whatif.luck import drawn, purpose_key
from twin.whatif.population import NEVER, Population
from twin.whatif.strata import Strata

_TOP: Final = 1 - 2**-53


class Seating(Struct, frozen=True, kw_only=True):
    """What decides about a seat: the keys of rank and lot, cuts by wave, and the last days.

    Members are installed before day `before`, and not capable then (installed before
    `capable_from`, which a gas meter does not ask for). `offset` makes a premises' number that of
    its device.
    """

    rank_key: np.uint64
    lot_key: np.uint64
    cuts: NDArray[np.float64]
    before: int
    offset: int
    kind: int


def seating_of(plan: Plan, *, kind: int, seed: int, before: int) -> Seating:
    """The seating of a campaign whose cuts are not drawn yet."""
    purpose = f"campaign.{plan.campaign_id}"
    return Seating(
        rank_key=purpose_key(seed=seed, purpose=f"{purpose}.rank"),
        lot_key=purpose_key(seed=seed, purpose=f"{purpose}.lot"),
        cuts=np.zeros(len(plan.waves)),
        before=before,
        offset=entity_offset(kind),
        kind=kind,
    )


def entity_offset(kind: int) -> int:
    """What makes the number of a premises that of its device of a kind."""
    return (kind + 1) << 40


def tables_of(population: Population, strata: Strata, seating: Seating) -> tuple[Any, ...]:
    """What the kernels look up: arrays of premises, numbers, days, tables of strata, scales."""
    capable_from = population.capable_from if seating.kind < 2 else NEVER
    return (
        population.region,
        population.supplier,
        population.models[seating.kind],
        population.installed,
        (len(strata.models), len(strata.cells), strata.slices, seating.offset),
        (seating.before, capable_from),
        (strata.group, strata.cell, strata.selected),
        (strata.begins, strata.width, strata.counted, seating.cuts),
    )


@njit(cache=True, nogil=True)
def stratum_of(one: int, tables: Any) -> int:
    """The stratum of a premises' device, or -1 if it is no candidate."""
    region, supplier, model, installed, numbers, days, by_stratum, _ = tables
    if model[one] == 255 or installed[one] >= days[0] or installed[one] >= days[1]:
        return -1
    found = (int(region[one]) * 12 + int(supplier[one])) * numbers[0] + int(model[one])
    return found if by_stratum[2][found] else -1


@njit(cache=True, nogil=True)
def seat_of(  # noqa: C901
    mixed: Any, stratum: int, scales: Any, rank_key: Any, lot_key: Any
) -> tuple[int, float]:
    """Wave (from 0) and place of a member, as `twin.campaign.seats.seat`; -1 where it has none."""
    begins, width, counted, cut = scales
    waves = width.shape[1]
    lot, low = -1.0, 0.0
    for wave in range(waves):
        if counted[stratum, wave]:
            if lot < 0:
                lot = drawn(mixed, lot_key)
            if low <= lot < cut[wave]:
                return wave, min((lot - low) / (cut[wave] - low), _TOP)
            low = max(low, cut[wave])
    rank, last, end = drawn(mixed, rank_key), -1, 0.0
    for wave in range(waves):
        if width[stratum, wave] > 0:
            low = begins[stratum, wave]
            if rank < low + width[stratum, wave]:
                return wave, min((rank - low) / width[stratum, wave], _TOP)
            last, end = wave, low + width[stratum, wave]
    return (last, _TOP) if end > 1 - 1e-6 else (-1, 0.0)
