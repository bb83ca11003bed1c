"""One rule places every record: ours, kafka-python's, aiokafka's, so Faust's, and Kafka's own."""

from pathlib import Path

import pytest
from aiokafka.partitioner import DefaultPartitioner as AiokafkaPartitioner
from hypothesis import given, settings
from hypothesis import strategies as st
from kafka.partitioner.default import DefaultPartitioner as KafkaPythonPartitioner

from streams.app import make_app
from streams.partitioner import partition_of
from streams.settings import Settings
from streams.topics import PARTITIONS

KAFKA_ITSELF = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""The murmur2 numbers that Kafka's own tests expect of its Java (UtilsTest.testMurmur2)."""
EXPECTED = {
    b"P0000000000000000": 7,
    b"P0123456789abcdef": 9,
    b"Pfedcba9876543210": 5,
    b"Pffffffffffffffff": 10,
    b"P00000000deadbeef": 3,
    b"Pa1b2c3d4e5f60718": 10,
    b"P9f8e7d6c5b4a3928": 8,
    b"P7777777777777777": 3,
    b"LCP-HUBS": 4,
    b"LCP-METERS": 5,
}
"""Never altered: another number would send a premises' records to another partition (D6)."""
ALL = list(range(PARTITIONS))


class Cluster:
    """What kafka-python's partitioner asks of a cluster that has one topic."""

    def topics(self) -> set[str]:
        return {"premises.events"}

    def partitions_for_topic(self, _: str) -> set[int]:
        return set(ALL)

    available_partitions_for_topic = partitions_for_topic


def test_there_are_twelve_partitions_for_ever() -> None:
    assert PARTITIONS == 12


@pytest.mark.parametrize(("key", "number"), KAFKA_ITSELF.items())
def test_as_kafka_itself_places(key: bytes, number: int) -> None:
    assert partition_of(key) == (number & 0x7FFFFFFF) % 12
    assert partition_of(key, 5) == (number & 0x7FFFFFFF) % 5


@pytest.mark.parametrize(("key", "partition"), EXPECTED.items())
def test_keys_stay_where_they_were(key: bytes, partition: int) -> None:
    assert partition_of(key) == partition


@given(key=st.binary(min_size=1, max_size=40))
@settings(derandomize=True, database=None, max_examples=200)
def test_every_client_places_as_we_do(key: bytes) -> None:
    ours = partition_of(key)
    assert AiokafkaPartitioner()(key, ALL, ALL) == ours
    theirs = KafkaPythonPartitioner().partition("premises.events", key, key, b"", b"", Cluster())
    assert theirs == ours


def test_faust_keeps_to_the_partitioner_of_aiokafka(tmp_path: Path) -> None:
    app = make_app(Settings(home=tmp_path), broker="127.0.0.1:9")
    assert app.conf.producer_partitioner is None
    assert app.conf.topic_partitions == PARTITIONS


def test_premises_spread_over_all_partitions() -> None:
    found = [partition_of(f"P{n:016x}".encode()) for n in range(12_000)]
    assert set(found) == set(ALL)
    assert all(850 < found.count(partition) < 1150 for partition in ALL)
