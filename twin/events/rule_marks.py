"""Which rule a field's schema stands for, so that a refusal by schema can name it.

A field's annotation carries `extra_json_schema={"x-rule": "BR20"}`; the exported JSON Schemas
show the same mark.
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct, inspect

MARK: Final = "x-rule"
_FIELD: Final = re.compile(r"at `\$\.([a-z0-9_]+)")


@lru_cache(maxsize=256)
def rules_of(fact: type[Struct]) -> dict[str, str]:
    """Rule ids by field of an event type; fields without a mark are left out."""
    found = inspect.type_info(fact)
    if not isinstance(found, inspect.StructType):
        raise TypeError(f"{fact.__name__} is no struct")
    marks = {field.encode_name: _mark(field.type) for field in found.fields}
    return {field: mark for field, mark in marks.items() if mark is not None}


def rule_broken(fact: type[Struct], message: str) -> str | None:
    """The rule that a validation message of `fact` is about, by the field that it names."""
    named = _FIELD.search(message)
    return rules_of(fact).get(named[1]) if named else None


def _mark(kind: inspect.Type) -> str | None:
    """The mark on a type or on one of the alternatives of a union."""
    if isinstance(kind, inspect.Metadata):
        mark = (kind.extra_json_schema or {}).get(MARK)
        return str(mark) if mark is not None else _mark(kind.type)
    if isinstance(kind, inspect.UnionType):
        return next((mark for one in kind.types if (mark := _mark(one)) is not None), None)
    return None
