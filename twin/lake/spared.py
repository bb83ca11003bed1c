"""A record's bytes are left out of the lake where its columns give them back, to the byte.

Facts about premises are nearly all records and come in one form, our own encoder's: the envelope
of such a record is in the columns, its id follows from its source, number and type, and most
fields of its data have a column too. Kept, in `rest`, is the JSON of the fields that have none.
Requests are kept there without their ids (`twin.lake.asked`). What is not exactly so is kept
whole (decisions 0015 and 0037).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, Literal, NamedTuple

import msgspec
import pyarrow as pa
from msgspec import NODEFAULT, Raw, structs

from twin.events.envelope import Event, enveloped, subject_of
from twin.events.programme import DeadLetterResolved
from twin.events.registry import ALL_TYPES, PREMISES_TYPES, Fact, type_of
from twin.ids import event_id
from twin.lake.asked import cause_asked, cause_of, request_of, request_spared
from twin.lake.facets import FACETS_OF


class Spare(NamedTuple):
    """What is kept of a record whose bytes may be left out.

    `rest` is the JSON of the fields of its data that no column gives back, or of a request; `data`
    is all of it, where it is not in our own encoder's form; `asked` gives back a request's id.
    """

    data: bytes | None = None
    rest: bytes | None = None
    asked: str | None = None


_NOTHING: Final = Spare()
"""Of most facts: each field has a column, and no request has caused them."""


class _Said(NamedTuple):
    """What a record says of itself beside its type and data; the lake's times are UTC."""

    key: str
    source: str
    sequence: int
    occurred_at: datetime
    recorded_at: datetime
    provenance: Literal["simulated", "message", "twin"]
    correlation_id: str | None
    causation_id: str | None
    supersedes: str | None
    verification: Literal["none"] | None
    device_id: str | None


_KEPT: Final = ("value", "data", "rest", "asked", "event", "type_version", "delay_us")
_FACETS: Final = sorted({name for cls in PREMISES_TYPES.values() for name in FACETS_OF[cls]})
COLUMNS: Final = tuple(dict.fromkeys((*_KEPT, *_Said._fields, *_FACETS)))
"""What `given_back` needs of rows."""
_OF_REQUESTS: Final = ("rest", "asked")
_ASKED_TOPIC: Final = "field.requests"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UPMOST: Final = 2**63
_REQUEST: Final = "request_id"
"""The field that names the request a fact follows upon, which is its cause as well."""
_encode = msgspec.json.Encoder().encode
_rest_of = msgspec.json.Decoder(dict[str, Raw]).decode


def spared(topic: str, value: bytes | None, event: Event | None) -> Spare | None:
    """What is kept of a record whose bytes may be left out; None for one that is kept whole."""
    if value is None:
        return None
    if event is None:
        found = request_spared(value) if topic == _ASKED_TOPIC else None
        return None if found is None else Spare(rest=found[0], asked=found[1])
    if event.fact.TYPE not in PREMISES_TYPES or type(event.fact) is DeadLetterResolved:
        return None
    # Our own encoder writes the data last; of anything else the comparison finds out.
    data = value.partition(b',"data":')[2][:-1]
    said = _said(event)
    if _bytes_of(event.fact.TYPE, data, said) != value:
        return None
    spare = spare_of(event)
    held = {name: held_by_column(getattr(event.fact, name)) for name in FACETS_OF[type(event.fact)]}
    if _data_of(type(event.fact), held, spare.rest, said.causation_id) != data:
        return Spare(data=data, asked=spare.asked)
    return spare


def spare_of(event: Event) -> Spare:
    """What is kept of a fact of a premises that is written by our own encoder."""
    cause, rest = event.causation_id, _rest(event.fact, event.causation_id)
    if cause is None:
        return _NOTHING if rest is None else Spare(None, rest)
    device_id = getattr(event.fact, "device_id", None)
    asked = cause_asked(cause, correlation_id=event.correlation_id, device_id=device_id)
    return Spare(None, rest, asked)


def delay_us(event: Event) -> int:
    """Microseconds from when it happened to when its source recorded it; below 0: clocks differ."""
    return (event.recorded_at - event.occurred_at) // _MICROSECOND


def given_back(rows: pa.Table) -> list[bytes | None]:
    """The bytes of records from their rows' `COLUMNS`, in the same order."""
    found: list[bytes | None] = rows["value"].to_pylist()
    kinds: dict[tuple[str | None, int | None], list[int]] = {}
    names = rows["event"].to_pylist(), rows["type_version"].to_pylist()
    for place, (whole, name, version) in enumerate(zip(found, *names, strict=True)):
        if whole is None:
            kinds.setdefault((name, version), []).append(place)
    for (name, version), places in kinds.items():
        if name is None:
            again = _requests(_cells(rows, places, _OF_REQUESTS))
        else:
            assert version is not None
            again = _facts(rows, places, type_of(name, version))
        for place, value in zip(places, again, strict=True):
            found[place] = value
    return found


def columns_for(rows: pa.Table) -> list[str]:
    """Those of `COLUMNS` that `given_back` reads of these rows.

    The rows need to have `value`, `event` and `type_version` only.
    """
    names = (rows[name].to_pylist() for name in ("value", "event", "type_version"))
    kinds = {(name, version) for whole, name, version in zip(*names, strict=True) if whole is None}
    read = dict.fromkeys(("key", "value", "event", "type_version"))
    for name, version in sorted(kinds, key=repr):
        if name is None:
            read |= dict.fromkeys(_OF_REQUESTS)
        else:
            assert version is not None
            read |= dict.fromkeys(_of_facts(ALL_TYPES[type_of(name, version)]))
    return list(read)


