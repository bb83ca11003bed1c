"""Every record ever emitted is still read, and means what it meant (D13, F14)."""

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

from tests.golden.write_corpus import CORPUS, corpus_file, is_whole
from twin.events.codec import decode
from twin.events.envelope import Event, encode
from twin.events.registry import ALL_TYPES
from twin.events.schemas import schema_of
from twin.ids import event_id

TYPES = sorted(ALL_TYPES)


def lines(event_type: str) -> list[bytes]:
    """The records of a type in the corpus."""
    return corpus_file(event_type).read_bytes().splitlines()


def test_every_type_is_in_the_corpus() -> None:
    assert sorted(CORPUS.iterdir()) == sorted(corpus_file(name) for name in TYPES)


@pytest.mark.parametrize("event_type", TYPES)
def test_corpus_is_read_and_written_back_byte_for_byte(event_type: str) -> None:
    """But for fields that the type got since: those are written with their defaults."""
    assert any(is_whole(event_type, line) for line in lines(event_type))
    for line in lines(event_type):
        key = msgspec.json.decode(line)["partitionkey"].encode()
        event = decode(key=key, value=line)
        assert isinstance(event, Event), event
        assert event_type == event.fact.TYPE
        assert decode(key=key, value=encode(event)) == event
        assert encode(event) == line if is_whole(event_type, line) else is_kept(line, event)


def is_kept(line: bytes, event: Event) -> bool:
    """Whether a record written back says all that it said, and nothing new but defaults.

    A type that leaves its defaults out says nothing new at all.
    """
    was, written = msgspec.json.decode(line), msgspec.json.decode(encode(event))
    old, new = was.pop("data"), written.pop("data")
    fields = msgspec.structs.fields(type(event.fact))
    added = {
        f.encode_name: f.default if f.default_factory is msgspec.NODEFAULT else f.default_factory()
        for f in fields
        if f.encode_name not in old and not type(event.fact).__struct_config__.omit_defaults
    }
    return was == written and new == old | msgspec.json.decode(msgspec.json.encode(added))


@pytest.mark.parametrize("event_type", TYPES)
def test_corpus_satisfies_the_schema(event_type: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(event_type=event_type))
    for line in lines(event_type):
        validator.validate(msgspec.json.decode(line))


def test_ids_of_the_corpus_are_those_that_the_sources_gave() -> None:
    """Ids are a hash of source, number and type: were the rule changed, resends would count."""
    seen = set()
    for name in TYPES:
        for line in lines(name):
            record = msgspec.json.decode(line)
            source, number = record["source"], int(record["sequence"])
            assert record["id"] == event_id(source=source, sequence=number, event_type=name)
            seen.add(record["id"])
    assert "8f95332b-35d4-55a6-8252-c5c03c0e1049" in seen, "the first PIN of the corpus"
