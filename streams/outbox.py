"""Sending records from a worker: many at once, and done only when all are acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import faust


class Outgoing(Struct, frozen=True):
    """A record to send; the partition is always named, so that one rule places it (D6)."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


async def send_all(app: faust.App, records: Iterable[Outgoing]) -> list[Any]:
    """Send records in order within each partition and await their acknowledgements.

    Gives where each of them stands on the log, as the broker says.

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
    return [await future for future in futures]


async def send_together(app: faust.App, records: Sequence[Outgoing]) -> None:
    """Append records to one partition in one piece: the log has all of them or none.

    Raises:
        ValueError: they are of several partitions, or too many for one batch.
        KafkaError: they were not acknowledged.
    """
    place = _one_place(records)
    if place is None:
        return
    producer = await _producer(app)
    batch, packed = _packed(producer, records)
    if packed < len(records):
        raise ValueError(f"{len(records)} records do not fit one batch")
    await _deliver(producer, batch, place)


async def send_in_turn(app: faust.App, records: Sequence[Outgoing]) -> None:
    """Append any number of records to one partition: none is there unless all before it are.

    They go in as few pieces as hold them; each is acknowledged before the next is sent, so the
    last record vouches for all others.

    Raises:
        ValueError: they are of several partitions, or one alone is too large.
        KafkaError: a piece was not acknowledged; no later one was sent.
    """
    place = _one_place(records)
    if place is None:
        return
    producer = await _producer(app)
    while records:
        batch, packed = _packed(producer, records)
        if not packed:
            raise ValueError(f"a record of {len(records[0].value)} bytes fits no batch")
        await _deliver(producer, batch, place)
        records = records[packed:]


def _one_place(records: Sequence[Outgoing]) -> tuple[str, int] | None:
    places = {(record.topic, record.partition) for record in records}
    if len(places) > 1:
        raise ValueError("records that go together go to one partition")
    return next(iter(places), None)


def _packed(producer: Any, records: Sequence[Outgoing]) -> tuple[Any, int]:
    """A batch of the first records, and how many it holds."""
    batch = producer.create_batch()
    for nth, record in enumerate(records):
        headers = list(record.headers)
        if not batch.append(key=record.key, value=record.value, timestamp=None, headers=headers):
            return batch, nth
    return batch, len(records)


async def _deliver(producer: Any, batch: Any, place: tuple[str, int]) -> None:
    batch.close()
    topic, partition = place
    await (await producer.send_batch(batch, topic, partition=partition))


async def _producer(app: faust.App) -> Any:
    return (await app.maybe_start_producer())._ensure_producer()
