"""The intake agent's hands: real messages find their premises and are told there as facts.

Two topics keyed by device meet here, the register and the messages. For each batch: 1. files in
memory; 2. files to changelog, then RocksDB, with the facts that they tell; 3. facts acknowledged.
A death between 2 and 3 sends the same facts again, which their numbers make harmless (D8).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import faust
import msgspec

from streams import ledger, topics
from streams.device_files import (
    DeviceFile,
    decode_file,
    encode_file,
    sent,
    with_arrival,
    with_row,
)
from streams.outbox import Outgoing, send_all
from streams.partitioner import partition_of
from streams.tables import WriteBack
from twin.events.codec import Cause, Unreadable, decode
from twin.events.envelope import Event, headers
from twin.ingest.arrivals import Arrival, decode_arrival, key_of
from twin.ingest.telling import NOBODY, CapableVersion, Roles
from twin.state.entry import UNADDRESSED, Record
from twin.state.register import decode_row

Files: TypeAlias = dict[str, DeviceFile]
Change: TypeAlias = Callable[[DeviceFile], DeviceFile]


class Intake:
    """The device files of all assigned partitions of one worker."""

    def __init__(
        self,
        app: faust.App,
        store: WriteBack,
        *,
        capable_version: CapableVersion,
        roles: Roles = NOBODY,
    ) -> None:
        """An intake that has opened no file yet."""
        self._app = app
        self._store = store
        self._capable_version = capable_version
        self._roles = roles
        self._files: dict[int, Files] = {}
        self._lock = asyncio.Lock()

    async def forget(self, partitions: Iterable[int]) -> None:
        """Drop the files of partitions that were or may now be somebody else's."""
        async with self._lock:
            for partition in partitions:
                self._files.pop(partition, None)

    async def take_rows(self, batch: Mapping[int, list[Record]]) -> None:
        """Rows of the register came, by partition: what was held for their devices is told."""
        async with self._lock:
            for partition, records in batch.items():
                await self._open(partition)
                changes = [(_name(record), self._with_row(record)) for record in records]
                await self._carry_out(partition, changes)

    async def take_messages(self, batch: Mapping[int, list[Record]]) -> None:
        """Messages came, by partition; what is none becomes a dead letter."""
        async with self._lock:
            for partition, records in batch.items():
                await self._open(partition)
                read = [(record, _arrival_in(record)) for record in records]
                letters = [
                    _letter(record, found)
                    for record, found in read
                    if isinstance(found, Unreadable)
                ]
                await send_all(self._app, letters)
                changes = [
                    (key_of(found), self._with_arrival(found, record.offset))
                    for record, found in read
                    if isinstance(found, Arrival)
                ]
                await self._carry_out(partition, changes)

    def _with_row(self, record: Record) -> Change:
        row = decode_row(record.value or b"")
        return lambda file: with_row(
            file, row, capable_version=self._capable_version, roles=self._roles
        )

    def _with_arrival(self, arrival: Arrival, offset: int) -> Change:
        return lambda file: with_arrival(
            file,
            arrival,
            offset=offset,
            capable_version=self._capable_version,
            roles=self._roles,
        )

    async def _open(self, partition: int) -> None:
        """Read the files of a partition, and send again what a death may have left unsent."""
        if partition in self._files:
            return
        found = {key.decode(): decode_file(value) for key, value in self._store.items(partition)}
        self._files[partition] = found
        await self._send(partition, [name for name, file in found.items() if file.unsent])

    async def _carry_out(self, partition: int, changes: list[tuple[str, Change]]) -> None:
        files = self._files[partition]
        changed: Files = {}
        for name, change in changes:
            before = changed.get(name) or files.get(name) or DeviceFile()
            if (after := change(before)) != before:
                changed[name] = after
        await self._keep(partition, changed)
        await self._send(partition, [name for name, file in changed.items() if file.unsent])

    async def _send(self, partition: int, names: list[str]) -> None:
        """Send what files have not sent, then let them forget it."""
        files = self._files[partition]
        facts = [_fact(key, value) for name in names for key, value in files[name].unsent]
        await send_all(self._app, facts)
        await self._keep(partition, {name: sent(files[name]) for name in names})

    async def _keep(self, partition: int, changed: Files) -> None:
        rows = [(name.encode(), encode_file(file)) for name, file in changed.items()]
        await self._store.put(partition, rows)
        self._files[partition] |= changed


def _name(record: Record) -> str:
    return (record.key or b"").decode()


def _arrival_in(record: Record) -> Arrival | Unreadable:
    try:
        arrival = decode_arrival(record.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Unreadable(Cause.MALFORMED, "the record is no message that was read at the door")
    if key_of(arrival).encode() != record.key:
        return Unreadable(Cause.WRONG_KEY, "the record's key is not the device of its message")
    return arrival


def _letter(record: Record, why: Unreadable) -> Outgoing:
    letter = ledger.dead_letter(
        topic=topics.DCC_MESSAGES, record=record, premises_id=UNADDRESSED, why=why
    )
    key = record.key or UNADDRESSED.encode()
    return Outgoing(topics.DEAD_LETTERS, record.partition, key, ledger.encode(letter))


def _fact(key: str, value: bytes) -> Outgoing:
    name = key.encode()
    event = decode(key=name, value=value)
    assert isinstance(event, Event)  # it was encoded here
    return Outgoing(topics.PREMISES_EVENTS, partition_of(name), name, value, tuple(headers(event)))
