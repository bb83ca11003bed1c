"""The reference page of all event types: meaning, fields, units, real counterpart."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from twin.events.counterparts import COUNTERPARTS, Counterpart
from twin.events.registry import ALL_TYPES, Fact, family, short_name, topic_of
from twin.events.schemas import schema_of

_HEAD: Final = """# Event types

Written by `make docs` from the code; do not edit.
Every record is a CloudEvents 1.0 envelope around the fields below; the whole schema of each type
lies in [`docs/schemas`](../schemas). A rule id behind a field says which rule its range stands for
(see [the rule book](../rules.md)).
"""
_UNITS: Final = {
    "_s": "seconds",
    "_percent": "per cent",
    "_minutes": "minutes",
    "minutes": "minutes",
    "seconds_into_window": "seconds",
    "code_length": "bytes",
    "digits": "digits",
    "upto": "share of the rank scale",
}


def events_page() -> str:
    """The page as Markdown; the same text for the same code."""
    return "".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    ordered = sorted(ALL_TYPES, key=lambda name: (family(name), short_name(name)))
    for of_family, names in groupby(ordered, key=family):
        yield f"\n## {of_family.capitalize()}\n"
        for name in names:
            yield from _section(name, ALL_TYPES[name])


def _section(name: str, fact: type[Fact]) -> Iterator[str]:
    schema = schema_of(event_type=name)
    yield f"\n### `{short_name(name)}`\n\n"
    yield f"{schema['description']}\n\n"
    yield f"`{name}` on `{topic_of(name)}`. {_counterpart(COUNTERPARTS[fact])}\n"
    body = schema["$defs"][fact.__name__]
    fields = body.get("properties", {})
    if not fields:
        yield "\nNo fields of its own.\n"
        return
    required = set(body.get("required", ()))
    yield "\n| field | kind | unit | may be absent | rule |\n|---|---|---|---|---|\n"
    for field, piece in fields.items():
        absent = "" if field in required else "yes"
        kind = _kind(piece, schema["$defs"]).replace("|", "\\|")
        yield f"| `{field}` | {kind} | {_unit(field)} | {absent} | {_rule(piece)} |\n"


def _counterpart(found: Counterpart) -> str:
    parts = (
        ("service request", found.service_request),
        ("use case", found.use_case),
        ("alert", found.alert),
    )
    said = [f"{word} {text}" for word, text in parts if text]
    said += [found.source] if found.source else []
    return f"Real counterpart: {'; '.join(said)}."


def _unit(field: str) -> str:
    return next((unit for end, unit in _UNITS.items() if field.endswith(end)), "")


def _rule(piece: dict[str, Any]) -> str:
    pieces = [piece, *piece.get("anyOf", ())]
    return next((str(one["x-rule"]) for one in pieces if "x-rule" in one), "")


def _kind(piece: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A field's kind in one phrase: words of an enumeration, a pattern's name, a range."""
    if "anyOf" in piece:
        kinds = [_kind(one, definitions) for one in piece["anyOf"]]
        return " or ".join(kind for kind in kinds if kind != "null")
    if "$ref" in piece:
        name = piece["$ref"].rsplit("/", 1)[1]
        target = definitions[name]
        return f"`{name}`" if target.get("type") == "object" else _kind(target, definitions)
    if "enum" in piece or "const" in piece:
        return ", ".join(f"`{word}`" for word in piece.get("enum", [piece.get("const")]))
    if piece.get("type") == "array":
        return f"list of {_kind(piece.get('items', {}), definitions)}{_most(piece)}"
    if "propertyNames" in piece:
        values = _kind(piece["additionalProperties"], definitions)
        return f"{values} by {_kind(piece['propertyNames'], definitions)}"
    text = str(piece.get("format", piece.get("type", "any")))
    return f"{text}{_range(piece)}{_pattern(piece)}"


def _most(piece: dict[str, Any]) -> str:
    return f", at most {piece['maxItems']}" if "maxItems" in piece else ""


def _range(piece: dict[str, Any]) -> str:
    words = (
        ("minimum", "from"),
        ("exclusiveMinimum", "above"),
        ("maximum", "to"),
        ("exclusiveMaximum", "below"),
    )
    said = [f"{word} {piece[key]}" for key, word in words if key in piece]
    return f" {' '.join(said)}" if said else ""


def _pattern(piece: dict[str, Any]) -> str:
    pattern = piece.get("pattern", "").replace("(?!\\n)", "")
    return f" `{pattern}`" if pattern else ""
