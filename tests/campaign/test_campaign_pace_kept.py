"""Releases keep to a pace by region, by supplier and by hub model within one in a hundred."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.pacing import LIMIT, Ranks, released
from twin.campaign.fair_shares import Cell
from twin.campaign.membership import rank
from twin.campaign.pacing import DIMENSIONS, Dimension, Pace
from twin.campaign.pointer import SLICES

DAYS = 15
SHARES: dict[Dimension, dict[str, float]] = {
    "region": {"North": 0.2, "Central": 0.45, "South": 0.35},
    "supplier": {"S01": 0.5, "S02": 0.3, "S03": 0.2},
    "model": {"1234-00000001": 0.7, "1234-000000BD": 0.3},
}
MEMBERS = 120_000


def ranked() -> Ranks:
    """The sorted ranks of the members of every region, supplier and model; they differ in size."""
    found: dict[Cell, np.ndarray[Any, Any]] = {}
    for values in product(*(SHARES[dimension].items() for dimension in DIMENSIONS)):
        names = [name for name, _ in values]
        count = round(MEMBERS * float(np.prod([share for _, share in values])))
        devices = (f"{'-'.join(names)}-{n}" for n in range(count))
        ranks = (rank(campaign_id="LCP-PACED", device_id=device) for device in devices)
        found[Cell(*names)] = np.sort(np.fromiter(ranks, float, count))
    return found


RANKS = ranked()


def sizes(dimension: Dimension) -> dict[str, int]:
    return {
        name: sum(len(of) for cell, of in RANKS.items() if getattr(cell, dimension) == name)
        for name in SHARES[dimension]
    }


@pytest.mark.parametrize("limited", [*((one,) for one in DIMENSIONS), DIMENSIONS])
def test_every_day_releases_its_rate(limited: tuple[Dimension, ...]) -> None:
    """Each limit by itself, and all of them at once; the last day has what is left."""
    rates = {
        f"per_{dimension}": {name: -(-size // DAYS) for name, size in sizes(dimension).items()}
        for dimension in limited
    }
    history = released(RANKS, Pace(**rates), ticks_a_day=1, slices=SLICES)  # type: ignore[arg-type]
    assert DAYS <= len(history) <= DAYS + 1
    for dimension in limited:
        for name, rate in rates[f"per_{dimension}"].items():
            out = np.array(
                [sum(n for c, n in day.items() if getattr(c, dimension) == name) for day in history]
            )[: DAYS - 1]
            daily = np.abs(np.diff(out, prepend=0) - rate) / rate
            due = rate * np.arange(1, DAYS)
            assert daily.max() <= LIMIT, (dimension, name, daily)
            assert (np.abs(out - due) / due).max() <= LIMIT, (dimension, name)
