"""What a partition reports of itself, and what it refuses, as records on their topics."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from twin.events.codec import Cause, Unreadable
from twin.state.counts import Outcomes
from twin.state.entry import Record

CODE_VERSION: Final = "0.1.0"
"""Version of the twin that judged a record; stands in every dead letter and every basis."""


class Standing(Struct, frozen=True, kw_only=True):
    """Where a partition of `premises.events` stands: absolute, so the newest report is the truth.

    `offset` is the next record to fold, `tick` the last order carried out (-1: none yet),
    `outcomes` how all records before `offset` ended.
    """

    partition: int
    epoch: int
    offset: int
    tick: int
    outcomes: Outcomes


class Recount(Struct, frozen=True, kw_only=True):
    """A partition counts all anew from here on: what it said of its counts before is void.

    A count that has become nought is in no state, so that after a crash nobody would take it back.
    """

    partition: int
    offset: int


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A refused record: where it stands, why, and by which code.

    The record's own bytes stay where they are, on the log at these coordinates: a broken record
    may hold anything, a secret too, and is not copied further (D32).
    """

    topic: str
    epoch: int
    partition: int
    offset: int
    premises_id: str
    cause: Cause
    why: str
    code_version: str
    size: int
    refused_at: datetime | None = None


encode = msgspec.json.Encoder().encode
decode_standing = msgspec.json.Decoder(Standing).decode
decode_recount = msgspec.json.Decoder(Recount).decode
decode_letter = msgspec.json.Decoder(DeadLetter).decode


def standing_key(partition: int) -> bytes:
    """Compaction key of a partition's standing."""
    return f"standing|{partition}".encode()


def recount_key(partition: int) -> bytes:
    """Compaction key of a partition's newest count of all."""
    return f"recount|{partition}".encode()


def dead_letter(*, topic: str, record: Record, premises_id: str, why: Unreadable) -> DeadLetter:
    """The dead letter of a record."""
    return DeadLetter(
        topic=topic,
        epoch=record.epoch,
        partition=record.partition,
        offset=record.offset,
        premises_id=premises_id,
        cause=why.cause,
        why=why.why,
        code_version=CODE_VERSION,
        size=len(record.value or b""),
    )
