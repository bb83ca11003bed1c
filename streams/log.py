"""Reading a topic from its beginning to where it ends now, outside of any consumer group."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from aiokafka.record.default_records import DefaultRecordBatch
from kafka import KafkaConsumer
from kafka import TopicPartition as Place
from kafka.consumer.fetcher import ConsumerRecord, Fetcher
from kafka.errors import CorruptRecordError


class Unpacked(Fetcher.PartitionRecords):  # type: ignore[misc]
    """The records of one fetch, each unpacked by aiokafka's compiled reader (decision 0011).

    kafka-python unpacks every header by itself in Python: half of what reading a record costs.
    """

    def _unpack_records(
        self, place: Place, records: Any, key_deserializer: None, value_deserializer: None
    ) -> Iterator[Any]:
        while (batch := records.next_batch()) is not None:
            if self.check_crcs and not batch.validate_crc():
                raise CorruptRecordError(f"{place} has a batch with a wrong CRC")
            self.bytes_read += batch.size_in_bytes
            self.leader_epoch = batch.leader_epoch
            # The one record of a control batch is the broker's own.
            for record in () if batch.is_control_batch else DefaultRecordBatch(batch._buffer):
                self.records_read += 1
                self.next_fetch_offset = record.offset + 1
                yield self._consumed(place, record)
            # A compacted batch still ends where its last record stood.
            self.next_fetch_offset = batch.next_offset
        self.drain()

    def _consumed(self, place: Place, r: Any) -> Any:
        """A record as kafka-python gives it, but without checksum and sizes, which none reads."""
        return ConsumerRecord(
            place.topic, place.partition, self.leader_epoch, r.offset, r.timestamp,
            r.timestamp_type, r.key, r.value, r.headers, None, -1, -1, -1,
        )  # fmt: skip


def ends_of(consumer: KafkaConsumer, topic: str) -> dict[int, int]:
    """End offset of each partition of a topic."""
    partitions = consumer.partitions_for_topic(topic) or set()
    found = consumer.end_offsets([Place(topic, partition) for partition in partitions])
    return {place.partition: int(offset) for place, offset in found.items()}


def consumer_of(bootstrap: str, security: Mapping[str, object] | None = None) -> KafkaConsumer:
    """A consumer for manual assignment: no group, no commits, large fetches."""
    consumer = KafkaConsumer(
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
    consumer._fetcher.PartitionRecords = Unpacked
    return consumer


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
