"""The run itself is ended midway, one way or another, and a second one goes on."""

import os
import signal

import pytest

from tests.faults.proof import Outcome, outcome_of, require_same
from tests.faults.schedule import Schedule
from tests.faults.stage import Stage, await_gone

pytestmark = pytest.mark.faults

GONE_SECONDS = 10.0


def _midway(stage: Stage, schedule: Schedule) -> dict[str, int]:
    """Go to a random moment; the processes of the run then."""
    stage.start()
    stage.await_tick(schedule.random.randrange(15, 45))
    stage.delay(schedule.random.uniform(0, 0.5))
    pids = stage.pids() | {"supervisord": stage.supervisor_pid()}
    assert {"broker", "worker", "archiver", "publisher", "emulator"} <= set(pids)
    return pids


def test_run_is_killed_and_a_second_one_goes_on(
    stage: Stage, reference: Outcome, schedule: Schedule
) -> None:
    pids = _midway(stage, schedule)
    stage.kill_now("twin run", stage.run.pid)
    assert stage.await_exit() == -signal.SIGKILL
    stage.start()  # at once: it waits until the first one's processes have ended
    finished = stage.finish()
    assert await_gone(pids, seconds=0.0) == [], str(schedule)
    require_same(outcome_of(finished, stage.home), reference, schedule)


def test_supervisor_is_killed_and_leaves_no_process_behind(
    stage: Stage, reference: Outcome, schedule: Schedule
) -> None:
    pids = _midway(stage, schedule)
    stage.kill_now("supervisord", pids["supervisord"])
    assert stage.await_exit() == 1, stage.said()
    assert "Traceback" not in stage.said()
    assert "supervisor of the processes has ended" in stage.said()
    assert await_gone(pids, seconds=GONE_SECONDS) == [], str(schedule)
    stage.start()
    require_same(outcome_of(stage.finish(), stage.home), reference, schedule)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
def test_run_is_interrupted_and_a_second_one_goes_on(
    number: signal.Signals, stage: Stage, reference: Outcome, schedule: Schedule
) -> None:
    pids = _midway(stage, schedule)
    os.killpg(stage.run.pid, number)
    schedule.note(f"tick {stage.settled + 1}: {number.name} to twin run")
    assert stage.await_exit() == 0, stage.said()
    assert "Traceback" not in stage.said()
    assert await_gone(pids, seconds=0.0) == [], str(schedule)
    stage.start()
    require_same(outcome_of(stage.finish(), stage.home), reference, schedule)
