"""Sending records from a worker: many at once, and done only when all are acknowledged."""

from collections.abc import Iterable, Sequence
from typing import Any

import faust
from msgspec import Struct


class Outgoing(Struct, frozen=True):
    """A record to send; the partition is always named, so that one rule places it (D6)."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


async def send_all(app: faust.App, records: Iterable[Outgoing]) -> None:
    """Send records in order within each partition and await their acknowledgements.

    Raises:
        KafkaError: a record was not acknowledged; the caller must not go on.
    """
    producer = await _producer(app)
    futures = [
        await producer.send(
            record.topic,
            key=record.key,
            value=record.value,
            partition=record.partition,
            headers=list(record.headers),
        )
        for record in records
    ]
    for future in futures:
        await future


async def send_together(app: faust.App, records: Sequence[Outgoing]) -> None:
    """Append records to one partition in one piece: the log has all of them or none.

    Raises:
        ValueError: they are of several partitions, or too many for one batch.
        KafkaError: they were not acknowledged.
    """
    places = {(record.topic, record.partition) for record in records}
    if not places:
        return
    if len(places) != 1:
        raise ValueError("records that go together go to one partition")
    producer = await _producer(app)
    batch = producer.create_batch()
    for record in records:
        headers = list(record.headers)
        if not batch.append(key=record.key, value=record.value, timestamp=None, headers=headers):
            raise ValueError(f"{len(records)} records do not fit one batch")
    batch.close()
    ((topic, partition),) = places
    await (await producer.send_batch(batch, topic, partition=partition))


async def _producer(app: faust.App) -> Any:
    return (await app.maybe_start_producer())._ensure_producer()
