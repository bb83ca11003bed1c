"""A whole twin on paper: the real desk and keeper, a toy field, and deaths by schedule.

The worker dies before steps that a schedule names; a new one goes on from the log and the store.
The field is no part of that: it answers each request once, whoever asks and how often.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from streams import clock, topics
from streams.desk import Desk, decode_order
from streams.keeper import Keeper
from streams.memory import Memory
from tests.campaign.campaign_field import BEGIN, Behaviour, ToyField, capable_version, one_model
from tests.campaign.campaign_samples import DAY
from tests.streams.paper_log import Crash, PaperLog, PaperStore, Sent
from twin.campaign.commands import Command
from twin.campaign.executions import Order
from twin.campaign.plan import Plan
from twin.events.envelope import encode, new_event
from twin.events.registry import PremisesFact
from twin.events.requests import decode_request
from twin.state.entry import Record
from twin.vocabulary import CampaignState

PARTITIONS: Final = 2


class Teller(ToyField):
    """A toy field that puts what happens on the log instead of folding it itself."""

    def __init__(
        self,
        size: int,
        behaviour: Behaviour,
        *,
        tell: Callable[[str, bytes], None],
        model: Callable[[int], str] = one_model,
    ) -> None:
        self._tell = tell
        self._sequences: Counter[str] = Counter()
        super().__init__(size, behaviour, model=model)

    def apply(self, premises_id: str, fact: PremisesFact, at: datetime) -> None:
        self._sequences[premises_id] += 1
        event = new_event(
            fact=fact,
            source=f"urn:gb:dsp:{premises_id}",
            sequence=self._sequences[premises_id],
            key=premises_id,
            occurred_at=at,
        )
        self._tell(premises_id, encode(event))


class PaperTwin:
    """One worker with two partitions, tick by tick."""

    def __init__(
        self,
        plans: Iterable[Plan],
        *,
        homes: int,
        behaviour: Behaviour,
        dies_at: Collection[int] = (),
        dies_before: Collection[str] = (),
        model: Callable[[int], str] = one_model,
    ) -> None:
        """A twin that has heard of its homes and of no tick yet."""
        self.log = PaperLog(dies_at=dies_at, dies_before=dies_before)
        self.deaths = 0
        self._plans = tuple(plans)
        self._store = PaperStore(self.log)
        self._delivered: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.field = Teller(homes, behaviour, tell=self._told, model=model)
        self._begin()

    def run(self, ticks: int, commands: Mapping[int, Command] | None = None) -> dict[int, int]:
        """So many days; what an operator commands after a tick. The steps done before each tick."""
        return asyncio.run(self._run(ticks, commands or {}))

    def run_one(self, tick: int) -> None:
        """One day by itself."""
        asyncio.run(self._one(tick, {}))

    @property
    def states(self) -> dict[str, CampaignState]:
        """How each campaign stands by what is on the log."""
        return {name: found.state for name, found in self._memory().campaigns.items()}

    def passed(self, campaign_id: str) -> Iterator[CampaignState]:
        """The states that a campaign came through, fact by fact."""
        memory = Memory()
        for sent in self.log.topics[topics.CAMPAIGN_EVENTS]:
            memory.note(topics.CAMPAIGN_EVENTS, sent.key, sent.value)
            if campaign_id in memory.campaigns:
                yield memory.campaigns[campaign_id].state

    def left(self) -> dict[str, Any]:
        """All that the worker leaves behind, repeats taken out as their readers take them out."""
        sent = self.log.topics
        orders: defaultdict[tuple[int, int], set[bytes]] = defaultdict(set)
        for one in sent[topics.PREMISES_ORDERS]:
            orders[one.partition, decode_order(one.value).tick].add(one.value)
        return {
            "decisions": [one.value for one in sent[topics.CAMPAIGN_EVENTS]],
            "orders": dict(orders),
            "requests": {one.value for one in sent[topics.FIELD_REQUESTS]},
            "states": self._store.rows,
        }

    def _begin(self) -> None:
        """A new process: nothing is remembered but what the log and the store hold."""
        self._desk = Desk(
            self.log,  # type: ignore[arg-type]
            plans=self._plans,
            read=self.log.read,
            last=self.log.last,
            partitions=PARTITIONS,
        )
        self._keeper = Keeper(
            self.log,  # type: ignore[arg-type]
            self._store,  # type: ignore[arg-type]
            epoch=0,
            capable_version=capable_version,
        )

    def _told(self, premises_id: str, value: bytes) -> None:
        partition = int(premises_id[1:], 16) % PARTITIONS
        self.log.topics[topics.PREMISES_EVENTS].append(Sent(partition, premises_id.encode(), value))

    def _memory(self) -> Memory:
        memory = Memory()
        for sent in self.log.topics[topics.CAMPAIGN_EVENTS]:
            memory.note(topics.CAMPAIGN_EVENTS, sent.key, sent.value)
        return memory

    async def _run(self, ticks: int, commands: Mapping[int, Command]) -> dict[int, int]:
        before: dict[int, int] = {}
        for tick in range(ticks):
            before[tick] = self.log.steps
            await self._one(tick, commands)
        return before

    async def _one(self, tick: int, commands: Mapping[int, Command]) -> None:
        await self._close(tick)
        await self._settle(tick)
        await self._command(tick, commands)

    async def _close(self, tick: int) -> None:
        """The field does what it is asked and tells of it; the tick is closed."""
        now = BEGIN + tick * DAY
        for sent in self.log.topics[topics.FIELD_REQUESTS]:
            self.field.take(decode_request(sent.value))
        self.field.advance(now)
        told = Counter(s.partition for s in self.log.topics[topics.PREMISES_EVENTS])
        closed = clock.Tick(tick=tick, phase="closed", now=now, basis=dict(told))
        await self._take(topics.CLOCK_TICKS, b"clock", clock.encode(closed))

    async def _command(self, tick: int, commands: Mapping[int, Command]) -> None:
        if tick in commands:
            value = msgspec.json.encode(commands[tick])
            await self._survive(lambda: self._desk.take_command(value))

    async def _take(self, topic: str, key: bytes, value: bytes) -> None:
        self.log.topics[topic].append(Sent(0, key, value))
        await self._survive(lambda: self._desk.take(topic, [(key, value)]))

    async def _settle(self, tick: int) -> None:
        """Deliver what is on the log until the tick is settled."""
        for _ in range(50):
            await self._survive(self._deliver)
            settled = self.log.topics[topics.CLOCK_SETTLED]
            if settled and clock.decode_settled(settled[-1].value).tick >= tick:
                return
        raise AssertionError(f"tick {tick} is never settled")

    async def _deliver(self) -> None:
        """One round: records to the keeper, tallies to the desk, orders to the keeper."""
        for partition in range(PARTITIONS):
            records = [
                Record(sent.key, sent.value, 0, partition, offset)
                for offset, sent in enumerate(self._of(topics.PREMISES_EVENTS, partition))
            ]
            at = self._delivered[topics.PREMISES_EVENTS, partition]
            if records[at:]:
                await self._keeper.fold({partition: records[at:]})
                self._delivered[topics.PREMISES_EVENTS, partition] = len(records)
        await self._to_desk()
        for partition in range(PARTITIONS):
            orders = self._of(topics.PREMISES_ORDERS, partition)
            at = self._delivered[topics.PREMISES_ORDERS, partition]
            if orders[at:]:
                newest: Order = decode_order(orders[-1].value)
                await self._keeper.carry_out({partition: newest})
                self._delivered[topics.PREMISES_ORDERS, partition] = len(orders)
        await self._to_desk()

    async def _to_desk(self) -> None:
        tallies = self.log.topics[topics.CAMPAIGN_TALLIES]
        at = self._delivered[topics.CAMPAIGN_TALLIES, 0]
        await self._desk.take(topics.CAMPAIGN_TALLIES, [(s.key, s.value) for s in tallies[at:]])
        self._delivered[topics.CAMPAIGN_TALLIES, 0] = len(tallies)

    def _of(self, topic: str, partition: int) -> list[Sent]:
        return [sent for sent in self.log.topics[topic] if sent.partition == partition]

    async def _survive(self, act: Callable[[], Any]) -> None:
        while True:
            try:
                await act()
                return
            except Crash:
                self.deaths += 1
                self._begin()
