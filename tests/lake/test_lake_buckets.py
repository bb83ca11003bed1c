"""A look-up by key opens only files that may hold it, and finds the same as in all of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.lake.lake_records import PREMISES, append, logged, run_of
from twin.lake import read
from twin.lake.buckets import holding
from twin.lake.compact import compact
from twin.lake.table import Lake

OTHER = "Pfedcba9876543210"
ODD = "no premises"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two premises and a key of none, first sorted, then some more in order of arrival."""
    found = Lake(tmp_path / "events")
    odd = logged(b"noise", offset=0, partition=2, key=ODD.encode())
    append(found, [*run_of(0, 3), *run_of(0, 2, partition=1, premises=OTHER), odd])
    append(found, [logged(b"a", offset=0, topic="campaign.events", key=PREMISES.encode())])
    compact(found, now=datetime(2026, 1, 2, tzinfo=UTC))
    append(found, run_of(3, 5))
    return found


@pytest.mark.parametrize(
    ("topic", "key", "opened", "offsets"),
    [
        ("premises.events", PREMISES, ["bucket-0", "part"], [0, 1, 2, 3, 4]),
        ("premises.events", OTHER, ["bucket-f", "part"], [0, 1]),
        ("premises.events", ODD, ["bucket-other", "part"], [0]),
        ("premises.events", "P00", ["bucket-other", "part"], []),
        ("campaign.events", PREMISES, ["bucket-other", "part"], [0]),
    ],
)
def test_files_of_a_key(
    lake: Lake, topic: str, key: str, opened: list[str], offsets: list[int]
) -> None:
    files = lake.files()
    wanted = holding(files, topic=topic, key=key)
    assert sorted(_kind(path) for path in wanted) == opened
    assert [r.offset for r in read.records(files, topic=topic, key=key)] == offsets
    everything = read.records(files, topic=topic)
    assert [r.offset for r in everything if r.key == key.encode()] == offsets


def _kind(path: Path) -> str:
    first, second, *_ = path.name.split("-")
    return f"{first}-{second}" if first == "bucket" else first


def test_files_of_a_topic(lake: Lake) -> None:
    files = lake.files()
    assert holding(files, topic="premises.events") == list(files)
    kinds = sorted(_kind(path) for path in holding(files, topic="campaign.events"))
    assert kinds == ["bucket-other", "part"]
    assert len(list(read.records(files, topic="campaign.events"))) == 1
