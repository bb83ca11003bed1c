"""The premises of a generated history fold as those of a worker, also where facts come late."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from streams.partitioner import partition_of
from twin.events.envelope import Event, encode
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.generate.keeping import Keeping
from twin.generate.told import Partition
from twin.ingest.catalogue import shipped_catalogue
from twin.state.entry import Entry, Record, entry_name, new_entry
from twin.state.step import step

STARTS = datetime(2017, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def told() -> list[Event]:
    """What 12 premises tell in two months."""
    field = Field(
        assumptions=shipped(),
        catalogue=shipped_catalogue(),
        premises=12,
        seed=3,
        starts=STARTS,
        ends=STARTS + timedelta(days=60),
    )
    return field.advance(until=STARTS + timedelta(days=60), requests=())


@pytest.mark.parametrize("seed", range(4))
def test_facts_out_of_order_are_held_as_a_worker_holds_them(told: list[Event], seed: int) -> None:
    """Neighbours change places and some come twice, over several ticks."""
    events, random = list(told), Random(seed)
    for _ in range(len(events) // 4):
        nth = random.randrange(len(events) - 3)
        events[nth], events[nth + 3] = events[nth + 3], events[nth]
    events += random.sample(events, 20)
    partitions = {number: Partition(number, epoch=0, stands=0) for number in range(12)}
    keeping = Keeping(share=0, capable_version=shipped_catalogue().capable_version)
    entries: dict[str, Entry] = {}
    waited = False
    for tick, first in enumerate(range(0, len(events), 40)):
        by_partition: dict[int, list[Event]] = {}
        for event in events[first : first + 40]:
            by_partition.setdefault(partition_of(event.key.encode()), []).append(event)
        runs = [partitions[number].tell(found, at=STARTS) for number, found in by_partition.items()]
        keeping.fold(runs, tick=tick)
        rows = [
            (event, partition, offset)
            for partition, start, found in runs
            for offset, event in enumerate(found, start)
        ]
        for event, partition, offset in rows:
            record = Record(event.key.encode(), encode(event), 0, partition, offset)
            name = entry_name(record.key)
            entries[name], _ = step(entries.get(name) or new_entry(name), record)
        waited = waited or any(entry.waiting for entry in entries.values())
        assert dict(keeping.premises) == {name: one.premises for name, one in entries.items()}
    assert list(keeping.entries(sorted(entries), epoch=0)) == [
        one for _, one in sorted(entries.items())
    ]
    assert waited
