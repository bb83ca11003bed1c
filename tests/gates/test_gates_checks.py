"""The gate of a plan file: every mistake in one sentence, and what passes can be judged by."""

from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gates.waves import SEQUENTIAL, said
from twin.campaign.gates import GATE_FORM, GATE_OPTIONAL, GateRule, gate_mistakes
from twin.campaign.gates.checks import is_usable
from twin.campaign.gates.judge import UNDECIDABLE

WRITTEN: dict[str, object] = {
    "kind": "sequential",
    "success_at_least": 0.95,
    "errors_above": 0.015,
    "evidence_at_least": 25,
    "settled_at_least": 0.98,
    "alpha": 0.05,
    "strata": ["region", "model"],
    "accept_good": 0.01,
    "accept_bad": 0.03,
    "accept_alpha": 0.05,
    "accept_beta": 0.05,
}
FORM = {**GATE_FORM, **GATE_OPTIONAL}


def test_every_key_of_a_rule_has_one_check():
    assert set(FORM) == set(GateRule.__struct_fields__)
    assert not set(GATE_FORM) & set(GATE_OPTIONAL)
    required = len(GateRule.__struct_fields__) - len(GateRule.__struct_defaults__)
    assert set(GATE_FORM) == set(GateRule.__struct_fields__[:required])


def test_a_right_gate_passes_and_becomes_a_rule():
    assert all(check(WRITTEN[name]) for name, (check, _) in FORM.items())
    assert gate_mistakes(WRITTEN) == []
    rule = msgspec.convert(WRITTEN, GateRule)
    assert rule.strata == ("region", "model")
    assert is_usable(rule)


@pytest.mark.peer_fault("PF-hawkbit-22", "PF-ours-16")
@pytest.mark.parametrize("name", sorted(FORM))
@pytest.mark.parametrize("wrong", [nan, inf, -inf, -0.01, -1, 1.01, 2_000_000, True, None, "0,1"])
def test_no_key_takes_what_is_no_share_and_no_count(name: str, wrong: object):
    check, wanted = FORM[name]
    assert not check(wrong)
    assert wanted


@pytest.mark.peer_fault("PF-hawkbit-33")
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("errors_above", 1),
        ("success_at_least", 0),
        ("settled_at_least", 0),
        ("evidence_at_least", 0),
        ("evidence_at_least", 2.5),
        ("alpha", 0),
        ("alpha", 0.51),
        ("accept_alpha", 0),
        ("accept_beta", 0),
        ("accept_good", 0),
        ("accept_bad", 1),
        ("kind", "Sequential"),
        ("strata", ["region", "region"]),
        ("strata", ["stratum"]),
        ("strata", [["region"]]),
        ("strata", "region"),
    ],
)
def test_edges_are_refused(name: str, wrong: object):
    assert not FORM[name][0](wrong)


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"accept_good": 0.03, "errors_above": 0.05}, "accept_good", "below accept_bad"),
        ({"accept_good": 0.05, "errors_above": 0.05}, "accept_good", "below accept_bad"),
        ({"accept_bad": 0.005}, "accept_good", "below accept_bad"),
        ({"accept_good": 0.02}, "accept_good", "above errors_above"),
        ({"errors_above": 0}, "errors_above", "above 0"),
        ({"success_at_least": 0.995}, "success_at_least", "1 - accept_good"),
        ({"kind": "threshold"}, "strata", "need kind"),
    ],
)
def test_keys_that_contradict_each_other(changes: dict[str, object], key: str, words: str):
    found = gate_mistakes({**WRITTEN, **changes})
    assert [path for path, _ in found] == [(key,)]
    sentence = found[0][1]
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_default_takes_part_in_a_contradiction():
    raw = {key: WRITTEN[key] for key in (*GATE_FORM, "kind")}
    assert gate_mistakes({**raw, "accept_bad": 0.01})[0][0] == ("accept_good",)


def test_success_just_as_good_as_good_is_no_mistake():
    assert gate_mistakes({**WRITTEN, "success_at_least": 0.99}) == []


def test_thresholds_alone_know_nothing_of_the_accept_side():
    raw = {key: WRITTEN[key] for key in GATE_FORM}
    assert gate_mistakes({**raw, "errors_above": 0, "success_at_least": 1}) == []


def test_a_key_that_is_wrong_by_itself_comes_first():
    assert gate_mistakes({**WRITTEN, "accept_good": nan}) == []
    assert gate_mistakes({**WRITTEN, "accept_good": 0.9, "street": 1}) == []
    assert gate_mistakes({}) == []


@given(st.dictionaries(st.sampled_from(sorted(FORM)), st.floats() | st.integers() | st.text()))
def test_whatever_is_written_is_judged_or_refused(changes: dict[str, object]):
    raw = {**WRITTEN, **changes}
    formed = all(check(raw[name]) for name, (check, _) in FORM.items())
    if not formed:
        assert gate_mistakes(raw) == []
    elif not gate_mistakes(raw):
        rule = msgspec.convert(raw, GateRule)
        assert said(rule, 1000, confirmed=1000) != UNDECIDABLE


def test_the_rule_of_these_tests_is_one():
    assert is_usable(SEQUENTIAL)
