"""The desk dies before each of its steps in turn; decisions, orders and ticks are the same."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from streams import clock, ledger, topics
from streams.desk import Desk, decode_order
from streams.memory import DecisionsLost, Memory
from tests.campaign.campaign_samples import PLAN, C, command, count
from tests.streams.paper_log import Crash, PaperLog, Sent
from twin.campaign.gates import Cohort
from twin.campaign.plan import plan_hash
from twin.campaign.tallies import Tally, encode_tally, tally_key
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.state.counts import Outcomes
from twin.vocabulary import CampaignState, DeviceType

METERS = "LCP-METERS"
HUBS = replace(PLAN, approval_required=False)
PLANS = (HUBS, replace(HUBS, campaign_id=METERS, device_type=DeviceType.ESME, after=C))
PARTITIONS = 2
TICKS = 18
STRATUM = "North|S01|1062-0A0B0C0D"
START = datetime(2017, 7, 1, tzinfo=UTC)


class Stage:
    """A desk, its log, and partitions that answer every order at once."""

    def __init__(self, *, dies_at: int | None = None) -> None:
        self.log = PaperLog(dies_at=dies_at)
        self._answered: defaultdict[int, int] = defaultdict(lambda: -1)
        self.desk = self._new_desk()

    def _new_desk(self) -> Desk:
        return Desk(
            self.log,  # type: ignore[arg-type]
            plans=PLANS,
            read=self.log.read,
            last=self.log.last,
            partitions=PARTITIONS,
        )

    async def tell(self, topic: str, key: bytes, value: bytes) -> None:
        """A record reaches the log once, and the desk until it has survived it."""
        self.log.topics[topic].append(Sent(0, key, value))
        await self._survive(lambda: self.desk.take(topic, [(key, value)]))

    async def _survive(self, act: Any) -> None:
        while True:
            try:
                return await act()
            except Crash:
                self.desk = self._new_desk()

    async def _close(self, tick: int, *, counted_at: int | None = None) -> None:
        """A tick is closed, reported with the counts of a tick (its own unless given), answered."""
        end = (tick + 1) * 10
        basis = dict.fromkeys(range(PARTITIONS), end)
        now = START + timedelta(days=tick)
        closed = clock.Tick(tick=tick, phase="closed", now=now, basis=basis)
        await self.tell(topics.CLOCK_TICKS, b"clock", clock.encode(closed))
        for partition in range(PARTITIONS):
            reported = tick if counted_at is None else counted_at
            await self._report(partition, reported, offset=end)
        await self._answer(end)

    async def run(self) -> None:
        """All ticks; each is told, answered and settled before the next."""
        for partition in range(PARTITIONS):
            await self._stand(partition, offset=0)
        for tick in range(TICKS):
            await self._close(tick)
            if tick == 4:
                ask = command("hold", nth=1)
                await self._survive(lambda: self.desk.take_command(msgspec.json.encode(ask)))  # noqa: B023
            if tick == 6:
                ask = command("resume", nth=2)
                await self._survive(lambda: self.desk.take_command(msgspec.json.encode(ask)))  # noqa: B023

    async def _report(self, partition: int, tick: int, *, offset: int) -> None:
        confirmed = 20 if tick > 2 else 0
        cohorts = (Cohort(START.toordinal(), 20, 20, 0),) if confirmed else ()
        for campaign_id in (C, METERS):
            for wave in (1, 2):
                counts = count(20, confirmed=confirmed)
                tally = Tally(campaign_id, wave, STRATUM, partition, offset, counts, cohorts)
                await self.tell(topics.CAMPAIGN_TALLIES, tally_key(tally), encode_tally(tally))
        await self._stand(partition, offset=offset)

    async def _stand(self, partition: int, *, offset: int) -> None:
        standing = ledger.Standing(
            partition=partition,
            epoch=0,
            offset=offset,
            tick=self._answered[partition],
            outcomes=Outcomes(applied=offset),
        )
        key = ledger.standing_key(partition)
        await self.tell(topics.CAMPAIGN_TALLIES, key, ledger.encode(standing))

    async def _answer(self, offset: int) -> None:
        """Every partition carries out the newest order that it has got."""
        for partition in range(PARTITIONS):
            got = [s for s in self.log.topics[topics.PREMISES_ORDERS] if s.partition == partition]
            self._answered[partition] = max(decode_order(s.value).tick for s in got)
            await self._stand(partition, offset=offset)


def played(*, dies_at: int | None = None) -> PaperLog:
    stage = Stage(dies_at=dies_at)
    asyncio.run(stage.run())
    return stage.log


def facts_of(log: PaperLog) -> list[bytes]:
    return [sent.value for sent in log.topics[topics.CAMPAIGN_EVENTS]]


def orders_of(log: PaperLog) -> dict[tuple[int, int], set[bytes]]:
    """Orders by partition and tick; each must be one, however often it was sent."""
    found: defaultdict[tuple[int, int], set[bytes]] = defaultdict(set)
    for sent in log.topics[topics.PREMISES_ORDERS]:
        found[sent.partition, decode_order(sent.value).tick].add(sent.value)
    return dict(found)


def settled_of(log: PaperLog) -> list[int]:
    values = (sent.value for sent in log.topics[topics.CLOCK_SETTLED])
    return sorted({clock.decode_settled(value).tick for value in values})


def remembered(log: PaperLog) -> Memory:
    memory = Memory()
    for sent in log.topics[topics.CAMPAIGN_EVENTS]:
        memory.note(topics.CAMPAIGN_EVENTS, sent.key, sent.value)
    return memory


UNDISTURBED = played()


def test_programme_runs_to_its_end() -> None:
    campaigns = remembered(UNDISTURBED).campaigns
    assert campaigns[C].state is CampaignState.FINISHED
    assert campaigns[METERS].state is not CampaignState.READY, "it starts when the hubs are done"
    assert settled_of(UNDISTURBED) == list(range(TICKS))
    assert set(orders_of(UNDISTURBED)) == {(p, t) for p in range(PARTITIONS) for t in range(TICKS)}


@pytest.mark.peer_fault("PF-hawkbit-51", "PF-ours-18", "PF-ours-19")
@pytest.mark.parametrize("dies_at", range(UNDISTURBED.steps))
def test_death_before_any_step_changes_no_decision(dies_at: int) -> None:
    log = played(dies_at=dies_at)
    assert facts_of(log) == facts_of(UNDISTURBED)
    assert orders_of(log) == orders_of(UNDISTURBED)
    assert settled_of(log) == settled_of(UNDISTURBED)


def test_every_order_is_one_whoever_reads_it() -> None:
    assert all(len(values) == 1 for values in orders_of(UNDISTURBED).values())
    by_tick: defaultdict[int, set[bytes]] = defaultdict(set)
    for (_, tick), values in orders_of(UNDISTURBED).items():
        by_tick[tick] |= values
    assert all(len(values) == 1 for values in by_tick.values())


def test_plans_are_submitted_once_with_their_hash() -> None:
    events = [decode(key=s.key, value=s.value) for s in UNDISTURBED.topics[topics.CAMPAIGN_EVENTS]]
    submitted = [
        e for e in events if isinstance(e, Event) and e.fact.TYPE.endswith("campaign-submitted.v1")
    ]
    assert [(e.key, e.fact.plan_hash) for e in submitted] == [  # type: ignore[union-attr]
        (plan.campaign_id, plan_hash(plan)) for plan in PLANS
    ]


def test_command_sent_again_is_answered_once() -> None:
    async def twice() -> PaperLog:
        stage = Stage()
        value = msgspec.json.encode(command("hold", nth=9))
        for _ in range(3):
            await stage.desk.take_command(value)
        return stage.log

    facts = [value for value in facts_of(asyncio.run(twice())) if b"command-answered" in value]
    assert len(facts) == 1


def test_command_for_a_campaign_that_nobody_knows_is_answered_once() -> None:
    """Its answer has a source of its own, so that the campaign can still begin at number 1."""

    async def early() -> PaperLog:
        stage = Stage()
        value = msgspec.json.encode(command("hold", nth=9))
        await stage.desk.take_command(value)
        stage.desk = stage._new_desk()
        await stage.desk.take_command(value)
        await stage.run()
        return stage.log

    log = asyncio.run(early())
    first, *rest = facts_of(log)
    assert b"unknown_campaign" in first
    assert rest == facts_of(UNDISTURBED)


def test_tick_is_not_decided_before_its_basis_is_folded() -> None:
    async def early() -> PaperLog:
        stage = Stage()
        closed = clock.Tick(tick=0, phase="closed", now=START, basis={0: 10, 1: 10})
        await stage.tell(topics.CLOCK_TICKS, b"clock", clock.encode(closed))
        await stage._stand(0, offset=10)
        await stage._stand(1, offset=9)
        return stage.log

    log = asyncio.run(early())
    assert log.topics[topics.PREMISES_ORDERS] == []
    assert log.topics[topics.CLOCK_SETTLED] == []


def test_a_desk_sets_aside_what_nobody_can_read_among_the_decisions_and_goes_on() -> None:
    async def told() -> Stage:
        stage = Stage()
        await stage.run()
        stage.log.topics[topics.CAMPAIGN_EVENTS].insert(3, Sent(0, C.encode(), b"{no json"))
        await stage.desk.forget()
        before = len(stage.log.topics[topics.CAMPAIGN_EVENTS])
        ask = replace(command("hold"), command_id="00000000-0000-4000-8000-000000000077")
        await stage.desk.take_command(msgspec.json.encode(ask))
        assert len(stage.log.topics[topics.CAMPAIGN_EVENTS]) > before, "it goes on deciding"
        return stage

    stage = asyncio.run(told())
    letters = [ledger.decode_letter(sent.value) for sent in stage.log.topics[topics.DEAD_LETTERS]]
    (letter,) = letters
    assert (letter.topic, letter.partition, letter.offset) == (topics.CAMPAIGN_EVENTS, 0, 3)
    assert letter.size == len(b"{no json")
    assert "no json" not in letter.why


def test_a_desk_whose_log_lacks_a_decision_decides_nothing_more() -> None:
    async def told() -> Stage:
        stage = Stage()
        await stage.run()
        held = stage.log.topics[topics.CAMPAIGN_EVENTS]
        of_hubs = [nth for nth, sent in enumerate(held) if sent.key == C.encode()]
        held[of_hubs[2]] = Sent(0, C.encode(), b"{}")
        await stage.desk.forget()
        stands = {topic: len(sent) for topic, sent in stage.log.topics.items()}
        with pytest.raises(DecisionsLost, match=f"has fact 4 of {C} and not fact 3"):
            await stage.desk.take_command(msgspec.json.encode(command("hold")))
        assert {topic: len(sent) for topic, sent in stage.log.topics.items()} == stands
        return stage

    asyncio.run(told())
