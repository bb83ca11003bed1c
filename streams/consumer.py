"""Faust's consumer with a shorter way for a record that can be taken at once.

Faust hands every record to its agents by `wait_first`, which makes four tasks a record so that a
full queue cannot hold up a rebalance. Nearly always the queue has room and the hand-over does not
wait at all; then nothing has to be raced. Measured in docs/decisions/0003.
"""

import types
from collections.abc import Coroutine, Generator
from inspect import iscoroutine
from typing import Any

from faust.transport.drivers import aiokafka
from mode.services import WaitResults


class Consumer(aiokafka.Consumer):
    """The aiokafka consumer of Faust; only how it waits for a hand-over differs."""

    async def wait_first(self, *coros: Any, timeout: Any = None) -> WaitResults:
        """As Faust's own, unless the first thing to wait for is done without waiting."""
        first, *others = coros
        if not iscoroutine(first):
            return await super().wait_first(*coros, timeout=timeout)
        try:
            awaited = first.send(None)
        except StopIteration as done:
            for other in others:
                if iscoroutine(other):
                    other.close()
            return WaitResults([first], [done.value], False)
        return await super().wait_first(_continued(first, awaited), *others, timeout=timeout)


async def _continued(begun: Coroutine[Any, Any, Any], awaited: Any) -> Any:
    """The rest of a coroutine that was begun and waits for something."""
    return await _driven(begun, awaited)


@types.coroutine
def _driven(begun: Coroutine[Any, Any, Any], awaited: Any) -> Generator[Any, Any, Any]:
    """Hand what the coroutine waits for to the event loop, and back, until it is done."""
    while True:
        try:
            try:
                answer = yield awaited
            except BaseException as error:
                awaited = begun.throw(error)
            else:
                awaited = begun.send(answer)
        except StopIteration as done:
            return done.value
