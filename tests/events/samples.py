"""Records of every type, made from the types themselves: one for each word of each enumeration."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import inspect

from twin.events.envelope import Event, new_event
from twin.events.registry import ALL_TYPES, CAMPAIGN_TYPES, Fact
from twin.ids import event_id

PREMISES = "P0123456789abcdef"
CAMPAIGN = "LCP-HUBS"
HUB = "00-1D-24-00-00-00-00-01"
ESME = "00-1D-24-00-00-00-00-02"
NOON = datetime(2017, 7, 1, 12, tzinfo=UTC)
TEXTS = {
    "device_id": HUB,
    "campaign_id": CAMPAIGN,
    "supplier": "S07",
    "model": "1062-0A0B0C0D",
    "firmware_version": "0001000A",
    "plan_hash": "5f" * 32,
    "actor": "dcc-operations",
}


def samples(event_type: str) -> Iterator[Event]:
    """Events of a type; between them, every allowed word of every field appears."""
    cls = ALL_TYPES[event_type]
    fields = msgspec.structs.fields(cls)
    choices = {field.encode_name: options(field.encode_name, field.type) for field in fields}
    for number in range(max((len(o) for o in choices.values()), default=1)):
        plain = {name: o[number % len(o)] for name, o in choices.items()}
        fact: Fact = msgspec.convert(plain, cls)
        yield placed(fact, sequence=number + 1)


def placed(fact: Fact, *, sequence: int) -> Event:
    """An event of a fact, in the place where the contract wants it."""
    campaign = fact.TYPE in CAMPAIGN_TYPES
    key = CAMPAIGN if campaign else PREMISES
    at = NOON + timedelta(minutes=sequence)
    return new_event(
        fact=fact,
        source=f"urn:gb:{'twin' if campaign else 'dsp'}:{key}",
        sequence=sequence,
        key=key,
        occurred_at=at,
        recorded_at=at + timedelta(seconds=30, microseconds=sequence),
        provenance="twin" if campaign else "simulated",
        correlation_id=f"campaign:{CAMPAIGN}" if sequence % 2 else None,
        causation_id=event_id(source="x", sequence=sequence, event_type=fact.TYPE),
    )


def options(name: str, annotation: Any) -> list[Any]:
    """Values that a field may have: every word of an enumeration, both ends of a range."""
    return _options(name, inspect.type_info(annotation))


def _options(name: str, kind: inspect.Type) -> list[Any]:
    match kind:
        case inspect.EnumType():
            return [member.value for member in kind.cls]
        case inspect.LiteralType():
            return sorted(kind.values)
        case inspect.BoolType():
            return [False, True]
        case inspect.IntType():
            return [kind.ge or 0, kind.le if kind.le is not None else 2**31]
        case inspect.FloatType():
            return [0.0, 0.25, 1.0]
        case inspect.UnionType():
            return [value for each in kind.types for value in _options(name, each)]
        case inspect.NoneType():
            return [None]
        case inspect.VarTupleType():
            words = _options(name, kind.item_type)
            return [[], words]
        case inspect.StrType() if name.endswith(("attempt_id", "request_id", "command_id")):
            return [event_id(source=name, sequence=1, event_type="sample")]
        case inspect.StrType():
            return [TEXTS[name]]
    raise AssertionError(f"no sample for {name}: {kind}")
