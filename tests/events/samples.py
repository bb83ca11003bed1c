"""Records of every type, made from the types themselves: one for each word of each enumeration."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import inspect

from twin.events.envelope import Event, new_event
from twin.events.oversight import PROGRAMME_ID
from twin.events.registry import ALL_TYPES, CAMPAIGN_TYPES, OVERSIGHT_TYPES, Fact
from twin.ids import event_id

PREMISES = "P0123456789abcdef"
CAMPAIGN = "LCP-HUBS"
HUB = "00-1D-24-00-00-00-00-01"
ESME = "00-1D-24-00-00-00-00-02"
NOON = datetime(2017, 7, 1, 12, tzinfo=UTC)
TEXTS = {
    "message_code": "0x0123",
    "alert_code": "0x8F66",
    "cells": "North|*|*",
    "earned": "region:North",
    "device_id": HUB,
    "campaign_id": CAMPAIGN,
    "supplier": "S07",
    "party": "S07",
    "error": "KeyError",
    "model": "1062-0A0B0C0D",
    "firmware_version": "0001000A",
    "running_version": "0001000A",
    "inventory_version": "00010009",
    "gbcs_version": "1.0",
    "plan_hash": "5f" * 32,
    "image_hash": "a0" * 32,
    "actor": "dcc-operations",
    "author": "programme-planner",
    "by": "LCP-OTHER",
    "originator": HUB,
    "answer_code": "E65",
    "region": "North",
    "stratum": "model:1062-0A0B0C0D",
    "plan": '{"campaign_id":"LCP-HUBS","title":"hubs"}',
}
EDGE = 2**-10
"""How far inside an open end of a range a sample lies."""


def samples(event_type: str, *, first: int = 1) -> Iterator[Event]:
    """Events of a type, numbered from `first`; every allowed word of every field appears."""
    cls = ALL_TYPES[event_type]
    fields = msgspec.structs.fields(cls)
    choices = {field.encode_name: options(field.encode_name, field.type) for field in fields}
    for number in range(max((len(o) for o in choices.values()), default=1)):
        plain = {name: o[number % len(o)] for name, o in choices.items()}
        fact: Fact = msgspec.convert(plain, cls)
        yield placed(fact, sequence=first + number)


def placed(fact: Fact, *, sequence: int) -> Event:
    """An event of a fact, in the place where the contract wants it."""
    key, source = _place(fact.TYPE)
    own = key == PREMISES
    at = NOON + timedelta(minutes=sequence)
    return new_event(
        fact=fact,
        source=source,
        sequence=sequence,
        key=key,
        occurred_at=at,
        recorded_at=at + timedelta(seconds=30, microseconds=sequence),
        provenance="simulated" if own else "twin",
        correlation_id=f"campaign:{CAMPAIGN}" if sequence % 2 else None,
        causation_id=event_id(source="x", sequence=sequence, event_type=fact.TYPE),
    )


def _place(event_type: str) -> tuple[str, str]:
    """Key and source of the records of a type."""
    if event_type in CAMPAIGN_TYPES:
        return CAMPAIGN, f"urn:gb:twin:{CAMPAIGN}"
    if event_type in OVERSIGHT_TYPES:
        return PROGRAMME_ID, f"urn:gb:programme:{PROGRAMME_ID}"
    return PREMISES, f"urn:gb:dsp:{PREMISES}"


def options(name: str, annotation: Any) -> list[Any]:
    """Values that a field may have: every word of an enumeration, both ends of a range."""
    return _options(name, inspect.type_info(annotation))


def _options(name: str, kind: inspect.Type) -> list[Any]:
    match kind:
        case inspect.Metadata():
            return _options(name, kind.type)
        case inspect.EnumType():
            return [member.value for member in kind.cls]
        case inspect.LiteralType():
            return sorted(kind.values)
        case inspect.BoolType():
            return [False, True]
        case inspect.IntType():
            return _ends(kind, 1, 2**31)
        case inspect.FloatType():
            return _ends(kind, EDGE, 1.0)
        case inspect.DateType():
            return ["2017-07-01", "2020-12-31"]
        case inspect.DateTimeType():
            return ["2017-07-02T01:30:00Z"]
        case inspect.UnionType():
            return [value for each in kind.types for value in _options(name, each)]
        case inspect.NoneType():
            return [None]
        case inspect.DictType():
            words = _options(name, kind.key_type)
            return [{}, dict.fromkeys(words, 1)]
        case inspect.VarTupleType():
            words = _options(name, kind.item_type)
            return [words[: kind.min_length or 0], words[: kind.max_length]]
        case inspect.StructType():
            return _structs(kind)
        case inspect.StrType() if name.endswith(("attempt_id", "request_id", "command_id")):
            return [event_id(source=name, sequence=1, event_type="sample")]
        case inspect.StrType() if name == "review_id":
            return [event_id(source=name, sequence=1, event_type="sample")]
        case inspect.StrType() if name.endswith("device_id") and name != "device_id":
            return [ESME]
        case inspect.StrType() if name in {"gpf_id", "pan_id", "target", "entries", "historic"}:
            return [ESME]
        case inspect.StrType():
            return [TEXTS[name]]
    raise AssertionError(f"no sample for {name}: {kind}")


def _structs(kind: inspect.StructType) -> list[Any]:
    """A struct inside a fact, as often as its fields need to show all their words."""
    tag = {} if kind.tag_field is None else {kind.tag_field: kind.tag}
    choices = {field.encode_name: _options(field.encode_name, field.type) for field in kind.fields}
    most = max((len(words) for words in choices.values()), default=1)
    return [
        {**tag, **{name: words[nth % len(words)] for name, words in choices.items()}}
        for nth in range(most)
    ]


def _ends(kind: inspect.IntType | inspect.FloatType, inside: float, most: float) -> list[Any]:
    """Both ends of a range, just inside where they are open."""
    low = kind.ge if kind.ge is not None else kind.gt + inside if kind.gt is not None else 0
    high = kind.le if kind.le is not None else kind.lt - inside if kind.lt is not None else most
    return [low, high] if isinstance(kind, inspect.IntType) else [float(low), float(high)]
