"""`verify` finds each planted fault, and says where it is."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.lake.lake_records import append, commits, logged, run_of
from twin.lake import data_files
from twin.lake.compact import compact
from twin.lake.marks import spans
from twin.lake.slices import Span
from twin.lake.table import Lake
from twin.lake.verify import Kind, verify

NOW = datetime(2026, 1, 2, tzinfo=UTC)
IN_PARTITION_0 = "premises.events, epoch 0, partition 0"


@pytest.fixture(params=["as it came", "compacted"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A whole lake of several commits, sorted or not."""
    found = tmp_path / "events"
    lake = Lake(found)
    for nth in range(4):
        append(
            lake,
            [
                *run_of(nth * 5, nth * 5 + 5),
                *run_of(nth * 2, nth * 2 + 2, partition=3, premises=f"P{nth:016x}"),
                logged(b"{}", topic="campaign.events", offset=nth, key=b"hubs"),
            ],
        )
    if request.param == "compacted":
        compact(lake, now=NOW)
    assert verify(found).faults == ()
    return found


def found(path: Path) -> list[tuple[Kind, str]]:
    """Kinds and places of the faults."""
    verified = verify(path)
    assert not verified.holds
    return [(fault.kind, fault.where) for fault in verified.faults]


def rewritten(path: Path, file: Path, keep: slice, *, times: int = 1) -> None:
    """Put some rows of a file (several times) in its place, as a faulty compaction would."""
    lake = Lake(path)
    piece = pq.read_table(file)[keep]
    gone = data_files.named(file.name)
    assert gone is not None
    lake.rewrite([gone], [data_files.write(path, [piece] * times, bucket="other")], now=NOW)


def largest(path: Path) -> Path:
    return max(Lake(path).files(), key=lambda file: pq.read_metadata(file).num_rows)


def test_whole_lake(path: Path) -> None:
    verified = verify(path)
    assert (verified.holds, verified.rows, verified.without_digest) == (True, 32, 0)
    assert verified.bytes == sum(file.stat().st_size for file in Lake(path).files())
    assert verified.commits == verified.version + 1


def test_flipped_bit_anywhere_in_any_file(path: Path) -> None:
    for file in Lake(path).files():
        content = bytearray(file.read_bytes())
        for at in (0, len(content) // 3, len(content) - 1):
            flipped = bytearray(content)
            flipped[at] ^= 1
            file.write_bytes(flipped)
            assert (Kind.CHANGED_FILE, file.name) in found(path)
        file.write_bytes(content)
    assert verify(path).holds


def test_missing_file_and_what_is_missing_with_it(path: Path) -> None:
    gone = largest(path)
    gone.unlink()
    assert (Kind.MISSING_FILE, gone.name) in found(path)
    assert (Kind.MISSING_RANGE, IN_PARTITION_0) in found(path)


def test_rows_left_out(path: Path) -> None:
    rewritten(path, largest(path), slice(1, None))
    (fault,) = verify(path).faults
    assert fault.kind is Kind.MISSING_RANGE
    assert fault.what.removeprefix("offsets ").isdigit(), "one offset, by its number"


def test_rows_doubled(path: Path) -> None:
    rewritten(path, largest(path), slice(None), times=2)
    kinds = {kind for kind, _ in found(path)}
    assert kinds == {Kind.DOUBLED_RANGE}
    assert (Kind.DOUBLED_RANGE, IN_PARTITION_0) in found(path)


def test_rows_beyond_the_position(path: Path) -> None:
    """A position that moved back, as by a commit that was edited."""
    commit = next(c for c in reversed(commits(path)) if '"txn"' in c.read_text() and
                  "premises.events-0-0" in c.read_text())  # fmt: skip
    lines = [json.loads(line) for line in commit.read_text().splitlines()]
    for line in lines:
        if line.get("txn", {}).get("appId") == "archive-v1-premises.events-0-0":
            line["txn"]["version"] -= 2
    commit.write_text("\n".join(json.dumps(line) for line in lines))
    (fault,) = verify(path).faults
    assert (fault.kind, fault.where) == (Kind.BEYOND_POSITION, IN_PARTITION_0)
    assert fault.what == "offsets 18 to 19"


def test_torn_commit_and_missing_commit(path: Path) -> None:
    last = commits(path)[-1]
    content = last.read_bytes()
    last.write_bytes(content[: len(content) // 2])
    assert found(path) == [(Kind.TORN_COMMIT, last.name)]
    last.write_bytes(b"")
    assert found(path) == [(Kind.TORN_COMMIT, last.name)]
    last.write_bytes(content)
    commits(path)[2].unlink()
    assert found(path) == [(Kind.MISSING_COMMIT, "_delta_log")]


def test_checkpoint_that_says_otherwise(path: Path) -> None:
    lake = Lake(path)
    lake._table.create_checkpoint()
    (checkpoint,) = (path / "_delta_log").glob("*.checkpoint.parquet")
    rows = pq.read_table(checkpoint)
    positions = [row["txn"] is not None for row in rows.to_pylist()]
    pq.write_table(rows.filter([not one for one in positions]), checkpoint)
    assert (Kind.UNREADABLE_LOG, IN_PARTITION_0) in found(path)
    checkpoint.write_bytes(checkpoint.read_bytes()[:50])
    assert {kind for kind, _ in found(path)} == {Kind.UNREADABLE_LOG}


def test_orphan_is_told_and_harms_nothing(path: Path) -> None:
    orphan, _, _ = data_files.write(path, [pq.read_table(largest(path))[:1]])
    (path / ".draft-999999999-4.parquet").write_bytes(b"half")
    verified = verify(path)
    assert verified.holds
    assert [(f.kind, f.where) for f in verified.faults] == [
        (Kind.ORPHAN_FILE, orphan.name),
        (Kind.ORPHAN_FILE, ".draft-999999999-4.parquet"),
    ]


def test_folder_without_a_lake(tmp_path: Path) -> None:
    assert found(tmp_path) == [(Kind.MISSING_COMMIT, "_delta_log")]


def test_spans_of_numbers() -> None:
    assert spans([]) == []
    assert spans([3]) == [Span(3, 4)]
    assert spans([0, 1, 2, 5, 7, 8]) == [Span(0, 3), Span(5, 6), Span(7, 9)]
