"""From records to columns: the bytes unchanged, and the typed columns that marts read."""

from collections import defaultdict
from collections.abc import Sequence
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
_UNREAD: Final = (None,) * len(ENVELOPE)


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
    coordinates: list[tuple[Any, ...]] = []
    envelopes: list[tuple[Any, ...]] = []
    facets: dict[str, list[Any]] = defaultdict(lambda: [None] * len(records))
    for row, record in enumerate(records):
        found = _read(record)
        refusal = None
        if isinstance(found, Event):
            envelopes.append(_envelope_of(found))
            for name in _FACETS_OF[type(found.fact)]:
                facets[name][row] = getattr(found.fact, name)
        else:
            refusal = None if found is None else found.cause.value
            envelopes.append(_UNREAD)
        key = None if record.key is None else record.key.decode("utf-8", "replace")
        coordinates.append(
            (
                record.topic,
                record.epoch,
                record.partition,
                record.offset,
                key,
                record.logged_at,
                record.value,
                refusal,
            )
        )
    columns = [*_transposed(coordinates, COORDINATES), *_transposed(envelopes, ENVELOPE)]
    for field in FACETS:
        held = facets.get(field.name)
        columns.append(
            pa.nulls(len(records), field.type) if held is None else pa.array(held, field.type)
        )
    return pa.Table.from_arrays(columns, schema=EVENTS)


def _read(record: Logged) -> Event | Unreadable | None:
    """The event; None for dead letters, which are envelopes of our own and no events."""
    if record.topic.endswith("dead-letters"):
        return None
    # The same reading as the fold's, or the lake would count what the fold has refused.
    read = decode_premises if record.topic.startswith("premises.") else decode
    return read(key=record.key, value=record.value)


def _envelope_of(event: Event) -> tuple[Any, ...]:
    name, of_family = _NAMES_OF[type(event.fact)]
    return (
        event.id,
        event.source,
        event.sequence,
        name,
        of_family,
        event.occurred_at,
        event.recorded_at,
        event.provenance,
    )


def _transposed(rows: list[tuple[Any, ...]], schema: tuple[pa.Field, ...]) -> list[pa.Array]:
    if not rows:
        return [pa.nulls(0, field.type) for field in schema]
    return [
        pa.array(column, field.type)
        for column, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
