"""`kill -9` of `twin fleet generate`, as it writes and as it sorts: the same command goes on."""

import signal
from pathlib import Path
from random import Random

import pytest

from streams.archive import open_lake
from tests.faults import generator
from tests.faults.generator import Stage
from tests.faults.schedule import Schedule
from tests.infra.command_line import Said, twin
from twin.lake.verify import Kind, verify

pytestmark = pytest.mark.faults

WRITING = 50
"""Half of the steps that there are, so that two kills in a row meet it writing."""
SAME = "the same `twin fleet generate`"
SAYS: dict[Stage, str] = {
    "writing": f"ticks of a generated history; {SAME} goes on from there",
    "sorting": f"a generated history that is not sorted yet: {SAME} sorts it",
}


def names(home: Path) -> list[str]:
    """Files of the lake, whose names are digests of their bytes."""
    return [file.name for file in open_lake(home).files()]


def killed(home: Path, stage: Stage, step: int) -> None:
    """Generate, and be killed at a step."""
    process = generator.started(home, stage, step)
    process.join(120)
    assert process.exitcode == -signal.SIGKILL, (stage, step)


def looked_at(home: Path) -> Said:
    """What `twin lake verify` says; nothing that a commit names is broken, whatever the moment."""
    found = verify(home / "lake" / "events")
    assert {fault.kind for fault in found.faults} <= {Kind.ORPHAN_FILE}
    said = twin("lake", "verify", "--home", home)
    assert said.status == 0, said
    orphans = any(fault.kind is Kind.ORPHAN_FILE for fault in found.faults)
    assert ("`twin lake vacuum` deletes orphan files" in said.out) is orphans
    return said


def test_killed_at_any_step_it_is_a_beginning_and_goes_on_to_the_same_bytes(
    tmp_path: Path, schedule: Schedule
) -> None:
    luck = Random(schedule.seed)
    whole, home = tmp_path / "whole", tmp_path / "home"
    assert twin(*generator.words(whole)).status == 0
    assert looked_at(whole).out.endswith("as it was written\n"), "nothing is left to do"
    sorting = 2 * len(names(whole)) + 1
    """Two steps a file, and the one before the commit: behind it nothing is left to do."""
    kills: list[tuple[Stage, int]] = [("writing", WRITING)] * 2 + [("sorting", sorting)] * 2
    for stage, steps in kills:
        step = luck.randint(1, steps)
        schedule.note(f"killed at step {step} of {stage}")
        killed(home, stage, step)
        assert SAYS[stage] in looked_at(home).out, str(schedule)
        assert SAYS[stage] in twin("lake", "info", "--home", home).out, str(schedule)
    again = twin(*generator.words(home))
    assert again.status == 0, (str(schedule), again)
    assert names(home) == names(whole), str(schedule)
    assert looked_at(home).out.endswith("as it was written\n")
