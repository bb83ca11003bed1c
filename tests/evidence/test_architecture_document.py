"""The Business Architecture Document: whole, reproducible, and compared with an earlier one."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.evidence.sample_lake import PREMISES, all_of, lake_of
from tests.infra.command_line import twin
from tests.marts import sample
from twin.evidence.architecture.areas import AREAS
from twin.evidence.architecture.document import Described, describe
from twin.evidence.drawing import Arrow, drawn
from twin.evidence.printing.pack import as_csv
from twin.evidence.processes.flow import flows
from twin.lake.table import Lake


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    lake_of(path, sample.sample_records(PREMISES))
    return path


def described(home: Path, folder: Path, *more: str | Path):
    return twin("evidence", "architecture", "--home", home, "--out", folder, *more)


@pytest.fixture(scope="module")
def lake(home) -> Lake:
    return Lake(home / "lake" / "events")


@pytest.fixture(scope="module")
def found(lake) -> Described:
    return describe(lake.files(), all_of(lake), foot="foot")


def test_the_document_has_all_areas_and_processes_and_the_same_bytes(tmp_path):
    lake = lake_of(tmp_path / "home", sample.sample_records(8))
    found = describe(lake.files(), all_of(lake), foot="foot")
    done = described(tmp_path / "home", tmp_path)

    page = (tmp_path / "architecture.html").read_text()
    assert done.status == 0, done
    assert all(area.name in page for area in AREAS)
    assert all(flow.name in page for flow in flows().values())
    assert page.count("as designed: ") == 3 * len(flows())
    assert "default-src 'none'" in page
    record = json.loads((tmp_path / "architecture.json").read_bytes())
    assert [one["key"] for one in record["processes"]] == list(flows())
    tables = found.document.tables()
    assert len(tables) > 30
    for table in tables:
        assert as_csv(table) == (tmp_path / f"{table.name}.csv").read_bytes(), table.name
    assert describe(lake.files(), all_of(lake), foot="foot") == found


def test_a_difference_between_two_dates_names_what_changed(lake, found):
    whole = all_of(lake)
    stands = tuple(replace(stand, offset=stand.offset // 2) for stand in whole.stands)
    then = describe(lake.files(), replace(whole, stands=stands), foot="foot").record
    pin_reset = next(one for one in then.processes if one.key == "pin_reset")
    steps = {*pin_reset.steps, ("pin-set", "pin-set")} - {("pin-cleared", "pin-set")}
    changed = replace(pin_reset, steps=tuple(sorted(steps)))
    earlier = replace(
        then, processes=tuple(changed if one is pin_reset else one for one in then.processes)
    )

    document = describe(lake.files(), whole, foot="foot", earlier=earlier).document

    (table,) = (one for one in document.tables() if one.name == "differences")
    assert ("pin_reset", "designed step", "pin-cleared > pin-set", "new") in table.rows
    assert ("pin_reset", "designed step", "pin-set > pin-set", "gone") in table.rows
    cases = next(row[2:] for row in table.rows if row[:2] == ("install_and_commission", "cases"))
    assert int(cases[0]) < int(cases[1])


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
