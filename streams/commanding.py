"""An operator's side of the command topic: send a command, and await its answer on the log."""

import time
from collections.abc import Mapping
from contextlib import closing
from typing import Final

from kafka import KafkaConsumer, KafkaProducer

from streams import topics
from streams.log import consumer_at_beginning
from twin.campaign.commands import Command, encode_command
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.programme import CommandAnswered

ANSWERED_WITHIN_S: Final = 30.0


def ask(
    command: Command,
    *,
    bootstrap: str,
    security: Mapping[str, object],
    within_s: float = ANSWERED_WITHIN_S,
) -> CommandAnswered | None:
    """The answer to a command; None where none came in time, and the command waits on the log.

    A command that was answered before gets the same answer: its id is what counts.
    """
    with closing(consumer_at_beginning(bootstrap, security, topics.CAMPAIGN_EVENTS)) as consumer:
        with closing(KafkaProducer(bootstrap_servers=bootstrap, acks="all", **security)) as sender:
            sender.send(
                topics.CAMPAIGN_COMMANDS,
                key=command.campaign_id.encode(),
                value=encode_command(command),
                partition=0,
            ).get(timeout=60)
        return _answer(consumer, command.command_id, within_s)


def _answer(consumer: KafkaConsumer, command_id: str, within_s: float) -> CommandAnswered | None:
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        for records in consumer.poll(timeout_ms=200).values():
            for record in records:
                event = decode(key=record.key, value=record.value)
                fact = event.fact if isinstance(event, Event) else None
                if isinstance(fact, CommandAnswered) and fact.command_id == command_id:
                    return fact
    return None