def _of_facts(cls: type[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_KEPT, *_Said._fields, *FACETS_OF[cls])))


def _requests(cells: Mapping[str, list[Any]]) -> list[bytes | None]:
    """Requests; a record that was empty is nothing still."""
    return [
        None if asked is None else request_of(rest, asked)
        for rest, asked in zip(cells["rest"], cells["asked"], strict=True)
    ]


def _facts(rows: pa.Table, places: Sequence[int], event_type: str) -> list[bytes | None]:
    cls = ALL_TYPES[event_type]
    facets = FACETS_OF[cls]
    cells = _cells(rows, places, _of_facts(cls))
    cells["recorded_at"] = _recorded(cells)
    cells["causation_id"] = _causes(cells)
    held = zip(*(cells[name] for name in facets), strict=True) if facets else [()] * len(places)
    said_of = map(_Said, *(cells[name] for name in _Said._fields))
    found: list[bytes | None] = []
    for data, rest, values, said in zip(cells["data"], cells["rest"], held, said_of, strict=True):
        if data is None:
            by_name = dict(zip(facets, values, strict=True))
            data = _data_of(cls, by_name, rest, said.causation_id)
        found.append(_bytes_of(event_type, data, said))
    return found


def _recorded(cells: Mapping[str, list[Any]]) -> list[datetime]:
    columns = (cells[name] for name in ("recorded_at", "occurred_at", "delay_us"))
    return [
        known if delay is None else occurred + timedelta(microseconds=delay)
        for known, occurred, delay in zip(*columns, strict=True)
    ]


def _causes(cells: Mapping[str, list[Any]]) -> list[str | None]:
    columns = (cells[name] for name in ("causation_id", "asked", "correlation_id", "device_id"))
    return [
        known if asked is None else cause_of(asked, correlation_id=by, device_id=device)
        for known, asked, by, device in zip(*columns, strict=True)
    ]


def _cells(rows: pa.Table, places: Sequence[int], names: Iterable[str]) -> dict[str, list[Any]]:
    """Columns at these rows as Python values."""
    taken = rows.select(list(names)).take(pa.array(places))
    return {name: _values(taken[name]) for name in names}


def moments(column: pa.ChunkedArray) -> list[datetime | None]:
    """Moments in UTC, made by hand, for Arrow's own way is slow."""
    return [
        None if micros is None else _EPOCH + timedelta(microseconds=micros)
        for micros in column.cast(pa.int64()).to_pylist()
    ]


def _values(column: pa.ChunkedArray) -> list[Any]:
    if column.null_count == len(column):
        return [None] * len(column)
    return moments(column) if pa.types.is_timestamp(column.type) else column.to_pylist()


def _said(event: Event) -> _Said:
    return _Said(
        key=event.key,
        source=event.source,
        sequence=event.sequence,
        occurred_at=event.occurred_at.astimezone(UTC),
        recorded_at=event.recorded_at.astimezone(UTC),
        provenance=event.provenance,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        supersedes=event.supersedes,
        verification=event.verification,
        device_id=getattr(event.fact, "device_id", None),
    )


def held_by_column(value: object) -> object:
    """A value as its column gives it back: moments in UTC, no number beyond 64 bits."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return None if isinstance(value, int) and value >= _UPMOST else value


class _Form(NamedTuple):
    """Fields of a type in the order of its JSON, those among them without a column, and those that
    its JSON leaves out where they have these values."""

    fields: tuple[str, ...]
    left: tuple[str, ...]
    omitted: Mapping[str, Any]


@cache
def _form(cls: type[Fact]) -> _Form:
    fields = tuple(cls.__struct_encode_fields__)
    left = tuple(name for name in fields if name not in FACETS_OF[cls])
    omits = cls.__struct_config__.omit_defaults
    known = ((f.encode_name, f.default) for f in structs.fields(cls) if omits)
    return _Form(fields, left, {name: value for name, value in known if value is not NODEFAULT})


def _rest(fact: Fact, causation_id: str | None) -> bytes | None:
    """The JSON of the fields that no column gives back; None if there are none."""
    form = _form(type(fact))
    if not form.left:
        return None
    kept = {
        name: value
        for name in form.left
        if not ((value := getattr(fact, name)) == causation_id and name == _REQUEST)
        and not (name in form.omitted and value == form.omitted[name])
    }
    return _encode(kept) if kept else None


def _data_of(
    cls: type[Fact],
    held: Mapping[str, Any],
    rest: bytes | None,
    causation_id: str | None,
) -> bytes:
    """The JSON of a fact from its columns and the rest; a request that caused it has its id."""
    form = _form(cls)
    given: dict[str, Any] = {} if rest is None else _rest_of(rest)
    given |= held
    if _REQUEST in form.left:
        given.setdefault(_REQUEST, causation_id)
    if form.omitted:
        given = {n: v for n, v in given.items() if n not in form.omitted or v != form.omitted[n]}
    return _encode({name: given[name] for name in form.fields if name in given})


def _bytes_of(event_type: str, data: bytes, said: _Said) -> bytes:
    return enveloped(
        event_type=event_type,
        data=data,
        id=event_id(source=said.source, sequence=said.sequence, event_type=event_type),
        source=said.source,
        key=said.key,
        subject=subject_of(said.key, said.device_id),
        sequence=said.sequence,
        occurred_at=said.occurred_at,
        recorded_at=said.recorded_at,
        provenance=said.provenance,
        correlation_id=said.correlation_id,
        causation_id=said.causation_id,
        supersedes=said.supersedes,
        verification=said.verification,
    )
