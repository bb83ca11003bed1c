"""The same log folded with another PYTHONHASHSEED, on one thread or on two: the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.command_line import process, twin

pytestmark = pytest.mark.faults

PERIOD = ("--premises", "150", "--seed", "9", "--from", "2017-06-20", "--to", "2017-08-20")
HAS_THREADS = (
    "import os, pyarrow\nassert pyarrow.cpu_count() == int(os.environ['OMP_NUM_THREADS'])\n"
)
EVERY_ENGINE = """
import sys
from infra.cli import main
for engine in ("bulk", "readable"):
    sys.argv = ["twin", "rebuild", "--engine", engine, "--home", HOME, "--json"]
    try:
        main()
    except SystemExit as end:
        assert end.code == 0
    print("---")
"""
THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
TIMED = ("made_at", "seconds")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of some thousand events, as a run would have left it."""
    folder = tmp_path_factory.mktemp("rebuilt") / "home"
    said = twin("fleet", "generate", *PERIOD, "--to-lake", folder)
    assert said.status == 0, said
    return folder


def rebuilt(home: Path, *, seed: str, threads: str) -> list[dict[str, Any]]:
    """What rebuilds say of the fleet, digest and all, without when it was and how long."""
    said = process(
        entry=f"{HAS_THREADS}HOME = {str(home)!r}\n{EVERY_ENGINE}",
        PYTHONHASHSEED=seed,
        **dict.fromkeys(THREADS, threads),
    )
    assert said.status == 0, said
    proofs = [json.loads(line) for line in said.out.split("---\n")[:-1]]
    return [{name: value for name, value in proof.items() if name not in TIMED} for proof in proofs]


def test_neither_hash_seed_nor_threads_change_what_a_log_folds_to(home: Path) -> None:
    one = rebuilt(home, seed="1", threads="1")
    two = rebuilt(home, seed="4711", threads="2")
    assert one == two
    assert [proof["engine"] for proof in one] == ["bulk", "readable"]
    assert {proof["premises"] for proof in one} == {150}
    assert one[0]["records"] == one[1]["records"]
    assert one[0]["records"]["applied"] > 3_000
