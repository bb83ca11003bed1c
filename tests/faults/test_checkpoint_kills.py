"""`kill -9` of whoever makes a checkpoint: afterwards there is none, or a whole one."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.run.looking_back import LookingBack
from streams.archive import open_lake
from tests.faults import lake_writer
from tests.faults.schedule import Schedule
from tests.lake.lake_records import append, cleared, logged
from twin.events.envelope import encode

pytestmark = pytest.mark.faults

KILLS = 50
HOMES = 400
EACH = 5
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_fifty_kills(tmp_path: Path, schedule: Schedule) -> None:
    luck = random.Random(schedule.seed)
    lake = open_lake(tmp_path)
    homes = [f"P{nth * 0x9E3779B97F4A7C15 % 2**64:016x}" for nth in range(HOMES)]
    told = [(home, number) for number in range(1, EACH + 1) for home in homes]
    append(
        lake,
        [
            logged(encode(cleared(number, home)), offset=offset, key=home.encode())
            for offset, (home, number) in enumerate(told)
        ],
    )
    looking = LookingBack(tmp_path)
    folder = tmp_path / "lake" / "checkpoints"
    half = 0
    for _ in range(KILLS):
        process = lake_writer.context().Process(target=lake_writer.look_back, args=(tmp_path,))
        process.start()
        process.join(luck.uniform(0.02, 0.8))
        process.kill()
        process.join()
        half += any(folder.glob(".draft-*"))
        for one in looking.checkpoints.all():
            assert looking.checkpoints.is_intact(one)
            assert len(list(looking.checkpoints.rows(one).all())) == one.premises == HOMES
    assert half, "some kills met it while it wrote"
    (made,) = looking.make(lake, [lake_writer.all_of(lake)], now=NOW)
    assert looking.fault(lake, made) is None
    assert {path.name for path in folder.iterdir()} <= {made.id, ".maker", "discarded.json"}
