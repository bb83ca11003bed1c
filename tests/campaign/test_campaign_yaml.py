"""Plans as YAML: the plan that TOML has, and every mistake on its line."""

import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.run.equipment import PlanRefused, plan_from
from tests.campaign.campaign_samples import PLAN
from twin.campaign.plan import SHIPPED, Plan, PlanMistake, plan_hash, plan_text, read_plan

HERE = Path(__file__).parent
GOOD = (HERE / "good_plan.toml").read_text()
SHIPPED_AT = HERE.parents[1] / "twin" / "campaign" / "plans"


def as_yaml(table: Any, indent: int = 0) -> str:
    """Tables in block style, one key a line, as a person writes them."""
    pad, lines = "  " * indent, []
    for key, value in table.items():
        name = key if key.replace("_", "").isalnum() else json.dumps(key)
        if isinstance(value, dict) and value:
            lines += [f"{pad}{name}:", as_yaml(value, indent + 1)]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{pad}{name}:")
            for item in value:
                block = as_yaml(item, indent + 2)
                lines.append(f"{pad}  - {block.lstrip()}")
        else:
            lines.append(f"{pad}{name}: {_scalar(value)}")
    return "\n".join(lines)


def _scalar(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return json.dumps(value)


def yaml_of(toml: str) -> str:
    return as_yaml(tomllib.loads(toml)) + "\n"


DATED = "\n".join(
    [
        GOOD.split("[[windows]]")[0],
        "[activation]\nat = 2017-09-01T02:00:00Z\n",
        "[[waves]]" + GOOD.split("[[waves]]", 1)[1],
    ]
)


@pytest.mark.parametrize(
    "toml",
    [GOOD, DATED, *((SHIPPED_AT / name).read_text() for name in SHIPPED)],
    ids=["every key", "dated", *SHIPPED],
)
def test_toml_and_yaml_of_a_plan_are_the_same_plan(toml: str):
    plain, other = read_plan(toml), read_plan(yaml_of(toml), form="yaml")
    assert isinstance(plain, Plan)
    assert isinstance(other, Plan), other
    assert plan_text(other) == plan_text(plain)
    assert plan_hash(other) == plan_hash(plain)


def test_plain_yaml_needs_no_quotes():
    text = yaml_of(GOOD).replace('"22:00"', "22:00").replace('"LCP-ALL"', "LCP-ALL")
    plan, toml = read_plan(text, form="yaml"), read_plan(GOOD)
    assert isinstance(plan, Plan)
    assert isinstance(toml, Plan)
    assert plan_hash(plan) == plan_hash(toml)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("follow_up_days: 10", "follow_up_days: many", "follow_up_days must be a whole number"),
        ("alpha: 0.05", "alpha: .nan", "alpha must be a chance"),
        ("per_day: 40000", "per_hour: 40000", "'per_hour' is not a key of [pacing]"),
        ("share: 0.05", "share: 1.5", "share must be a share above 0"),
        ("retries: 1", "retries: 0", "retries must be a whole number from 1"),
        ("factor: 2", "factor: 0", "factor must be a number from 1 to 100"),
        ("starts_on: 2017-07-01", "starts_on: soon", "starts_on must be a date"),
    ],
)
def test_a_mistake_is_told_with_the_line_of_its_key(old: str, new: str, says: str):
    text = yaml_of(GOOD)
    assert old in text
    found = read_plan(text.replace(old, new, 1), form="yaml")
    assert isinstance(found, tuple)
    assert [m.line for m in found] == [text[: text.index(old)].count("\n") + 1]
    assert found[0].sentence.startswith(says)


def test_every_mistake_is_told_not_only_the_first():
    text = yaml_of(GOOD).replace(" alpha: 0.05", " alpha: 7").replace("burst_days: 2", "bursts: 2")
    found = read_plan(text, form="yaml")
    assert isinstance(found, tuple)
    assert len(found) == 2
    assert [m.line for m in found] == sorted(m.line for m in found)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: [1,\n", 3, "the text is not YAML here: "),
        ("a: 1\na: 2\n", 2, "the text is not YAML here: found duplicate key"),
        ("a: &x 1\nb: *x\n", 1, "a plan has no anchors and no aliases"),
        ("a: 1\nb: *x\n", 2, "a plan has no anchors and no aliases"),
        ("a: 1\n---\nb: 2\n", 2, "the text is not YAML here: but found another document"),
        ("a: 1\nb: !!python/object:os.system {}\n", 2, "the text is not YAML here: could not"),
        ("a: 1\n\tb: 2\n", 2, "the text is not YAML here: "),
        ("", 1, "the text is no plan: it has no keys."),
        ("- a\n- b\n", 1, "the text is no plan: it has no keys."),
        ("7", 1, "the text is no plan: it has no keys."),
        ("a: \x07", 1, "the text is not YAML that can be read."),
        ("[" * 5000, 1, "tables and lists lie in each other 10 deep at most."),
        ("a: 1\nb: " + "{x: " * 5000, 2, "tables and lists lie in each other 10 deep"),
        ("a: 1\n" * 20_001, 1, "a plan must not be longer than 100,000 characters."),
    ],
)
def test_what_is_no_yaml_is_one_sentence_with_its_line(text: str, line: int, says: str):
    found = read_plan(text, form="yaml")
    assert isinstance(found, tuple)
    assert len(found) == 1
    assert found[0].sentence.startswith(says), found
    assert found[0].line == line


@pytest.mark.parametrize("key", ["1", "2017-07-01", "? [a, b]\n", "? {a: b}\n", "true", "~"])
def test_names_that_are_no_text_are_no_keys(key: str):
    for text, line in ((f"a: 1\n{key}: c\n", 2), (f"a:\n  - b: 1\n  - {key}: c\n", 3)):
        assert read_plan(text, form="yaml") == (
            PlanMistake(line, "a key of a plan is text, not a number, a date or a list."),
        )


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>#\n \t\"'0129.~?"), max_size=40))
def test_no_text_raises(text: str):
    found = read_plan(text, form="yaml")
    assert isinstance(found, tuple)
    assert all(isinstance(mistake, PlanMistake) for mistake in found)
    assert all(1 <= m.line <= text.count("\n") + 2 for m in found)


def test_the_name_of_a_file_says_what_it_is(tmp_path: Path):
    plain = tmp_path / "plan.toml"
    plain.write_text(GOOD)
    for name in ("plan.yaml", "plan.yml"):
        (tmp_path / name).write_text(yaml_of(GOOD))
        assert plan_from(tmp_path / name) == plan_from(plain)
    (tmp_path / "bad.yaml").write_text(yaml_of(GOOD).replace(" alpha: 0.05", " alpha: 7"))
    with pytest.raises(PlanRefused, match=r"bad.yaml: line 28: alpha must be a chance"):
        plan_from(tmp_path / "bad.yaml")
    assert PLAN.campaign_id
