"""The table's direct path: a batch of states to changelog and RocksDB at once (DESIGN 11).

Faust's `table[key] = value` costs one RocksDB put and one changelog record an event. Here one
fold of a whole batch is followed by, for each partition, one changelog batch, then one RocksDB
write that carries the changelog's offset with the states. The order matters: a store ahead of
its changelog could not be recovered elsewhere, a changelog ahead of its store is just replayed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import faust
import rocksdict
from faust.types import TableT

from streams.stored import PREMISES_TABLE

DEVICES_TABLE = "devices"


def make_table(app: faust.App, name: str = PREMISES_TABLE) -> TableT[bytes, bytes]:
    """A table of raw bytes (premises by their ids, say), a RocksDB a partition, with changelog."""
    return app.Table(
        name,
        partitions=app.conf.topic_partitions,
        key_type=bytes,
        value_type=bytes,
        options={"driver": "rocksdict", "write_buffer_size": 16 * 1024 * 1024},
    )


def keep_furthest(
    table: TableT[bytes, bytes], *, position: Callable[[bytes, bytes], tuple[int, int]]
) -> None:
    """Recover of each key the state that stands furthest, not the one that was written last.

    A worker that slept past its session may still write older states when it wakes up, behind
    those of the worker that took over. `position` says how far a key's value stands.
    """
    store: Any = table.data
    apply = store.apply_changelog_batch

    def apply_furthest(batch: Iterable[Any], **converters: Any) -> None:
        furthest: dict[tuple[int, bytes], tuple[int, int]] = {}
        kept = []
        for message, event in ((event.message, event) for event in batch):
            place = message.partition, message.key
            if place not in furthest:
                held = store._db_for_partition(message.partition).get(message.key)
                furthest[place] = (-1, -1) if held is None else position(message.key, held)
            here = position(message.key, message.value)
            if here >= furthest[place]:
                furthest[place] = here
                kept.append(event)
        apply(kept, **converters)

    store.apply_changelog_batch = apply_furthest


class WriteBack:
    """Reads and writes of whole batches of one table, by partition."""

    def __init__(self, app: faust.App, table: TableT[bytes, bytes]) -> None:
        """For a table of an app; nothing is opened before the first use."""
        self._app = app
        self._table = table

    @property
    def _store(self) -> Any:
        return self._table.data

    @property
    def changelog(self) -> str:
        """Name of the table's changelog topic."""
        return str(self._table.changelog_topic.get_topic_name())

    def get(self, partition: int, key: bytes) -> bytes | None:
        """The value of a key in a partition, or None."""
        found: bytes | None = self._store._db_for_partition(partition).get(key)
        return found

    def items(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values of a partition, without Faust's own bookkeeping."""
        for key, value in self._store._db_for_partition(partition).items():
            if key != self._store.offset_key:
                yield bytes(key), bytes(value)

    async def put(self, partition: int, items: Sequence[tuple[bytes, bytes]]) -> None:
        """Write a batch: acknowledged by the changelog first, then to RocksDB in one piece."""
        if not items:
            return
        last = await self._to_changelog(partition, items)
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, value in items:
            batch.put(key, value)
        batch.put(self._store.offset_key, str(last).encode())
        self._store._db_for_partition(partition).write(batch)

    async def _to_changelog(self, partition: int, items: Iterable[tuple[bytes, bytes]]) -> int:
        """Offset of the last record, once all are acknowledged."""
        producer = (await self._app.maybe_start_producer())._ensure_producer()
        pending = []
        batch = producer.create_batch()
        for key, value in items:
            if batch.append(key=key, value=value, timestamp=None) is None:
                pending.append((batch, await self._send(producer, batch, partition)))
                batch = producer.create_batch()
                if batch.append(key=key, value=value, timestamp=None) is None:
                    raise ValueError(f"a state of {len(value)} bytes fits no changelog batch")
        pending.append((batch, await self._send(producer, batch, partition)))
        last = -1
        for sent, future in pending:
            last = (await future).offset + sent.record_count() - 1
        return last

    async def _send(self, producer: Any, batch: Any, partition: int) -> Any:
        batch.close()
        return await producer.send_batch(batch, self.changelog, partition=partition)
