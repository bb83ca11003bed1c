"""Where a state of the live table leaves what the log says: which fields, and by which event."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.registry import short_name
from twin.state.entry import Entry, Record, encode_entry, new_entry
from twin.state.step import step

FIELDS_NAMED: Final = 12
"""Fields that one difference names; it counts all of them."""
_ABSENT: Final = "(absent)"


class EventNamed(Struct, frozen=True, kw_only=True):
    """A record of the log: its place, and what it says as far as it can be read."""

    epoch: int
    partition: int
    offset: int
    event: str
    source: str | None = None
    sequence: int | None = None
    occurred_at: datetime | None = None


class Difference(Struct, frozen=True, kw_only=True):
    """A premises whose live state is not what its records fold to.

    `why`: `state` (fields differ), `behind` (the table stops before the last record), `ahead` (it
    goes beyond the lake), `not_live` (the table has no such premises), `not_in_lake`, `kernel` (the
    table is right, and the bulk fold is not), `beside` (it is right, and the one that stands beside
    it is not), `mart` (a published total, of no single premises).
    `event` is the first record whose effect the table lacks; None where no record tells what it
    holds.
    """

    premises_id: str
    partition: int
    why: str
    fields: tuple[str, ...] = ()
    fields_differing: int = 0
    event: EventNamed | None = None


def difference(
    *, premises_id: str, partition: int, live: Entry | None, records: Sequence[Record]
) -> Difference | None:
    """How an entry of the table differs from the fold of all its records; None if it does not."""
    named = {"premises_id": premises_id, "partition": partition}
    if live is None:
        return Difference(**named, why="not_live", event=named_event(records[0]))  # type: ignore[arg-type]
    if not records:
        return Difference(**named, why="not_in_lake")  # type: ignore[arg-type]
    seen = [r for r in records if (r.epoch, r.offset) <= (live.epoch, live.offset)]
    states = list(_states(premises_id, seen))
    if encode_entry(states[-1]) == encode_entry(live):
        if len(seen) == len(records):
            return None
        return Difference(**named, why="behind", event=named_event(records[len(seen)]))  # type: ignore[arg-type]
    last = records[-1]
    why = "ahead" if (live.epoch, live.offset) > (last.epoch, last.offset) else "state"
    wanted, ours = leaves(states[-1]), leaves(live)
    paths = sorted(p for p in wanted.keys() | ours.keys() if wanted.get(p) != ours.get(p))
    found = _first_lacking(seen, [leaves(state) for state in states], ours, paths)
    return Difference(
        **named,  # type: ignore[arg-type]
        why=why,
        fields=tuple(paths[:FIELDS_NAMED]),
        fields_differing=len(paths),
        event=None if found is None else named_event(found),
    )


def _states(name: str, records: Sequence[Record]) -> Iterator[Entry]:
    """The entry before the first record, and after each."""
    entry = new_entry(name)
    yield entry
    for record in records:
        entry, _ = step(entry, record)
        yield entry


def _first_lacking(
    records: Sequence[Record],
    states: Sequence[Mapping[str, Any]],
    live: Mapping[str, Any],
    paths: Sequence[str],
) -> Record | None:
    """The record from which on the differing fields are no longer those of the table.

    Up to some record the table may be right: the next one that moves those fields is meant. If
    it was never right, it is the last that moves them, for the table should stand as that says.
    """
    values = [tuple(state.get(path, _ABSENT) for path in paths) for state in states]
    wrong = tuple(live.get(path, _ABSENT) for path in paths)
    moves = [n for n in range(1, len(values)) if values[n] != values[n - 1]]
    if not moves:
        return None
    right = [n for n, value in enumerate(values) if value == wrong]
    after = [n for n in moves if right and n > right[-1]]
    return records[(after[0] if after else moves[-1]) - 1]


def leaves(entry: Entry) -> dict[str, Any]:
    """The plain values of an entry by dotted path; its place in the log is no part of it."""
    found: dict[str, Any] = {}
    for name in entry.__struct_fields__:
        if name not in ("epoch", "offset"):
            found.update(_leaves(name, getattr(entry, name)))
    return found


def _leaves(path: str, value: object) -> Iterator[tuple[str, Any]]:
    parts: Mapping[Any, Any]
    if isinstance(value, Struct):
        parts = {name: getattr(value, name) for name in value.__struct_fields__}
    elif isinstance(value, dict):
        parts = value
    elif isinstance(value, tuple):
        parts = dict(enumerate(value))
    else:
        yield path, value
        return
    for name, part in parts.items():
        yield from _leaves(f"{path}.{name}", part)


def named_event(record: Record) -> EventNamed:
    """A record as a difference names it, without any of its contents."""
    event = decode(key=record.key, value=record.value)
    if not isinstance(event, Event):
        what = f"refused: {event.cause.value}"
        return EventNamed(
            epoch=record.epoch, partition=record.partition, offset=record.offset, event=what
        )
    return EventNamed(
        epoch=record.epoch,
        partition=record.partition,
        offset=record.offset,
        event=short_name(event.fact.TYPE),
        source=event.source,
        sequence=event.sequence,
        occurred_at=event.occurred_at,
    )
