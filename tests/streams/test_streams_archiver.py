"""The archiver: every record once and in order, from where it stopped, and only of its own log."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from streams import archiver as module
from streams import cluster, topics
from streams.archive import open_lake
from streams.archiver import Archiver, LogTruncated
from streams.partitioner import partition_of
from streams.topics import ARCHIVED, KEPT
from tests.lake.lake_records import cleared
from twin.events.envelope import encode, headers
from twin.lake import read
from twin.lake.slices import Slice
from twin.lake.table import Fenced, Lake
from twin.lake.verify import verify

pytestmark = pytest.mark.kafka


@pytest.fixture
def bootstrap(own_broker: str) -> Iterator[str]:
    """The module's broker with fresh topics."""
    with cluster.admin(own_broker) as client:
        anew(client)
        yield own_broker


def anew(client: KafkaAdminClient) -> None:
    """The archived topics are made again, empty."""
    there = [name for name in client.list_topics() if name in KEPT]
    if there:
        client.delete_topics(there)
        deadline = time.monotonic() + 15
        while set(client.list_topics()) & set(there):
            assert time.monotonic() < deadline
    cluster.ensure(client)


def produce(bootstrap: str, count: int, *, first: int = 0) -> list[tuple[str, int, bytes | None]]:
    """Good and bad records on all archived topics; what each is and where it goes."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)
    sent: list[tuple[str, int, bytes | None]] = []
    for nth in range(first, first + count):
        event = cleared(nth + 1, f"P{nth:016x}")
        key = event.key.encode()
        values = {topics.PREMISES_EVENTS: encode(event), topics.DEAD_LETTERS: b"{%d}" % nth}
        for topic, value in values.items():
            producer.send(
                topic, key=key, value=value, partition=partition_of(key), headers=headers(event)
            )
            sent.append((topic, partition_of(key), value))
    for topic, value in [
        (topics.PREMISES_EVENTS, b"\xff broken"),
        (topics.PREMISES_EVENTS, None),
        (topics.CAMPAIGN_EVENTS, b"{}"),
    ]:
        producer.send(topic, key=b"\xff" if value is None else None, value=value, partition=0)
        sent.append((topic, 0, value))
    producer.flush()
    producer.close()
    return sent


def in_small_portions(bootstrap: str, _: object) -> KafkaConsumer:
    """A consumer that gives few records at a time, so that there are many commits."""
    return KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=20,
    )


def archive(bootstrap: str, home: Path, *, epoch: int = 0) -> int:
    """Everything that is there now."""
    copier = Archiver(open_lake(home), bootstrap=bootstrap, epoch=epoch, security={})
    return copier.run(stop=lambda: False, until_end=True)


def rows(lake: Lake) -> list[tuple[str, int, int, bytes | None]]:
    """All rows in view, with the bytes that they give back."""
    found = [
        (topic, record.partition, record.offset, record.value)
        for topic in ARCHIVED
        for record in read.records(lake.files(), topic=topic)
    ]
    return sorted(found, key=lambda row: row[:3])


def assert_whole(lake: Lake, sent: list[tuple[str, int, bytes | None]]) -> None:
    """Each record that was sent stands in the lake once, at offsets without holes."""
    found = rows(lake)
    assert Counter((t, p, v) for t, p, _, v in found) == Counter(sent)
    offsets: dict[tuple[str, int], list[int]] = {}
    for topic, partition, offset, _ in found:
        offsets.setdefault((topic, partition), []).append(offset)
    for (topic, partition), held in offsets.items():
        assert held == list(range(len(held)))
        assert lake.position(Slice(topic, 0, partition)) == len(held)


def test_everything_is_archived_good_and_bad(bootstrap: str, tmp_path: Path) -> None:
    sent = produce(bootstrap, 300)
    assert archive(bootstrap, tmp_path) == len(sent)
    assert_whole(open_lake(tmp_path), sent)


def test_empty_log_is_archived_at_once(bootstrap: str, tmp_path: Path) -> None:
    assert archive(bootstrap, tmp_path) == 0


def test_goes_on_where_it_stopped(
    bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMMIT_ROWS", 50)
    monkeypatch.setattr(module, "consumer_of", in_small_portions)
    sent = produce(bootstrap, 200)
    lake = open_lake(tmp_path)
    begun = lake.version
    copier = Archiver(lake, bootstrap=bootstrap, epoch=0, security={})
    first = copier.run(stop=lambda: lake.version > begun)
    assert 0 < first < len(sent)
    sent += produce(bootstrap, 20, first=1000)
    assert archive(bootstrap, tmp_path) == len(sent) - first
    assert_whole(open_lake(tmp_path), sent)
    assert archive(bootstrap, tmp_path) == 0


def test_files_are_sorted_every_so_many_commits(
    bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMMIT_ROWS", 40)
    monkeypatch.setattr(module, "COMPACT_EVERY", 4)
    monkeypatch.setattr(module, "consumer_of", in_small_portions)
    sent = produce(bootstrap, 200)
    assert archive(bootstrap, tmp_path) == len(sent)
    lake = open_lake(tmp_path)
    assert any(path.name.startswith("bucket-") for path in lake.files())
    assert_whole(lake, sent)
    assert verify(lake.path).faults == ()


def test_rows_gathered_when_it_is_told_to_stop_are_not_lost(bootstrap: str, tmp_path: Path) -> None:
    sent = produce(bootstrap, 10)
    calls = iter([False, False, True, True, True, True])
    lake = open_lake(tmp_path)
    first = Archiver(lake, bootstrap=bootstrap, epoch=0, security={}).run(
        stop=lambda: next(calls, True)
    )
    assert first + archive(bootstrap, tmp_path) == len(sent)
    assert_whole(open_lake(tmp_path), sent)


def test_topic_made_anew_is_another_log(bootstrap: str, tmp_path: Path) -> None:
    sent = produce(bootstrap, 60)
    archive(bootstrap, tmp_path)
    with cluster.admin(bootstrap) as client:
        anew(client)
    with pytest.raises(LogTruncated, match=r"holds offsets 0 to 0, but the lake has archived up"):
        archive(bootstrap, tmp_path)
    assert_whole(open_lake(tmp_path), sent)


def test_log_that_lost_its_beginning_before_it_was_archived(bootstrap: str, tmp_path: Path) -> None:
    sent = produce(bootstrap, 60)
    place = TopicPartition(topics.PREMISES_EVENTS, sent[0][1])
    with cluster.admin(bootstrap) as client:
        client.delete_records({place: 2})
    with pytest.raises(
        LogTruncated,
        match=rf"premises.events partition {place.partition} holds offsets 2 to \d+, "
        "but the lake has archived up to 0",
    ):
        archive(bootstrap, tmp_path)
    assert open_lake(tmp_path).files() == ()


def test_log_that_lost_what_was_archived_already_is_still_this_log(
    bootstrap: str, tmp_path: Path
) -> None:
    sent = produce(bootstrap, 60)
    archive(bootstrap, tmp_path)
    place = TopicPartition(topics.PREMISES_EVENTS, sent[0][1])
    with cluster.admin(bootstrap) as client:
        client.delete_records({place: 2})
    sent += produce(bootstrap, 5, first=500)
    archive(bootstrap, tmp_path)
    assert_whole(open_lake(tmp_path), sent)


def test_second_archiver_ends_the_first(bootstrap: str, tmp_path: Path) -> None:
    produce(bootstrap, 20)
    lake = open_lake(tmp_path)
    first = Archiver(lake, bootstrap=bootstrap, epoch=0, security={})
    archived: list[int] = []

    def stop() -> bool:
        """The rival comes when the first stands in its place, before it has committed."""
        if not archived:
            archived.append(archive(bootstrap, tmp_path))
        return False

    with pytest.raises(Fenced):
        first.run(stop=stop, until_end=True)
    assert archived == [43]
    assert len(rows(open_lake(tmp_path))) == 43


def test_other_epoch_is_archived_beside_the_first(bootstrap: str, tmp_path: Path) -> None:
    sent = produce(bootstrap, 10)
    archive(bootstrap, tmp_path)
    with cluster.admin(bootstrap) as client:
        anew(client)
    again = produce(bootstrap, 10)
    assert archive(bootstrap, tmp_path, epoch=1) == len(again)
    assert len(rows(open_lake(tmp_path))) == len(sent) + len(again)


def test_lake_lies_where_the_home_says(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    assert lake.path == tmp_path / "lake" / "events"
    assert (lake.path / "_delta_log").is_dir()
