"""`kill -9` of whoever publishes: readers open the set before or the next one, never half."""

import random
from pathlib import Path

import pytest

from tests.faults import lake_writer, mart_writer
from tests.faults.mart_writer import APART, FIRST, KEEP, require_whole
from tests.faults.schedule import Schedule
from twin.marts.publish import publish

pytestmark = pytest.mark.faults

KILLS = 50
ENDLESS = 10**9


def test_fifty_kills_of_the_publisher(tmp_path: Path, schedule: Schedule) -> None:
    luck = random.Random(schedule.seed)
    sets = tmp_path / "marts" / "sets"
    last = at_work = half = 0
    for _ in range(KILLS):
        process = lake_writer.context().Process(
            target=mart_writer.publish_on, args=(tmp_path, ENDLESS)
        )
        process.start()
        process.join(luck.uniform(0.02, 0.4))
        at_work += process.is_alive()
        process.kill()
        process.join()
        half += any(sets.glob(".*")) if sets.exists() else False
        stands = require_whole(tmp_path)
        assert stands >= last, "readers never go back"
        last = stands
    assert at_work == KILLS
    assert half > KILLS // 10, "some kills met it while it wrote a set"
    assert last > KILLS // 2
    later = FIRST + (last + 10) * APART
    publish(mart_writer.frames_of(last + 1), home=tmp_path, set_id="last", now=later, keep=KEEP)
    assert require_whole(tmp_path) == last + 1
    assert len(list(sets.iterdir())) <= KEEP, "what the killed left was swept"
