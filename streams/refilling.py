"""A lost log put back from the lake: the same records at the same places (D23)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any, Final

from kafka import KafkaProducer

from streams import topics
from streams.cut import Cut, upto
from streams.outbox import Outgoing
from streams.seeding import seeds
from twin.events.codec import decode
from twin.events.envelope import Event, headers
from twin.lake import read
from twin.lake.table import Lake
from twin.refusal import Refusal
from twin.state.entry import Record

_EVENTS: Final = (topics.PREMISES_EVENTS, topics.CAMPAIGN_EVENTS, topics.PROGRAMME_EVENTS)
_AT_ONCE: Final = 10_000
"""Records that are under way before their acknowledgements are awaited."""


class LakeNotWhole(Refusal):
    """The lake lacks a record of the log that is to be put back; the sentence says which."""


def refill(lake: Lake, cut: Cut, *, bootstrap: str, security: Mapping[str, object]) -> None:
    """Fill the empty topics of a cluster up to a cut, and what stands beside the log.

    Raises:
        LakeNotWhole: a record before the cut is not in the lake.
        KafkaError: a record was not acknowledged.
    """
    with closing(producer_to(bootstrap, security=security)) as producer:
        for topic, ends in cut.ends.items():
            append(producer, records_before(lake, topic, ends))
        if cut.tick >= 0:
            append(producer, seeds(lake, cut))


def producer_to(bootstrap: str, *, security: Mapping[str, object]) -> KafkaProducer:
    """A producer of many records at once, whoever makes them; each is there once."""
    return KafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        linger_ms=20,
        batch_size=256 * 1024,
        max_request_size=topics.MAX_RECORD,
        **security,
    )


def records_before(lake: Lake, topic: str, ends: Mapping[int, int]) -> Iterator[Outgoing]:
    """The records of a topic before some ends, each partition from offset 0 without a hole."""
    reached = dict.fromkeys(ends, 0)
    for record in read.records(lake.files(), topic=topic, upto=upto(lake, topic, ends)):
        if record.offset != reached[record.partition]:
            raise _not_whole(topic, record.partition, reached[record.partition])
        reached[record.partition] += 1
        yield Outgoing(
            topic,
            record.partition,
            record.key,  # type: ignore[arg-type]
            record.value,  # type: ignore[arg-type]
            _headers(topic, record),
        )
    for partition, end in ends.items():
        if reached[partition] < end:
            raise _not_whole(topic, partition, reached[partition])


def _not_whole(topic: str, partition: int, offset: int) -> LakeNotWhole:
    return LakeNotWhole(
        f"the lake has no record of {topic}, partition {partition}, offset {offset}, which the "
        "log needs: `twin lake verify` says what is wrong with it"
    )


def _headers(topic: str, record: Record) -> tuple[tuple[str, bytes], ...]:
    if topic not in _EVENTS:
        return ()
    event = decode(key=record.key, value=record.value)
    return tuple(headers(event)) if isinstance(event, Event) else ()


def append(producer: KafkaProducer, records: Iterable[Outgoing]) -> dict[tuple[str, int], int]:
    """Append records in order, all acknowledged; gives the last offset of topics and partitions.

    Raises:
        KafkaError: a record was not acknowledged.
    """
    last: dict[tuple[str, int], int] = {}
    under_way: list[Any] = []
    for record in records:
        under_way.append(
            producer.send(
                record.topic,
                key=record.key,
                value=record.value,
                partition=record.partition,
                headers=list(record.headers),
            )
        )
        if len(under_way) >= _AT_ONCE:
            _await(under_way, last)
    _await(under_way, last)
    return last


def _await(under_way: list[Any], last: dict[tuple[str, int], int]) -> None:
    for future in under_way:
        done = future.get(timeout=60)
        last[done.topic, done.partition] = done.offset
    under_way.clear()
