"""Records that Faust lets fall come again, on every topic that the agents take (decision 0007).

The tests of this module are one story and run in the order in which they stand. What falls is
chosen by rules of `forgetful_worker`; the rest is the real worker on a real Kafka.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest

from streams import clock, log, topics
from streams.partitioner import partition_of
from streams.worker import FOLLOWED
from tests.lake.lake_records import ESME, NOON, cleared
from tests.streams.worker_stage import WorkerStage
from twin.state.register import DeviceRow, encode_row
from twin.vocabulary import DeviceType

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

PREMISES: Final = tuple(f"P00000000000{n:05x}" for n in range(24))
HERE: Final = partition_of(PREMISES[0].encode())
TOLD: Final = 5
"""How often each of the premises tells something before a record is to be lost for ever."""
END: Final = TOLD * sum(partition_of(name.encode()) == HERE for name in PREMISES)
"""Where the partition ends then; the next record but one is the one that is lost."""
LOST_ORDER: Final = 8
"""Offset of an order that a fetch loses, behind those of the story."""
SKIPPED: Final = "SkippedRecords"


@pytest.fixture(scope="module")
def stage(own_broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerStage]:
    stage = WorkerStage(tmp_path_factory.mktemp("twin"), own_broker)
    try:
        yield stage
    finally:
        stage.close()


def tell(stage: WorkerStage, sequence: int) -> None:
    """A fact of each of the premises, with a number of their meters."""
    for premises in PREMISES:
        stage.send(cleared(sequence, premises))


def settle(stage: WorkerStage, tick: int) -> None:
    """A tick that stands on all that was sent; it is settled when all agents have done theirs."""
    now = NOON + timedelta(days=tick)
    for phase, basis in (("opened", {}), ("closed", stage.watch.ends(topics.PREMISES_EVENTS))):
        mark = clock.Tick(tick=tick, phase=phase, now=now, basis=basis)  # type: ignore[arg-type]
        stage.send(clock.encode(mark), key=b"clock", partition=0, topic=topics.CLOCK_TICKS)
    stage.await_that(lambda health: health.settled >= tick)


def said(stage: WorkerStage, what: str) -> set[tuple[str, int, int]]:
    """Places of which the worker said something, over all its lives."""
    # Not by lines: a warning may be written between a line and its end.
    told = stage.log.read_text(errors="replace")
    found = re.findall(rf"(?<![-\w]){what} ([a-z]+\.[a-z-]+) (\d+) (\d+)\b", told)
    return {(topic, int(partition), int(offset)) for topic, partition, offset in found}


def await_said(stage: WorkerStage, what: str, places: set[tuple[str, int, int]]) -> None:
    """Return when the worker has said something of all these places."""
    stage.await_that(lambda _: places <= said(stage, what))


def every(stage: WorkerStage, *names: str) -> set[tuple[str, int, int]]:
    """Place of every record of some topics."""
    ends = {(topic, p): end for topic in names for p, end in stage.watch.ends(topic).items()}
    return {(topic, p, offset) for (topic, p), end in ends.items() for offset in range(end)}


def test_every_record_is_lost_twice_with_nothing_behind_it(stage: WorkerStage) -> None:
    tell(stage, 1)
    row = DeviceRow(PREMISES[0], DeviceType.ESME)
    stage.send(encode_row(row), key=ESME.encode(), topic=topics.DEVICE_REGISTER)
    stage.send(b"no message", key=ESME.encode(), topic=topics.DCC_MESSAGES)
    stage.start("fetched:*:1", "handed:*:1")
    assert stage.await_folded().outcomes.applied == len(PREMISES)
    settle(stage, 0)
    for how in ("fetched", "handed"):
        lost = {topic for topic, _, _ in said(stage, f"lost-{how}")}
        assert lost == set(FOLLOWED) - {topics.CAMPAIGN_COMMANDS}
    await_said(stage, "handed", every(stage, *FOLLOWED))
    assert SKIPPED not in stage.log.read_text()


def test_hole_in_the_middle_is_gone_back_to(stage: WorkerStage) -> None:
    stage.stop()
    before = said(stage, "lost-handed")
    stage.start(
        f"handed:{topics.PREMISES_EVENTS}:2",
        f"never:{topics.PREMISES_EVENTS}/{HERE}:{END + 2}",
        f"fetched:{topics.PREMISES_ORDERS}/{HERE}:{LOST_ORDER + 1}",
    )
    for sequence in range(2, 1 + TOLD):
        tell(stage, sequence)
    assert stage.await_folded().outcomes.applied == TOLD * len(PREMISES)
    settle(stage, 1)
    assert len(said(stage, "lost-handed") - before) > topics.PARTITIONS
    assert SKIPPED not in stage.log.read_text()


def test_fetch_that_leaves_a_hole_is_not_taken(stage: WorkerStage) -> None:
    """Nothing but the order of offsets shows that an order, or a tally, was lost."""
    *_, last = log.read_topic(stage.bootstrap, topics.PREMISES_ORDERS)
    at = stage.watch.ends(topics.PREMISES_ORDERS)[HERE]
    assert at < LOST_ORDER
    while at < LOST_ORDER:
        await_said(stage, "handed", {(topics.PREMISES_ORDERS, HERE, at - 1)})
        _, at = stage.send(last.value, partition=HERE, topic=topics.PREMISES_ORDERS)
    await_said(stage, "lost-fetched", {(topics.PREMISES_ORDERS, HERE, LOST_ORDER)})
    stage.send(last.value, partition=HERE, topic=topics.PREMISES_ORDERS)
    await_said(stage, "handed", every(stage, topics.PREMISES_ORDERS))


def test_record_that_never_comes_ends_the_worker(stage: WorkerStage) -> None:
    for sequence in range(1 + TOLD, 4 + TOLD):
        stage.send(cleared(sequence, PREMISES[0]))
    told = stage.await_end()
    assert SKIPPED in told
    assert f"partition {HERE}: from offset {END} on a record is missing" in told
