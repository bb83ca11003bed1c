"""Records are unpacked by a faster reader and are the same records (decision 0011)."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from aiokafka.record.default_records import DefaultRecordBatch
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import CorruptRecordError
from kafka.record.memory_records import MemoryRecords, MemoryRecordsBuilder

from streams import cluster, topics
from streams.log import Unpacked, consumer_of

PLACE = TopicPartition(topics.PREMISES_ORDERS, 3)
READ = ("topic", "partition", "leader_epoch", "offset", "timestamp", "timestamp_type")
HELD = ("key", "value", "headers")
SENT: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = [
    (b"key", b"value", []),
    (None, b"no key", [("ce_id", b"1"), ("empty", b""), ("Käfig", b"\xff")]),
    (b"key", None, [("twice", b"1"), ("twice", b"2")]),
    (b"", b"", []),
    (b"\xff" * 200, b"large " * 10_000, [("h", b"x" * 300)]),
]


@pytest.fixture(scope="module")
def bootstrap(own_broker: str) -> str:
    """A broker with records of every kind: plain, compressed, and in transactions."""
    with cluster.admin(own_broker) as client:
        cluster.ensure(client)
    for options in ({}, {"compression_type": "gzip"}, {"transactional_id": "test"}):
        send(own_broker, options)
    return own_broker


def send(bootstrap: str, options: dict[str, Any]) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=50, **options)
    with closing(producer):
        if "transactional_id" in options:
            producer.init_transactions()
            producer.begin_transaction()
        for key, value, headers in SENT:
            producer.send(PLACE.topic, key=key, value=value, headers=headers, partition=3)
        producer.flush()
        if "transactional_id" in options:
            producer.commit_transaction()


def read(make: Callable[[], KafkaConsumer], *, begin: int, count: int) -> list[tuple[Any, ...]]:
    """What the consumer gives of `count` records, and where it stands then."""
    with closing(make()) as consumer:
        consumer.assign([PLACE])
        consumer.seek(PLACE, begin)
        found: list[Any] = []
        while len(found) < count:
            found += consumer.poll(timeout_ms=500).get(PLACE, [])
        end = consumer.end_offsets([PLACE])[PLACE]
        deadline = time.monotonic() + 15
        while consumer.position(PLACE) < end:
            assert not consumer.poll(timeout_ms=500)
            assert time.monotonic() < deadline, "what follows the last record was not passed"
        return [tuple(getattr(one, name) for name in READ + HELD) for one in found]


@pytest.mark.kafka
@pytest.mark.parametrize("begin", range(3 * len(SENT)))
def test_records_are_those_that_kafka_python_gives(bootstrap: str, begin: int) -> None:
    """From any offset, also in the middle of a batch; a commit's control record is none of them."""
    count = 3 * len(SENT) - begin
    ours = read(lambda: consumer_of(bootstrap), begin=begin, count=count)
    assert ours == read(
        lambda: KafkaConsumer(bootstrap_servers=bootstrap), begin=begin, count=count
    )
    assert [one[-3:] for one in ours] == (SENT * 3)[begin:]
    assert [one[3] for one in ours] == list(range(begin, 3 * len(SENT)))


@pytest.mark.kafka
def test_consumer_unpacks_with_the_compiled_reader(bootstrap: str) -> None:
    """A release that moves what we replace, or comes without its extension, is noticed here."""
    unpacked: list[type] = []

    class Noted(Unpacked):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            unpacked.append(type(self).__mro__[1])

    def noting() -> KafkaConsumer:
        consumer = consumer_of(bootstrap)
        assert consumer._fetcher.PartitionRecords is Unpacked
        consumer._fetcher.PartitionRecords = Noted
        return consumer

    read(noting, begin=0, count=3 * len(SENT))
    assert set(unpacked) == {Unpacked}
    assert DefaultRecordBatch.__module__ == "aiokafka.record._crecords.default_records"


def batch() -> bytearray:
    builder = MemoryRecordsBuilder(magic=2, compression_type=0, batch_size=100_000)
    for key, value, headers in SENT[:3]:
        builder.append(0, key, value, headers)
    builder.close()
    return bytearray(builder.records()._buffer)


def test_batch_with_a_wrong_checksum_is_refused() -> None:
    whole, broken = batch(), batch()
    broken[-1] ^= 1
    unpacked = Unpacked(0, PLACE, MemoryRecords(bytes(whole + broken)))
    assert [record.value for record in unpacked.take(3)] == [value for _, value, _ in SENT[:3]]
    with pytest.raises(CorruptRecordError, match="wrong CRC"):
        unpacked.take(3)
