"""Real messages from files onto the log: read at the door, sent, acknowledged."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any, TypeAlias

from kafka import KafkaProducer
from msgspec import Struct, field

from infra.run.message_files import MessageFile, Unread
from streams import topics
from streams.partitioner import partition_of
from streams.settings import Settings
from twin.ingest.arrivals import Arrival, encode_arrival, key_of
from twin.ingest.door import Refused

PENDING_MAX = 10_000
"""Messages on their way at once; a feed of any length takes no more memory than that."""
Read: TypeAlias = Callable[..., Iterator[Arrival | Refused]]
"""Reads the messages of one file: octets, `name` and `received_at` (see `twin.ingest.door`)."""


class Taken(Struct):
    """What came of the files so far."""

    files: int = 0
    messages: int = 0
    by_name: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)


def send_all(
    files: Iterable[MessageFile], read: Read, came: datetime, *, settings: Settings
) -> Taken:
    """Read files and put their messages on the log; returns when all are acknowledged."""
    producer = KafkaProducer(
        bootstrap_servers=settings.broker, acks="all", linger_ms=20, **settings.client_security
    )
    pending: deque[Any] = deque()

    def acknowledged(*, down_to: int) -> None:
        while len(pending) > down_to:
            pending.popleft().get(timeout=60)

    def send(arrival: Arrival) -> None:
        key = key_of(arrival).encode()
        sent = producer.send(
            topics.DCC_MESSAGES, key=key, value=encode_arrival(arrival), partition=partition_of(key)
        )
        pending.append(sent)
        acknowledged(down_to=PENDING_MAX)

    with closing(producer):
        taken = read_all(files, read, came, send=send)
        acknowledged(down_to=0)
    return taken


def read_all(
    files: Iterable[MessageFile], read: Read, came: datetime, *, send: Callable[[Arrival], None]
) -> Taken:
    """Read files and hand on their messages one by one."""
    taken = Taken()
    for file in files:
        taken.files += 1
        for found in _messages(file, read, came):
            if isinstance(found, Refused):
                taken.refused.append(found)
            else:
                send(found)
                taken.messages += 1
                taken.by_name[found.name] += 1
    return taken


def _messages(file: MessageFile, read: Read, came: datetime) -> Iterator[Arrival | Refused]:
    if isinstance(file.octets, Unread):
        yield Refused(file.name, file.octets.cause, file.octets.why)
        return
    yield from read(file.octets, name=file.name, received_at=came)
