"""`kill -9` of those who write and sort the lake, a full disk, many readers: nothing is lost."""

import os
import random
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from tests.faults import lake_writer, mart_writer
from tests.faults.lake_writer import SLICE
from tests.faults.schedule import Schedule
from twin.lake import read
from twin.lake.commits import told
from twin.lake.table import Lake
from twin.lake.verify import Kind, verify

pytestmark = pytest.mark.faults

KILLS = 50
READERS = 10
SECONDS = float(os.environ.get("TWIN_FAULTS_READERS_S", "15"))
"""How long readers read; two minutes are asked, which is 120."""
ENDLESS = 10**9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lake" / "events"


def started(target: Any, *args: Any) -> BaseProcess:
    process = lake_writer.context().Process(target=target, args=args)
    process.start()
    return process


def killed(target: Any, path: Path, luck: random.Random) -> bool:
    """Let it work for a moment, then kill it; whether it was still at work."""
    process = started(target, path, ENDLESS)
    process.join(luck.uniform(0.02, 0.6))
    was_at_work = process.is_alive()
    process.kill()
    process.join()
    return was_at_work


def go_on(path: Path, until: int) -> None:
    """Write up to an offset, then sort what came, undisturbed."""
    for target in (lake_writer.write, lake_writer.sort):
        process = started(target, path, until)
        process.join(60)
        assert process.exitcode == 0


def require_whole(path: Path, until: int) -> None:
    """Every offset once, in the order of the log, and nothing but orphans is left over."""
    verified = verify(path)
    assert verified.holds, verified.faults
    assert {fault.kind for fault in verified.faults} <= {Kind.ORPHAN_FILE}
    assert [r.offset for r in read.records(Lake(path).files())] == list(range(until))


@pytest.mark.parametrize("victim", ["archiver", "compactor"])
def test_fifty_kills(path: Path, schedule: Schedule, victim: str) -> None:
    luck = random.Random(schedule.seed)
    target = lake_writer.write if victim == "archiver" else lake_writer.sort
    other = lake_writer.sort if victim == "archiver" else lake_writer.write
    at_work = 0
    for _ in range(KILLS):
        beside = started(other, path, ENDLESS)
        at_work += killed(target, path, luck)
        beside.kill()
        beside.join()
        require_whole(path, Lake(path).position(SLICE))
    assert at_work >= KILLS // 2, "most kills met it at work"
    stands = Lake(path).position(SLICE)
    assert stands > KILLS
    go_on(path, stands + 400)
    require_whole(path, stands + 400)


def test_two_archivers_at_once(path: Path) -> None:
    """One is fenced sooner or later, or both end; no record is there twice."""
    both = [started(lake_writer.write, path, 4_000) for _ in range(2)]
    for process in both:
        process.join(60)
    assert 0 in {process.exitcode for process in both}
    require_whole(path, 4_000)


def test_full_disk(path: Path) -> None:
    """The writer stops at the write that fails; with room again it goes on from there."""
    finished = started(lake_writer.write, path, 400)
    finished.join(60)
    room = lake_writer.largest_file(path) // 2
    full = started(lake_writer.write_on_a_full_disk, path, 800, room)
    full.join(60)
    assert full.exitcode not in (0, None)
    require_whole(path, 400)
    more = started(lake_writer.write, path, 800)
    more.join(60)
    require_whole(path, 800)


def test_readers_while_others_write_sort_sweep_and_publish(path: Path, tmp_path: Path) -> None:
    Lake(path)
    writers = [
        started(lake_writer.write, path, ENDLESS),
        started(lake_writer.sort, path, ENDLESS, lake_writer.SECONDS_AGO),
        started(mart_writer.publish_now, tmp_path, ENDLESS),
    ]
    readers = [started(lake_writer.read_for, path, tmp_path, SECONDS) for _ in range(READERS)]
    for reader in readers:
        reader.join(SECONDS + 60)
    were_at_work = [process.is_alive() for process in writers]
    for process in writers:
        process.kill()
        process.join()
    assert [reader.exitcode for reader in readers] == [0] * READERS
    assert were_at_work == [True, True, True]
    assert not all((path / name).exists() for name in told(path).ever), "some were swept"
    require_whole(path, Lake(path).position(SLICE))
    assert mart_writer.require_whole(tmp_path) > 0
