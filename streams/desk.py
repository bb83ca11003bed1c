"""The campaign agent's hands: gather tallies, let the decider decide, send orders, settle ticks.

One worker owns the single partition of the clock and the campaign topics, so there is one desk.
Its memory is the log, which is read back when the desk is taken over.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final

import faust
import msgspec

from streams import clock, topics
from streams.memory import REMEMBERED, Memory
from streams.outbox import Outgoing, send_all, send_together
from twin.campaign.commands import Command, decode_command
from twin.campaign.decide import decide_command, decide_tick
from twin.campaign.executions import Order, order_of
from twin.campaign.plan import Plan, plan_hash
from twin.events.envelope import Event, encode, headers, new_event
from twin.events.programme import CampaignSubmitted
from twin.events.registry import CampaignFact

SOURCE: Final = "urn:gb:twin:"
encode_order = msgspec.json.Encoder().encode
decode_order = msgspec.json.Decoder(Order).decode
logger = logging.getLogger(__name__)


class Desk:
    """Decides ticks and commands, one at a time."""

    def __init__(
        self,
        app: faust.App,
        *,
        plans: Iterable[Plan],
        read: Callable[[str], Iterable[Any]],
        last: Callable[[str], Iterable[Any]],
        partitions: int = topics.PARTITIONS,
    ) -> None:
        """A desk that remembers nothing yet.

        `read` gives all records of a topic, `last` the last one of each of its partitions.
        """
        self._app = app
        self._plans = tuple(plans)
        self._read = read
        self._last = last
        self._partitions = partitions
        self._lock = asyncio.Lock()
        self._memory = Memory(self._plans)
        self._ordered = -1
        self._ready = False

    async def forget(self) -> None:
        """Drop what is remembered; the next use reads the log again."""
        async with self._lock:
            self._ordered = -1
            self._ready = False

    async def take(self, topic: str, records: Iterable[tuple[Any, Any]]) -> None:
        """Ticks, tallies or standings came, as keys and values; do what has become due."""
        async with self._lock:
            await self._restore()
            for key, value in records:
                self._memory.note(topic, key, value)
            await self._go_on()

    async def take_command(self, value: bytes) -> None:
        """An operator commands; every command that can be read gets an answer on the log."""
        async with self._lock:
            await self._restore()
            command = _command_of(value)
            if command is None:
                return
            facts = decide_command(
                campaign=self._memory.campaigns.get(command.campaign_id),
                command=command,
                now=self._now(command.issued_at),
                tick=max(self._memory.settled, 0),
            )
            await self._record(command.campaign_id, facts, self._now(command.issued_at))

    async def go_on(self) -> None:
        """Do what is due, after a take-over for example, when no record may come any more."""
        async with self._lock:
            await self._restore()
            await self._go_on()

    def _now(self, otherwise: datetime) -> datetime:
        return self._memory.closed.now if self._memory.closed else otherwise

    async def _go_on(self) -> None:
        memory, tick = self._memory, self._memory.closed
        if tick is None or tick.tick <= memory.settled or not memory.stands_at(tick.basis):
            return
        if self._ordered < tick.tick:
            # A partition that has carried out no order yet does not count by these plans.
            if memory.carried_out(0, partitions=self._partitions):
                await self._decide(tick)
            await self._order(tick)
            self._ordered = tick.tick
        if memory.carried_out(tick.tick, partitions=self._partitions):
            settled = clock.encode(clock.Settled(tick=tick.tick, now=tick.now))
            await send_all(self._app, [Outgoing(topics.CLOCK_SETTLED, 0, b"clock", settled)])
            memory.settled = tick.tick

    async def _decide(self, tick: clock.Tick) -> None:
        campaigns, board = self._memory.campaigns, self._memory.board
        for campaign_id in list(campaigns):
            facts = decide_tick(
                campaign=campaigns[campaign_id],
                others={other: found.state for other, found in campaigns.items()},
                counts=partial(board.of_wave, campaign_id),
                tick=tick.tick,
                now=tick.now,
            )
            await self._record(campaign_id, facts, tick.now)

    async def _order(self, tick: clock.Tick) -> None:
        orders = tuple(order_of(campaign) for campaign in self._memory.campaigns.values())
        order = Order(tick=tick.tick, now=tick.now, campaigns=orders)
        await self._send_order(encode_order(order))

    async def _send_order(self, value: bytes) -> None:
        partitions = range(self._partitions)
        await send_all(
            self._app, [Outgoing(topics.PREMISES_ORDERS, p, b"order", value) for p in partitions]
        )

    async def _record(self, campaign_id: str, facts: Iterable[CampaignFact], now: datetime) -> None:
        """Facts go to the log first, together; only what the log has is remembered."""
        campaign = self._memory.campaigns.get(campaign_id)
        version = campaign.version if campaign else 0
        events = [
            new_event(
                fact=fact,
                source=SOURCE + campaign_id,
                sequence=version + nth,
                key=campaign_id,
                occurred_at=now,
                provenance="twin",
            )
            for nth, fact in enumerate(facts, start=1)
        ]
        await send_together(self._app, [_outgoing(event) for event in events])
        for event in events:
            self._memory.note_event(event)

    async def _restore(self) -> None:
        """Read the desk's memory back from the log, and submit plans that it has not yet."""
        if self._ready:
            return
        held = await asyncio.to_thread(lambda: {t: list(self._read(t)) for t in REMEMBERED})
        self._memory = Memory(self._plans)
        for topic, records in held.items():
            for record in records:
                self._memory.note(topic, record.key, record.value)
        for plan in self._plans:
            if plan.campaign_id not in self._memory.campaigns:
                await self._submit(plan)
        await self._complete_last_order()
        self._ready = True

    async def _complete_last_order(self) -> None:
        """An order that may have reached some partitions only goes to all of them, unchanged.

        Deciding its tick anew could come to another end, as some have carried it out already.
        """
        given = await asyncio.to_thread(
            lambda: [r.value for r in self._last(topics.PREMISES_ORDERS)]
        )
        if given:
            newest = max(given, key=lambda value: decode_order(value).tick)
            self._ordered = decode_order(newest).tick
            await self._send_order(newest)

    async def _submit(self, plan: Plan) -> None:
        fact = CampaignSubmitted(
            campaign_id=plan.campaign_id, plan_hash=plan_hash(plan), waves=len(plan.waves)
        )
        await self._record(plan.campaign_id, (fact,), self._now(plan.submitted_at))


def _command_of(value: bytes | None) -> Command | None:
    """The command in a record; of one that is none the log says so, without its text (D32)."""
    try:
        return decode_command(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        logger.warning("a record of %s is no command and gets no answer", topics.CAMPAIGN_COMMANDS)
        return None


def _outgoing(event: Event) -> Outgoing:
    key = event.key.encode()
    return Outgoing(topics.CAMPAIGN_EVENTS, 0, key, encode(event), tuple(headers(event)))
