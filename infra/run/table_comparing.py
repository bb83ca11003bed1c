"""The table that stands beside held against the live one, premises by premises (D26, 0051)."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from infra.run.snapshot import LAKE_SECONDS, Snapshot, await_lake
from infra.run.table_beside import (
    Compared,
    all_parts,
    alone,
    basis_id,
    catch_up,
    folder_of,
    stores_in,
    tell,
    told,
)
from streams.archive import open_lake
from streams.lines import Ends
from twin.bulk.cut import Cut
from twin.bulk.differences import Difference, difference
from twin.bulk.proof import LISTED_MAX
from twin.bulk.records import by_premises
from twin.lake.table import Lake
from twin.state.entry import Entry, Place, encode_entry


def compare(home: Path, *, fold: str, now: datetime, is_live: bool) -> Compared:
    """Bring what stands beside up to the live table, and compare them premises by premises.

    Raises:
        NoTableBeside: there is none of this fold.
        LakeBehind: the lake does not come up to the live table.
    """
    told(home, fold)
    lake = open_lake(home)
    with alone(home), Snapshot(home) as live:
        ends = all_parts(live.cut())
        await_lake(lake, Cut(ends), seconds=LAKE_SECONDS if is_live else 0)
        beside = catch_up(home, told(home, fold), ends, lake)
        with Snapshot(home, stores_in(folder_of(home, fold))) as other:
            done = _compared(lake, ends, live.entries(), other.entries(), now=now)
    tell(folder_of(home, fold), replace(beside, compared=done))
    return done


def _compared(
    lake: Lake,
    ends: Ends,
    live: Iterator[tuple[Place, Entry]],
    beside: Iterator[tuple[Place, Entry]],
    *,
    now: datetime,
) -> Compared:
    held: dict[Place, Entry | None] = {}
    differing = premises = 0
    for place, ours, theirs in _side_by_side(live, beside):
        premises += 1
        if ours is not None and theirs is not None and encode_entry(ours) == encode_entry(theirs):
            continue
        differing += 1
        if len(held) < LISTED_MAX:
            held[place] = ours
    return Compared(
        basis=basis_id(lake, ends),
        premises=premises,
        differing=differing,
        differences=tuple(_differences(lake, ends, held)),
        compared_at=now,
    )


def _differences(lake: Lake, ends: Ends, held: dict[Place, Entry | None]) -> Iterator[Difference]:
    """What the fold of this code says of premises that the two tables have otherwise."""
    names = sorted({name for name, _ in held})
    logs = dict(by_premises(lake.files(), only=names, where=Cut(ends).condition()))
    for place, entry in sorted(held.items()):
        found = difference(
            premises_id=place[0], partition=place[1], live=entry, records=logs.get(place, [])
        )
        yield found or Difference(premises_id=place[0], partition=place[1], why="beside")


def _side_by_side(
    live: Iterator[tuple[Place, Entry]], beside: Iterator[tuple[Place, Entry]]
) -> Iterator[tuple[Place, Entry | None, Entry | None]]:
    """Each place of either table once, with what each has of it."""
    both = heapq.merge(
        ((place, 0, entry) for place, entry in live),
        ((place, 1, entry) for place, entry in beside),
        key=lambda one: one[:2],
    )
    for place, group in groupby(both, key=lambda one: one[0]):
        found = {side: entry for _, side, entry in group}
        yield place, found.get(0), found.get(1)
