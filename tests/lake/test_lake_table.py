"""The events table: rows and positions together, one writer, nothing committed is ever lost."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.lake.lake_records import PREMISES, TOPIC, append, commits, logged, run_of
from twin.lake import data_files, read
from twin.lake.rows import to_table
from twin.lake.slices import Slice, Span
from twin.lake.table import Fenced, Lake, spans_of

FIRST, SECOND = Slice(TOPIC, 0, 0), Slice(TOPIC, 0, 1)
OTHER = "Pfedcba9876543210"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lake" / "events"


def offsets(lake: Lake) -> list[int]:
    """Offsets of all rows in view, partitions one after the other."""
    return [record.offset for record in read.records(lake.files())]


def test_empty_lake_stands_at_the_beginning(path: Path) -> None:
    lake = Lake(path)
    assert lake.position(FIRST) == 0
    assert lake.files() == ()
    assert list(read.records(lake.files())) == []


def test_rows_and_positions_come_in_one_commit(path: Path) -> None:
    lake = Lake(path)
    before = lake.version
    append(lake, [*run_of(0, 4), *run_of(0, 3, partition=1)])
    assert lake.version == before + 1
    assert (lake.position(FIRST), lake.position(SECOND)) == (4, 3)
    actions = [json.loads(line) for line in commits(path)[-1].read_text().splitlines()]
    positions = {a["txn"]["appId"]: a["txn"]["version"] for a in actions if "txn" in a}
    assert positions == {
        "archive-v1-premises.events-0-0": 4,
        "archive-v1-premises.events-0-1": 3,
    }
    assert sum("add" in action for action in actions) == 1


def test_commit_names_its_file_its_digest_and_its_ranges(path: Path) -> None:
    lake = Lake(path)
    append(lake, run_of(0, 4))
    append(lake, run_of(4, 9))
    actions = [json.loads(line) for line in commits(path)[-1].read_text().splitlines()]
    (said,) = [action["commitInfo"] for action in actions if "commitInfo" in action]
    ranges = said["ranges"]
    ranges = json.loads(ranges) if isinstance(ranges, str) else ranges
    assert ranges == [{"topic": TOPIC, "epoch": 0, "partition": 0, "start": 4, "end": 9}]
    (name,) = [action["add"]["path"] for action in actions if "add" in action]
    found = data_files.named(name)
    assert found is not None
    assert sha256((path / name).read_bytes()).hexdigest() == found.sha256


def test_positions_are_there_when_the_lake_is_opened_again(path: Path) -> None:
    append(Lake(path), run_of(0, 4))
    again = Lake(path)
    assert again.position(FIRST) == 4
    append(again, run_of(4, 6))
    assert Lake(path).position(FIRST) == 6
    assert offsets(Lake(path)) == [0, 1, 2, 3, 4, 5]


def test_epochs_have_positions_of_their_own(path: Path) -> None:
    lake = Lake(path)
    append(lake, run_of(0, 4))
    append(lake, run_of(0, 2, epoch=1))
    assert (lake.position(FIRST), lake.position(Slice(TOPIC, 1, 0))) == (4, 2)
    assert [(r.epoch, r.offset) for r in read.records(lake.files())] == [
        (0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("first", "end"), [(5, 7), (3, 7), (0, 4)])
def test_writer_that_does_not_go_on_where_the_lake_stands_is_fenced(
    path: Path, first: int, end: int
) -> None:
    lake = Lake(path)
    append(lake, run_of(0, 4))
    version, files = lake.version, lake.files()
    with pytest.raises(Fenced, match=rf"stands at 4, this writer wanted to go on at {first}"):
        append(lake, run_of(first, end))
    assert (Lake(path).version, Lake(path).files()) == (version, files)


def test_one_wrong_span_refuses_the_whole_commit(path: Path) -> None:
    lake = Lake(path)
    with pytest.raises(Fenced, match="partition 1"):
        append(lake, [*run_of(0, 4), *run_of(2, 3, partition=1)])
    assert (lake.position(FIRST), offsets(lake)) == (0, [])


def test_hole_within_a_slice_is_refused() -> None:
    with pytest.raises(ValueError, match="partition 0: 2 missing"):
        spans_of([(FIRST, 0), (FIRST, 1), (FIRST, 3)])
    with pytest.raises(ValueError, match="partition 0"):
        spans_of([(FIRST, 1), (FIRST, 1)])
    with pytest.raises(ValueError, match="partition 0"):
        spans_of([(FIRST, 1), (FIRST, 0)])


def test_spans_of_slices_that_alternate() -> None:
    found = spans_of([(FIRST, 7), (SECOND, 0), (FIRST, 8), (SECOND, 1), (FIRST, 9)])
    assert found == {FIRST: Span(7, 10), SECOND: Span(0, 2)}
    assert spans_of([]) == {}


def test_second_writer_is_fenced_when_the_position_has_moved(path: Path) -> None:
    first, second = Lake(path), Lake(path)
    append(first, run_of(0, 4))
    with pytest.raises(Fenced, match="stands at 4"):
        append(second, run_of(0, 4))
    assert offsets(Lake(path)) == [0, 1, 2, 3]


def rival_between(monkeypatch: pytest.MonkeyPatch, commit: Callable[[], None]) -> None:
    """The rival commits once, after this writer has looked and before it commits."""
    write, rival_wrote = data_files.write, []

    def write_after_the_rival(*args: Any, **named: Any) -> Any:
        if not rival_wrote:
            rival_wrote.append(True)
            commit()
        return write(*args, **named)

    monkeypatch.setattr(data_files, "write", write_after_the_rival)


def test_second_writer_is_fenced_when_the_first_commits_meanwhile(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, rival = Lake(path), Lake(path)
    rival_between(monkeypatch, lambda: append(rival, run_of(0, 3)))
    with pytest.raises(Fenced, match="another writer committed"):
        append(mine, run_of(0, 5))
    assert offsets(Lake(path)) == [0, 1, 2]


def test_commit_that_moves_other_positions_is_in_nobodys_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, rival = Lake(path), Lake(path)
    rival_between(monkeypatch, lambda: append(rival, run_of(0, 3)))
    append(mine, run_of(0, 2, partition=1))
    assert (mine.position(FIRST), mine.position(SECOND)) == (3, 2)
    assert offsets(Lake(path)) == [0, 1, 2, 0, 1]


@pytest.mark.peer_fault("PF-hawkbit-54")
def test_of_two_writers_at_once_exactly_one_commits_each_range(path: Path) -> None:
    rounds, barrier = 15, threading.Barrier(2)
    won: list[int] = []

    def write() -> None:
        lake = Lake(path)
        for nth in range(rounds):
            barrier.wait(timeout=30)
            try:
                append(lake, run_of(nth * 2, nth * 2 + 2))
                won.append(nth)
            except Fenced:
                pass
            barrier.wait(timeout=30)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert won == list(range(rounds))
    assert offsets(Lake(path)) == list(range(rounds * 2))
    assert Lake(path).position(FIRST) == rounds * 2


def test_rows_that_come_again_never_change_a_committed_file(path: Path) -> None:
    """A file's name is made of its content: whoever writes it again writes the same."""
    lake = Lake(path)
    append(lake, run_of(0, 4))
    (committed,) = lake.files()
    content = committed.read_bytes()
    again, _, _ = data_files.write(path, [to_table(run_of(0, 4))])
    other, _, _ = data_files.write(path, [to_table(run_of(0, 5))])
    assert (again.name, other.name != again.name) == (committed.name, True)
    assert committed.read_bytes() == content


