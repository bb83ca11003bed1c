"""`kill -9` of the programs of a run at random moments: it ends as if nothing had happened."""

import pytest

from tests.faults.proof import Outcome, outcome_of, require_same
from tests.faults.schedule import Schedule
from tests.faults.stage import Stage

pytestmark = pytest.mark.faults

KILLS = 20
PACE = {"worker": 1.5, "archiver": 0.6, "emulator": 0.6, "broker": 1.5, "any": 0.8}
"""Ticks a second, so that a run lasts longer than the kills in it."""
ALL = ("worker", "archiver", "emulator", "broker", "publisher")


def test_two_undisturbed_runs_are_equal(
    stage: Stage, reference: Outcome, schedule: Schedule
) -> None:
    stage.start()
    again = outcome_of(stage.finish(), stage.home)
    require_same(again, reference, schedule)
    assert again.summary["records"] == reference.summary["records"]
    assert reference.summary["records"]["duplicate"] == 0
    assert reference.summary["campaigns"]["LCP-HUBS"]["state"] == "RUNNING"
    assert reference.events["firmware.activated"] > 0


@pytest.mark.parametrize("victim", sorted(PACE))
def test_twenty_random_kills(
    victim: str, stage: Stage, reference: Outcome, schedule: Schedule
) -> None:
    stage.start(pace=PACE[victim])
    stage.await_tick(0)
    for kill in schedule.kills(ALL if victim == "any" else (victim,), KILLS):
        stage.kill(kill)
    require_same(outcome_of(stage.finish(), stage.home), reference, schedule)
