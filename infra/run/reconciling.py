"""The reconciler: some premises, drawn anew each day, re-folded and held against what is live.

It is slow on purpose: few premises by the readable replay, byte by byte, and the marts of the last
published set that tell how the fleet stands, by another way than the one that made them. What it
finds is found between two nightly proofs of the whole fleet.
"""

import heapq
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import duckdb
from msgspec import Struct

from infra.run.as_published import published_differences
from infra.run.looks import looked
from infra.run.snapshot import LAKE_SECONDS, Snapshot, await_lake
from streams.archive import open_lake
from streams.ledger import CODE_VERSION
from streams.topics import PREMISES_EVENTS
from twin.bulk.cut import WHOLE, Cut
from twin.bulk.differences import Difference, difference
from twin.bulk.proof import LISTED_MAX, SPOT_CHECK, Proof, Tally
from twin.bulk.records import by_premises, folded
from twin.fleet.numbers.draws import draw
from twin.lake.read import ROWS, reader
from twin.state.entry import Entry, Record, encode_entry

SAMPLE: Final = 50
"""Premises of one check; with two checks a day some 36,000 a year."""


class Draw(Struct, frozen=True):
    """Which premises are drawn: so many, by a seed and a day."""

    sample: int
    seed: int
    day: date

    def of(self, names: Iterable[str]) -> list[str]:
        """Those whose numbers are the least that day, in order of their ids."""

        def number(name: str) -> tuple[float, str]:
            attempt = self.day.toordinal()
            return draw(seed=self.seed, entity=name, purpose=SPOT_CHECK, attempt=attempt), name

        return sorted(heapq.nsmallest(self.sample, names, key=number))


def reconciled(
    home: Path,
    drawn: Draw,
    *,
    is_live: bool,
    wait: Callable[[float], None] = time.sleep,
) -> Proof:
    """The proof of a spot check; `is_live`: a run is at work, and what differs is looked at again.

    Raises:
        LakeBehind: the lake does not come up to the tables.
    """
    began = time.monotonic()
    entries, marts = looked(
        lambda: (_premises(home, drawn, is_live=is_live), published_differences(home)),
        differs=lambda found: bool(found[0].differences or found[1]),
        is_live=is_live,
        wait=wait,
    )
    differences = (*marts, *entries.differences)
    return Proof(
        engine="readable",
        made_by=SPOT_CHECK,
        made_at=datetime.now(UTC),
        code_version=CODE_VERSION,
        basis={},
        premises=entries.ours.premises,
        records=entries.ours.outcomes,
        digest=entries.ours.digest,
        live_digest=entries.theirs.digest,
        equal=not differences,
        differing=len(differences),
        differences=differences[:LISTED_MAX],
        seconds={"whole": round(time.monotonic() - began, 2)},
    )


class _Looked(Struct):
    """What one look found of the premises."""

    ours: Tally
    theirs: Tally
    differences: list[Difference]


def _premises(home: Path, drawn: Draw, *, is_live: bool) -> _Looked:
    """The drawn premises of lake and tables, byte by byte."""
    lake = open_lake(home)
    found = _Looked(Tally(), Tally(), [])
    with Snapshot(home) as tables:
        cut = WHOLE
        if is_live:
            cut = tables.cut()
            await_lake(lake, cut, seconds=LAKE_SECONDS)
        files = lake.files()
        names = drawn.of({*_known(files, cut), *tables.names()})
        logs = dict(by_premises(files, only=names, where=cut.condition()))
        for name in names:
            held = tables.held(name)
            for partition in sorted({*held, *(part for of, part in logs if of == name)}):
                records = logs.get((name, partition), [])
                _compare(found, name, partition, held.get(partition), records)
    return found


def _compare(
    found: _Looked, name: str, partition: int, live: Entry | None, records: Sequence[Record]
) -> None:
    entry = folded(name, records) if records else None
    if entry is not None:
        found.ours.add(entry)
    if live is not None:
        found.theirs.add(live)
    if entry and live and encode_entry(entry) == encode_entry(live):
        return
    told = difference(premises_id=name, partition=partition, live=live, records=records)
    found.differences.extend([] if told is None else [told])


def _known(files: Sequence[Path], cut: Cut) -> list[str]:
    """Every premises that the lake knows before a cut."""
    if not files:
        return []
    query = f"""
        SELECT DISTINCT key FROM {ROWS}
        WHERE topic = $topic AND regexp_full_match(coalesce(key, ''), 'P[0-9a-f]{{16}}')
            AND ({cut.condition()})
    """
    with duckdb.connect() as connection:
        named = {"files": [str(file) for file in files], "topic": PREMISES_EVENTS}
        return [name for (name,) in reader(connection).execute(query, named).fetchall()]
