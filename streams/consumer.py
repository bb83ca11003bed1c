"""Faust's consumer: it begins where the state stands, and hands records over by a shorter way.

Faust begins where the group's committed offset says. That is a second memory beside the state's
own position, and the two may differ: after a gap that only Faust believes in, or a changelog that
was recovered short, the records between them would never come. So the state's position counts (D8).

Faust hands every record to its agents by `wait_first`, which makes four tasks a record so that a
full queue cannot hold up a rebalance. Nearly always the queue has room and the hand-over does not
wait at all; then nothing has to be raced. Measured in docs/decisions/0003.
"""

import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from inspect import iscoroutine
from typing import Any, Final, TypeAlias

from faust.transport.drivers import aiokafka
from faust.types import TP
from mode.services import WaitResults

POSITIONS: Final = "state_positions"
"""Attribute of the app under which a worker leaves its `Positions`."""
Positions: TypeAlias = Callable[[Iterable[TP]], Awaitable[dict[TP, int]]]
"""Next offsets of those of some places whose position the state knows."""


class Consumer(aiokafka.Consumer):
    """The aiokafka consumer of Faust; where it begins and how it waits for a hand-over differ."""

    async def perform_seek(self) -> None:
        """Seek to the committed offsets, and back from there to where a state stands behind.

        A state that stands further knows what is delivered again; that needs no seeking.
        """
        await super().perform_seek()
        positions: Positions | None = getattr(self.app, POSITIONS, None)
        if positions is None:
            return
        stands = await positions(self.assignment())
        behind = {tp: at for tp, at in stands.items() if at < (self._committed_offset[tp] or 0)}
        if behind:
            self.log.warning("states stand behind what was committed, going back: %r", behind)
            self._committed_offset.update({tp: at or None for tp, at in behind.items()})
            await self.seek_wait(behind)

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
