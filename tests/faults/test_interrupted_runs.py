"""The run itself is ended midway, one way or another, and a second one goes on."""

import os
import signal

import pytest

from tests.faults.proof import Outcome, outcome_of, require_same
from tests.faults.stage import TICKS, Stage, await_gone

pytestmark = pytest.mark.faults

GONE_SECONDS = 10.0


def _midway(stage: Stage) -> dict[str, int]:
    """Go to a random moment; the processes of the run then."""
    stage.start()
    stage.await_tick(stage.schedule.random.randrange(8, TICKS - 12))
    stage.delay(stage.schedule.random.uniform(0, 0.5))
    pids = stage.pids() | {"supervisord": stage.supervisor_pid()}
    assert {"broker", "worker", "archiver", "publisher", "emulator"} <= set(pids)
    return pids


def test_run_is_killed(stage: Stage, reference: Outcome) -> None:
    """The second run waits until the processes of the first one have ended."""
    pids = _midway(stage)
    assert stage.kill_now("twin run", stage.run.pid)
    assert stage.await_exit() == -signal.SIGKILL
    stage.start()  # at once
    finished = stage.finish()
    assert await_gone(pids, seconds=0.0) == [], str(stage.schedule)
    require_same(outcome_of(finished, stage.home), reference, stage.schedule)


def test_supervisor_is_killed(stage: Stage, reference: Outcome) -> None:
    """Its run says so and ends; no process is left behind."""
    pids = _midway(stage)
    assert stage.kill_now("supervisord", pids["supervisord"])
    assert stage.await_exit() == 1, stage.said()
    assert "Traceback" not in stage.said()
    assert "supervisor of the processes has ended" in stage.said()
    assert await_gone(pids, seconds=GONE_SECONDS) == [], str(stage.schedule)
    stage.start()
    require_same(outcome_of(stage.finish(), stage.home), reference, stage.schedule)


def _interrupted(stage: Stage, reference: Outcome, number: signal.Signals) -> None:
    pids = _midway(stage)
    os.killpg(stage.run.pid, number)
    stage.schedule.note(f"tick {stage.settled + 1}: {number.name} to twin run")
    assert stage.await_exit() == 0, stage.said()
    assert "Traceback" not in stage.said()
    assert await_gone(pids, seconds=0.0) == [], str(stage.schedule)
    stage.start()
    require_same(outcome_of(stage.finish(), stage.home), reference, stage.schedule)


def test_a_person_interrupts(stage: Stage, reference: Outcome) -> None:
    _interrupted(stage, reference, signal.SIGINT)


def test_a_machine_ends_it(stage: Stage, reference: Outcome) -> None:
    _interrupted(stage, reference, signal.SIGTERM)
