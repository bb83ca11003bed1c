"""Both ways against the CloudEvents SDK: what we write it reads, what it writes we read (D2)."""

import json
from datetime import datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from tests.events.samples import samples
from twin.events.codec import decode
from twin.events.envelope import Event, encode, headers
from twin.events.registry import ALL_TYPES

TYPES = sorted(ALL_TYPES)


def as_kafka(event: Event) -> KafkaMessage:
    """Our record as the SDK's Kafka binding wants it."""
    named = {"content-type": b"application/cloudevents+json", **dict(headers(event))}
    return KafkaMessage(headers=named, key=event.key.encode(), value=encode(event))


@pytest.mark.parametrize("event_type", TYPES)
def test_the_sdk_reads_what_we_write(event_type: str) -> None:
    for event in samples(event_type):
        read = from_structured_event(as_kafka(event), JSONFormat())
        assert isinstance(read, CloudEvent), "the SDK took it as CloudEvents 1.0"
        assert read.get_id() == event.id
        assert read.get_source() == event.source
        assert read.get_type() == event_type
        assert read.get_subject() == event.subject
        assert read.get_time() == event.occurred_at
        assert read.get_extension("partitionkey") == event.key
        assert read.get_extension("sequence") == f"{event.sequence:012d}"
        assert read.get_data() == json.loads(encode(event))["data"]


@pytest.mark.parametrize("event_type", TYPES)
def test_we_read_what_the_sdk_writes(event_type: str) -> None:
    for event in samples(event_type):
        attributes: dict[str, Any] = json.loads(encode(event))
        fields = attributes.pop("data")
        attributes["time"] = datetime.fromisoformat(attributes["time"])
        message = to_structured_event(CloudEvent(attributes, fields), JSONFormat())
        assert decode(key=event.key.encode(), value=message.value) == event


@pytest.mark.parametrize("event_type", TYPES)
def test_there_and_back_through_the_sdk_is_byte_identical_for_us(event_type: str) -> None:
    for event in samples(event_type):
        read = from_structured_event(as_kafka(event), JSONFormat())
        again = decode(key=event.key.encode(), value=JSONFormat().write(read))
        assert isinstance(again, Event)
        assert encode(again) == encode(event)


@pytest.mark.parametrize("event_type", TYPES)
def test_attribute_names_are_those_that_cloudevents_allows(event_type: str) -> None:
    for name in json.loads(encode(next(samples(event_type)))):
        assert name.isascii()
        assert name.isalnum()
        assert name == name.lower()
        assert len(name) <= 20
