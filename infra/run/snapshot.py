"""The live tables as they stood at one moment; the workers that write them may go on meanwhile.

A worker writes each batch of a partition in one piece (`streams.tables`), so that what is opened
always ends where a batch ended: every record up to there counts, none beyond. RocksDB opened for
reading keeps its files open, also those that the worker compacts away.
"""

import heapq
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import rocksdict

from streams.lines import Stores, lines, stores
from streams.stored import ORDERS_KEY
from streams.topics import PREMISES_EVENTS
from twin.bulk.cut import Cut
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.refusal import Refusal
from twin.state.entry import UNADDRESSED, Entry, Place, decode_entry

TRIES: Final = 20
"""A worker may delete a file between the list of files and the opening; then another try is due."""
PAUSE_SECONDS: Final = 0.25
LAKE_SECONDS: Final = 60.0
"""How long the archiver may take to come up to the tables."""
_FAUST_KEYS: Final = b"__faust\0"


class LakeBehind(Refusal):
    """The lake does not come up to the tables, so there is nothing to compare them with."""


class Snapshot:
    """All partitions of the table of premises, opened for reading at once."""

    def __init__(self, home: Path, of: Stores | None = None) -> None:
        """Open the table in use, as the workers of a home have written it, or the stores given."""
        self._opened = ExitStack()
        held = stores(home, lines(home).current) if of is None else of
        self._stores = [(partition, self._open(path)) for partition, path in held]

    def __enter__(self) -> "Snapshot":
        """Use it as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all."""
        self._opened.close()

    def entries(self) -> Iterator[tuple[Place, Entry]]:
        """Entries by premises id and partition, one at a time; of several the furthest."""
        stores = [_placed(store, partition) for partition, store in self._stores]
        in_order = heapq.merge(*stores, key=lambda placed: placed[0])
        for place, held in groupby(in_order, key=lambda placed: placed[0]):
            yield place, max((entry for _, entry in held), key=lambda e: (e.epoch, e.offset))

    def names(self) -> Iterator[str]:
        """The premises of all tables, in no order; some may come twice."""
        for _, store in self._stores:
            for name in map(bytes, store.keys()):
                if _is_premises(name) and name != UNADDRESSED.encode():
                    yield name.decode()

    def held(self, name: str) -> dict[int, Entry]:
        """The entries of one premises by partition; of several the furthest."""
        found: dict[int, Entry] = {}
        for partition, store in self._stores:
            value = store.get(name.encode())
            if value is not None:
                entry = decode_entry(bytes(value))
                other = found.get(partition, entry)
                found[partition] = max(entry, other, key=lambda e: (e.epoch, e.offset))
        return found

    def orders(self) -> dict[int, int]:
        """By partition the last tick whose order was carried out."""
        found: dict[int, int] = {}
        for partition, store in self._stores:
            value = store.get(ORDERS_KEY)
            if value is not None:
                found[partition] = max(found.get(partition, -1), int(bytes(value)))
        return found

    def cut(self) -> Cut:
        """Up to where each partition stands: its last record counts, none after it."""
        return Cut.furthest(
            (partition, entry.epoch, entry.offset + 1) for (_, partition), entry in self.entries()
        )

    def _open(self, path: Path) -> Any:
        options = rocksdict.Options(raw_mode=True)
        reads = rocksdict.AccessType.read_only()
        for left in reversed(range(TRIES)):
            try:
                store = rocksdict.Rdict(str(path), options=options, access_type=reads)
            except Exception:  # RocksDB's errors have no class of their own here
                if not left:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                self._opened.callback(store.close)
                return store
        raise AssertionError("unreachable")


def await_lake(lake: Lake, cut: Cut, *, seconds: float) -> None:
    """Wait until the lake holds every record before the cut.

    Raises:
        LakeBehind: it does not come up to the cut in time.
    """
    until = time.monotonic() + seconds
    while True:
        lake.refresh()
        missing = [
            (partition, end - lake.position(Slice(PREMISES_EVENTS, epoch, partition)))
            for partition, (epoch, end) in sorted(cut.ends.items())
            if end > lake.position(Slice(PREMISES_EVENTS, epoch, partition))
        ]
        if not missing:
            return
        if time.monotonic() > until:
            partition, records = missing[0]
            raise LakeBehind(
                f"the lake is {records:,} records behind the live tables in partition {partition}: "
                "is the archiver at work?"
            )
        time.sleep(PAUSE_SECONDS)


def _placed(store: Any, partition: int) -> Iterator[tuple[Place, Entry]]:
    for name, value in store.items():
        if _is_premises(bytes(name)):
            entry = decode_entry(bytes(value))
            yield (entry.premises.premises_id, partition), entry


def _is_premises(key: bytes) -> bool:
    """Whether a row is a premises (or the records without one), not a worker's own bookkeeping."""
    return key != ORDERS_KEY and not key.startswith(_FAUST_KEYS)
