"""Which fields of a fact have a column of their own: those whose name and kind both agree."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from msgspec import inspect
from msgspec.structs import FieldInfo, fields

from tests.events.samples import options, placed
from tests.lake.lake_records import logged
from twin.events.envelope import encode
from twin.events.registry import (
    ALL_TYPES,
    CAMPAIGN_TYPES,
    OVERSIGHT_TYPES,
    PREMISES_TYPES,
    Fact,
)
from twin.lake.facets import facets_of
from twin.lake.rows import to_table
from twin.lake.schema import FACETS
from twin.lake.spared import given_back

TOPIC_OF = {
    **dict.fromkeys(ALL_TYPES, "premises.events"),
    **dict.fromkeys(CAMPAIGN_TYPES, "campaign.events"),
    **dict.fromkeys(OVERSIGHT_TYPES, "programme.events"),
}


def test_every_facet_is_a_field_of_some_type() -> None:
    found = {name for cls in ALL_TYPES.values() for name in facets_of(cls)}
    assert found == {field.name for field in FACETS}


class Odd(msgspec.Struct, frozen=True):
    """Fields that are called as facets are, some of kinds that their columns cannot hold."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.odd.v1"
    channel: int | None
    role: tuple[str, ...]
    minutes: Literal["many"] | int
    wave: Annotated[int, msgspec.Meta(ge=1)] | None
    upto: bool
    planned: date
    pin_set: bool | None
    reason: Literal["a", "b"]


def test_facet_is_taken_where_name_and_kind_agree() -> None:
    assert facets_of(Odd) == ("wave", "planned", "pin_set", "reason")  # type: ignore[arg-type]


def _values(field: FieldInfo) -> st.SearchStrategy[Any]:
    """Any value of a field; text has patterns, so it is taken from the samples."""
    return _of_kind(inspect.type_info(field.type), st.sampled_from(options(field.name, field.type)))


def _of_kind(kind: inspect.Type, others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.Metadata():
            return _of_kind(kind.type, others)
        case inspect.UnionType():
            return st.one_of(*(_of_kind(one, others) for one in kind.types))
        case inspect.IntType():
            return st.integers(kind.ge if kind.ge is not None else (kind.gt or 0) + 1, kind.le)
        case inspect.FloatType():
            low, high = kind.ge if kind.ge is not None else kind.gt, kind.le or kind.lt
            return st.floats(
                low,
                high,
                exclude_min=kind.gt is not None,
                exclude_max=kind.lt is not None,
                allow_nan=False,
                allow_infinity=False,
            )
        case inspect.DateType():
            return st.dates()
    return others


@pytest.mark.parametrize("event_type", sorted(ALL_TYPES))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_fact_that_the_contract_allows_becomes_a_row(
    event_type: str, data: st.DataObject
) -> None:
    cls = ALL_TYPES[event_type]
    plain = {field.encode_name: data.draw(_values(field)) for field in fields(cls)}
    try:
        fact: Fact = msgspec.convert(plain, cls)
    except msgspec.ValidationError as error:
        if "BR17" not in str(error):  # the one rule between two fields of a schema
            raise
        reject()
    event = placed(fact, sequence=1)
    record = logged(encode(event), key=event.key.encode(), offset=0, topic=TOPIC_OF[event_type])
    table = to_table([record])
    (found,) = table.to_pylist()
    assert found["refusal"] is None
    assert given_back(table) == [record.value]
    assert (found["value"] is None) == (event_type in PREMISES_TYPES and not _resolves(event_type))
    for name in facets_of(cls):
        held = getattr(fact, name)
        beyond = isinstance(held, int) and held >= 2**63
        assert found[name] == (None if beyond else held)


def _resolves(event_type: str) -> bool:
    """A letter's end is kept whole: marts read its bytes."""
    return event_type.startswith("uk.gb.smart.programme.")
