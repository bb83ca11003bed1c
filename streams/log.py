"""Reading a topic from its beginning to where it ends now, outside of any consumer group."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from kafka import KafkaConsumer
from kafka import TopicPartition as Place


def ends_of(consumer: KafkaConsumer, topic: str) -> dict[int, int]:
    """End offset of each partition of a topic."""
    partitions = consumer.partitions_for_topic(topic) or set()
    found = consumer.end_offsets([Place(topic, partition) for partition in partitions])
    return {place.partition: int(offset) for place, offset in found.items()}


def consumer_of(bootstrap: str, security: Mapping[str, object] | None = None) -> KafkaConsumer:
    """A consumer for manual assignment: no group, no commits, large fetches."""
    return KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_bytes=8 * 1024 * 1024,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        fetch_max_wait_ms=100,
        max_poll_records=20_000,
        **(security or {}),
    )


def consumer_at_beginning(
    bootstrap: str, security: Mapping[str, object] | None, *topics: str
) -> KafkaConsumer:
    """A consumer of all partitions of some topics that stands at their beginning."""
    consumer = consumer_of(bootstrap, security)
    places = [
        Place(topic, partition)
        for topic in topics
        for partition in consumer.partitions_for_topic(topic) or ()
    ]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    return consumer


def read_topic(
    bootstrap: str, topic: str, *, security: Mapping[str, object] | None = None
) -> Iterator[Any]:
    """Records of all partitions of a topic, each partition in order, up to its end now.

    Compacted partitions are read past their holes.
    """
    return _read(bootstrap, topic, security=security, only_last=False)


def last_records(
    bootstrap: str, topic: str, *, security: Mapping[str, object] | None = None
) -> Iterator[Any]:
    """The last record of each partition of a topic that is not compacted."""
    return _read(bootstrap, topic, security=security, only_last=True)


def _read(
    bootstrap: str, topic: str, *, security: Mapping[str, object] | None, only_last: bool
) -> Iterator[Any]:
    with closing(consumer_of(bootstrap, security)) as consumer:
        ends = ends_of(consumer, topic)
        places = [Place(topic, partition) for partition, end in ends.items() if end > 0]
        if not places:
            return
        consumer.assign(places)
        for place in places:
            consumer.seek(place, ends[place.partition] - 1 if only_last else 0)
        while any(consumer.position(place) < ends[place.partition] for place in places):
            for place, records in consumer.poll(timeout_ms=500).items():
                for record in records:
                    if record.offset < ends[place.partition]:
                        yield record
