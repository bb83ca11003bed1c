"""The golden cases: folders that a programme manager can read (cases/README.md)."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from typing import Any, Final

import pytest

from tests.golden.reading import CASES, case_names, folded, records_of
from tests.golden.telling import story_of
from twin.rules.sentences import RULES
from twin.state.counts import outcomes_of
from twin.state.digest import fleet_digest, premises_digest
from twin.state.entry import decode_entry, encode_entry, new_entry
from twin.state.replay import replay
from twin.state.verdicts import Refused

WORDS = {*story_of(new_entry("P0123456789abcdef")), "refused", "rules"}
WITHOUT_A_CASE: Final = {
    "BR16": "the transmit power is a property of the hub's type: no event tells it",
    "BR39": "a share of the whole fleet, which one premises cannot show",
    "BR40": "reviews and recommendations are facts of the programme, not of a premises",
    "BR42": "milestones are facts of the programme, not of a premises",
}
"""Rules that the history of one premises cannot show, and why."""


@lru_cache
def expected(case: str) -> dict[str, Any]:
    """What the case says must come out."""
    words: dict[str, Any] = json.loads((CASES / case / "expect.json").read_text(encoding="utf-8"))
    return words


def story(case: str) -> dict[str, Any]:
    """What came out, in the words of the case."""
    entry, verdicts = folded(case)
    refused = [str(v.why.why) for v in verdicts if isinstance(v, Refused)]
    return {**story_of(entry), "refused": refused}


@pytest.mark.rule("BR01", "BR02", "BR03", "BR04", "BR05", "BR06", "BR07", "BR08", "BR09", "BR10")
@pytest.mark.rule("BR11", "BR12", "BR13", "BR14", "BR15", "BR17", "BR18", "BR19", "BR20", "BR21")
@pytest.mark.rule("BR22", "BR23", "BR24", "BR25", "BR26", "BR27", "BR28", "BR29", "BR30", "BR31")
@pytest.mark.rule("BR32", "BR33", "BR34", "BR35", "BR36", "BR37", "BR38", "BR41", "BR43")
@pytest.mark.parametrize("case", case_names())
def test_case(case: str) -> None:
    told, words = story(case), expected(case)
    exact = words.keys() - {"rules", "findings", "breaches"}
    assert {name: told[name] for name in exact} == {name: words[name] for name in exact}
    assert told["breaches"] == words.get("breaches", {}), "facts against a rule are never left out"
    listed, broken = set(words.get("findings", [])), words_ending("broken", told["findings"])
    assert listed <= set(told["findings"])
    assert broken == words_ending("broken", listed), "what is broken is never left out"


def words_ending(verdict: str, findings: set[str] | list[str]) -> set[str]:
    """The findings with a verdict; those of single facts stand under `breaches`."""
    return {
        words
        for words in findings
        if words.endswith(f": {verdict}") and "facts against the rule" not in words
    }


@pytest.mark.parametrize("case", case_names())
def test_case_is_complete(case: str) -> None:
    """Three files, a story of some length, and every record's end accounted for."""
    files = {path.name for path in (CASES / case).iterdir()}
    assert files == {"story.md", "events.jsonl", "expect.json"}
    story_text = (CASES / case / "story.md").read_text(encoding="utf-8")
    assert len(story_text) > 100
    words = expected(case)
    assert words.keys() <= WORDS
    assert len(words) >= 3
    assert sum(words["records"].values()) == len(records_of(case))
    assert [rule for rule in words.get("rules", []) if rule not in story_text] == []


def test_every_rule_has_a_case() -> None:
    """But for those that one premises cannot show; the marks of `test_case` are what they name."""
    named = {rule for case in case_names() for rule in expected(case).get("rules", [])}
    assert sorted(named) == sorted(RULES.keys() - WITHOUT_A_CASE.keys())
    marks: list[pytest.Mark] = test_case.pytestmark  # type: ignore[attr-defined]
    assert named == {rule for mark in marks if mark.name == "rule" for rule in mark.args}


@pytest.mark.parametrize("case", case_names())
def test_replay_gives_the_same_entry(case: str) -> None:
    entry, _ = folded(case)
    (again,) = replay(records_of(case)).values()
    assert again == entry
    assert outcomes_of(entry).seen == len(records_of(case))
    assert premises_digest(decode_entry(encode_entry(entry)).premises) == premises_digest(
        entry.premises
    )


def test_there_are_enough_cases() -> None:
    assert len(case_names()) >= 60


def test_digests_do_not_depend_on_the_hash_seed() -> None:
    """Two processes with other hash seeds, and this one, agree on every case (F36)."""

    def digests(seed: str) -> list[str]:
        command = [sys.executable, "-m", "tests.golden.reading"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return done.stdout.splitlines()

    here = [f"{case} {fleet_digest([folded(case)[0]])}" for case in case_names()]
    assert digests("1") == digests("4321") == here
    assert len(set(here)) == len(here)
