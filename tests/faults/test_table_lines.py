"""A real run whose fold becomes another one midway: its table takes over, and the run goes on.

When the new table is lost, workers recover it from the changelog that the switch has written.
"""

import shutil
import signal

import pytest

from streams import lines
from tests.faults.stage import HISTORY, Stage
from tests.infra import second_fold
from tests.infra.command_line import Said

pytestmark = pytest.mark.faults

MIDWAY = 17
"""The tick after which the fold changes; campaigns are under way then."""
LATER = 24
"""The tick after which the stores of the table that took over are lost."""
READABLE = ("rebuild", "--verify", "--engine", "readable")


def test_a_run_goes_on_with_the_table_of_another_fold(stage: Stage) -> None:
    code = second_fold.written(stage.home.with_name("code"))

    def other(*words: str) -> Said:
        return second_fold.second(code, stage.home, "-m", "infra.cli", *words)

    stage.start(pace=8)
    stage.await_tick(MIDWAY)
    stage.run.send_signal(signal.SIGINT)
    assert stage.await_exit() == 0
    first = lines.lines(stage.home).current
    assert (first.table, first.fold) == ("premises", lines.fold())

    assert other("table", "build-beside").status == 0
    compared = other("table", "compare")
    assert compared.status == 3
    assert ": fields differ; seen; from offset " in compared.out
    assert other("table", "switch").status == 0

    stage.start(pace=8, code=code)
    stage.await_tick(LATER)
    stage.run.send_signal(signal.SIGINT)
    assert stage.await_exit() == 0
    assert "table premises-" in stage.said()
    said = lines.lines(stage.home)
    assert said.before == first
    assert sum(end for _, end in said.current.ends.values()) > 0

    held = lines.stores(stage.home, said.current)
    assert held
    for _, store in held:
        shutil.rmtree(store)
    done = other("run", "--headless", *HISTORY)
    assert done.status == 0, done
    assert other(*READABLE).status == 0, "the changelog has the states of before the switch, too"
    assert {part for part, _ in lines.stores(stage.home, first)}, "the old table is kept"
