"""The table of faults: whole against its source, and of one mind with the marks and the page."""

import re
from pathlib import Path

import pytest

from tests.peers.fault import PEERS, Place, Standing
from tests.peers.page import page
from tests.peers.proofs import WHOLE_FILE, UnreadableMark, marks_of, proofs_by_fault
from tests.peers.table import FAULTS, ROWS, rows_of
from tests.rules.sources import source_file

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "peer-faults.md"
LISTED = (
    Place.HAWKBIT_ROLLOUTS,
    Place.HAWKBIT_CONDITIONS,
    Place.HAWKBIT_FLOW,
    Place.HAWKBIT_DEVICES,
    Place.MENDER,
    Place.MENDER_PAGES,
    Place.NERVESHUB,
    Place.GOOSEBIT,
    Place.TUF,
    Place.UPTANE,
    Place.AWS,
)
"""Rows of the table in section 8, in their order there."""
MARK = "pytest.mark." + "peer_fault"
"""In two pieces, so that this file has no mark itself."""


def section(number: int) -> str:
    """A section of the rollout specification."""
    text = source_file("rollout.md").read_text("utf-8")
    return re.split(rf"^## {number}\. ", text, flags=re.MULTILINE)[1].split("\n## ")[0]


def clauses(cell: str) -> list[str]:
    """What one row lists, by semicolons, or by commas where it has none."""
    plain = re.sub(r"\([^()]*\)", "", cell)
    return plain.split(";" if ";" in plain else ",")


def test_ids_are_numbered_without_a_gap_for_each_peer() -> None:
    assert len(FAULTS) == len(ROWS)
    for peer in PEERS:
        rows = rows_of(peer)
        assert rows
        assert [row.id for row in rows] == [f"PF-{peer}-{n:02}" for n in range(1, len(rows) + 1)]
    assert {row.peer for row in ROWS} == set(PEERS)


def test_each_row_is_a_sentence_and_says_why_nothing_proves_it() -> None:
    for row in ROWS:
        assert row.says.endswith((".", "?")), row.id
        assert (row.because == "") is (row.standing is Standing.TESTED), row.id
        assert row.because == "" or row.because.endswith("."), row.id
        assert set(re.findall(r"PF-\w+-\w+", row.because)) <= set(FAULTS), row.id


def test_a_row_is_tested_where_a_test_names_it_and_nowhere_else() -> None:
    """Both ways: no mark names a row that is not there, or that says that no test proves it."""
    tested = {row.id for row in ROWS if row.standing is Standing.TESTED}
    marked = set(proofs_by_fault(folder=TESTS))
    assert marked - set(FAULTS) == set(), "marks of rows that do not exist"
    assert marked - tested == set(), "marks of rows that say that no test proves them"
    assert tested - marked == set(), "rows without a test"


def test_marks_lie_on_tests_that_pytest_collects() -> None:
    for proofs in proofs_by_fault(folder=TESTS).values():
        for proof in proofs:
            assert Path(proof.file).name.startswith("test_"), proof
            assert proof.test == WHOLE_FILE or proof.test.startswith("test_"), proof


def test_marks_are_found_wherever_they_stand() -> None:
    source = f'pytestmark = {MARK}("A")\n@{MARK}("B", "C")\n@{MARK}("D")\ndef test_x(): ...\n'
    source += f'@pytest.mark.parametrize("n", [pytest.param(1, marks={MARK}("E"))])\n'
    source += "async def test_y(n): ...\n@pytest.mark.rule('F')\ndef test_z(): ...\n"
    source += f'class TestIt:\n    @{MARK}("G")\n    def test_w(self): ...\n'
    assert sorted(marks_of(source=source, file="x")) == [
        ("A", WHOLE_FILE),
        ("B", "test_x"),
        ("C", "test_x"),
        ("D", "test_x"),
        ("E", "test_y"),
        ("G", "test_w"),
    ]
    with pytest.raises(UnreadableMark, match="x line 1"):
        list(marks_of(source=f"pytestmark = {MARK}(name)", file="x"))


def test_the_page_is_what_table_and_marks_say() -> None:
    made = page(tests=TESTS)
    assert made == page(tests=TESTS)
    written = PAGE.read_text("utf-8")
    assert written == made, "run `python -m tests.peers.page tests docs/reference/peer-faults.md`"


def test_every_link_of_the_page_leads_somewhere() -> None:
    text = PAGE.read_text("utf-8")
    links, anchors = (set(re.findall(form, text)) for form in (r"\]\(([^)]+)\)", r'id="([^"]+)"'))
    rows = {link[1:] for link in links if link.startswith("#")}
    files = {link for link in links if not link.startswith("#")}
    assert len(files) > 20
    assert [link for link in sorted(files) if not (PAGE.parent / link).is_file()] == []
    assert rows
    assert rows - anchors == set()


def test_no_clause_of_the_specification_is_left_out() -> None:
    """By number: what one row of its table lists has as many rows here, or more."""
    found = re.findall(r"^\| [^|]+ \| (.+) \|$", section(8), re.MULTILINE)[1:]
    assert len(found) == len(LISTED)
    for place, cell in zip(LISTED, found, strict=True):
        here = [row for row in ROWS if row.place is place]
        assert len(here) >= len(clauses(cell)), place
    bullets = re.findall(r"^\* \*\*\w+\*\*: (.+)$", section(8), re.MULTILINE)
    listed = [clause for bullet in bullets for clause in bullet.split(";")]
    assert len(rows_of("ours")) >= len(listed) > 20


@pytest.mark.parametrize("number", [5, 7, 8])
def test_no_thread_of_the_specification_is_left_out(number: int) -> None:
    named = set(re.findall(r"#([0-9]+)", section(number)))
    cited = {found for row in ROWS for issue in row.issues for found in re.findall("#(.+)", issue)}
    assert named - cited == set()
    assert named
