"""Which wave a device is in, and where in it: the kernels' twin of `twin.campaign.seats` (tested).

Ranks and lots are draws of the device's number here, not hashes of an id that nobody has made.
"""

from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.plan import Plan
from twin.compiled import inlined, kernel
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
        cuts=np.zeros(len(plan.waves) if plan.is_counted else 0),
        before=before,
        offset=entity_offset(kind),
        kind=kind,
    )


def entity_offset(kind: int) -> int:
    """What makes the number of a premises that of its device of a kind."""
    return (kind + 1) << 40


def scales_of(strata: Strata, seating: Seating) -> tuple[Any, ...]:
    """What `seat_of` looks up."""
    return strata.takers, strata.begins, strata.width, strata.counted, seating.cuts


def tables_of(population: Population, strata: Strata, seating: Seating) -> tuple[Any, ...]:
    """What the kernels look up: arrays of premises, numbers, tables of strata, scales."""
    capable_from = population.capable_from if seating.kind < 2 else NEVER
    return (
        (
            population.region,
            population.supplier,
            population.models[seating.kind],
            population.installed,
        ),
        (
            len(strata.models),
            min(seating.before, capable_from),
            len(strata.cells),
            strata.slices,
            seating.offset,
        ),
        (strata.group, strata.cell, strata.selected),
        scales_of(strata, seating),
    )


@inlined
def stratum_of(
    one: int, region: Any, supplier: Any, model: Any, installed: Any, models: int, before: int
) -> int:
    """The stratum of a premises' device, or -1 where it is none, or installed too late.

    Arrays one by one: to unpack a tuple of them for each premises costs more than the look-up.
    """
    if model[one] == 255 or installed[one] >= before:
        return -1
    return (int(region[one]) * 12 + int(supplier[one])) * models + int(model[one])


@inlined
def seat_of(
    mixed: Any,
    stratum: int,
    takers: Any,
    begins: Any,
    width: Any,
    counted: Any,
    cut: Any,
    rank_key: Any,
    lot_key: Any,
) -> tuple[int, float]:
    """Wave (from 0) and place of a member, as `twin.campaign.seats.seat`; -1 where it has none."""
    wave, place = -1, 0.0
    if len(cut) > 0:
        wave, place = _by_count(drawn(mixed, lot_key), stratum, counted, cut)
    if wave < 0:
        wave, place = _by_rank(drawn(mixed, rank_key), stratum, takers, begins, width)
    return wave, place


@inlined
def _by_rank(rank: float, stratum: int, takers: Any, begins: Any, width: Any) -> tuple[int, float]:
    """The wave by share that a rank falls to; the last one takes the last bits of a float."""
    wave, place, end = -1, 0.0, 0.0
    for nth in range(takers.shape[1]):
        if takers[stratum, nth] < 0:
            break
        wave, low = takers[stratum, nth], begins[stratum, nth]
        end = low + width[stratum, nth]
        if rank < end:
            place = min((rank - low) / width[stratum, nth], _TOP)
            break
    if rank >= end:
        wave, place = (wave, _TOP) if end > 1 - 1e-6 else (-1, 0.0)
    return wave, place


@kernel
def _by_count(lot: float, stratum: int, counted: Any, cut: Any) -> tuple[int, float]:
    """The wave by count that a lot falls to, or -1."""
    low = 0.0
    for wave in range(len(cut)):
        if counted[stratum, wave]:
            if low <= lot < cut[wave]:
                return wave, min((lot - low) / (cut[wave] - low), _TOP)
            low = max(low, cut[wave])
    return -1, 0.0