def test_numbers_and_times_are_packed_and_all_is_compressed(path: Path) -> None:
    lake = Lake(path)
    append(lake, run_of(0, 500))
    group = pq.ParquetFile(lake.files()[0]).metadata.row_group(0)
    columns = {c.path_in_schema: c for c in map(group.column, range(group.num_columns))}
    packed = {name for name, c in columns.items() if "DELTA_BINARY_PACKED" in c.encodings}
    assert packed == {
        "offset", "partition", "sequence", "logged_at", "occurred_at", "recorded_at",
    }  # fmt: skip
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert "RLE_DICTIONARY" in columns["key"].encodings
    assert "RLE_DICTIONARY" not in columns["value"].encodings
    assert {n for n, c in columns.items() if c.is_stats_set} == {"occurred_at", "offset", "key"}


def test_records_come_back_in_log_order_whatever_the_commits(path: Path) -> None:
    lake = Lake(path)
    append(lake, [*run_of(0, 2, partition=1), *run_of(0, 2)])
    append(lake, run_of(2, 4))
    append(lake, [*run_of(2, 3, partition=1), logged(b"bad", key=None, partition=1, offset=3)])
    found = list(read.records(lake.files()))
    assert [(r.partition, r.offset) for r in found] == [
        (0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3),
    ]  # fmt: skip
    assert found[0].value == run_of(0, 1)[0].value
    assert (found[-1].key, found[-1].value) == (None, b"bad")


