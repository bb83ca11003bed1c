"""`twin basis`, and as it was and as it was known: the same bytes whatever came since (F19)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.archiver import open_lake
from tests.infra.command_line import twin
from tests.lake.lake_records import PREMISES, append, run_of
from twin.lake.compact import compact

OTHER = "Pfedcba9876543210"
NAME = "2017-Q2 return, issue 1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A TWIN_HOME with the histories of two premises, facts a minute apart from 12:01 on."""
    append(open_lake(tmp_path), [*run_of(0, 4), *run_of(0, 2, partition=1, premises=OTHER)])
    return tmp_path


def more(home: Path) -> None:
    """Later facts come, and all files are sorted anew."""
    lake = open_lake(home)
    append(lake, [*run_of(4, 9), *run_of(2, 3, partition=1, premises=OTHER)])
    compact(lake, now=datetime(2026, 1, 2, tzinfo=UTC))


def out(home: Path, *words: str) -> str:
    said = twin(*words, "--home", home)
    assert (said.status, said.err) == (0, "")
    return said.out


def test_named_basis_gives_the_same_bytes_for_ever(home: Path) -> None:
    assert "6 records" in out(home, "basis", "name", NAME)
    asked = (
        ("fleet", "summary", "--known", NAME, "--json"),
        ("fleet", "summary", "--known", NAME, "--valid", "2017-07-01T12:02:00"),
        ("premises", "show", PREMISES, "--known", NAME),
        ("premises", "history", PREMISES, "--known", NAME, "--json"),
        ("basis", "show", NAME),
    )
    before = [out(home, *words) for words in asked]
    more(home)
    assert [out(home, *words) for words in asked] == before
    today = json.loads(out(home, "fleet", "summary", "--valid", "2030-01-01", "--json"))
    then = json.loads(before[0])
    assert (then["records"]["applied"], today["records"]["applied"]) == (6, 12)
    assert then["basis"]["id"] != today["basis"]["id"]
    assert then["digest"] != today["digest"]


def test_same_records_are_the_same_basis_under_any_name(home: Path) -> None:
    first = json.loads(out(home, "basis", "name", "one", "--json"))
    again = json.loads(out(home, "basis", "name", "one", "--json"))
    other = json.loads(out(home, "basis", "name", "two", "--json"))
    assert first == again
    assert first["id"] == other["id"]
    more(home)
    said = twin("basis", "name", "one", "--home", home)
    assert said.refusal == f"'one' names basis {first['id']} already; names are given once"
    assert out(home, "basis", "list").splitlines()[-1] == "2 named"


def test_as_it_was_counts_what_had_happened(home: Path) -> None:
    for minute, facts in ((1, 1), (2, 2), (4, 4)):
        shown = out(
            home, "premises", "show", PREMISES, "--valid", f"2017-07-01T12:0{minute}:00", "--json"
        )
        assert max(json.loads(shown)["state"]["sequences"].values()) == facts
    said = twin("premises", "show", PREMISES, "--valid", "2017-07-01T12:00:59", "--home", home)
    assert said.refusal == f"premises {PREMISES} had no event by then"


def test_what_is_no_basis(home: Path) -> None:
    said = twin("fleet", "summary", "--known", "nobody named it", "--home", home)
    assert "is neither the name of a basis (`twin basis list`) nor a moment" in said.refusal
    said = twin("basis", "show", "nobody named it", "--home", home)
    assert said.refusal == "no basis is named 'nobody named it'; `twin basis list` names them"
    said = twin("premises", "show", PREMISES, "--known", "2017-01-01", "--home", home)
    assert said.refusal.startswith(f"premises {PREMISES} is not in the lake by basis ")


def test_basis_of_a_lake_that_was_lost(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out(home, "basis", "name", "mine")
    poorer = tmp_path_factory.mktemp("poorer")
    append(open_lake(poorer), run_of(0, 2))
    (home / "lake" / "bases").rename(poorer / "lake" / "bases")
    said = twin("fleet", "summary", "--known", "mine", "--home", poorer)
    assert "basis mine reaches to offset 4 of premises.events" in said.refusal
