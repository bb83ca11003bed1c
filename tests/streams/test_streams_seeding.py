"""What is seeded beside a restored log is what the worker had beside the lost one."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from streams import clock, ledger, topics
from streams.cut import Cut
from streams.desk import encode_order
from streams.outbox import Outgoing
from streams.refilling import LakeNotWhole, records_before
from streams.seeding import CHANGELOG, seeds
from streams.stored import ORDERS_KEY
from tests.campaign.campaign_samples import PLAN, C
from tests.lake.lake_records import append, logged
from tests.streams.keeper_play import (
    HERE,
    RECORDS,
    START,
    THERE,
    by_partition,
    keeper_of,
    order,
    play,
)
from tests.streams.paper_log import PaperLog, PaperStore
from twin.campaign.censuses import decode_census, is_census
from twin.campaign.executions import Order
from twin.campaign.pacing import Pace
from twin.lake import data_files, read
from twin.lake.epochs import open_epoch
from twin.lake.rows import Logged, to_table
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.state.entry import decode_entry, encode_entry, entry_name

ENDS = {HERE: len(by_partition(RECORDS)[HERE]), THERE: len(by_partition(RECORDS)[THERE])}
PACED = msgspec.structs.replace(PLAN, pacing=Pace(per_day=5))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake of the keeper's records, in two epochs."""
    found = Lake(tmp_path / "lake" / "events")
    cuts = {HERE: 4, THERE: 3}
    rows = [
        logged(r.value, key=r.key, offset=r.offset, partition=r.partition)
        for r in RECORDS
        if r.offset < cuts[r.partition]
    ]
    append(found, rows)
    starts = {Slice(topics.PREMISES_EVENTS, 1, p): at for p, at in cuts.items()}
    open_epoch(found, starts, now=START)
    later = [
        logged(r.value, key=r.key, offset=r.offset, partition=r.partition, epoch=1)
        for r in RECORDS
        if r.offset >= cuts[r.partition]
    ]
    append(found, later)
    return found


def cut(*, letters: int = 0, orders: int = 0) -> Cut:
    return Cut(
        2,
        {
            topics.PREMISES_EVENTS: ENDS,
            topics.DEAD_LETTERS: {THERE: letters},
            topics.PREMISES_ORDERS: {0: orders},
        },
    )


def of(topic: str, sent: Iterable[Outgoing]) -> list[Outgoing]:
    return [one for one in sent if one.topic == topic]


def test_table_is_what_the_worker_had(lake: Lake) -> None:
    _, store = asyncio.run(play())
    sent = of(CHANGELOG, seeds(lake, cut()))
    found: dict[int, dict[bytes, bytes]] = {}
    for one in sent:
        found.setdefault(one.partition, {})[one.key] = one.value
    born = {p: {k: _as_of_epoch_0(k, v) for k, v in rows.items()} for p, rows in found.items()}
    assert born == store.rows
    assert len(sent) == sum(map(len, found.values()))


def _as_of_epoch_0(key: bytes, value: bytes) -> bytes:
    if key == ORDERS_KEY:
        return value
    return encode_entry(msgspec.structs.replace(decode_entry(value), epoch=0))


def test_entries_keep_the_epochs_of_their_records(lake: Lake) -> None:
    sent = [one for one in of(CHANGELOG, seeds(lake, cut())) if one.key != ORDERS_KEY]
    last = {(r.partition, entry_name(r.key)): r.offset for r in RECORDS}
    for one in sent:
        entry = decode_entry(one.value)
        assert entry.offset == last[one.partition, one.key.decode()]
        assert entry.epoch == (entry.offset >= (4 if one.partition == HERE else 3))


def test_register_says_of_each_device_what_it_said_last(lake: Lake) -> None:
    log, _ = asyncio.run(play())
    last = {sent.key: (sent.partition, sent.value) for sent in log.topics[topics.DEVICE_REGISTER]}
    found = of(topics.DEVICE_REGISTER, seeds(lake, cut()))
    assert {one.key: (one.partition, one.value) for one in found} == last
    assert len(found) == len(last) == 3


