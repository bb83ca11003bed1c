"""`twin lake`: what it says of a lake, whole or not, and its exit statuses."""

import json
from pathlib import Path

import pytest

from streams.archive import open_lake
from tests.infra.command_line import twin
from tests.lake.lake_records import append, run_of


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A TWIN_HOME with a lake of three commits."""
    lake = open_lake(tmp_path)
    for first in (0, 4, 8):
        append(lake, run_of(first, first + 4))
    return tmp_path


def test_info_verify_compact_and_vacuum(home: Path) -> None:
    said = twin("lake", "info", "--home", str(home))
    assert said.status == 0
    assert "3 files, 0 of them sorted" in said.out
    assert "premises.events, epoch 0  12" in said.out
    said = twin("lake", "verify", "--home", str(home))
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "whole: every record stands there once, as it was written"
    said = twin("lake", "compact", "--home", str(home), "--json")
    assert json.loads(said.out) == {"gone": 3, "come": 1, "rows": 12}
    said = twin("lake", "vacuum", "--home", str(home))
    assert said.out == "0 files deleted\n"
    said = twin("lake", "verify", "--home", str(home), "--json")
    assert (said.status, json.loads(said.out)["rows"]) == (0, 12)


def test_lake_that_is_not_whole_is_status_3(home: Path) -> None:
    (first, *_) = open_lake(home).files()
    first.unlink()
    said = twin("lake", "verify", "--home", str(home))
    assert said.status == 3
    assert f"missing file: {first.name}" in said.out
    assert "missing range: premises.events, epoch 0, partition 0: offsets" in said.out
    assert said.err == (
        "twin: the lake is not whole: not every record stands there as it was written\n"
    )
    said = twin("lake", "verify", "--home", str(home), "--json")
    assert said.status == 3
    assert {fault["kind"] for fault in json.loads(said.out)["faults"]} == {
        "missing file",
        "missing range",
    }


@pytest.mark.parametrize("word", ["info", "verify", "compact", "vacuum"])
def test_look_at_no_lake_makes_none(tmp_path: Path, word: str) -> None:
    said = twin("lake", word, "--home", str(tmp_path))
    assert (said.status, said.out) == (1, "")
    assert said.err == f"twin: there is no lake in {tmp_path} yet: `twin run` makes one\n"
    assert list(tmp_path.iterdir()) == []


def test_vacuum_of_less_than_an_hour_is_wrong_usage(home: Path) -> None:
    """A file that is being committed would be taken away from its writer."""
    assert twin("lake", "vacuum", "--hours", "0", "--home", str(home)).status == 2
