"""Thresholds: errors are above, success is at least; and no evidence never advances."""

import pytest
from campaign_samples import RULE, count
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from twin.campaign.gate import Stage, judge
from twin.campaign.tallies import WaveCount
from twin.vocabulary import GateDecision

DONE = Stage(released=True, soaked=True, tolerance=RULE.errors_above)


@pytest.mark.parametrize(
    ("counted", "why"),
    [
        pytest.param(count(100, confirmed=90, failed=10), "success_reached", id="errors_exactly"),
        pytest.param(count(1000, confirmed=899, failed=101), "errors_above", id="errors_one_more"),
        pytest.param(count(100, confirmed=8, failed=1), "in_flight", id="evidence_one_short"),
        pytest.param(count(100, confirmed=8, failed=2), "errors_above", id="evidence_exactly"),
        pytest.param(count(100, confirmed=8, timed_out=2), "errors_above", id="silence_is_error"),
        pytest.param(count(100, confirmed=94), "in_flight", id="settled_one_short"),
        pytest.param(count(100, confirmed=95), "success_reached", id="settled_exactly"),
        pytest.param(count(1, failed=1), "errors_above", id="tiny_wave_is_judged"),
        pytest.param(count(2, failed=1), "in_flight", id="tiny_wave_waits_for_all"),
        pytest.param(count(100, confirmed=50, retrying=50), "in_flight", id="retrying_is_open"),
    ],
)
def test_boundaries(counted: WaveCount, why: str):
    assert judge(rule=RULE, count=counted, stage=DONE).why == why


def test_success_is_at_least_to_the_device():
    loose = replace(RULE, errors_above=0.99)
    stage = replace(DONE, tolerance=0.99)
    met, missed = count(1000, confirmed=900, failed=100), count(1000, confirmed=899, failed=101)
    assert judge(rule=loose, count=met, stage=stage).decision is GateDecision.ADVANCE
    assert judge(rule=loose, count=missed, stage=stage).why == "success_missed"


def test_no_threshold_lets_success_speak_before_the_evidence():
    hasty = replace(RULE, settled_at_least=0.01)
    found = judge(rule=hasty, count=count(100, confirmed=9), stage=DONE)
    assert (found.decision, found.why) == (GateDecision.CONTINUE, "evidence")


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (replace(DONE, released=False, soaked=False), "releasing"),
        (replace(DONE, soaked=False), "soak"),
    ],
)
def test_success_waits_for_release_and_soak(stage: Stage, why: str):
    found = judge(rule=RULE, count=count(100, confirmed=100), stage=stage)
    assert (found.decision, found.why) == (GateDecision.CONTINUE, why)


COUNTS = st.builds(WaveCount, **dict.fromkeys(WaveCount.__struct_fields__, st.integers(-2, 50)))
SHARES = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1)


@given(
    COUNTS,
    st.builds(
        lambda s, e, n, k: replace(
            RULE, success_at_least=s, errors_above=e, evidence_at_least=n, settled_at_least=k
        ),
        SHARES,
        SHARES,
        st.integers(-5, 100),
        SHARES,
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_it_always_says_something_and_never_advances_without_evidence(
    counted, rule, released, soaked, empty
):
    stage = Stage(
        released=released, soaked=soaked, tolerance=rule.errors_above, campaign_empty=empty
    )
    verdict = judge(rule=rule, count=counted, stage=stage)
    if verdict.decision is GateDecision.ADVANCE:
        assert released
        assert counted.members == 0 or (counted.settled > 0 and soaked)
        assert counted.members > 0 or not empty
