"""The broker is lost in the middle of a period: refused, and with `--restore` the run goes on."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from streams import topics
from streams.archive import open_lake
from tests.faults.proof import Outcome, outcome_of, require_same
from tests.faults.stage import TICKS, Stage, await_gone
from tests.infra.command_line import twin
from twin.lake import read
from twin.lake.verify import verify

pytestmark = pytest.mark.faults


def decisions(home: Path) -> list[bytes | None]:
    """What the campaigns recorded, as bytes, in the order of the log."""
    found = read.records(open_lake(home).files(), topic=topics.CAMPAIGN_EVENTS)
    return [record.value for record in found]


def kill_all(stage: Stage) -> None:
    """`kill -9` of every process of the run."""
    pids = {**stage.pids(), "supervisord": stage.supervisor_pid()}
    for name, pid in {"twin run": stage.run.pid, **pids}.items():
        stage.kill_now(name, pid)
    assert stage.await_exit() == -signal.SIGKILL
    assert await_gone(pids, seconds=10.0) == []


def epoch(stage: Stage) -> int:
    """The epoch that the history is in: a restoration is done when it is the next one."""
    return int(json.loads((stage.home / "history.json").read_bytes())["epoch"])


def interrupted(stage: Stage) -> None:
    """A restoration that is killed at some moment after it has begun, or just after its end."""
    stage.start("--restore")
    while not (stage.home / "run" / "restoring.json").exists():
        stage.follow(0.05)
        stage.require_life("the restoration to begin")
    stage.delay(stage.schedule.random.uniform(0, 3))
    kill_all(stage)


def gone_on(stage: Stage, *, lost: int) -> None:
    """Restored once more; when the kill came after the end, that is refused and the run goes on."""
    over = epoch(stage) > lost
    stage.start("--restore")
    if over:
        assert stage.await_exit() == 1
        assert "nothing to restore: give the command without --restore" in stage.said()
        stage.start()


def require_whole(home: Path) -> None:
    """The lake is whole, and the tables are what is folded from it."""
    assert verify(home / "lake" / "events").holds
    rebuilt = twin("rebuild", "--verify", "--home", home)
    assert rebuilt.status == 0, rebuilt


def test_lost_broker(stage: Stage, reference: Outcome, undisturbed_home: Path) -> None:
    stage.start()
    stage.await_tick(stage.schedule.random.randrange(12, TICKS - 12))
    stage.delay(stage.schedule.random.uniform(0, 0.5))
    kill_all(stage)
    shutil.rmtree(stage.home / "kafka")
    history = (stage.home / "history.json").read_bytes()

    stage.start()
    assert stage.await_exit() == 1
    assert "twin run --restore" in stage.said()
    assert "Traceback" not in stage.said()
    assert not (stage.home / "kafka" / "data").exists()
    assert (stage.home / "history.json").read_bytes() == history

    lost = epoch(stage)
    interrupted(stage)
    gone_on(stage, lost=lost)
    require_same(outcome_of(stage.finish(), stage.home), reference, stage.schedule)
    assert decisions(stage.home) == decisions(undisturbed_home)
    assert verify(stage.home / "lake" / "events").holds

    # over and archived whole: everything stays
    shutil.rmtree(stage.home / "kafka")
    before = [*read.records(open_lake(stage.home).files())]
    stage.start("--restore")
    require_same(outcome_of(stage.finish(), stage.home), reference, stage.schedule)
    assert [*read.records(open_lake(stage.home).files())] == before
    require_whole(stage.home)
