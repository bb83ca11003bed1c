"""A campaign whose log is lost and restored midway comes to the same decisions, on paper.

The paper twin's log is cut where a tick was closed; a new twin gets the prefixes, and beside them
what is seeded from a lake of these records, and nothing else.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from streams import topics
from streams.cut import Cut
from streams.seeding import CHANGELOG, seeds
from tests.campaign.campaign_field import BEGIN
from tests.campaign.campaign_samples import DAY
from tests.faults.test_campaign_crashes import HOMES, SCENARIOS, TICKS
from tests.lake.lake_records import append, logged
from tests.streams.paper_log import Sent
from tests.streams.paper_twin import PARTITIONS, PaperTwin
from twin.campaign.commands import Command
from twin.events.requests import decode_request
from twin.lake.table import Lake

SEEDED = (topics.CAMPAIGN_TALLIES, topics.DEVICE_REGISTER)
"""What is not put back but made again."""
READ = (topics.PREMISES_EVENTS, topics.PREMISES_ORDERS, topics.CLOCK_TICKS, topics.DEAD_LETTERS)
"""What seeds are made from."""
Topics = dict[str, list[Sent]]


class Restorable(PaperTwin):
    """A paper twin that remembers its log as it stood when each tick was closed."""

    def __init__(self, name: str) -> None:
        """The twin of a scenario."""
        scenario, behaviour = SCENARIOS[name]
        self.closed: dict[int, Topics] = {}
        super().__init__((scenario.plan,), homes=HOMES, behaviour=behaviour)

    async def _take(self, topic: str, key: bytes, value: bytes) -> None:
        self.log.topics[topic].append(Sent(0, key, value))
        self.closed[len(self.closed)] = {t: list(held) for t, held in self.log.topics.items()}
        await self._survive(lambda: self._desk.take(topic, [(key, value)]))

    def restore(self, lost: "Restorable", tick: int, lake: Lake) -> None:
        """Put back what another twin's log was when a tick was closed; the field goes on too."""
        for earlier in range(tick + 1):
            for sent in lost.closed[earlier].get(topics.FIELD_REQUESTS, ()):
                self.field.take(decode_request(sent.value))
            self.field.advance(BEGIN + earlier * DAY)
        kept = {t: held for t, held in lost.closed[tick].items() if t not in SEEDED}
        self.log.topics = defaultdict(list, {t: list(held) for t, held in kept.items()})
        ends = fill(lake, kept)
        for topic in (topics.PREMISES_EVENTS, topics.PREMISES_ORDERS):
            for partition, end in ends[topic].items():
                self._delivered[topic, partition] = end
        for one in seeds(lake, Cut(tick - 1, ends)):
            if one.topic == CHANGELOG:
                self._store.rows.setdefault(one.partition, {})[one.key] = one.value
            else:
                self.log.topics[one.topic].append(Sent(one.partition, one.key, one.value))
        self._begin()

    async def go_on(self, tick: int, ticks: int, commands: Mapping[int, Command]) -> None:
        """From a closed tick to the end."""
        await self._settle(tick)
        await self._command(tick, commands)
        for later in range(tick + 1, ticks):
            await self._close(later)
            await self._settle(later)
            await self._command(later, commands)


def fill(lake: Lake, kept: Topics) -> dict[str, dict[int, int]]:
    """The records of the topics that seeds are made from; where each partition ends."""
    ends = {topic: dict.fromkeys(range(PARTITIONS), 0) for topic in READ}
    rows = []
    for topic in READ:
        for sent in kept.get(topic, ()):
            offset = ends[topic][sent.partition]
            ends[topic][sent.partition] += 1
            rows.append(
                logged(
                    sent.value, key=sent.key, topic=topic, partition=sent.partition, offset=offset
                )
            )
    append(lake, rows)
    return ends


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_restored_log_comes_to_the_same_decisions(name: str, tmp_path: Path) -> None:
    commands = SCENARIOS[name][0].commands
    whole = Restorable(name)
    whole.run(TICKS, commands)
    expected = whole.left()
    for tick in (4, 8):
        found = Restorable(name)
        found.restore(whole, tick, Lake(tmp_path / str(tick)))
        asyncio.run(found.go_on(tick, TICKS, commands))
        assert found.left() == expected, tick
        assert found.states == whole.states
