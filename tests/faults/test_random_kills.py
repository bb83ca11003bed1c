"""`kill -9` of the programs of a run at random moments: it ends as if nothing had happened."""

import pytest

from tests.faults.proof import Outcome, outcome_of, require_same
from tests.faults.schedule import Schedule
from tests.faults.stage import Stage
from tests.faults.storm import Storm

pytestmark = pytest.mark.faults

OFTEN, SELDOM = 20, 4
ALL = ("worker", "archiver", "emulator", "broker", "publisher")
PACE = 1.5
"""Ticks a second, so that kills come at all moments of a run and not at its beginning only."""


def test_two_undisturbed_runs_are_equal(
    stage: Stage, reference: Outcome, schedule: Schedule
) -> None:
    stage.start()
    once_more = outcome_of(stage.finish(), stage.home)
    require_same(once_more, reference, schedule)
    assert once_more.summary["records"] == reference.summary["records"]
    assert reference.summary["records"]["duplicate"] == 0
    assert reference.summary["campaigns"]["LCP-HUBS"]["state"] == "RUNNING"
    assert reference.events["firmware.activated"] > 0


@pytest.mark.peer_fault("PF-ours-19")
@pytest.mark.parametrize("victims", [("worker", "archiver"), ("emulator", "broker")], ids="-".join)
def test_twenty_random_kills_of_each(
    victims: tuple[str, ...], stage: Stage, reference: Outcome, schedule: Schedule
) -> None:
    """Two programs are killed twenty times each, all others a few times in between."""
    stage.start(pace=PACE)
    stage.await_tick(0)
    plans = {name: schedule.kills(name, OFTEN if name in victims else SELDOM) for name in ALL}
    Storm(stage, plans).rage()
    require_same(outcome_of(stage.finish(), stage.home), reference, schedule)
