"""Secrets cannot be expressed: no field of an event has room for one (Annex D; BR03, BR10)."""

import re
from itertools import product
from typing import Final

from msgspec import Struct, inspect

from twin.rules.marks import rule
from twin.rules.refusal import Answer, unless

_CODE_HEX: Final = tuple(2 * size for n in (6, 8, 12, 16) for size in (n, n + 2))
_LOOKS: Final = tuple(
    (mark * size)[:size]
    for mark, size in (*product("1", (4, 13, 20, 25, 34, 44)), *product(("1A", "1a"), _CODE_HEX))
)
"""Strings of the shape of a Privacy PIN, an MPAN, a typed install code, a code in hex.

Codes in hex that begin with a letter are left out: the name of a campaign may look like one.
"""
_METER_POINT: Final = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12}(?![0-9])")


@rule("BR03", "BR10")
def fields_open_to_a_secret(*, fact: type[Struct]) -> tuple[str, ...]:
    """Text fields of an event that could hold a PIN, an install code or an MPAN: there are none.

    Raises:
        TypeError: `fact` is no struct.
    """
    found = inspect.type_info(fact)
    if not isinstance(found, inspect.StructType):
        raise TypeError(f"{fact.__name__} is no struct")
    return tuple(field.name for field in found.fields if _is_open(field.type))


@rule("BR43", "BR03")
def check_free_text(*, text: str) -> Answer:
    """Refuses a text with a run of thirteen digits, which may be an MPAN, without quoting it."""
    return unless(
        broken=bool(_METER_POINT.search(text)),
        rule="BR43",
        why="the text holds a run of thirteen digits, which may be an MPAN",
    )


def _is_open(kind: inspect.Type) -> bool:
    """Whether a type, an alternative or an item of it takes a string of a secret's shape."""
    if isinstance(kind, inspect.Metadata):
        return _is_open(kind.type)
    if isinstance(kind, inspect.UnionType):
        return any(map(_is_open, kind.types))
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return _is_open(kind.item_type)
    if isinstance(kind, inspect.StrType):
        pattern = re.compile(kind.pattern or "")
        return any(pattern.search(look) for look in _LOOKS)
    return isinstance(kind, inspect.AnyType | inspect.BytesType | inspect.RawType)