def test_letters_that_the_lake_has_are_not_written_twice(lake: Lake) -> None:
    told = of(topics.DEAD_LETTERS, seeds(lake, cut()))
    assert sorted(ledger.decode_letter(one.value).offset for one in told) == sorted(
        ledger.decode_letter(sent.value).offset
        for sent in asyncio.run(play())[0].topics[topics.DEAD_LETTERS]
    )
    append(
        lake,
        [logged(told[0].value, topic=topics.DEAD_LETTERS, partition=told[0].partition, offset=0)],
    )
    at = told[0].partition
    ends = cut().ends | {topics.DEAD_LETTERS: {at: 1}}
    assert of(topics.DEAD_LETTERS, seeds(lake, Cut(2, ends))) == told[1:]
    assert len(told) >= 2


def test_census_is_that_of_the_tick_that_counted_it(lake: Lake) -> None:
    """Later records of the same premises would count one place more."""
    basis = {HERE: 3, THERE: 0}
    closed = clock.Tick(tick=1, phase="closed", now=START, basis=basis)
    append(lake, [logged(clock.encode(closed), topic=topics.CLOCK_TICKS, offset=0)])
    paced = order(1, days=1, mode="enrol").campaigns[0]
    paced = msgspec.structs.replace(paced, plan=PACED)
    given = [
        Order(tick=1, now=START, campaigns=(paced,)),
        Order(tick=2, now=START, campaigns=(msgspec.structs.replace(paced, mode="release"),)),
    ]
    append(
        lake,
        [
            logged(encode_order(one), topic=topics.PREMISES_ORDERS, key=b"order", offset=nth)
            for nth, one in enumerate(given)
        ],
    )
    wanted = asyncio.run(_censuses_of(basis, given[0]))
    found = of(topics.CAMPAIGN_TALLIES, seeds(lake, cut(orders=2)))
    assert {one.key: one.value for one in found} == wanted
    (census,) = [decode_census(one.value) for one in found]
    assert (census.campaign_id, census.partition, sum(census.slices)) == (C, HERE, 1)


async def _censuses_of(basis: dict[int, int], given: Order) -> dict[bytes, bytes]:
    """What a keeper says that has folded so much and gets the order."""
    log = PaperLog()
    keeper = keeper_of(log, PaperStore(log))
    await keeper.fold(by_partition([r for r in RECORDS if r.offset < basis[r.partition]]))
    await keeper.carry_out({HERE: given, THERE: given})
    tallies = log.topics[topics.CAMPAIGN_TALLIES]
    return {sent.key: sent.value for sent in tallies if is_census(sent.key)}


def test_records_go_back_to_their_places(lake: Lake) -> None:
    sent = list(records_before(lake, topics.PREMISES_EVENTS, ENDS))
    assert [(one.partition, one.key, one.value) for one in sent] == [
        (r.partition, r.key, r.value)
        for r in sorted(RECORDS, key=lambda r: (r.partition, r.offset))
    ]
    fewer = list(records_before(lake, topics.PREMISES_EVENTS, {HERE: 5, THERE: 1}))
    assert [one.partition for one in fewer] == [HERE] * 5 + [THERE]
    assert all(bool(one.headers) == (one.value or b"").startswith(b'{"spec') for one in sent)


def test_record_that_the_lake_lacks_is_named(lake: Lake) -> None:
    with pytest.raises(LakeNotWhole, match=rf"premises.events, partition {HERE}, offset 10"):
        list(records_before(lake, topics.PREMISES_EVENTS, {HERE: 11}))
    held = read.records(lake.files())
    lacking = [one for one in held if (one.partition, one.offset) != (HERE, 2)]
    gone = [file for path in lake.files() if (file := data_files.named(path.name))]
    rows = to_table(
        [
            Logged(topics.PREMISES_EVENTS, r.epoch, r.partition, r.offset, r.key, r.value, START)
            for r in lacking
        ]
    )
    lake.rewrite(gone, [data_files.write(lake.path, [rows])], now=START)
    with pytest.raises(LakeNotWhole, match=rf"premises.events, partition {HERE}, offset 2, which"):
        list(records_before(lake, topics.PREMISES_EVENTS, ENDS))
