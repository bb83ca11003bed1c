"""The rule book: every rule has code, sources and tests, and the page says what the code says."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import twin.fleet
import twin.rules
from tests.rules.sources import source_file
from twin.rules.book import UnknownName, functions_by_rule, named
from twin.rules.book_page import page
from twin.rules.book_tests import UnreadableMark, marks_of, proofs_by_rule
from twin.rules.citations import (
    ANNEXES,
    CONDITIONS,
    PARAGRAPHS,
    QUESTIONS,
    is_citable,
    paragraphs_mentioned,
    rules_mentioned,
)
from twin.rules.clauses import CLAUSES, PLACES
from twin.rules.sentences import RULES

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
ALL = [f"BR{number:02}" for number in range(1, 44)]
NAMES = sorted({name for rule in RULES.values() for name in rule.elsewhere})
CLAUSE_NAMES = sorted({name for clause in CLAUSES for name in clause.code})
ROOMS = ("twin", "streams", "dashboards", "infra")


def code() -> Iterator[tuple[str, str]]:
    """The texts of the product and of its tests, by path."""
    for room in (*ROOMS, "tests"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".toml", ".sql"} and path != Path(__file__):
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def test_there_are_43_rules_each_with_a_sentence_and_a_source() -> None:
    assert list(RULES) == ALL
    for rule in RULES.values():
        assert rule.sources
        assert rule.says.endswith(".")
        assert len(rule.says) > 30


def test_every_rule_has_a_function() -> None:
    functions = functions_by_rule()
    assert sorted(functions) == ALL
    assert all(named(name) is not None for names in functions.values() for name in names)


def test_every_rule_has_a_test_and_every_test_a_rule() -> None:
    assert sorted(proofs_by_rule(folder=TESTS)) == ALL


@pytest.mark.parametrize("name", [*NAMES, *CLAUSE_NAMES])
def test_dotted_names_stand_for_something(name: str) -> None:
    assert named(name) is not None


@pytest.mark.parametrize("name", ["twin.rules.nothing", "twin.rules.bands.nothing", "nothing.x"])
def test_a_dotted_name_for_nothing_is_found(name: str) -> None:
    with pytest.raises(UnknownName):
        named(name)


def test_every_place_is_answered_in_the_order_of_the_source() -> None:
    places = [clause.place for clause in CLAUSES]
    assert tuple(dict.fromkeys(places)) == PLACES
    assert all(clause.code for clause in CLAUSES)


def test_assumed_rows_exist() -> None:
    (folder,) = twin.fleet.__path__
    rows = {
        name
        for path in Path(folder).rglob("*.toml")
        for name in re.findall(r"^\[([a-z0-9_]+)\]$", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {name for clause in CLAUSES for name in clause.assumed} - rows == set()


def test_all_citations_exist() -> None:
    cited = {source for rule in RULES.values() for source in rule.sources}
    cited |= {clause.place for clause in CLAUSES}
    assert {citation for citation in cited if not is_citable(citation)} == set()


@pytest.mark.parametrize(
    ("citation", "exists"),
    [
        ("§1", True),
        ("§42", True),
        ("§0", False),
        ("§43", False),
        ("Annex D", True),
        ("Annex E", False),
        ("page 6", True),
        ("page 60", False),
        ("licence condition 40.1", True),
        ("licence condition 41.1", False),
        ("SEC F1.4(g)", True),
        ("SEC F1.9", False),
        ("Q9", True),
        ("Q11", False),
        ("GBCS", True),
        ("a rumour", False),
    ],
)
def test_citations_of_nothing_are_found(citation: str, exists: bool) -> None:
    assert is_citable(citation) is exists


def test_what_may_be_cited_is_what_the_source_has() -> None:
    seed = source_file("seed.md").read_text("utf-8")
    numbered = {int(number) for number in re.findall(r"^([0-9]+)\. ", seed, re.MULTILINE)}
    assert numbered == set(PARAGRAPHS)
    assert set(re.findall(r"^# Annex ([A-Z]):", seed, re.MULTILINE)) == set(ANNEXES)
    assert {int(n) for n in re.findall(r"^\| Q([0-9]+) \|", seed, re.MULTILINE)} == set(QUESTIONS)
    for condition in CONDITIONS:
        assert condition in seed


def test_no_text_cites_a_paragraph_or_a_rule_that_does_not_exist() -> None:
    wrong = {
        f"{path}: {name}"
        for path, text in code()
        for name in {
            *(f"paragraph {n}" for n in paragraphs_mentioned(text) if n not in PARAGRAPHS),
            *(rule for rule in rules_mentioned(text) if rule not in RULES),
        }
    }
    assert wrong == set()


def test_mentions_are_found_in_running_text() -> None:
    text = "(paragraphs 3, 5 to 7 and 99; ¶24; §31, BR44) paragraph 50"
    assert paragraphs_mentioned(text) == {3, 5, 7, 99, 24, 31, 50}
    assert rules_mentioned(text) == {"BR44"}


def test_the_page_is_what_the_code_says() -> None:
    written = (ROOT / "docs" / "rules.md").read_text("utf-8")
    made = page(tests=TESTS)
    assert made == page(tests=TESTS)
    assert written == made, "run `python -m twin.rules.book_page tests docs/rules.md`"


def test_marks_are_found_wherever_they_stand() -> None:
    mark = "pytest.mark." + "rule"
    source = f'pytestmark = {mark}("BR01")\n@{mark}("BR02", "BR03")\ndef test_x(): ...\n'
    source += f'param(1, marks={mark}("BR04"))\nother.rule("BR05")\n'
    assert sorted(marks_of(source=source, where="x")) == ["BR01", "BR02", "BR03", "BR04"]
    with pytest.raises(UnreadableMark, match="x line 1"):
        list(marks_of(source=f"{mark}(name)", where="x"))


def test_every_module_of_rules_is_read_by_the_book() -> None:
    names = {module.name for module in iter_modules(twin.rules.__path__, "twin.rules.")}
    marked = {name.rpartition(".")[0] for found in functions_by_rule().values() for name in found}
    without = {"refusal", "marks", "findings", "citations", "sentences", "clauses"}
    without |= {"book", "book_page", "book_tests"}
    assert names - marked == {f"twin.rules.{name}" for name in without}
    assert all(import_module(name).__doc__ for name in names)


def test_the_rules_that_one_fact_can_break_are_those_that_the_fold_judges() -> None:
    judging = "twin.state.legality.breach_of"
    source = Path(import_module("twin.state.legality").__file__ or "").read_text("utf-8")
    judged = set(re.findall(r'"(BR[0-9]{2})"', source))
    assert judged == {rule.id for rule in RULES.values() if judging in rule.elsewhere}
