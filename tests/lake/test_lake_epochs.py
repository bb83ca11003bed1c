"""A new epoch: it begins where the log was cut, and what stood behind the cut is set aside."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lake.lake_records import append, commits, logged, run_of
from twin.lake import epochs, read
from twin.lake.basis import Basis, basis_of, require_within
from twin.lake.compact import compact
from twin.lake.figures import TopicInfo, lake_info
from twin.lake.slices import Slice
from twin.lake.table import Fenced, Lake
from twin.lake.verify import Kind, verify

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FACTS, DECISIONS = "premises.events", "campaign.events"


def slices(epoch: int, first: int, second: int, decisions: int) -> dict[Slice, int]:
    return {
        Slice(FACTS, epoch, 0): first,
        Slice(FACTS, epoch, 1): second,
        Slice(DECISIONS, epoch, 0): decisions,
    }


@pytest.fixture(params=["as it came", "compacted"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """Ten facts in one partition, six in another, four decisions, in several commits."""
    found = Lake(tmp_path / "lake" / "events")
    filled(found)
    if request.param == "compacted":
        compact(found, now=NOW)
    return found


def filled(lake: Lake) -> None:
    for first, end in ((0, 5), (5, 10)):
        append(lake, [*run_of(first, end), *run_of(first * 3 // 5, end * 3 // 5, partition=1)])
    append(lake, [logged(b"{}", topic=DECISIONS, offset=nth, key=b"hubs") for nth in range(4)])


def places(lake: Lake, topic: str = FACTS) -> list[tuple[int, int, int]]:
    return [(r.epoch, r.partition, r.offset) for r in read.records(lake.files(), topic=topic)]


def as_known(lake: Lake) -> Basis:
    return basis_of(
        lake.positions(), starts=lake.starts(), code_version="1", reference="x", resolved="test"
    )


def records_of(lake: Lake, basis: Basis) -> list[object]:
    files = epochs.files_upto(lake, basis.positions)
    return [
        *read.records(files, topic=FACTS, upto=basis.positions),
        *read.records(files, topic=DECISIONS, upto=basis.positions),
    ]


def test_log_goes_on_where_it_was_cut(lake: Lake) -> None:
    assert epochs.newest_epoch(lake) == 0
    before = list(read.records(lake.files(), upto=slices(0, 7, 6, 3)))
    done = epochs.open_epoch(lake, slices(1, 7, 6, 3), now=NOW)
    assert done.records == {DECISIONS: 1, FACTS: 3}
    assert list(read.records(lake.files())) == before
    assert lake.positions() == slices(0, 7, 6, 3) | slices(1, 7, 6, 3)
    assert (lake.starts(), epochs.newest_epoch(lake)) == (slices(1, 7, 6, 3), 1)
    append(lake, [*run_of(7, 9, epoch=1), *run_of(6, 8, epoch=1, partition=1)])
    assert places(lake) == [
        *((0, 0, nth) for nth in range(7)), (1, 0, 7), (1, 0, 8),
        *((0, 1, nth) for nth in range(6)), (1, 1, 6), (1, 1, 7),
    ]  # fmt: skip
    again = verify(lake.path)
    assert (again.faults, again.rows) == ((), 20)
    assert lake_info(lake).topics == (
        TopicInfo(DECISIONS, 0, 3),
        TopicInfo(DECISIONS, 1, 0),
        TopicInfo(FACTS, 0, 13),
        TopicInfo(FACTS, 1, 4),
    )
    assert as_known(lake).records == 20


def test_old_epoch_takes_no_more(lake: Lake) -> None:
    epochs.open_epoch(lake, slices(1, 7, 6, 3), now=NOW)
    with pytest.raises(Fenced, match="stands at 7, this writer wanted to go on at 10"):
        append(lake, run_of(10, 12))


def test_epoch_is_opened_in_one_commit(lake: Lake) -> None:
    version, before = lake.version, len(commits(lake.path))
    stale = Lake(lake.path)
    epochs.open_epoch(lake, slices(1, 7, 6, 3), now=NOW)
    assert (lake.version, len(commits(lake.path))) == (version + 1, before + 1)
    assert len(places(stale)) == 16
    commits(lake.path)[-1].unlink()
    undone = Lake(lake.path)
    assert (undone.starts(), len(places(undone))) == ({}, 16)
    assert epochs.open_epoch(undone, slices(1, 7, 6, 3), now=NOW).records == {
        DECISIONS: 1,
        FACTS: 3,
    }
    assert verify(lake.path).faults == ()


def test_two_that_open_at_once_are_one_that_opens(lake: Lake) -> None:
    rival = Lake(lake.path)
    epochs.open_epoch(lake, slices(1, 7, 6, 3), now=NOW)
    held = rival.files()
    with pytest.raises(Fenced):
        rival.open_epoch(slices(1, 7, 6, 3), [], [], aside=[], now=NOW)
    assert held
    assert verify(lake.path).faults == ()


def test_log_that_is_begun_anew_keeps_nothing_in_view(lake: Lake) -> None:
    done = epochs.open_epoch(lake, slices(1, 0, 0, 0), now=NOW)
    assert sum(done.records.values()) == 20
    assert (lake.files(), places(lake), as_known(lake).records) == ((), [], 0)
    append(lake, run_of(0, 2, epoch=1))
    assert places(lake) == [(1, 0, 0), (1, 0, 1)]
    assert verify(lake.path).faults == ()


def test_named_basis_still_finds_what_was_set_aside(lake: Lake) -> None:
    first = as_known(lake)
    known = records_of(lake, first)
    assert len(known) == first.records == 20
    epochs.open_epoch(lake, slices(1, 7, 6, 3), now=NOW)
    append(lake, [*run_of(7, 12, epoch=1), *run_of(6, 9, epoch=1, partition=1)])
    second = as_known(lake)
    later = records_of(lake, second)
    assert len(later) == second.records == 24
    epochs.open_epoch(lake, slices(2, 9, 6, 3), now=NOW)
    append(lake, run_of(9, 10, epoch=2))
    compact(lake, now=NOW)
    lake.vacuum(older_than=NOW - NOW)
    for basis, wanted in ((first, known), (second, later)):
        require_within(basis, epochs.reach(lake))
        assert records_of(lake, basis) == wanted
    assert as_known(lake).records == len(records_of(lake, as_known(lake))) == 9 + 6 + 3 + 1
    assert verify(lake.path).faults == ()


def test_file_that_was_set_aside_is_verified_too(lake: Lake) -> None:
    epochs.open_epoch(lake, slices(1, 7, 6, 3), now=NOW)
    (file,) = epochs.aside_folder(lake.path).iterdir()
    content = bytearray(file.read_bytes())
    content[40] ^= 1
    file.write_bytes(content)
    assert [fault.kind for fault in verify(lake.path).faults] == [Kind.CHANGED_FILE]
    shutil.rmtree(file.parent)
    assert [fault.kind for fault in verify(lake.path).faults] == [Kind.MISSING_FILE]


def test_record_before_the_start_of_its_epoch_is_found(lake: Lake) -> None:
    epochs.open_epoch(lake, slices(1, 7, 6, 3), now=NOW)
    append(lake, run_of(7, 9, epoch=1))
    file = next(f for f in lake.files() if 1 in pq.read_table(f)["epoch"].to_pylist())
    moved = pq.read_table(file)
    place = moved.schema.get_field_index("offset")
    moved = moved.set_column(place, moved.schema.field("offset"), [[3, 8]])
    gone, come = epochs._named(file), epochs.data_files.write(lake.path, [moved])
    assert gone is not None
    lake.rewrite([gone], [come], now=NOW)
    assert {(fault.kind, fault.what) for fault in verify(lake.path).faults} == {
        (Kind.BEFORE_START, "offsets 3"),
        (Kind.MISSING_RANGE, "offsets 7"),
    }


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.tuples(*[st.integers(0, 1)] * 3), min_size=1, max_size=4))
def test_any_chain_of_epochs_is_whole(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, int]]
) -> None:
    """Each epoch loses up to one record of each slice, then two more come."""
    lake = Lake(tmp_path_factory.mktemp("chain") / "events")
    filled(lake)
    ends = [10, 6, 4]
    for epoch, lost in enumerate(cuts, start=1):
        starts = [end - fewer for end, fewer in zip(ends, lost, strict=True)]
        done = epochs.open_epoch(lake, slices(epoch, *starts), now=NOW)
        assert sum(done.records.values()) == sum(lost)
        append(lake, [*run_of(starts[0], starts[0] + 2, epoch=epoch)])
        ends = [starts[0] + 2, starts[1], starts[2]]
    assert verify(lake.path).faults == ()
    assert [(p, o) for _, p, o in places(lake)] == [
        *((0, nth) for nth in range(ends[0])), *((1, nth) for nth in range(ends[1])),
    ]  # fmt: skip
    assert as_known(lake).records == sum(ends)
