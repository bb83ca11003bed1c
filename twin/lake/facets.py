"""Which fields of an event type have a column of their own in the lake."""

from typing import Final

import pyarrow as pa
from msgspec import inspect

from twin.events.registry import ALL_TYPES, Fact
from twin.lake.schema import FACETS

_KINDS: Final[dict[pa.DataType, tuple[type[inspect.Type], ...]]] = {
    pa.string(): (inspect.StrType, inspect.EnumType),
    pa.int64(): (inspect.IntType,),
    pa.bool_(): (inspect.BoolType,),
    pa.float64(): (inspect.FloatType,),
    pa.date32(): (inspect.DateType,),
    pa.timestamp("us", tz="UTC"): (inspect.DateTimeType,),
}
"""Kinds of field that a column of a type can hold."""


def facets_of(fact: type[Fact]) -> tuple[str, ...]:
    """Fields of an event type that have a column of their own.

    Name and kind must both agree: `channel` of a pairing is text and has a column, `channel` of
    the sub GHz network is a number and has none.
    """
    found = inspect.type_info(fact)
    if not isinstance(found, inspect.StructType):
        raise TypeError(f"{fact.__name__} is no struct")
    columns = {field.name: field.type for field in FACETS}
    return tuple(
        field.name
        for field in found.fields
        if field.name in columns and _suits(field.type, columns[field.name])
    )


def _suits(kind: inspect.Type, column: pa.DataType) -> bool:
    if isinstance(kind, inspect.Metadata):
        return _suits(kind.type, column)
    if isinstance(kind, inspect.UnionType):
        return all(_suits(one, column) or isinstance(one, inspect.NoneType) for one in kind.types)
    if isinstance(kind, inspect.LiteralType):
        wanted = {pa.string(): str, pa.int64(): int}.get(column)
        return wanted is not None and all(type(value) is wanted for value in kind.values)
    return isinstance(kind, _KINDS[column])


FACETS_OF: Final = {cls: facets_of(cls) for cls in ALL_TYPES.values()}
"""Those of every type."""
