"""The tail that is picked out of the files is what a query over all their rows finds."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bulk.lakes import logged
from tests.lookback.test_lookback_laws import encoded, kept, logs, looked, written
from tests.state.histories import LAWS, garbage, histories
from twin.bulk.records import by_premises
from twin.lake import data_files
from twin.lake.basis import Stand
from twin.lake.lookup import LakeUnreadable
from twin.lake.read import within
from twin.lake.rows import to_table
from twin.lake.slices import Slice
from twin.lookback import beyond, looking, tail
from twin.lookback.reach import Reach
from twin.state.entry import UNADDRESSED

HOMES = [f"P{digit}00000000000000{last}" for digit in "07f" for last in "01"]
NAMELESS = ("nobody", "P00000000000000AB", "P0", "")
TOPIC = "premises.events"
FEW = settings(LAWS, max_examples=8)


@st.composite
def rows(draw: st.DrawFn) -> pa.Table:
    """Rows of two epochs and three partitions: good, foolish and late ones, and some nameless."""
    told: list[tuple[str, Any]] = []
    for home in draw(st.lists(st.sampled_from(HOMES), min_size=1, max_size=4, unique=True)):
        events = draw(histories(max_size=8))
        bad = draw(st.lists(garbage(), max_size=1))
        told += [(home, one) for one in (*events, *events[:2], *bad)]
    told += [(name, None) for name in draw(st.lists(st.sampled_from(NAMELESS), max_size=2))]
    table = to_table(logged(draw(st.permutations(told))))
    rng, count = Random(draw(st.integers(0, 2**32))), len(table)
    places = [(rng.randrange(2), rng.randrange(3)) for _ in range(count)]
    offsets = [sum(one == at for one in places[:n]) for n, at in enumerate(places)]
    columns = {
        "epoch": pa.array([epoch for epoch, _ in places], pa.int32()),
        "partition": pa.array([partition for _, partition in places], pa.int32()),
        "offset": pa.array(offsets, pa.int64()),
        "topic": pa.array([rng.choice([TOPIC] * 9 + ["clock.ticks"]) for _ in range(count)]),
    }
    for name, column in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def stands(draw: Callable[[Any], int], table: pa.Table, least: Sequence[Stand]) -> list[Stand]:
    """A basis of the rows: in each slice any offset from that of another basis on, or none."""
    since = {(one.epoch, one.partition): one.offset for one in least}
    slices = sorted(set(zip(*(table[n].to_pylist() for n in ("epoch", "partition")), strict=True)))
    found = []
    for epoch, partition in slices:
        low = since.get((epoch, partition), 0)
        offset = draw(st.integers(low, low + draw(st.sampled_from([0, 1, 30]))))
        found += [Stand(TOPIC, epoch, partition, offset)] if offset else []
    return found


def lay(folder: Path, table: pa.Table, how: str, group_rows: int) -> list[Path]:
    """The rows in order of arrival, sorted in one file, or in buckets as compaction names them."""
    order = [(name, "ascending") for name in ("key", "device_id", "sequence")]
    where = {"arrival": [(table, "")], "sorted": [(table.sort_by(order), "")]}.get(how)
    if where is None:
        buckets = [
            (key or "")[1:2] if (key or "") in HOMES else data_files.OTHER
            for key in table["key"].to_pylist()
        ]
        where = [
            (table.filter(pa.array([one == name for one in buckets])).sort_by(order), name)
            for name in sorted(set(buckets))
        ]
    files = []
    for nth, (piece, bucket) in enumerate(where):
        name = f"bucket-{bucket}-{nth:064x}.parquet" if bucket else f"part-{nth:064x}.parquet"
        pq.write_table(piece, folder / name, row_group_size=group_rows, compression="zstd")
        files.append(folder / name)
    return files


def queried(files: Sequence[Path], since: Sequence[Stand], upto: Sequence[Stand]) -> list[Any]:
    """The oracle: a condition on every row."""
    before, after = (
        {Slice(TOPIC, one.epoch, one.partition): one.offset for one in of} for of in (since, upto)
    )
    where = f"({within(TOPIC, after)}) AND NOT ({within(TOPIC, before)})"
    return list(by_premises(files, where=where))


@pytest.mark.parametrize("how", ["arrival", "sorted", "buckets"])
@FEW
@given(table=rows(), data=st.data())
def test_any_tail_of_any_files(
    tmp_path_factory: pytest.TempPathFactory, how: str, table: pa.Table, data: st.DataObject
) -> None:
    files = lay(tmp_path_factory.mktemp(how), table, how, data.draw(st.sampled_from([2, 7, 100])))
    since = stands(data.draw, table, [])
    upto = stands(data.draw, table, since)
    wanted = queried(files, since, upto)
    for records in (2, 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tail, "RECORDS", records)
            assert list(tail.tail(files, since=since, upto=upto)) == wanted


def a_log() -> pa.Table:
    """Three premises and one record without, one after the other."""
    return to_table(logged([(name, None) for name in (*HOMES[:3], NAMELESS[0]) * 2]))


@pytest.mark.parametrize(
    ("since", "upto", "found"),
    [(0, 0, 0), (0, 1, 1), (0, 8, 8), (3, 4, 1), (4, 4, 0), (4, 5, 1), (8, 8, 0), (7, 99, 1)],
)
def test_the_ends_are_exact(tmp_path: Path, since: int, upto: int, found: int) -> None:
    """From the first offset that the checkpoint lacks up to, and without, that of the basis."""
    files = lay(tmp_path, a_log(), "buckets", 2)
    ends = [(Stand(TOPIC, 0, 3, end),) if end else () for end in (since, upto)]
    told = list(tail.tail(files, since=ends[0], upto=ends[1]))
    offsets = sorted(record.offset for _, records in told for record in records)
    assert offsets == list(range(since, min(upto, 8)))
    assert len(offsets) == found
    assert sum(name == UNADDRESSED for (name, _), _ in told) <= 1


def test_row_groups_without_a_late_record_are_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files in order of arrival say which offsets they hold."""
    opened: list[int] = []

    def noted(file: Any, group: int, names: Sequence[str]) -> Iterator[Any]:
        opened.append(group)
        return beyond_columns(file, group, names)

    beyond_columns = beyond.columns
    monkeypatch.setattr(beyond, "columns", noted)
    files = lay(tmp_path, a_log(), "arrival", 2)
    ends = (Stand(TOPIC, 0, 3, 4),), (Stand(TOPIC, 0, 3, 6),)
    assert sum(len(found) for _, found in tail.tail(files, since=ends[0], upto=ends[1])) == 2
    assert set(opened) == {2}


