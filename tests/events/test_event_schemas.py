"""The exported JSON Schemas: complete, closed, no free text, equal to what is committed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

from tests.events.samples import samples
from twin.events.envelope import encode
from twin.events.registry import ALL_TYPES
from twin.events.schemas import export, file_name, schema_of

COMMITTED = Path(__file__).parents[2] / "docs" / "schemas"
TYPES = sorted(ALL_TYPES)


def pieces(schema: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object inside a schema, with its path."""
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            yield from pieces(value, f"{path}.{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from pieces(value, f"{path}[{number}]")


def test_committed_schemas_are_what_the_code_exports(tmp_path: Path) -> None:
    exported = {path.name: path.read_bytes() for path in export(tmp_path)}
    committed = {path.name: path.read_bytes() for path in COMMITTED.iterdir()}
    assert exported == committed, "run: python -m twin.events.schemas docs/schemas"
    assert sorted(exported) == sorted(file_name(event_type=name) for name in TYPES)


def test_export_is_the_same_in_another_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "twin.events.schemas", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": "77"})
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert again == {path.name: path.read_bytes() for path in COMMITTED.iterdir()}


def test_wrong_usage_is_two(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "twin.events.schemas"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage:")


@pytest.mark.parametrize("event_type", TYPES)
def test_every_object_is_closed(event_type: str) -> None:
    objects = [
        (path, piece)
        for path, piece in pieces(schema_of(event_type=event_type))
        if piece.get("type") == "object" or isinstance(piece.get("properties"), dict)
    ]
    assert len(objects) >= 2, "the envelope and its data"
    assert [path for path, piece in objects if not is_closed(piece)] == []


def is_closed(piece: dict[str, Any]) -> bool:
    """Whether an object takes the keys of a list only, or of a pattern."""
    names = piece.get("propertyNames", {})
    return piece.get("additionalProperties") is False or bool({"$ref", "pattern"} & set(names))


def test_counts_by_word_take_listed_words_only() -> None:
    event_type = "uk.gb.smart.programme.membership-frozen.v1"
    validator = jsonschema.Draft202012Validator(schema_of(event_type=event_type))
    record = msgspec.json.decode(encode(next(samples(event_type))))
    record["data"]["excluded"] = {"not_selected": 3}
    validator.validate(record)
    record["data"]["excluded"] = {"a word that somebody wrote": 3}
    assert not validator.is_valid(record)


@pytest.mark.peer_fault("PF-mender-09")
@pytest.mark.parametrize("event_type", TYPES)
def test_no_field_takes_free_text(event_type: str) -> None:
    """A secret has no place to be written (D32): every text is a word of a list or a pattern."""
    schema = schema_of(event_type=event_type)
    leaves = [
        (f"{path}.{name}", leaf)
        for path, piece in pieces(schema)
        if isinstance(piece.get("properties"), dict)
        for name, field in piece["properties"].items()
        for leaf in alternatives(field)
    ]
    assert len(leaves) > 15
    assert [path for path, leaf in leaves if not is_bounded(leaf, schema)] == []


def alternatives(field: dict[str, Any]) -> list[dict[str, Any]]:
    """A field's schema, or each of the alternatives it allows, those of alternatives too."""
    if "anyOf" not in field:
        return [field]
    return [leaf for one in field["anyOf"] for leaf in alternatives(one)]


def is_bounded(leaf: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether a schema admits only listed words, patterned text, numbers, booleans or null."""
    if "$ref" in leaf:
        target = schema["$defs"][leaf["$ref"].rpartition("/")[2]]
        return "enum" in target or target.get("additionalProperties") is False
    if "enum" in leaf or "const" in leaf:
        return True
    match leaf.get("type"):
        case "string":
            pattern = leaf.get("pattern", "")
            anchored = pattern.startswith("^") and "$" in pattern and ".*" not in pattern
            return anchored or leaf.get("format") in {"date", "date-time"}
        case "array":
            return is_bounded(leaf["items"], schema)
        case "object":
            values = leaf.get("additionalProperties", {})
            return is_closed(leaf) and (not values or is_bounded(values, schema))
        case "integer" | "number" | "boolean" | "null":
            return True
    return False


def test_the_walk_finds_free_text() -> None:
    assert not is_bounded({"type": "string"}, {})
    assert not is_bounded({}, {})
    assert not is_bounded({"type": "string", "pattern": "^.*$"}, {})
    assert is_bounded({"type": "string", "pattern": "^S[0-9]{2}$"}, {})
    assert not is_bounded({"type": "object", "additionalProperties": {"type": "integer"}}, {})


@pytest.mark.parametrize("event_type", TYPES)
def test_records_satisfy_their_schema(event_type: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(event_type=event_type))
    for event in samples(event_type):
        record = msgspec.json.decode(encode(event))
        validator.validate(record)
        assert not validator.is_valid({**record, "note": "x"})
        assert not validator.is_valid({**record, "data": {**record["data"], "note": "x"}})
        assert not validator.is_valid({**record, "type": "uk.gb.smart.pins.pin-shown.v1"})


def test_no_field_is_named_like_a_secret() -> None:
    names = {
        name
        for event_type in TYPES
        for _, piece in pieces(schema_of(event_type=event_type))
        for name in piece.get("properties", {})
    }
    forbidden = {
        "pin",
        "install_code",
        "code",
        "link_key",
        "key",
        "mpan",
        "mprn",
        "name",
        "address",
    }
    assert names & forbidden == set()
