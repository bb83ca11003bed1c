"""What becomes of a record: exactly one verdict each, and a refusal says why."""

from typing import Literal, TypeAlias

from msgspec import Struct

from twin.events.codec import Unreadable
from twin.events.envelope import Event


class Applied(Struct, frozen=True, gc=False):
    """The record's fact is in the state, with those that it let through behind it."""

    events: tuple[Event, ...]


class Duplicate(Struct, frozen=True, gc=False):
    """The same fact is in the state already; nothing changed."""

    event: Event


class Redelivered(Struct, frozen=True, gc=False):
    """The log delivered a record again that this entry has seen; it is not counted twice."""


class Held(Struct, frozen=True, gc=False):
    """The record waits: for an earlier number of its source, or behind a parked record."""

    behind: Literal["gap", "parked"]


class Refused(Struct, frozen=True, gc=False):
    """The record is a dead letter; with a premises id for a key it parks that premises."""

    why: Unreadable


Verdict: TypeAlias = Applied | Duplicate | Redelivered | Held | Refused
