"""What the table keeps of a premises: its state, its place in the log, and what waits."""

import re
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from twin.events.codec import Cause
from twin.state.premises import Premises

UNADDRESSED: Final = "?"
"""Name under which a partition counts the records that name no premises at all."""
Place: TypeAlias = tuple[str, int]
"""Premises id (or the name for records without one), and partition: what an entry is found by."""
_PREMISES_KEY: Final = re.compile(rb"P[0-9a-f]{16}")


class Record(Struct, frozen=True, gc=False):
    """One record of the log: bytes and coordinates."""

    key: bytes | None
    value: bytes | None
    epoch: int
    partition: int
    offset: int


class Waiting(Struct, frozen=True, array_like=True, gc=False):
    """A record that waits behind a gap of its source."""

    source: str
    sequence: int
    offset: int
    value: bytes


class Queued(Struct, frozen=True, array_like=True, gc=False):
    """A record that queues behind the parked one (D24)."""

    offset: int
    value: bytes | None


class Parked(Struct, frozen=True, array_like=True, gc=False):
    """The record that parks a premises, and those behind it in order."""

    cause: Cause
    why: str
    offset: int
    value: bytes | None
    queue: tuple[Queued, ...] = ()


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """The table's value for one premises; `epoch` and `offset` name the last record seen.

    Each record of the premises stands in exactly one of `applied`, `duplicates`, `dead`,
    `waiting` and the parked queue; redeliveries are recognised by position and not counted.
    """

    premises: Premises
    epoch: int = -1
    offset: int = -1
    applied: int = 0
    duplicates: int = 0
    dead: int = 0
    waiting: tuple[Waiting, ...] = ()
    parked: Parked | None = None

    @property
    def held(self) -> int:
        """Records that wait behind a gap or behind a parked record."""
        return len(self.waiting) + (len(self.parked.queue) if self.parked else 0)


def entry_name(key: bytes | None) -> str:
    """The premises id of a record's key, or the name for records that have none."""
    if key is None or not _PREMISES_KEY.fullmatch(key):
        return UNADDRESSED
    return key.decode()


def new_entry(name: str) -> Entry:
    """The entry of a premises before its first record."""
    return Entry(Premises(name))


encode_entry = msgspec.msgpack.Encoder(order="deterministic").encode
decode_entry = msgspec.msgpack.Decoder(Entry).decode
