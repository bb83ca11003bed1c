"""Every pack of one basis has the same bytes wherever and whenever it is made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evidence import every_pack
from tests.evidence.sample_lake import lake_of
from tests.infra.command_line import twin
from tests.marts import sample
from twin.lake.table import Lake

PREMISES = 20
HELD_BACK = 40
"""Records that come to the lake after the basis was named."""


@pytest.mark.faults
def test_every_pack_has_the_same_bytes_after_compaction_elsewhere_and_in_another_process(tmp_path):
    home, other = tmp_path / "home", tmp_path / "moved" / "elsewhere"
    records = sample.sample_records(PREMISES)
    ends = max(one.offset for one in records if one.topic == "premises.events") - HELD_BACK
    late = [one for one in records if one.topic == "premises.events" and one.offset > ends]
    lake_of(home, [one for one in records if one not in late])
    assert twin("basis", "name", "then", "--home", home).status == 0
    every_pack.write(home, tmp_path / "one", known="then")

    shutil.copytree(home, other)
    lake_of(other, late)
    assert twin("lake", "compact", "--home", other).status == 0
    assert all("bucket-" in file.name for file in Lake(other / "lake" / "events").files())
    _in_another_process(other, tmp_path / "other")

    one, again = contents(tmp_path / "one"), contents(tmp_path / "other")
    assert {Path(name).parts[0] for name in one} == set(every_pack.PACKS)
    assert sum(name.endswith(".pdf") for name in one) == len(every_pack.PACKS)
    assert one.keys() == again.keys()
    assert [name for name, content in one.items() if again[name] != content] == []


def _in_another_process(home: Path, out: Path) -> None:
    """With another order of sets than this process has."""
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    command = [sys.executable, "-m", "tests.evidence.every_pack", home, out, "then"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120, env=environment
    )
    assert done.returncode == 0, done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its name there."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}
