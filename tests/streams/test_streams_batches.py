"""Batches: nothing that has come waits for something that may never come."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

from streams.worker import batches

STALE = "stale"


class PaperStream:
    """A stream that drops what a rebalance has made stale, silently, as Faust's does."""

    def __init__(self, *waiting: str) -> None:
        self.channel = SimpleNamespace(queue=asyncio.Queue())
        self.acknowledged: list[str] = []
        for event in waiting:
            self.channel.queue.put_nowait(event)

    def noack(self) -> "PaperStream":
        return self

    async def events(self) -> AsyncIterator[str]:
        while True:
            event = await self.channel.queue.get()
            if event != STALE:
                yield event

    async def ack(self, event: str) -> None:
        self.acknowledged.append(event)


async def first_batch(stream: PaperStream) -> list[str]:
    found = batches(stream)  # type: ignore[arg-type]
    return await asyncio.wait_for(anext(found), timeout=5)  # type: ignore[arg-type]


def test_what_waits_together_comes_together() -> None:
    async def run() -> None:
        assert await first_batch(PaperStream("a", "b", "c")) == ["a", "b", "c"]

    asyncio.run(run())


def test_batch_is_acknowledged_when_the_next_is_asked_for() -> None:
    async def run() -> None:
        stream = PaperStream("a", "b")
        found = batches(stream)  # type: ignore[arg-type]
        assert await anext(found) == ["a", "b"]
        assert stream.acknowledged == []
        stream.channel.queue.put_nowait("c")
        assert await anext(found) == ["c"]
        assert stream.acknowledged == ["a", "b"]

    asyncio.run(run())


def test_batch_does_not_wait_behind_what_the_stream_drops() -> None:
    """After a rebalance the queue may end with records of the generation before, fetched twice.

    The stream drops them without a word; in the lockstep nothing else would ever come.
    """

    async def run() -> None:
        assert await first_batch(PaperStream("a", STALE)) == ["a"]

    asyncio.run(run())
