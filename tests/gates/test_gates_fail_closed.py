"""What is no number, no count or no evidence holds with a reason, and never advances."""

from math import inf, isfinite, nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.gates.waves import SEQUENTIAL, SOME, STRATIFIED, THRESHOLD, said, stage
from twin.campaign.gates import Cohort, GateRule, Stage, Stratum, judge, readings
from twin.campaign.gates.judge import UNDECIDABLE
from twin.vocabulary import GateDecision

RULES = (THRESHOLD, SEQUENTIAL, STRATIFIED)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(Cohort(0, -1, 0, 0), id="negative"),
        pytest.param(Cohort(0, 50, 51, 0), id="more_confirmed_than_released"),
        pytest.param(Cohort(0, 50, 30, 21), id="more_settled_than_released"),
        pytest.param(Cohort(0, 50, 60, -10), id="a_negative_that_sums_up"),
        pytest.param(Cohort(0, 101, 101, 0), id="more_released_than_members"),
        pytest.param(Cohort(11, 100, 100, 0), id="released_tomorrow"),
        pytest.param(Cohort(0, nan, nan, 0), id="no_number"),  # type: ignore[arg-type]
        pytest.param(Cohort(0, 100.0, 100.0, 0.0), id="no_whole_number"),  # type: ignore[arg-type]
        pytest.param(Cohort(0, True, True, False), id="yes_is_no_count"),
    ],
)
def test_unsound_counts_hold(rule: GateRule, told: Cohort):
    found = judge(rule=rule, members=100, cohorts={SOME: [told]}, stage=stage(rule))
    assert found == UNDECIDABLE
    assert (found.decision, found.why) == (GateDecision.HOLD, "evidence")
    assert readings(rule=rule, members=100, cohorts={SOME: [told]}, stage=stage(rule)) == ()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("tolerance", [nan, inf, -inf, -0.01, None, "0.1"])
def test_a_tolerance_that_is_none_holds(rule: GateRule, tolerance: object):
    at = stage(rule, tolerance=tolerance)
    assert said(rule, 100, confirmed=100, at=at) == UNDECIDABLE


@pytest.mark.peer_fault("PF-hawkbit-22")
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "changes",
    [
        {"success_at_least": nan},
        {"errors_above": 1.0},
        {"evidence_at_least": 0},
        {"settled_at_least": 0.0},
        {"alpha": 0.0},
        {"alpha": nan},
        {"kind": "sometimes"},
        {"strata": ("street",)},
        {"accept_beta": 1.0},
        {"accept_bad": inf},
    ],
)
def test_a_rule_that_no_plan_could_hold_holds(rule: GateRule, changes: dict[str, object]):
    assert said(replace(rule, **changes), 100, confirmed=100, at=stage(rule)) == UNDECIDABLE


@pytest.mark.parametrize("rule", RULES)
def test_nothing_settled_never_advances(rule: GateRule):
    assert said(rule, 100).decision is GateDecision.CONTINUE
    assert judge(rule=rule, members=100, cohorts={}, stage=stage(rule)).why == "in_flight"


SHARES = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1)
NAMES = st.sampled_from(["A", "B"])
WAVES = st.dictionaries(
    st.builds(Stratum, NAMES, NAMES, NAMES),
    st.lists(
        st.builds(Cohort, st.integers(-1, 12), *[st.integers(-1, 60)] * 3)
        | st.builds(
            lambda day, ok, bad, open_: Cohort(day, ok + bad + open_, ok, bad),
            st.integers(0, 10),
            *[st.integers(0, 60)] * 3,
        ),
        max_size=3,
    ),
    max_size=4,
)
ANY_RULE = st.sampled_from(RULES).flatmap(
    lambda rule: st.builds(
        lambda changes: replace(rule, **changes),
        st.fixed_dictionaries(
            {},
            optional={
                "success_at_least": SHARES,
                "errors_above": SHARES,
                "settled_at_least": SHARES,
                "evidence_at_least": st.integers(-5, 100),
                "alpha": SHARES,
                "accept_good": SHARES,
                "accept_bad": SHARES,
            },
        ),
    )
)
STAGES = st.builds(
    Stage,
    released=st.booleans(),
    soaked=st.booleans(),
    tolerance=SHARES,
    today=st.integers(0, 40),
    follow_up_days=st.integers(-1, 20),
    campaign_empty=st.booleans(),
)


@given(ANY_RULE, WAVES, st.integers(-1, 400), STAGES)
@example(SEQUENTIAL, {SOME: [Cohort(0, 60, 0, 60)]}, 60, stage(SEQUENTIAL, tolerance=0.0))
@example(SEQUENTIAL, {SOME: [Cohort(0, 60, 0, 60)]}, 60, stage(SEQUENTIAL, tolerance=1e-300))
def test_it_always_says_something_and_never_advances_without_evidence(
    rule: GateRule, cohorts: dict[Stratum, list[Cohort]], members: int, at: Stage
):
    found = judge(rule=rule, members=members, cohorts=cohorts, stage=at)
    assert isfinite(found.statistic)
    assert isfinite(found.bound)
    for reading in readings(rule=rule, members=members, cohorts=cohorts, stage=at):
        assert isfinite(reading.statistic)
        assert isfinite(reading.bound)
    if found.decision is GateDecision.ADVANCE:
        settled = sum(c.confirmed + c.errors for told in cohorts.values() for c in told)
        confirmed = sum(c.confirmed for told in cohorts.values() for c in told)
        assert at.released
        assert members == 0 or (at.soaked and confirmed >= rule.success_at_least * settled > 0)
        assert members > 0 or not at.campaign_empty
