"""The one rule from a key to its partition, shared by every producer of the twin (D6)."""

from functools import lru_cache

from kafka.partitioner.default import murmur2

from streams.topics import PARTITIONS


@lru_cache(maxsize=1_000_000)
def partition_of(key: bytes, partitions: int = PARTITIONS) -> int:
    """Partition of a key: Kafka's murmur2, as kafka-python, aiokafka and Java compute it."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)
