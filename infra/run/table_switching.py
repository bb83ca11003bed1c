"""Another line of the workers' table takes over, between two starts of the workers (D26, 0051).

Until the one small file is replaced in the end, the old table is in use, and whatever was done for
the new one is done again at the next start. The old table stays where it is, with its changelog.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Protocol

import rocksdict
from kafka import KafkaAdminClient
from msgspec.structs import replace

from infra.run.snapshot import Snapshot
from infra.run.table_beside import (
    NoTableBeside,
    alone,
    basis_id,
    catch_up,
    folder_of,
    live_ends,
    stores_in,
    told,
    within,
)
from streams import cluster, lines, topics
from streams.archive import open_lake
from streams.lines import Line, Lines
from streams.outbox import Outgoing
from streams.refilling import append, producer_to
from streams.stored import ORDERS_KEY
from twin.state.entry import encode_entry

_FAUST_OFFSET: Final = b"__faust\0offset__"
"""Where a store of Faust keeps the last offset of its changelog that it has taken in."""


class Changelogs(Protocol):
    """The topics from which workers recover their tables."""

    def begin(self, topic: str) -> None:
        """Make a changelog; one that an earlier try has left goes on, and a later row counts."""

    def append(self, records: Iterable[Outgoing]) -> dict[int, int]:
        """Append records, all acknowledged; gives the last offset of each partition."""


def switch(home: Path, *, fold: str) -> Line:
    """Let the table beside take over at the next start of the workers; gives its line.

    Raises:
        NoTableBeside: there is none of this fold, or nobody has compared it.
    """
    beside = told(home, fold)
    if beside.compared is None:
        raise NoTableBeside(
            f"the table of fold {fold} was not compared yet: `twin table compare` does it"
        )
    said = lines.lines(home)
    line = lines.line_of(fold)
    lines.write(home, replace(said, next=line))
    return line


def back(home: Path) -> Line:
    """Let the line before take over again at the next start; a switch that did not come yet is
    called off instead. Gives the line that will be in use.

    Raises:
        NoTableBeside: there is neither.
    """
    said = lines.lines(home)
    if said.next is not None:
        lines.write(home, replace(said, next=None))
        return said.current
    if said.before is None:
        raise NoTableBeside("the table in use is the first one: there is no way back")
    lines.write(home, replace(said, next=said.before))
    return said.before


def entered(home: Path, *, worker: str, changelogs: Changelogs) -> Line | None:
    """Carry out a switch that is due; gives the line that took over, None where none was due.

    No worker may be at work. `worker` is the one whose folder gets the new stores; others recover
    from the changelog.

    Raises:
        NoTableBeside: what stands beside is not as far as it was, and must be built anew.
    """
    said = lines.lines(home)
    if said.next is None:
        return None
    with Snapshot(home) as tables:
        orders = tables.orders()
    if said.next == said.before:
        changelogs.append(_orders(said.next, orders))
        lines.write(home, Lines(current=said.next, before=said.current))
        return said.next
    with alone(home):
        line = _moved_in(home, said.next, orders, worker=worker, changelogs=changelogs)
        lines.write(home, Lines(current=line, before=said.current))
        shutil.rmtree(folder_of(home, line.fold), ignore_errors=True)
    return line


def _moved_in(
    home: Path, line: Line, orders: Mapping[int, int], *, worker: str, changelogs: Changelogs
) -> Line:
    """The new line with its changelog and stores; nobody looks at them yet."""
    lake = open_lake(home)
    ends = within(live_ends(home), lake)
    catch_up(home, told(home, line.fold), ends, lake)
    changelogs.begin(line.changelog)
    held = stores_in(folder_of(home, line.fold))
    with Snapshot(home, held) as beside:
        last = changelogs.append(_rows(line, beside, orders))
    tables = home / "worker" / worker / "v1" / "tables"
    for left in lines.stores(home, line):
        shutil.rmtree(left[1])
    for part, store in held:
        if part in last:
            place = tables / f"{line.table}-{part}.db"
            shutil.copytree(store, place)
            _stand_at(place, last[part], orders.get(part))
    return replace(line, ends=ends, basis=basis_id(lake, ends))


def _rows(line: Line, beside: Snapshot, orders: Mapping[int, int]) -> Iterator[Outgoing]:
    for (name, part), entry in beside.entries():
        yield Outgoing(line.changelog, part, name.encode(), encode_entry(entry))
    yield from _orders(line, orders)


def _orders(line: Line, orders: Mapping[int, int]) -> Iterator[Outgoing]:
    """The last order that each partition has carried out: it is no part of the fold."""
    for part, tick in sorted(orders.items()):
        yield Outgoing(line.changelog, part, ORDERS_KEY, str(tick).encode())


def _stand_at(place: Path, offset: int, tick: int | None) -> None:
    """Have a store say that it has taken in its changelog up to an offset."""
    store: Any = rocksdict.Rdict(str(place), options=rocksdict.Options(raw_mode=True))
    try:
        if tick is not None:
            store[ORDERS_KEY] = str(tick).encode()
        store[_FAUST_OFFSET] = str(offset).encode()
        store.flush()
    finally:
        store.close()


class KafkaChangelogs:
    """Changelogs on the cluster of a run."""

    def __init__(
        self, client: KafkaAdminClient, *, bootstrap: str, security: Mapping[str, object]
    ) -> None:
        """On the cluster that the client speaks to."""
        self._client, self._bootstrap, self._security = client, bootstrap, security

    def begin(self, topic: str) -> None:
        """Make it as Faust would, compacted. A topic that was deleted would be missed (0026)."""
        if topic not in self._client.list_topics():
            cluster.create(
                self._client, {topic: (topics.PARTITIONS, {"cleanup.policy": "compact"})}
            )

    def append(self, records: Iterable[Outgoing]) -> dict[int, int]:
        """Append records, many at once."""
        with closing(producer_to(self._bootstrap, security=self._security)) as producer:
            last = append(producer, records)
        return {partition: offset for (_, partition), offset in last.items()}
