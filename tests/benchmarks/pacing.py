"""Whether releases keep to the pacing: 2,000,000 members over 60 days, by their real hash ranks."""

import time
from collections.abc import Mapping
from itertools import product
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct

from tests.benchmarks.measure import Measure
from twin.campaign.fair_shares import Cell, fairness
from twin.campaign.membership import rank
from twin.campaign.pacing import Buckets, Pace, Wave, allowance
from twin.campaign.pointer import SLICES, census, pointer

MEMBERS: Final = 2_000_000
DAYS: Final = 60
LIMIT: Final = 0.01
"""Deviation from the pacing that the issue allows."""
REGIONS: Final = {"North": 0.2, "Central": 0.4, "South": 0.4}
SUPPLIERS: Final = {"S1": 0.4, "S2": 0.3, "S3": 0.2, "S4": 0.1}
WHOLE: Final = "whole"

Ranks: TypeAlias = Mapping[Cell, np.ndarray]


class Kept(Struct, frozen=True):
    """The largest deviations from the pacing, as shares of it, over the whole and every region."""

    daily: float
    cumulative: float
    by_whole: float
    days: float
    gini: float
    seconds: float


def ranked(members: int) -> Ranks:
    """The sorted ranks of the members of each of 12 cells, which differ in size."""
    found: dict[Cell, np.ndarray] = {}
    for (region, much), (supplier, share) in product(REGIONS.items(), SUPPLIERS.items()):
        count = round(members * much * share)
        devices = (f"{region}-{supplier}-{n}" for n in range(count))
        ranks = (rank(campaign_id="LCP-METERS", device_id=device) for device in devices)
        found[Cell(region, supplier)] = np.sort(np.fromiter(ranks, float, count))
    return found


def paced(ranks: Ranks, *, days: int) -> Pace:
    """A pace at which every region, and the whole, has its limit on each of so many days."""
    sizes = {
        region: sum(len(of) for cell, of in ranks.items() if cell.region == region)
        for region in REGIONS
    }
    return Pace(
        per_day=-(-sum(sizes.values()) // days),
        per_region={region: -(-size // days) for region, size in sizes.items()},
        per_supplier={"*": sum(sizes.values())},
    )


def released(ranks: Ranks, pace: Pace, *, ticks_a_day: int, slices: int) -> list[dict[Cell, int]]:
    """How many members of each cell are out after each tick, to the last of them."""
    sizes = {cell: len(of) for cell, of in ranks.items()}
    members = sum(sizes.values())
    counted = {
        cell: census(ranks=of, slices=slices) if slices else () for cell, of in ranks.items()
    }
    out, upto, buckets = dict.fromkeys(ranks, 0), dict.fromkeys(ranks, 0.0), Buckets()
    history: list[dict[Cell, int]] = []
    while sum(out.values()) < members:
        said = allowance(
            pace=pace,
            wave=Wave(number=1, members=members),
            released=out,
            awaiting={cell: size - out[cell] for cell, size in sizes.items()},
            buckets=buckets,
            open_days=1 / ticks_a_day,
        )
        buckets = said.buckets
        for cell, grant in said.grants.items():
            upto[cell] = pointer(
                members_in_cell=sizes[cell],
                released=out[cell],
                grant=grant,
                upto=upto[cell],
                edge=1.0,
                counted=counted[cell],
            )
        out = {cell: int(np.searchsorted(of, upto[cell])) for cell, of in ranks.items()}
        history.append(out)
    return history


def kept(ranks: Ranks, *, days: int, ticks_a_day: int, slices: int) -> Kept:
    """Release all members, and compare each whole day but the last with the pacing."""
    pace = paced(ranks, days=days)
    began = time.process_time()
    history = released(ranks, pace, ticks_a_day=ticks_a_day, slices=slices)
    seconds = time.process_time() - began
    by_day = history[ticks_a_day - 1 :: ticks_a_day][: days - 1]
    daily, cumulative = {}, {}
    for name, rate in {WHOLE: pace.per_day or 0, **pace.per_region}.items():
        out = np.array(
            [sum(n for cell, n in day.items() if name in (WHOLE, cell.region)) for day in by_day]
        )
        due = rate * np.arange(1, len(by_day) + 1)
        daily[name] = float(np.abs(np.diff(out, prepend=0) - rate).max() / rate)
        cumulative[name] = float((np.abs(out - due) / due).max())
    midway = by_day[len(by_day) // 2]
    progress = {"/".join(cell): midway[cell] / len(of) for cell, of in ranks.items()}
    return Kept(
        daily=max(daily.values()),
        cumulative=max(cumulative.values()),
        by_whole=daily[WHOLE],
        days=len(history) / ticks_a_day,
        gini=fairness(progress=progress).gini,
        seconds=seconds,
    )


def measure(members: int = MEMBERS) -> list[Measure]:
    """The pacing with a census of ranks, for which the requirement stands, and without one."""
    ranks = ranked(members)
    return [
        _line("a tick a day", kept(ranks, days=DAYS, ticks_a_day=1, slices=SLICES), asked=True),
        _line("a tick a day, no census", kept(ranks, days=DAYS, ticks_a_day=1, slices=0)),
        _line("a tick an hour, no census", kept(ranks, days=DAYS, ticks_a_day=24, slices=0)),
    ]


def _line(name: str, one: Kept, *, asked: bool = False) -> Measure:
    worst = max(one.daily, one.cumulative)
    return Measure(
        name=f"release pacing, {name}",
        ours=f"{worst:.2%} off on the worst day of any region, {one.by_whole:.2%} of the whole; "
        f"over after {one.days:g} days",
        against=f"at most {LIMIT:.0%}, {DAYS} days" if asked else "",
        ratio=worst / LIMIT if asked else None,
        holds=worst <= LIMIT and one.days == DAYS if asked else None,
        figures={
            "daily": one.daily,
            "daily_of_whole": one.by_whole,
            "cumulative": one.cumulative,
            "days": one.days,
            "gini_midway": one.gini,
            "seconds": round(one.seconds, 2),
        },
    )
