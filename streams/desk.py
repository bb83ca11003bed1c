"""The campaign agent's hands: gather tallies, let the decider decide, send orders, settle ticks.

One worker owns the single partition of the clock and the campaign topics, so there is one desk.
Its memory is the log, which is read back when the desk is taken over.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import faust
import msgspec

from streams import clock, ledger, topics
from streams.epochs import NEVER_LOST, Epochs
from streams.memory import REMEMBERED, STRAYS, Memory
from streams.outbox import Outgoing, send_all, send_together
from streams.overhearing import Removed
from twin.campaign.commands import Command, Standing, decode_command
from twin.campaign.executions import Order
from twin.campaign.guarded import answered, decided
from twin.campaign.handing_in import submitted
from twin.campaign.orders import order_at
from twin.campaign.plan import Plan, content_hash
from twin.campaign.product import Product
from twin.campaign.register import SOURCE, numbered
from twin.events.codec import Unreadable
from twin.events.envelope import Event, encode, headers
from twin.events.programme import CommandAnswered
from twin.events.registry import CampaignFact
from twin.state.entry import UNADDRESSED, Record

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
        removed: Callable[[int], Iterable[Removed]] = lambda _: (),
        capable_version: Callable[[str], str | None] = lambda _: None,
        epochs: Epochs = NEVER_LOST,
    ) -> None:
        """A desk that remembers nothing yet.

        `read` gives all records of a topic, `last` the last one of each of its partitions.
        `removed` are the removals from the products list before an end of `programme.events`.
        """
        self._app = app
        self._plans = tuple(plans)
        self._read = read
        self._last = last
        self._removed = removed
        self._capable_version = capable_version
        self._partitions = partitions
        self._epochs = epochs
        self._lock = asyncio.Lock()
        self._memory = Memory()
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
            if command is None or command.command_id in self._memory.strays:
                return
            campaigns = self._memory.campaigns
            facts = answered(
                campaign=campaigns.get(command.campaign_id),
                command=command,
                standing=Standing(
                    others={other: found.state for other, found in campaigns.items()},
                    counts=self._memory.board.of(command.campaign_id),
                    # A tick that is ordered but not settled was decided without this command.
                    tick=max(self._memory.settled, self._ordered, 0),
                    contents={
                        other: content_hash(found.plan) for other, found in campaigns.items()
                    },
                ),
                told=_told,
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
        await self._submit_due(tick)
        campaigns, board = self._memory.campaigns, self._memory.board
        removed = await self._removed_by(tick)
        for campaign_id in list(campaigns):
            facts = decided(
                campaign=campaigns[campaign_id],
                others={other: found.state for other, found in campaigns.items()},
                counts=board.of(campaign_id),
                tick=tick.tick,
                now=tick.now,
                removed=removed,
                capable_version=self._capable_version,
                told=_told,
            )
            await self._record(campaign_id, facts, tick.now)

    async def _removed_by(self, tick: clock.Tick) -> tuple[Product, ...]:
        """What has left the products list: by what was recorded before the tick's end."""
        if tick.programme == 0:
            return ()
        heard = await asyncio.to_thread(lambda: tuple(self._removed(tick.programme)))
        return tuple(one.product for one in heard if one.recorded_at <= tick.now)

    async def _order(self, tick: clock.Tick) -> None:
        order = order_at(self._memory.campaigns.values(), tick=tick.tick, now=tick.now)
        await self._send_order(encode_order(order))

    async def _send_order(self, value: bytes) -> None:
        partitions = range(self._partitions)
        await send_all(
            self._app, [Outgoing(topics.PREMISES_ORDERS, p, b"order", value) for p in partitions]
        )

    async def _record(self, campaign_id: str, facts: Iterable[CampaignFact], now: datetime) -> None:
        """Facts go to the log first, together; only what the log has is remembered."""
        facts = tuple(facts)
        source, version = self._numbering(campaign_id, facts)
        events = numbered(facts, campaign_id=campaign_id, source=source, version=version, now=now)
        await send_together(self._app, [_outgoing(event) for event in events])
        for event in events:
            self._memory.note_event(event)

    def _numbering(self, campaign_id: str, facts: tuple[CampaignFact, ...]) -> tuple[str, int]:
        """Source and last number of a campaign's facts; a known campaign begins with its plan."""
        campaign = self._memory.campaigns.get(campaign_id)
        if campaign is not None:
            return SOURCE + campaign_id, campaign.version
        if facts and isinstance(facts[0], CommandAnswered):
            return STRAYS, len(self._memory.strays)
        return SOURCE + campaign_id, 0

    async def _restore(self) -> None:
        """Read the desk's memory back from the log."""
        if self._ready:
            return
        held = await asyncio.to_thread(lambda: {t: list(self._read(t)) for t in REMEMBERED})
        self._memory = Memory()
        letters = []
        for topic, records in held.items():
            for record in records:
                why = self._memory.note(topic, record.key, record.value)
                if why is not None:
                    letters.append(_letter(topic, record, why, epochs=self._epochs))
        await send_all(self._app, letters)
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

    async def _submit_due(self, tick: clock.Tick) -> None:
        """Hand in the plans that the run was started with, each on its day."""
        for plan in self._plans:
            known = plan.campaign_id in self._memory.campaigns
            if not known and tick.now >= plan.submitted_at:
                fact = submitted(plan, author=plan.author, version=1, tick=tick.tick)
                await self._record(plan.campaign_id, (fact,), tick.now)


def _command_of(value: bytes | None) -> Command | None:
    """The command in a record; of one that is none the log says so, without its text (D32)."""
    try:
        return decode_command(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        logger.warning("a record of %s is no command and gets no answer", topics.CAMPAIGN_COMMANDS)
        return None


def _told(error: Exception) -> None:
    """Where a decision broke: the journal has the kind of error, the worker's log the place."""
    logger.error("a campaign could not be decided", exc_info=error)


def _letter(topic: str, record: Any, why: Unreadable, *, epochs: Epochs) -> Outgoing:
    """The dead letter of a record among the decisions; it parks nothing."""
    epoch = epochs.of(topic, record.partition, record.offset)
    found = Record(record.key, record.value, epoch, record.partition, record.offset)
    letter = ledger.dead_letter(topic=topic, record=found, premises_id=UNADDRESSED, why=why)
    return Outgoing(topics.DEAD_LETTERS, 0, UNADDRESSED.encode(), ledger.encode(letter))


def _outgoing(event: Event) -> Outgoing:
    key = event.key.encode()
    return Outgoing(topics.CAMPAIGN_EVENTS, 0, key, encode(event), tuple(headers(event)))
