"""The whole fleet by the readable replay, one premises after the other, beside the live tables."""

import heapq
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from twin.bulk.cut import WHOLE, Cut
from twin.bulk.differences import Difference, difference
from twin.bulk.proof import LISTED_MAX, Basis, Rebuilt, Tally
from twin.bulk.records import by_premises, folded
from twin.state.entry import Entry, Place, Record, encode_entry


def rebuilt(files: Sequence[Path]) -> Rebuilt:
    """The fleet from the lake."""
    tally, basis = Tally(), Basis()
    for (name, _), records in by_premises(files):
        basis.see(records)
        tally.add(folded(name, records))
    return _rebuilt(tally, basis)


def verified(
    files: Sequence[Path], live: Iterator[tuple[Place, Entry]], *, cut: Cut = WHOLE
) -> Rebuilt:
    """The fleet from the lake, compared with the entries of the tables, byte by byte.

    `live` comes in order of place, as the tables hold it; they stand at the cut.
    """
    ours, theirs, basis = Tally(), Tally(), Basis()
    differing = 0
    listed: list[Difference] = []
    for (name, partition), held, records in _side_by_side(
        live, by_premises(files, where=cut.condition())
    ):
        basis.see(records)
        entry = folded(name, records) if records else None
        if entry is not None:
            ours.add(entry)
        if held is not None:
            theirs.add(held)
        if entry and held and encode_entry(entry) == encode_entry(held):
            continue
        differing += 1
        if len(listed) < LISTED_MAX:
            found = difference(premises_id=name, partition=partition, live=held, records=records)
            listed.extend([] if found is None else [found])
    return replace(
        _rebuilt(ours, basis),
        live_digest=theirs.digest,
        differing=differing,
        differences=tuple(listed),
    )


def _rebuilt(tally: Tally, basis: Basis) -> Rebuilt:
    return Rebuilt(
        basis=basis.ends, premises=tally.premises, records=tally.outcomes, digest=tally.digest
    )


def _side_by_side(
    live: Iterator[tuple[Place, Entry]], logged: Iterator[tuple[Place, list[Record]]]
) -> Iterator[tuple[Place, Entry | None, list[Record]]]:
    """Each place of either side once, with what each has of it."""
    entries: Iterator[tuple[Place, Entry | list[Record]]] = iter(live)
    both = heapq.merge(entries, logged, key=lambda placed: placed[0])
    for place, group in groupby(both, key=lambda placed: placed[0]):
        held: Entry | None = None
        records: list[Record] = []
        for _, one in group:
            if isinstance(one, Entry):
                held = one
            else:
                records = one
        yield place, held, records
