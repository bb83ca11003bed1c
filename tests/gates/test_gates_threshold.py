"""Thresholds: errors are above, success is at least; and no evidence never advances."""

import pytest
from msgspec.structs import replace

from tests.gates.waves import SOME, THRESHOLD, said, stage, wave
from twin.campaign.gates import Cohort, Stage, judge
from twin.vocabulary import GateDecision


@pytest.mark.peer_fault("PF-hawkbit-20", "PF-aws-01")
@pytest.mark.parametrize(
    ("members", "confirmed", "errors", "why"),
    [
        pytest.param(100, 90, 10, "success_reached", id="errors_exactly"),
        pytest.param(1000, 899, 101, "errors_above", id="errors_one_more"),
        pytest.param(100, 8, 1, "in_flight", id="evidence_one_short"),
        pytest.param(100, 8, 2, "errors_above", id="evidence_exactly"),
        pytest.param(100, 94, 0, "in_flight", id="settled_one_short"),
        pytest.param(100, 95, 0, "success_reached", id="settled_exactly"),
        pytest.param(1, 0, 1, "errors_above", id="tiny_wave_is_judged"),
        pytest.param(2, 0, 1, "in_flight", id="tiny_wave_waits_for_all"),
        pytest.param(100, 50, 0, "in_flight", id="retrying_is_open"),
    ],
)
def test_boundaries(members: int, confirmed: int, errors: int, why: str):
    assert said(THRESHOLD, members, confirmed=confirmed, errors=errors).why == why


@pytest.mark.peer_fault("PF-hawkbit-20")
def test_success_is_at_least_to_the_device():
    loose = replace(THRESHOLD, errors_above=0.99)
    assert said(loose, 1000, confirmed=900, errors=100).decision is GateDecision.ADVANCE
    missed = said(loose, 1000, confirmed=899, errors=101)
    assert (missed.decision, missed.why) == (GateDecision.HOLD, "success_missed")
    assert (missed.gate, missed.n, missed.k, missed.statistic, missed.bound) == (
        "success", 1000, 899, 0.899, 0.9,
    )  # fmt: skip


@pytest.mark.peer_fault("PF-hawkbit-26")
def test_all_settled_and_missed_holds_before_the_soak_is_over():
    loose = replace(THRESHOLD, errors_above=0.99)
    found = said(loose, 100, confirmed=80, errors=20, at=stage(loose, soaked=False))
    assert (found.decision, found.why) == (GateDecision.HOLD, "success_missed")


@pytest.mark.peer_fault("PF-aws-01")
def test_no_threshold_lets_success_speak_before_the_evidence():
    hasty = replace(THRESHOLD, settled_at_least=0.01)
    found = said(hasty, 100, confirmed=9)
    assert (found.decision, found.why) == (GateDecision.CONTINUE, "evidence")
    assert (found.gate, found.statistic, found.bound) == ("evidence", 9, 10)


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (stage(THRESHOLD, released=False, soaked=False), "releasing"),
        (stage(THRESHOLD, soaked=False), "soak"),
    ],
)
def test_success_waits_for_release_and_soak(at: Stage, why: str):
    found = said(THRESHOLD, 100, confirmed=100, at=at)
    assert (found.decision, found.why) == (GateDecision.CONTINUE, why)


@pytest.mark.peer_fault("PF-hawkbit-47")
def test_errors_do_not_wait_for_release_or_soak():
    early = stage(THRESHOLD, released=False, soaked=False, today=0)
    found = said(THRESHOLD, 100, confirmed=8, errors=2, at=early)
    assert (found.decision, found.gate) == (GateDecision.REJECT, "errors")
    assert (found.n, found.k, found.statistic, found.bound) == (10, 2, 0.2, 0.1)


def test_a_raised_tolerance_is_the_one_that_counts():
    raised = stage(THRESHOLD, tolerance=0.2)
    assert said(THRESHOLD, 100, confirmed=8, errors=2, at=raised).why == "in_flight"


def test_members_that_wait_are_in_the_settled_share():
    found = judge(
        rule=THRESHOLD,
        members=100,
        cohorts={SOME: [Cohort(0, 94, 94, 0)]},
        stage=stage(THRESHOLD),
    )
    assert found.why == "in_flight"


@pytest.mark.peer_fault("PF-hawkbit-21")
@pytest.mark.parametrize(
    ("empty", "decision"), [(False, GateDecision.ADVANCE), (True, GateDecision.HOLD)]
)
def test_an_empty_wave_passes_unless_the_campaign_is_empty(empty: bool, decision: GateDecision):
    at = stage(THRESHOLD, campaign_empty=empty)
    assert judge(rule=THRESHOLD, members=0, cohorts={}, stage=at).decision is decision


def test_cohorts_and_strata_add_up():
    split = {
        SOME: [Cohort(0, 30, 28, 2), Cohort(1, 20, 20, 0)],
        SOME._replace(model="M2"): [Cohort(1, 50, 42, 8)],
    }
    at = stage(THRESHOLD)
    apart = judge(rule=THRESHOLD, members=100, cohorts=split, stage=at)
    whole = judge(rule=THRESHOLD, members=100, cohorts=wave(100, confirmed=90, errors=10), stage=at)
    assert apart == whole
