"""The Business Architecture Document: whole, reproducible, and compared with an earlier one."""

import csv
import json
from pathlib import Path

import pytest

from tests.evidence.sample_lake import PREMISES, lake_of
from tests.infra.command_line import twin
from tests.marts import sample
from twin.evidence.architecture.areas import AREAS
from twin.evidence.drawing import Arrow, drawn
from twin.evidence.processes.flow import flows


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    lake_of(path, sample.sample_records(PREMISES))
    return path


def described(home: Path, folder: Path, *more: str | Path):
    return twin("evidence", "architecture", "--home", home, "--out", folder, *more)


def test_the_document_has_all_areas_and_processes_and_the_same_bytes(home, tmp_path):
    first = described(home, tmp_path / "first")
    again = described(home, tmp_path / "again", "--against", tmp_path / "first")

    page = (tmp_path / "first" / "architecture.html").read_text()
    assert first.status == again.status == 0, (first, again)
    assert all(area.name in page for area in AREAS)
    assert all(flow.name in page for flow in flows().values())
    assert page.count("as designed: ") == 3 * len(flows())
    assert "default-src 'none'" in page
    record = json.loads((tmp_path / "first" / "architecture.json").read_bytes())
    assert [one["key"] for one in record["processes"]] == list(flows())
    same = [name for name in (tmp_path / "first").iterdir() if name.suffix == ".csv"]
    assert len(same) > 30
    for file in same:
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_a_difference_between_two_dates_names_what_changed(home, tmp_path):
    assert described(home, tmp_path / "then", "--known", "2026-11-24T11:40:00").status == 0
    record = tmp_path / "then" / "architecture.json"
    held = json.loads(record.read_bytes())
    pin_reset = next(one for one in held["processes"] if one["key"] == "pin_reset")
    pin_reset["steps"].remove(["pin-cleared", "pin-set"])
    pin_reset["steps"].append(["pin-set", "pin-set"])
    record.write_text(json.dumps(held))

    assert described(home, tmp_path / "now", "--against", tmp_path / "then").status == 0

    rows = list(csv.reader((tmp_path / "now" / "differences.csv").read_text().splitlines()))
    assert ["pin_reset", "designed step", "pin-cleared > pin-set", "new"] in rows
    assert ["pin_reset", "designed step", "pin-set > pin-set", "gone"] in rows
    then, now = next(row[2:] for row in rows if row[:2] == ["install_and_commission", "cases"])
    assert int(then) < int(now)


def test_without_a_step_or_an_earlier_document_there_is_a_sentence(home, tmp_path):
    lake_of(tmp_path / "empty", [])

    empty = described(tmp_path / "empty", tmp_path / "out")
    none = described(home, tmp_path / "out", "--against", tmp_path)

    assert "no step of any process" in empty.refusal
    assert "holds no architecture document" in none.refusal


def test_boxes_stand_below_those_that_lead_to_them_and_circles_do_not_hang():
    arrows = [Arrow("a", "b"), Arrow("b", "c"), Arrow("a", "c"), Arrow("c", "a"), Arrow("b", "b")]

    picture = drawn({name: name for name in "abc"}, arrows, starts=("a",), title="<three>")

    assert picture.index(">a<") < picture.index(">b<") < picture.index(">c<")
    assert picture.count("<rect") == 3
    assert "&lt;three&gt;" in picture
