"""Which event types a condition of a query lets through, from DuckDB's own tree of it."""

import re
from typing import Any, Final, TypeAlias

from twin.events.registry import ALL_TYPES, family, short_name, topic_of

Tree: TypeAlias = Any
"""A part of the tree that DuckDB gives of a query, as JSON."""
ALL: Final = frozenset(map(short_name, ALL_TYPES))
"""Every event type by its short name."""
BY_FAMILY: Final = {
    name: frozenset(short_name(one) for one in ALL_TYPES if family(one) == name)
    for name in {family(one) for one in ALL_TYPES}
}
BY_TOPIC: Final = {
    name: frozenset(short_name(one) for one in ALL_TYPES if topic_of(one) == name)
    for name in {topic_of(one) for one in ALL_TYPES}
}
_BY_COLUMN: Final = {
    "event": {name: frozenset({name}) for name in ALL},
    "family": BY_FAMILY,
    "topic": BY_TOPIC,
}


def restriction(condition: Tree, alias: str) -> frozenset[str] | None:
    """The events of a table that a condition lets through; None where it says nothing of them.

    `alias` is what the part that reads the table calls it.
    """
    if not isinstance(condition, dict):
        return None
    kind, children = condition.get("type"), condition.get("children", [])
    if kind == "CONJUNCTION_AND":
        said = [one for one in (restriction(c, alias) for c in children) if one is not None]
        return frozenset.intersection(*said) if said else None
    if kind == "CONJUNCTION_OR":
        either = [restriction(c, alias) for c in children]
        said = [one for one in either if one is not None]
        return frozenset[str]().union(*said) if len(said) == len(either) else None
    return _of_one(condition, alias)


def _of_one(condition: Tree, alias: str) -> frozenset[str] | None:
    children = condition.get("children", [])
    match condition.get("type"):
        case "COMPARE_EQUAL":
            return _named(_column(condition.get("left"), alias), [condition.get("right")])
        case "COMPARE_IN":
            return _named(_column(children[0], alias), children[1:])
        case "OPERATOR_IS_NOT_NULL":
            return _with_field(_column(children[0], alias))
        case "FUNCTION" if condition.get("function_name") == "~~":
            column, pattern = (one["expression"] for one in condition["arguments"])
            return _alike(_column(column, alias), pattern)
        case _:
            return None


def _named(column: str, constants: list[Tree]) -> frozenset[str] | None:
    values = [_constant(one) for one in constants]
    if column not in _BY_COLUMN or None in values:
        return None
    table = _BY_COLUMN[column]
    return frozenset[str]().union(*(table.get(str(value), frozenset()) for value in values))


def _with_field(column: str) -> frozenset[str] | None:
    """The events that have a field, where one has it."""
    found = frozenset(
        short_name(name) for name, fact in ALL_TYPES.items() if column in fact.__struct_fields__
    )
    return found or None


def _alike(column: str, pattern: Tree) -> frozenset[str] | None:
    text = _constant(pattern)
    if column != "event" or text is None:
        return None
    form = re.compile(".*".join(map(re.escape, text.split("%"))))
    return frozenset(name for name in ALL if form.fullmatch(name))


def _column(expression: Tree, alias: str) -> str:
    """The name of a column that may be the table's; empty for anything else."""
    if not isinstance(expression, dict) or expression.get("class") != "COLUMN_REF":
        return ""
    *owner, name = expression["column_names"]
    return str(name) if owner in ([], [alias]) else ""


def _constant(expression: Tree) -> str | None:
    if not isinstance(expression, dict) or expression.get("class") != "CONSTANT":
        return None
    literal = expression.get("literal") or {}
    found = literal.get("text", expression.get("value", {}).get("value"))
    return None if found is None else str(found)
