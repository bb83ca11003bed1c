"""`twin ingest gbcs PATH`: real messages are read here and go onto the log of a running twin."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from kafka import KafkaProducer
from msgspec import Struct, field

from infra.commands.message_files import FILE_MAX, MessageFile, files_in
from infra.commands.speak import say, say_json
from infra.commands.towards import settings_of
from streams import topics
from streams.partitioner import partition_of
from streams.settings import Settings
from twin.ingest.arrivals import Arrival, encode_arrival, key_of
from twin.ingest.door import Refused

Read: TypeAlias = Callable[..., Iterator[Arrival | Refused]]
"""Reads the messages of one file: octets, `name` and `received_at`."""


class Taken(Struct):
    """What came of the files so far."""

    files: int = 0
    messages: int = 0
    by_name: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)


def ingest(
    paths: list[Path],
    read: Read,
    *,
    home: str | None,
    broker: str,
    received_at: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read all files, send what could be read, and say what could not; exit 1 if anything."""
    came = received_at or datetime.now(UTC)
    files = files_in(paths)
    if dry_run:
        taken = _taken(files, read, came, send=lambda _: None)
    else:
        taken = send_all(files, read, came, settings=settings_of(home, broker))
    _tell(taken, dry_run=dry_run, as_json=as_json)
    sys.exit(1 if taken.refused else 0)


def send_all(
    files: Iterable[MessageFile], read: Read, came: datetime, *, settings: Settings
) -> Taken:
    """Read files and put their messages on the log; returns when all are acknowledged."""
    producer = KafkaProducer(
        bootstrap_servers=settings.broker, acks="all", linger_ms=20, **settings.client_security
    )
    pending: list[Any] = []

    def send(arrival: Arrival) -> None:
        key = key_of(arrival).encode()
        pending.append(
            producer.send(
                topics.DCC_MESSAGES,
                key=key,
                value=encode_arrival(arrival),
                partition=partition_of(key),
            )
        )

    with closing(producer):
        taken = _taken(files, read, came, send=send)
        for future in pending:
            future.get(timeout=60)
    return taken


def _taken(
    files: Iterable[MessageFile], read: Read, came: datetime, *, send: Callable[[Arrival], None]
) -> Taken:
    taken = Taken()
    for file in files:
        taken.files += 1
        for found in _messages(file, read, came):
            if isinstance(found, Refused):
                taken.refused.append(found)
            else:
                send(found)
                taken.messages += 1
                taken.by_name[found.message.name] += 1
        if sys.stderr.isatty() and taken.files % 100 == 0:
            print(f"\r{taken.files:,} files", end="", file=sys.stderr)
    return taken


def _messages(file: MessageFile, read: Read, came: datetime) -> Iterator[Arrival | Refused]:
    if file.octets is None:
        why = f"the file is larger than {FILE_MAX // 1024 // 1024} MiB"
        yield Refused(file.name, "too_large", why)
        return
    yield from read(file.octets, name=file.name, received_at=came)


def _tell(taken: Taken, *, dry_run: bool, as_json: bool) -> None:
    for refused in taken.refused:
        print(f"twin: {refused.where}: {refused.why} ({refused.cause})", file=sys.stderr)
    if as_json:
        say_json(taken)
        return
    for name, count in sorted(taken.by_name.items()):
        say(f"  {count:>7,}  {name}")
    where = "nothing was sent" if dry_run else f"sent to {topics.DCC_MESSAGES}"
    say(
        f"{taken.files:,} files, {taken.messages:,} messages read, {len(taken.refused):,} refused; "
        f"{where}"
    )
