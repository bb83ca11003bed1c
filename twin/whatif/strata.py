"""What a plan says of each stratum of a fleet, as tables that kernels can look up by number.

A stratum is region, supplier and model; a group is what is counted apart: region always, supplier
and model only where a gate, a pace or the hold policy asks for them. Gates look at marginal strata
only, so their verdicts are the same on groups as on strata (tested).
"""

from itertools import product
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.gates.terms import Stratum
from twin.campaign.pacing import Pace, cell_name
from twin.campaign.plan import Plan
from twin.campaign.seats import takes
from twin.fleet.numbers.assumptions import SUPPLIERS
from twin.vocabulary import CspRegion

REGIONS: Final = tuple(CspRegion)
ALL: Final = "*"
"""Stands for every supplier or model where they are not counted apart."""
BUCKETS_MAX: Final = 65_000
"""Waves times cells times slices: their numbers fit in 16 bits."""
SLICES: Final = 1024


class Strata(Struct, frozen=True, kw_only=True):
    """Tables of a plan. By stratum: `group`, `cell`, the waves that take it by share in order
    (`takers`, -1 after the last) with `begins` and `width` of their parts of the scale of ranks;
    `counted` says which waves by count take it, `selected` whether it is asked for. By group: its
    `names` (region, supplier, model), `region` number. `cells` are the names of pace cells.
    """

    group: NDArray[np.uint16]
    cell: NDArray[np.uint16]
    takers: NDArray[np.int64]
    begins: NDArray[np.float64]
    width: NDArray[np.float64]
    counted: NDArray[np.bool_]
    selected: NDArray[np.bool_]
    names: tuple[Stratum, ...]
    region: NDArray[np.int64]
    cells: tuple[str, ...]
    models: tuple[str, ...]
    slices: int

    @property
    def waves(self) -> int:
        """How many waves the plan has."""
        return int(self.counted.shape[1])

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.names)

    @property
    def buckets(self) -> int:
        """How many buckets members lie in: wave by wave, cell by cell, slice by slice."""
        return self.waves * len(self.cells) * self.slices


def strata_of(plan: Plan, *, models: tuple[str, ...], by_supplier: bool, by_model: bool) -> Strata:
    """The tables of a plan for a fleet with these models of its type of device.

    `by_supplier` and `by_model` ask for groups by them, whatever the plan itself asks for.
    """
    pace = plan.pacing or Pace()
    by_supplier = by_supplier or "supplier" in plan.gate.strata or bool(pace.per_supplier)
    by_model = by_model or "model" in plan.gate.strata or bool(pace.per_model)
    every = [Stratum(*one) for one in product(REGIONS, SUPPLIERS, models)]
    groups = [
        Stratum(one.region, one.supplier if by_supplier else ALL, one.model if by_model else ALL)
        for one in every
    ]
    names = tuple(sorted(set(groups)))
    own = [cell_name(pace=pace, stratum="|".join(one)) if plan.is_paced else "" for one in every]
    cells = tuple(sorted(set(own)))
    takers, begins, width = _ranks(plan, every)
    return Strata(
        group=np.array([names.index(one) for one in groups], np.uint16),
        cell=np.array([cells.index(one) for one in own], np.uint16),
        takers=takers,
        begins=begins,
        width=width,
        counted=np.array(
            [[wave.count is not None and takes(wave, *one) for wave in plan.waves] for one in every]
        ),
        selected=np.array([_selects(plan, one) for one in every]),
        names=names,
        region=np.array([REGIONS.index(CspRegion(one.region)) for one in names]),
        cells=cells,
        models=models,
        slices=max(1, min(SLICES, BUCKETS_MAX // (len(plan.waves) * len(cells)))),
    )


def _ranks(
    plan: Plan, every: list[Stratum]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """The waves that take a stratum by share, in order, and their parts of its scale of ranks.

    As `twin.campaign.seats.seat` walks the waves.
    """
    takers = np.full((len(every), len(plan.waves)), -1)
    begins = np.zeros((len(every), len(plan.waves)))
    width = np.zeros_like(begins)
    for nth, one in enumerate(every):
        at, part = 0.0, 0
        for number, wave in enumerate(plan.waves):
            if wave.count is None and takes(wave, *one):
                takers[nth, part], begins[nth, part] = number, at
                width[nth, part] = 1 - at if wave.rest else wave.share
                at += float(width[nth, part])
                part += 1
    return takers, begins, width


def _selects(plan: Plan, one: Stratum) -> bool:
    chosen = plan.selection
    return (
        (not chosen.regions or one.region in chosen.regions)
        and (not chosen.suppliers or one.supplier in chosen.suppliers)
        and chosen.takes_model(one.model)
    )