def test_records_of_one_key_and_one_topic(path: Path) -> None:
    lake = Lake(path)
    append(lake, [*run_of(0, 2), *run_of(2, 5, premises=OTHER), *run_of(5, 6)])
    append(lake, [logged(b"{}", topic="campaign.events", offset=0)])
    mine = list(read.records(lake.files(), key=PREMISES))
    assert [record.offset for record in mine] == [0, 1, 5]
    assert {record.key for record in mine} == {PREMISES.encode()}
    assert [r.offset for r in read.records(lake.files(), key=OTHER)] == [2, 3, 4]
    assert list(read.records(lake.files(), key="P0000000000000000")) == []
    assert [r.value for r in read.records(lake.files(), topic="campaign.events")] == [b"{}"]


def test_file_without_a_commit_is_not_read(path: Path) -> None:
    """What a crash between file and commit leaves: a whole file, or a part of one."""
    lake = Lake(path)
    append(lake, run_of(0, 4))
    (committed,) = lake.files()
    shutil.copy(committed, path / "part-orphan.parquet")
    (path / "part-torn.parquet").write_bytes(committed.read_bytes()[:100])
    again = Lake(path)
    assert again.files() == (committed,)
    append(again, run_of(4, 6))
    assert offsets(Lake(path)) == [0, 1, 2, 3, 4, 5]


def test_crash_before_the_commit_leaves_the_position_where_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(path)
    append(lake, run_of(0, 4))

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "_commit", die)
        with pytest.raises(KeyboardInterrupt):
            append(lake, run_of(4, 8))
    assert len(list(path.glob("*.parquet"))) == 2, "the rows were written"
    again = Lake(path)
    assert (again.position(FIRST), offsets(again)) == (4, [0, 1, 2, 3])
    append(again, run_of(4, 8))
    assert offsets(again) == list(range(8))


def test_rows_are_on_the_disk_before_their_commit_and_the_commit_after(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(path)
    append(lake, run_of(0, 1))
    synced: list[tuple[str, int]] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        synced.append((Path(f"/proc/self/fd/{handle}").readlink().name, len(commits(path))))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)
    append(lake, run_of(1, 4))
    count = len(commits(path))
    assert [name for name, _ in synced] == [
        next(name for name, _ in synced if name.startswith(".draft-")),
        path.name,
        commits(path)[-1].name,
        "_delta_log",
    ]
    assert [seen for _, seen in synced] == [count - 1, count - 1, count, count]


@pytest.mark.parametrize("name", ["a space", "50 %", "Käfig", "plus+and#hash", "a[1]*?"])
def test_lake_lives_in_any_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "events"
    append(Lake(path), run_of(0, 2))
    again = Lake(path)
    assert offsets(again) == [0, 1]
    append(again, run_of(2, 3))
    assert offsets(Lake(path)) == [0, 1, 2]


def test_reader_sees_new_commits_after_a_refresh(path: Path) -> None:
    reader = Lake(path)
    append(Lake(path), run_of(0, 4))
    assert reader.position(FIRST) == 0
    reader.refresh()
    assert reader.position(FIRST) == 4
    assert offsets(reader) == [0, 1, 2, 3]


def test_appending_nothing_is_no_hidden_move_of_a_position(path: Path) -> None:
    lake = Lake(path)
    lake.append(to_table([]), {})
    assert lake.position(FIRST) == 0
    assert offsets(lake) == []
