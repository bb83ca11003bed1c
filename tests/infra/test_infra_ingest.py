"""`twin ingest cpl`: a whole list or nothing, and only into a TWIN_HOME without a history."""

import json
from datetime import date
from pathlib import Path

import pytest

from infra.run.equipment import catalogue_file, catalogue_mark, catalogue_of
from infra.run.history import History, Home
from tests.infra.command_line import process, twin
from twin.ingest import make_cpl

SHIPPED = Path(make_cpl.__file__).parent / "reference" / "cpl_made_up.csv"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "twin")


def test_list_is_loaded(home: Home) -> None:
    said = process("ingest", "cpl", SHIPPED, "--json", TWIN_HOME=str(home.path))
    assert said.status == 0, said
    counts = json.loads(said.out)
    rows = len(SHIPPED.read_text("utf-8").splitlines()) - 1
    assert counts["rows"] == counts["current"] + counts["removed"] == rows
    assert counts["faults"] == 0
    assert len(catalogue_of(home).entries) == rows
    assert catalogue_mark(home) != "shipped"


def test_broken_list_is_refused_whole_and_every_bad_row_named(home: Home, tmp_path: Path) -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()
    lines[4] = lines[4].replace("Current", "Perhaps").replace("Removed", "Perhaps")
    lines[9] = ",".join(lines[9].split(",")[:-1])
    lines[20] = lines[19]
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join(lines), "utf-8")
    said = twin("ingest", "cpl", broken, "--home", home.path)
    assert said.status == 1
    assert "broken.csv line 5, Entry.status: 'Perhaps' is neither Current nor Removed" in said.err
    assert "broken.csv line 10, : the row has 12 cells, not 13" in said.err
    assert "broken.csv line 21, Entry.number" in said.err
    assert said.err.strip().splitlines()[-1].endswith("bad rows, so nothing was loaded")
    assert "Traceback" not in said.err
    assert not catalogue_file(home).exists()
    assert catalogue_of(home).entries


def test_broken_list_leaves_the_one_loaded_before(home: Home, tmp_path: Path) -> None:
    assert twin("ingest", "cpl", SHIPPED, "--home", home.path).status == 0
    mark = catalogue_mark(home)
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\xff\xfe")
    assert twin("ingest", "cpl", broken, "--home", home.path).status == 1
    assert catalogue_mark(home) == mark


def test_history_keeps_its_catalogue(home: Home) -> None:
    home.prepare()
    home.write(
        History(
            premises=5,
            seed=1,
            starts=date(2017, 4, 1),
            ends=date(2017, 5, 1),
            tick_hours=24,
            broker="local",
            plans={},
            catalogue="shipped",
        )
    )
    said = twin("ingest", "cpl", SHIPPED, "--home", home.path)
    assert "holds a history already, which keeps its catalogue" in said.refusal
    assert not catalogue_file(home).exists()


def test_no_file_is_one_sentence(home: Home, tmp_path: Path) -> None:
    assert twin("ingest", "cpl", tmp_path / "none.csv", "--home", home.path).refusal.endswith(
        "none.csv is no file"
    )


def test_unwritable_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = twin("ingest", "cpl", SHIPPED, "--home", tmp_path / "file" / "twin")
    assert "Not a directory" in said.refusal
