"""Faust's consumer: it begins where the state stands, goes back, and hands over by a shorter way.

Faust begins where the group's committed offset says. That is a second memory beside the state's
own position, and the two may differ: after a gap that only Faust believes in, or a changelog that
was recovered short, the records between them would never come. So the state's position counts (D8).

Faust seeks while a fetch is under way. What such a fetch brings may lie before or behind the place
sought, and Faust takes it all the same: the records between were lost in silence. So every fetch
must go on where the last one ended; where it does not, the records before it are asked for again.

Faust hands every record to its agents by `wait_first`, which makes four tasks a record so that a
full queue cannot hold up a rebalance. Nearly always the queue has room and the hand-over does not
wait at all; then nothing has to be raced. Measured in docs/decisions/0003.
"""

import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Mapping
from inspect import iscoroutine
from itertools import count
from typing import Any, Final, TypeAlias

from aiokafka.errors import IllegalStateError
from faust.transport.drivers import aiokafka
from faust.types import TP
from mode.services import WaitResults

POSITIONS: Final = "state_positions"
"""Attribute of the app under which a worker leaves its `Positions`."""
Positions: TypeAlias = Callable[[Iterable[TP]], Awaitable[dict[TP, int]]]
"""Next offsets of those of some places whose position the state knows."""


class Consumer(aiokafka.Consumer):
    """The aiokafka consumer of Faust; where it begins and how it waits for a hand-over differ."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """A consumer that has nothing to go back to."""
        self._next: dict[TP, int] = {}
        self._back: dict[TP, int] = {}
        self._holes: dict[TP, tuple[int, int]] = {}
        super().__init__(*arguments, **named)

    async def perform_seek(self) -> None:
        """Seek to the committed offsets, and back from there to where a state stands behind.

        A state that stands further knows what is delivered again; that needs no seeking. A place
        without a committed offset is begun anew: a fetch may have moved it on meanwhile.
        """
        await super().perform_seek()
        places = [tp for tp in self.assignment() if not self._is_changelog_tp(tp)]
        committed = {tp: self._committed_offset[tp] or 0 for tp in places}
        positions: Positions | None = getattr(self.app, POSITIONS, None)
        stands = {} if positions is None else await positions(places)
        behind = {tp: at for tp, at in stands.items() if at < committed[tp]}
        if behind:
            self.log.warning("states stand behind what was committed, going back: %r", behind)
        begins = committed | behind
        await self._begin_at({tp: at for tp, at in begins.items() if tp in behind or not at})
        self._next = begins
        self._back.clear()

    def go_back(self, places: Mapping[TP, int]) -> None:
        """Have records from these offsets on delivered again, with the next fetch."""
        self._back.update(places)

    def acknowledged(self, places: Iterable[TP]) -> dict[TP, int]:
        """The first offset of each place whose record is not acknowledged.

        Nothing while Faust commits: what it commits counts neither as the one nor as the other.
        """
        if self._commit_fut is not None:
            return {}
        found = {tp: self._committed_offset[tp] or 0 for tp in places}
        for tp, at in found.items():
            done = self._acked_index[tp]
            found[tp] = next(offset for offset in count(at) if offset not in done)
        return found

    async def _getmany(
        self, active_partitions: set[TP] | None, timeout: float
    ) -> Mapping[TP, list[Any]]:
        """What comes next; called by one task only, which has handed over all it had before."""
        if self._back and not self.app.rebalancing:
            await self._go_back()
        fetched = await super()._getmany(active_partitions, timeout)
        named = {TP(tp.topic, tp.partition): records for tp, records in fetched.items()}
        return {tp: records for tp, records in named.items() if self._goes_on(tp, records)}

    async def _go_back(self) -> None:
        assigned = self.assignment()
        places = {tp: at for tp, at in self._back.items() if tp in assigned}
        self._back.clear()
        self.log.warning("records did not come, going back: %r", places)
        try:
            await self._begin_at(places)
        except IllegalStateError:  # a rebalance has begun, which seeks anyway
            self.log.warning("no longer assigned, not going back: %r", places)
        else:
            self._next.update(places)

    async def _begin_at(self, places: Mapping[TP, int]) -> None:
        """Seek, and forget what Faust believes of records from there on."""
        for tp, at in places.items():
            for held in (self._acked, self._acked_index, self._gap):
                held.pop(tp, None)
            self._committed_offset[tp] = at or None
        await self.seek_wait(places)

    def _goes_on(self, place: TP, records: list[Any]) -> bool:
        """Whether a fetch may be handed over; one that left a hole twice may: the log has it."""
        awaited = self._next.get(place)
        if awaited is None:
            return True  # a changelog
        came = records[0].offset
        if came > awaited and self._holes.get(place) != (awaited, came):
            self._holes[place] = (awaited, came)
            self._back[place] = awaited
            return False
        self._next[place] = records[-1].offset + 1
        return True

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
