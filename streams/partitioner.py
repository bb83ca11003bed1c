"""The one rule from a key to its partition, shared by every producer of the twin (D6)."""

from functools import lru_cache
from typing import Final

from streams.topics import PARTITIONS

_SEED: Final = 0x9747B28C
_MIX: Final = 0x5BD1E995
_WORD: Final = 0xFFFFFFFF


@lru_cache(maxsize=1_000_000)
def partition_of(key: bytes, partitions: int = PARTITIONS) -> int:
    """Partition of a key: Kafka's murmur2, as kafka-python, aiokafka and Java compute it."""
    return (_murmur2(key) & 0x7FFFFFFF) % partitions


def _murmur2(key: bytes) -> int:
    """The hash by which Kafka's clients place; written out, so that it needs none of them."""
    found = _SEED ^ len(key)
    whole = len(key) & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(key[at : at + 4], "little") * _MIX & _WORD
        word = (word ^ word >> 24) * _MIX & _WORD
        found = found * _MIX & _WORD ^ word
    if whole < len(key):
        found = (found ^ int.from_bytes(key[whole:], "little")) * _MIX & _WORD
    found = (found ^ found >> 13) * _MIX & _WORD
    return found ^ found >> 15
