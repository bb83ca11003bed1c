"""What the benchmark of viewers measures by: processor and memory from /proc, sets that come."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboards.queries import open_current
from dashboards.settings import HOME
from tests.benchmarks.viewed_home import cpu_seconds, resident_mb, sets_coming, viewed_home
from tests.benchmarks.viewers_bench import WHOLE_SOAK_S, Soak, _age, soak_lines
from tests.marts import sample

pytestmark = pytest.mark.bench
BUSY = """
import subprocess, sys, time
if sys.argv[1] == "parent":
    child = subprocess.Popen([sys.executable, "-c", sys.argv[2], "child"])
    child.stdin, held = None, bytearray(50_000_000)
while time.process_time() < 0.3:
    pass
print("busy", flush=True)
sys.stdin.read()
"""


def test_processor_and_memory_are_those_of_a_process_and_its_children() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, "parent", BUSY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        assert [process.stdout.readline() for _ in range(2)] == [b"busy\n", b"busy\n"]
        assert 0.5 < cpu_seconds(process.pid) < 3
        assert 50 < resident_mb(process.pid) < 200
        process.stdin.close()


def test_sets_come_under_new_names_while_somebody_looks(tmp_path: Path, monkeypatch) -> None:
    sample.sample_home(tmp_path / "run", premises=4)
    monkeypatch.setenv(HOME, str(tmp_path / "run"))
    home = viewed_home(tmp_path / "viewed")
    first = open_current(home)
    assert first is not None
    assert all(path.is_file() for path in first.lake_files(home))
    with sets_coming(home, every=0.02) as sets:
        while sets[0] < 2:
            os.sched_yield()
    last = open_current(home)
    assert last is not None
    assert last.meta.set_id > first.meta.set_id
    assert last.summary == first.summary
    assert _age(home, f"· basis {last.meta.set_id}: 3 records") == 0


@pytest.mark.parametrize(
    ("cores", "growth", "renewed", "holds"),
    [(0.4, 0.5, 10, [True, True]), (0.6, 1.5, 10, [False, False]), (0.4, 0.5, 9, [False, True])],
)
def test_a_soak_holds_only_whole_and_with_every_viewer_up_to_date(cores, growth, renewed, holds):
    memory = [(minute / 2, 300 + growth * minute / 2) for minute in range(20)]
    found = Soak(cores, memory, 600, renewed)
    assert found.slope == pytest.approx(growth)
    assert [one.holds for one in soak_lines(found, seconds=WHOLE_SOAK_S)] == holds
    assert [one.holds for one in soak_lines(found, seconds=120)] == [None, None]