def test_a_file_of_an_older_lake_lacks_columns(tmp_path: Path) -> None:
    files = lay(tmp_path, a_log(), "arrival", 100)
    older = pq.read_table(files[0]).drop_columns(["gpf_id", "execute_at", "asked"])
    pq.write_table(older, files[0])
    upto = [Stand(TOPIC, 0, 3, 8)]
    assert list(tail.tail(files, since=[], upto=upto)) == queried(files, [], upto)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    files = lay(tmp_path, a_log(), "arrival", 100)
    files[0].unlink()
    with pytest.raises(LakeUnreadable, match=files[0].name):
        list(tail.tail(files, since=[], upto=[Stand(TOPIC, 0, 3, 8)]))


def test_epochs_count_apart() -> None:
    since = [Stand(TOPIC, 0, 1, 9), Stand(TOPIC, 0, 0, 4), Stand("clock.ticks", 0, 0, 99)]
    upto = [Stand(TOPIC, 0, 0, 4), Stand(TOPIC, 0, 1, 9), Stand(TOPIC, 1, 1, 12, 9)]
    reach = Reach.between(since, upto)
    assert (len(reach), reach.offsets) == (12, (0, 12))
    assert len(Reach.between(upto, upto)) == 0


def sent(work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[Any]:
    """What goes to another process and comes back, without one."""
    for job in jobs:
        yield pickle.loads(pickle.dumps(work(pickle.loads(pickle.dumps(job)))))


@settings(LAWS, max_examples=5)
@given(log=logs(), data=st.data())
def test_portions_folded_elsewhere_come_to_the_same(log: list[Any], data: st.DataObject) -> None:
    """Premises that leave a word of the figures make a portion's part of them less than nothing."""
    first, end = sorted(data.draw(st.tuples(*[st.integers(0, len(log))] * 2)))
    with written(log) as (files, where), pytest.MonkeyPatch.context() as patch:
        base = kept(files, where, first)
        here = encoded(looked(files, where, end, None, base))
        patch.setattr(tail, "RECORDS", 2)
        patch.setattr(looking, "ALONE", 0)
        patch.setattr(looking, "spread", sent)
        assert encoded(looked(files, where, end, None, base)) == here
