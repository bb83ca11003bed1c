"""Golden questions: folders for the rules that no history of one premises can show.

A line of `questions.jsonl` asks one thing; `answers` in `expect.json` has `allowed`, the id of the
rule that is broken, or a word. Read without Python, as the cases are (cases/README.md).
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from tests.golden.test_golden_cases import WITHOUT_A_CASE
from twin.rules import programme, sub_ghz
from twin.rules.refusal import Refusal
from twin.vocabulary import Addressee, Milestone, SecObjective

QUESTIONS: Final = Path(__file__).parent / "questions"
NAMES: Final = sorted(path.name for path in QUESTIONS.iterdir())


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def a_day(text: str) -> date:
    return date.fromisoformat(text)


def recommendation(objective: str | None, addressees: list[str]) -> object:
    return programme.check_recommendation(
        objective=None if objective is None else SecObjective(objective),
        addressees=[Addressee(word) for word in addressees],
    )


ASKED: Final[dict[str, Callable[..., object]]] = {
    "transmit power": lambda milliwatt: sub_ghz.check_transmit_power(milliwatt=milliwatt),
    "coverage": lambda **counts: programme.check_coverage(**counts),
    "recommendation": recommendation,
    "answer": lambda due, answered, on: programme.check_answer(
        due=a_day(due), answered=day(answered), on=a_day(on)
    ),
    "milestone": lambda milestone, reached, on: programme.milestone_standing(
        milestone=Milestone(milestone), reached=day(reached), on=a_day(on)
    ),
    "order": lambda dcc_live, local_pairing: programme.check_milestone_order(
        dcc_live=day(dcc_live), local_pairing=a_day(local_pairing)
    ),
}


def answer_to(question: dict[str, Any]) -> str:
    """The answer in one word."""
    asked = dict(question)
    found = ASKED[asked.pop("ask")](**asked)
    if isinstance(found, Refusal):
        return found.rule
    return str(found) if isinstance(found, programme.Standing) else "allowed"


def expected(name: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((QUESTIONS / name / "expect.json").read_text("utf-8"))
    return words


@pytest.mark.rule("BR16", "BR39", "BR40", "BR42")
@pytest.mark.parametrize("name", NAMES)
def test_question(name: str) -> None:
    lines = (QUESTIONS / name / "questions.jsonl").read_text("utf-8").splitlines()
    assert [answer_to(json.loads(line)) for line in lines] == expected(name)["answers"]
    assert len(lines) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_story_names_its_rules(name: str) -> None:
    story = (QUESTIONS / name / "story.md").read_text("utf-8")
    assert len(story) > 100
    assert [rule for rule in expected(name)["rules"] if rule not in story] == []


def test_every_rule_without_a_case_has_a_question() -> None:
    assert {rule for name in NAMES for rule in expected(name)["rules"]} == set(WITHOUT_A_CASE)
