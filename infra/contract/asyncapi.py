"""The AsyncAPI 3 document of the log, from the registry of events and the list of topics."""

from typing import Any, Final

import msgspec

from streams import topics
from twin.events.oversight import PROGRAMME_ID
from twin.events.registry import ALL_TYPES, short_name, topic_of
from twin.events.schemas import file_name, schema_of

ASYNCAPI: Final = "3.0.0"
_KEYS: Final = {
    topics.CAMPAIGN_EVENTS: "campaign id",
    topics.PROGRAMME_EVENTS: PROGRAMME_ID,
}


def asyncapi() -> dict[str, Any]:
    """The document: a channel for each topic of facts, a message for each type it may carry."""
    channels = {topic.name: _channel(topic) for topic in topics.TOPICS if _types_on(topic.name)}
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "The fleet twin",
            "version": "1.0.0",
            "description": "Facts on the log; written by `make docs` from the code.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": {
            f"read.{name}": {"action": "receive", "channel": {"$ref": f"#/channels/{name}"}}
            for name in channels
        },
        "components": {"messages": {short_name(n): _message(n) for n in sorted(ALL_TYPES)}},
    }


def encoded() -> bytes:
    """The document's bytes, the same for the same code."""
    return msgspec.json.format(msgspec.json.encode(asyncapi()), indent=2) + b"\n"


def _types_on(topic: str) -> list[str]:
    return sorted(name for name in ALL_TYPES if topic_of(name) == topic)


def _channel(topic: topics.Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"Key: {_KEYS.get(topic.name, 'premises id')}.",
        "messages": {
            short_name(name): {"$ref": f"#/components/messages/{short_name(name)}"}
            for name in _types_on(topic.name)
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": [topic.cleanup], "retention.ms": -1},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _message(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": short_name(name),
        "summary": schema_of(event_type=name)["description"],
        "payload": {"$ref": f"./schemas/{file_name(event_type=name)}"},
    }
