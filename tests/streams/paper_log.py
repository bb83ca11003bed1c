"""A log on paper: the parts of an app that send, and a store, with a crash wherever one wants it.

The real ones are used where processes run (dead letters, faults); here every single step of the
keeper and the desk is interrupted once, which takes a log that can be made to fail by number.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, NamedTuple


class Crash(Exception):
    """The process died before this step."""


class Sent(NamedTuple):
    """A record as the paper log holds it."""

    partition: int
    key: bytes
    value: bytes


class Batch:
    """Records that are sent in one piece; it is full at so many bytes of values."""

    def __init__(self, size: float) -> None:
        self.records: list[tuple[bytes, bytes]] = []
        self._left = size

    def append(self, *, key: bytes, value: bytes, **_: object) -> object:
        if len(value) > self._left:
            return None
        self._left -= len(value)
        self.records.append((key, value))
        return True

    def close(self) -> None:
        """No more comes."""


class PaperLog:
    """Stands for an app and its producer; each step of a number in `dies_at` raises `Crash`.

    So does the first step that would leave behind what a line of `dies_before` names; `lines` are
    those of all steps that were tried.
    """

    def __init__(
        self,
        *,
        dies_at: int | Iterable[int] | None = None,
        dies_before: Iterable[str] = (),
        batch_size: float = math.inf,
    ) -> None:
        self._batch_size = batch_size
        self.topics: defaultdict[str, list[Sent]] = defaultdict(list)
        self.steps = 0
        given = (dies_at,) if dies_at is None or isinstance(dies_at, int) else dies_at
        self._dies_at = frozenset(given)
        self._dies_before = set(dies_before)
        self.lines: list[str] = []

    def step(self, place: str, records: Iterable[tuple[bytes, bytes]]) -> None:
        """One thing that is done or not done when a process dies: what it leaves behind, where."""
        nth, self.steps = self.steps, self.steps + 1
        line = f"{place} {sha256(repr(list(records)).encode()).hexdigest()[:16]}"
        self.lines.append(line)
        if line in self._dies_before:
            self._dies_before.remove(line)
            raise Crash(line)
        if nth in self._dies_at:
            raise Crash(nth)

    @property
    def outlived(self) -> frozenset[str]:
        """Lines of `dies_before` that no step ever came to."""
        return frozenset(self._dies_before)

    def read(self, topic: str) -> Iterator[Any]:
        """Records of a topic, as `streams.log.read_topic` gives them."""
        held = enumerate(self.topics[topic])
        return iter(
            [
                SimpleNamespace(key=r.key, value=r.value, partition=r.partition, offset=nth)
                for nth, r in held
            ]
        )

    def last(self, topic: str) -> Iterator[Any]:
        """The last record of each partition, as `streams.log.last_records` gives them."""
        return iter({r.partition: r for r in self.topics[topic]}.values())

    async def maybe_start_producer(self) -> "PaperLog":
        return self

    def _ensure_producer(self) -> "PaperLog":
        return self

    async def send(
        self, topic: str, *, key: bytes, value: bytes, partition: int, **_: object
    ) -> "asyncio.Future[Any]":
        self.step(f"{topic}/{partition}", [(key, value)])
        offset = sum(held.partition == partition for held in self.topics[topic])
        self.topics[topic].append(Sent(partition, key, value))
        return _done(SimpleNamespace(topic=topic, partition=partition, offset=offset))

    def create_batch(self) -> Batch:
        return Batch(self._batch_size)

    async def send_batch(
        self, batch: Batch, topic: str, *, partition: int
    ) -> "asyncio.Future[Any]":
        self.step(f"{topic}/{partition}", batch.records)
        self.topics[topic] += [Sent(partition, key, value) for key, value in batch.records]
        return _done()


class PaperStore:
    """Stands for `WriteBack`: whole batches, in one piece or not at all."""

    def __init__(self, log: PaperLog) -> None:
        self.rows: dict[int, dict[bytes, bytes]] = {}
        self._log = log

    def get(self, partition: int, key: bytes) -> bytes | None:
        return self.rows.get(partition, {}).get(key)

    def items(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        return iter(list(self.rows.get(partition, {}).items()))

    async def put(self, partition: int, items: Sequence[tuple[bytes, bytes]]) -> None:
        if items:
            self._log.step(f"store/{partition}", items)
            self.rows.setdefault(partition, {}).update(items)


def _done(place: Any = None) -> "asyncio.Future[Any]":
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    future.set_result(place)
    return future
