"""Records to measure with: the first events of an emulated fleet whose firmware is updated."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from streams import clock, topics
from streams.partitioner import partition_of
from tests.fleet.toy_campaign import ToyCampaign
from twin.events.envelope import Event, encode, headers
from twin.fleet.field import Field
from twin.fleet.numbers import assumptions
from twin.ingest.catalogue import shipped_catalogue
from twin.state.entry import Record

STARTS: Final = datetime(2017, 4, 1, tzinfo=UTC)
ENDS: Final = datetime(2018, 1, 1, tzinfo=UTC)
BEGINS: Final = STARTS + timedelta(days=7)
"""When the updates begin: early, so that the first records hold every family of events."""
UPDATES_A_DAY: Final = 400
FLEET: Final = 10_000


class Sent(Struct, frozen=True):
    """One record before it is on the log."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Corpus(Struct, frozen=True):
    """Records in order of time, and how long the field took to make their events (seconds)."""

    records: tuple[Sent, ...]
    seconds: float

    def logged(self) -> list[Record]:
        """The records with the coordinates that they get on a fresh log."""
        ends = dict.fromkeys(range(topics.PARTITIONS), 0)
        found = []
        for sent in self.records:
            offset = ends[sent.partition]
            found.append(Record(sent.key, sent.value, 0, sent.partition, offset))
            ends[sent.partition] = offset + 1
        return found


def make(count: int, *, seed: int = 1) -> Corpus:
    """The first `count` events of a fleet of the default size."""
    catalogue = shipped_catalogue()
    field = Field(
        assumptions=assumptions.shipped(),
        catalogue=catalogue,
        premises=FLEET,
        seed=seed,
        starts=STARTS,
        ends=ENDS,
    )
    campaign = ToyCampaign(catalogue, begins=BEGINS, a_day=UPDATES_A_DAY)
    events: list[Event] = []
    seconds = 0.0
    while len(events) < count:
        requests = campaign.due(field.now)
        began = time.perf_counter()
        told = field.advance(until=field.now + timedelta(days=1), requests=requests)
        seconds += time.perf_counter() - began
        campaign.see(told)
        events += told
    part = seconds * count / len(events)
    return Corpus(tuple(map(_sent, events[:count])), part)


def first_tick() -> tuple[Sent, ...]:
    """A tick before all events: the worker settles it, so that every partition knows the plans."""
    ticks = (
        clock.Tick(tick=0, phase=phase, now=STARTS, basis={}) for phase in ("opened", "closed")
    )
    return tuple(Sent(topics.CLOCK_TICKS, 0, b"clock", clock.encode(tick), []) for tick in ticks)


def _sent(event: Event) -> Sent:
    key = event.key.encode()
    return Sent(topics.PREMISES_EVENTS, partition_of(key), key, encode(event), headers(event))
