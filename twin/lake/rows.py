"""From records to columns: the bytes unchanged, and the typed columns that marts read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from msgspec import Struct
from msgspec.structs import fields

from twin.events.codec import Unreadable, decode, decode_premises
from twin.events.envelope import Event
from twin.events.registry import ALL_TYPES, family, short_name
from twin.lake.schema import COORDINATES, ENVELOPE, EVENTS, FACETS

_FACET_NAMES: Final = frozenset(field.name for field in FACETS)
_FACETS_OF: Final = {
    cls: tuple(f.name for f in fields(cls) if f.name in _FACET_NAMES) for cls in ALL_TYPES.values()
}
_NAMES_OF: Final = {cls: (short_name(name), family(name)) for name, cls in ALL_TYPES.items()}


class Logged(Struct, frozen=True, gc=False):
    """A record as the log holds it, with its topic and the log's own time (aware, UTC)."""

    topic: str
    epoch: int
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    logged_at: datetime


def to_table(records: Sequence[Logged]) -> pa.Table:
    """An Arrow table of schema `EVENTS`, one row a record in the order given.

    A record that cannot be read keeps its bytes and carries the cause in `refusal`.
    """
    found = [_read(record) for record in records]
    events = [one if isinstance(one, Event) else None for one in found]
    columns = [
        *_arrays(COORDINATES, _coordinates(records, found)),
        *_arrays(ENVELOPE, _envelopes(events)),
        *_arrays(FACETS, _facets(events)),
    ]
    return pa.Table.from_arrays(columns, schema=EVENTS)


def _arrays(
    fields_of: Sequence[pa.Field], columns: Iterable[list[Any] | None]
) -> Iterator[pa.Array]:
    """Columns as Arrow arrays of their fields' types; None stands for nothing but nulls."""
    rows = 0
    for field, column in zip(fields_of, columns, strict=True):
        if column is None:
            yield pa.nulls(rows, field.type)
        else:
            rows = len(column)
            yield pa.array(column, field.type)


def _coordinates(
    records: Sequence[Logged], found: Sequence[Event | Unreadable | None]
) -> tuple[list[Any], ...]:
    return (
        [record.topic for record in records],
        [record.epoch for record in records],
        [record.partition for record in records],
        [record.offset for record in records],
        [None if r.key is None else r.key.decode("utf-8", "replace") for r in records],
        [record.logged_at for record in records],
        [record.value for record in records],
        [one.cause.value if isinstance(one, Unreadable) else None for one in found],
    )


def _envelopes(events: Sequence[Event | None]) -> tuple[list[Any], ...]:
    names = [(None, None) if e is None else _NAMES_OF[type(e.fact)] for e in events]
    return (
        [None if event is None else event.id for event in events],
        [None if event is None else event.source for event in events],
        [None if event is None else event.sequence for event in events],
        [name for name, _ in names],
        [of_family for _, of_family in names],
        [None if event is None else event.occurred_at for event in events],
        [None if event is None else event.recorded_at for event in events],
        [None if event is None else event.provenance for event in events],
    )


def _facets(events: Sequence[Event | None]) -> Iterator[list[Any] | None]:
    """One column a facet, in the schema's order; the first is given whole, so its length counts."""
    held: dict[str, list[Any]] = defaultdict(lambda: [None] * len(events))
    for row, event in enumerate(events):
        if event is not None:
            for name in _FACETS_OF[type(event.fact)]:
                held[name][row] = getattr(event.fact, name)
    for nth, field in enumerate(FACETS):
        yield held[field.name] if nth == 0 else held.get(field.name)


def _read(record: Logged) -> Event | Unreadable | None:
    """The event; None for dead letters, which are envelopes of our own and no events."""
    if record.topic.endswith("dead-letters"):
        return None
    # The same reading as the fold's, or the lake would count what the fold has refused.
    read = decode_premises if record.topic.startswith("premises.") else decode
    return read(key=record.key, value=record.value)
