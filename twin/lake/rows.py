"""From records to columns: the bytes, or what gives them back, and the columns that marts read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from operator import attrgetter
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
from msgspec import Struct

from twin.events.codec import Cause, Unreadable, decode, decode_premises
from twin.events.envelope import Event
from twin.events.registry import ALL_TYPES, Fact, family, short_name, topic_of, version_of
from twin.lake.cells import Cells, Rows, array_of
from twin.lake.facets import FACETS_OF
from twin.lake.schema import COORDINATES, ENVELOPE, EVENTS, FACETS
from twin.lake.slices import Slice, Span
from twin.lake.spared import Spare, delay_us, spared
from twin.lake.table import spans_of
from twin.state.legality import CHECKS, Check

_TOPICS: Final = frozenset(map(topic_of, ALL_TYPES))
_CHECKS: Final[Mapping[type[Fact], Check]] = dict(CHECKS.items())
_OF_KIND: Final = ("event", "family", "type_version", "breach")
_NAMES_OF: Final = {
    cls: (short_name(name), family(name), version_of(name)) for name, cls in ALL_TYPES.items()
}


class Logged(Struct, frozen=True, gc=False):
    """A record as the log holds it, with its topic and the log's own time (aware, UTC)."""

    topic: str
    epoch: int
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    logged_at: datetime


def reached(records: Sequence[Logged]) -> dict[Slice, Span]:
    """Where records lead to, slice by slice; they stand in order of offset within each.

    Raises:
        ValueError: offsets of a slice are not contiguous, so something was skipped.
    """
    places = {(r.topic, r.epoch, r.partition) for r in records}
    slices = {place: Slice(*place) for place in places}
    return spans_of((slices[r.topic, r.epoch, r.partition], r.offset) for r in records)


def to_table(records: Sequence[Logged]) -> pa.Table:
    """An Arrow table of schema `EVENTS`, one row a record in the order given.

    A record that cannot be read keeps its bytes and carries the cause in `refusal`; one whose
    bytes the columns give back keeps only what they do not hold (`twin.lake.spared`).
    """
    found = [_read(record) for record in records]
    events = [one if isinstance(one, Event) else None for one in found]
    spare = [
        None if isinstance(one, Unreadable) else spared(record.topic, record.value, one)
        for record, one in zip(records, found, strict=True)
    ]
    coordinates = _coordinates(records, found, spare)
    return pa.Table.from_arrays(columns_of(coordinates, events, spare), schema=EVENTS)


def columns_of(
    coordinates: Iterable[list[Any] | pa.Array | None],
    events: Sequence[Event | None],
    spares: Sequence[Spare | None],
) -> list[pa.Array]:
    """The columns of schema `EVENTS` of records: their coordinates and what they tell.

    `spares` is what is kept of those whose bytes are left out, None of those that are kept whole.
    """
    rows, kinds = len(events), _kinds(events)
    return [
        *_arrays(COORDINATES, coordinates, rows),
        *_arrays(ENVELOPE, _envelopes(events, spares, _of_kinds(kinds, rows)), rows),
        *_facets(kinds, rows),
    ]


def _arrays(
    fields_of: Sequence[pa.Field], columns: Iterable[list[Any] | pa.Array | None], rows: int
) -> Iterator[pa.Array]:
    """Columns as Arrow arrays of their fields' types; None stands for nothing but nulls."""
    for field, column in zip(fields_of, columns, strict=True):
        if column is None:
            yield pa.nulls(rows, field.type)
        elif isinstance(column, pa.Array):
            yield column
        else:
            yield array_of(column, field.type)


def _coordinates(
    records: Sequence[Logged],
    found: Sequence[Event | Unreadable | None],
    spares: Sequence[Spare | None],
) -> tuple[list[Any], ...]:
    return (
        [record.topic for record in records],
        [record.epoch for record in records],
        [record.partition for record in records],
        [record.offset for record in records],
        [None if r.key is None else r.key.decode("utf-8", "replace") for r in records],
        [record.logged_at for record in records],
        [r.value if spare is None else None for r, spare in zip(records, spares, strict=True)],
        [one.cause.value if isinstance(one, Unreadable) else None for one in found],
    )


class _Kind(NamedTuple):
    """The events of one type, and the rows that they stand in."""

    rows: Rows
    events: list[Event]


def _kinds(events: Sequence[Event | None]) -> dict[type[Fact], _Kind]:
    found: dict[type[Fact], tuple[list[int], list[Event]]] = {}
    for row, event in enumerate(events):
        if event is not None:
            rows, of_kind = found.setdefault(type(event.fact), ([], []))
            rows.append(row)
            of_kind.append(event)
    return {cls: _Kind(np.array(rows, np.int32), kept) for cls, (rows, kept) in found.items()}


def _of_kinds(kinds: Mapping[type[Fact], _Kind], rows: int) -> dict[str, pa.Array]:
    """What the type of a fact says by itself, and the rule that a fact breaks by itself.

    Such a fact changes no state, so marts keep it apart.
    """
    cells = {name: Cells() for name in _OF_KIND}
    for cls, (at, events) in kinds.items():
        for name, value in zip(_OF_KIND, _NAMES_OF[cls], strict=False):
            cells[name].add(at, repeat(value, len(events)))
        check = _CHECKS.get(cls)
        if check is not None:
            cells["breach"].add(at, [check(event, event.fact) for event in events])
    return {name: found.column(rows, EVENTS.field(name).type) for name, found in cells.items()}


def _envelopes(
    events: Sequence[Event | None],
    spares: Sequence[Spare | None],
    of_kinds: Mapping[str, pa.Array],
) -> tuple[list[Any] | pa.Array | None, ...]:
    def column(name: str) -> list[Any]:
        get = attrgetter(name)
        return [None if event is None else get(event) for event in events]

    return (
        [
            event.id if event is not None and spare is None else None
            for event, spare in zip(events, spares, strict=True)
        ],
        column("source"),
        column("sequence"),
        of_kinds["event"],
        of_kinds["family"],
        column("occurred_at"),
        None,
        column("provenance"),
        of_kinds["breach"],
        of_kinds["type_version"],
        column("correlation_id"),
        [
            event.causation_id if event is not None and not (spare and spare.asked) else None
            for event, spare in zip(events, spares, strict=True)
        ],
        column("supersedes"),
        column("verification"),
        [spare and spare.data for spare in spares],
        [spare and spare.rest for spare in spares],
        [spare and spare.asked for spare in spares],
        [None if event is None else delay_us(event) for event in events],
    )


def _facets(kinds: Mapping[type[Fact], _Kind], rows: int) -> Iterator[pa.Array]:
    """One column a facet, in the schema's order."""
    cells: defaultdict[str, Cells] = defaultdict(Cells)
    for cls, (at, events) in kinds.items():
        facts = [event.fact for event in events]
        for name in FACETS_OF[cls]:
            cells[name].add(at, map(attrgetter(name), facts))
    for field in FACETS:
        yield cells[field.name].column(rows, field.type)


def _read(record: Logged) -> Event | Unreadable | None:
    """The event; None on topics of our own records: letters, ticks, orders, requests, commands."""
    if record.topic not in _TOPICS:
        return None
    # The same reading as the fold's, or the lake would count what the fold has refused.
    if record.topic == "premises.events":
        return decode_premises(key=record.key, value=record.value)
    event = decode(key=record.key, value=record.value)
    if isinstance(event, Event) and topic_of(event.fact.TYPE) != record.topic:
        return Unreadable(Cause.WRONG_TOPIC, f"{event.fact.TYPE} has no place in {record.topic}")
    return event
