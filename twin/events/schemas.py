"""JSON Schemas of the event types, exported from the code so that they cannot lag behind it (D36).

`python -m twin.events.schemas docs/schemas` writes them, one file a type.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import inspect

from twin.events.envelope import Envelope, schema_urn
from twin.events.registry import ALL_TYPES, Fact
from twin.ids import NAMESPACE

Schema: TypeAlias = dict[str, Any]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REF: Final = "#/$defs/{name}"


def schema_of(*, event_type: str) -> Schema:
    """JSON Schema of a whole record of an event type: envelope and data.

    Raises:
        KeyError: the type is not in the registry.
    """
    fact: type[Fact] = ALL_TYPES[event_type]
    _, definitions = msgspec.json.schema_components([Envelope, fact], ref_template=_REF)
    envelope = definitions.pop("Envelope")
    _close_keys(fact, definitions[fact.__name__]["properties"])
    properties = {
        **envelope["properties"],
        "type": {"const": event_type},
        "dataschema": {"const": schema_urn(event_type)},
        "data": {"$ref": _REF.format(name=fact.__name__)},
    }
    return {
        "$schema": DIALECT,
        "$id": schema_urn(event_type),
        "$comment": f"Exported from the code; ids are UUIDv5 in the namespace {NAMESPACE}.",
        "title": event_type,
        "description": _one_line(fact.__doc__),
        **{key: envelope[key] for key in ("type", "required", "additionalProperties")},
        "properties": properties,
        "$defs": {name: _described(piece) for name, piece in sorted(definitions.items())},
    }


def file_name(*, event_type: str) -> str:
    """`firmware.activated.v1.json` of `uk.gb.smart.firmware.activated.v1`."""
    return event_type.removeprefix("uk.gb.smart.") + ".json"


def export(folder: Path) -> tuple[Path, ...]:
    """Write the schema of every type into `folder`, the same bytes each time; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for event_type in sorted(ALL_TYPES):
        path = folder / file_name(event_type=event_type)
        text = json.dumps(schema_of(event_type=event_type), indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        written.append(path)
    return tuple(written)


def _close_keys(fact: type[Fact], properties: Schema) -> None:
    """Keys are words of an enumeration, or names of a pattern; msgspec leaves that unsaid."""
    found = inspect.type_info(fact)
    assert isinstance(found, inspect.StructType)  # every fact is a struct
    for field in found.fields:
        if isinstance(field.type, inspect.DictType):
            properties[field.encode_name]["propertyNames"] = _keys(field.type.key_type)


def _keys(key: inspect.Type) -> Schema:
    if isinstance(key, inspect.EnumType):
        return {"$ref": _REF.format(name=key.cls.__name__)}
    assert isinstance(key, inspect.StrType)  # no other keys are allowed, and no free text (D32)
    assert key.pattern is not None
    return {"pattern": key.pattern}


def _described(piece: Schema) -> Schema:
    return {**piece, "description": _one_line(piece.get("description"))}


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def main(arguments: list[str]) -> int:
    """Export into the one folder named on the command line; 2 where the usage is wrong."""
    if len(arguments) != 1:
        print("usage: python -m twin.events.schemas FOLDER", file=sys.stderr)
        return 2
    print(f"{len(export(Path(arguments[0])))} schemas written to {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
