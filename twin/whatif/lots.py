"""Lots for waves by count: the lowest of them, found without keeping or sorting all (0020)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.campaign.counted import Takers
from twin.campaign.plan import Plan
from twin.compiled import kernel
from twin.whatif.luck import drawn, stirred
from twin.whatif.seating import stratum_of
from twin.whatif.strata import Strata
from twin.whatif.threads import Crew


def lowest_lots(
    plan: Plan, tables: tuple[Any, ...], strata: Strata, key: np.uint64, crew: Crew
) -> dict[Takers, tuple[float, ...]]:
    """The lowest lots by the waves by count that may take them, as `Lottery` gives them."""
    rows = [tuple(int(wave) + 1 for wave in np.flatnonzero(row)) for row in strata.counted]
    kinds = sorted({takers for takers in rows if takers})
    taker = np.array([kinds.index(takers) if takers else -1 for takers in rows])
    most = [sum(plan.waves[number - 1].count or 0 for number in takers) for takers in kinds]
    size = len(tables[0][0])
    below = min(1.0, 2 * (max(most) + 100) * len(kinds) / max(1, size))
    while True:
        lots, whose = _below(tables, taker, key, below, crew)
        lowest = [np.sort(lots[whose == nth])[:number] for nth, number in enumerate(most)]
        if below >= 1 or all(len(one) >= n for one, n in zip(lowest, most, strict=True)):
            found = zip(kinds, lowest, strict=True)
            return {takers: tuple(map(float, one)) for takers, one in found if len(one)}
        below = min(1.0, below * 16)


def _below(
    tables: tuple[Any, ...], taker: NDArray[np.int64], key: np.uint64, below: float, crew: Crew
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """All lots below a point, and by number of kind whose they are."""
    found = crew.each(
        len(tables[0][0]),
        lambda first, last: _lots_below(
            first,
            last,
            tables,
            taker,
            key,
            below,
            np.empty(last - first),
            np.empty(last - first, np.int64),
        ),
        doing="lots",
    )
    return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])


@kernel
def _lots_below(
    first: int, last: int, tables: Any, taker: Any, key: Any, below: float, lots: Any, whose: Any
) -> tuple[Any, Any]:
    """Lots below a point of candidates whom waves by count may take, and which waves those are."""
    (region, supplier, model, installed), numbers, (_, _, selected), _ = tables
    found = 0
    for one in range(first, last):
        stratum = stratum_of(one, region, supplier, model, installed, numbers[0], numbers[1])
        if stratum < 0 or not selected[stratum] or taker[stratum] < 0:
            continue
        lot = drawn(stirred(one + numbers[4]), key)
        if lot < below:
            lots[found], whose[found] = lot, taker[stratum]
            found += 1
    return lots[:found], whose[:found]
