"""The sequential gate: rejects by evidence against the tolerance, advances by Wald's test."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.gates.waves import FOLLOW_UP, SEQUENTIAL, SOME, said, stage, wave
from twin.campaign.gates import Cohort, GateRule, Verdict, judge, readings
from twin.campaign.gates.likelihood import log_e_value, log_ratio
from twin.vocabulary import GateDecision


def judged(*cohorts: Cohort, rule: GateRule = SEQUENTIAL, members: int = 0, today: int) -> Verdict:
    return judge(
        rule=rule,
        members=members or sum(cohort.released for cohort in cohorts),
        cohorts={SOME: list(cohorts)},
        stage=stage(rule, today=today),
    )


def test_it_accepts_where_the_ratio_has_fallen_to_its_bound():
    clean = next(n for n in range(1000) if log_ratio(n=n, k=0, good=0.01, bad=0.03) <= log(0.05))
    found = said(SEQUENTIAL, clean, confirmed=clean)
    assert (found.decision, found.gate, found.why) == (
        GateDecision.ADVANCE, "accept", "success_reached",
    )  # fmt: skip
    assert (found.n, found.k, found.bound) == (clean, 0, log(0.05))
    assert found.statistic <= found.bound
    assert said(SEQUENTIAL, clean - 1, confirmed=clean - 1).gate == "success"


def test_a_bad_wave_is_not_waved_through_though_its_threshold_is_met():
    tolerant = stage(SEQUENTIAL, tolerance=0.2)
    found = said(SEQUENTIAL, 1000, confirmed=965, errors=35, at=tolerant)
    assert (found.decision, found.why, found.gate) == (
        GateDecision.HOLD, "success_missed", "accept",
    )  # fmt: skip
    assert found.statistic >= found.bound == pytest.approx(-log(0.05))


@pytest.mark.parametrize(
    ("confirmed", "errors", "decision", "gate"),
    [
        (10, 0, GateDecision.ADVANCE, "success"),
        (9, 1, GateDecision.ADVANCE, "success"),  # exactly met
        (8, 2, GateDecision.HOLD, "success"),
        (0, 10, GateDecision.REJECT, "errors"),
    ],
)
def test_a_canary_of_ten_is_decided_when_all_of_it_is_settled(
    confirmed: int, errors: int, decision: GateDecision, gate: str
):
    for today in (0, FOLLOW_UP):
        at = stage(SEQUENTIAL, today=today)
        found = said(SEQUENTIAL, 10, confirmed=confirmed, errors=errors, at=at)
        assert (found.decision, found.gate) == (decision, gate)


def test_a_small_wave_that_misses_its_threshold_holds():
    found = said(SEQUENTIAL, 1, errors=1, at=stage(SEQUENTIAL, tolerance=0.9))
    assert (found.decision, found.why, found.gate) == (
        GateDecision.HOLD, "success_missed", "success",
    )  # fmt: skip


def test_in_flight_at_age_counts_as_an_error():
    """970 of 1,000 confirmed would be accepted if the rest were left out."""
    loose = replace(SEQUENTIAL, settled_at_least=0.9)
    found = said(loose, 1000, confirmed=970)
    assert (found.decision, found.why) == (GateDecision.ADVANCE, "success_reached")
    assert found.gate == "success"
    assert (found.n, found.k) == (1000, 970)
    strict = replace(loose, success_at_least=0.975)
    waiting = said(strict, 1000, confirmed=970)
    assert (waiting.decision, waiting.why, waiting.gate) == (
        GateDecision.CONTINUE, "in_flight", "accept",
    )  # fmt: skip
    assert (waiting.n, waiting.k) == (1000, 30)


def test_who_is_in_flight_at_age_does_not_make_a_wave_bad():
    """A second attempt may confirm them; only errors that are known find a wave bad."""
    loose = replace(SEQUENTIAL, settled_at_least=0.9, success_at_least=0.97)
    at = stage(loose, tolerance=0.5)
    found = said(loose, 1000, confirmed=930, errors=20, at=at)
    assert (found.decision, found.why) == (GateDecision.CONTINUE, "in_flight")
    retried = said(loose, 1000, confirmed=980, errors=20, at=at)
    assert retried.decision is GateDecision.ADVANCE


def test_a_cohort_speaks_when_it_is_of_age_or_has_nothing_in_flight():
    loose = replace(SEQUENTIAL, settled_at_least=0.4)
    old, young = Cohort(0, 100, 100, 0), Cohort(5, 100, 99, 0)
    at_five = judged(old, young, rule=loose, today=5)
    assert (at_five.why, at_five.gate, at_five.n) == ("in_flight", "accept", 100)
    at_fifteen = judged(old, young, rule=loose, today=15)
    assert (at_fifteen.gate, at_fifteen.n) == ("success", 200)
    complete = judged(old, replace(young, confirmed=100), rule=loose, today=5)
    assert (complete.decision, complete.gate, complete.n) == (
        GateDecision.ADVANCE, "accept", 200,
    )  # fmt: skip


def test_nothing_behind_an_unripe_cohort_speaks():
    """Later cohorts that are complete already would be a choice of the quick ones."""
    loose = replace(SEQUENTIAL, settled_at_least=0.4)
    cohorts = [Cohort(0, 100, 20, 0), *(Cohort(day, 100, 100, 0) for day in range(1, 5))]
    found = judged(*cohorts, rule=loose, today=5)
    assert (found.decision, found.why, found.gate, found.n) == (
        GateDecision.CONTINUE, "in_flight", "accept", 0,
    )  # fmt: skip


@pytest.mark.peer_fault("PF-hawkbit-53")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"released": False, "soaked": False}, "releasing"),
        ({"soaked": False}, "soak"),
    ],
)
def test_acceptance_waits_for_release_and_soak(changes: dict[str, bool], why: str):
    found = said(SEQUENTIAL, 1000, confirmed=1000, at=stage(SEQUENTIAL, **changes))
    assert (found.decision, found.why, found.gate) == (GateDecision.CONTINUE, why, "accept")


def test_acceptance_waits_for_the_evidence():
    demanding = replace(SEQUENTIAL, evidence_at_least=5_000, settled_at_least=0.5)
    found = said(demanding, 6_000, confirmed=4_999)
    assert (found.decision, found.why, found.gate) == (
        GateDecision.CONTINUE, "evidence", "evidence",
    )  # fmt: skip


@pytest.mark.peer_fault("PF-aws-01")
def test_errors_wait_for_the_evidence_and_for_nothing_else():
    early = stage(SEQUENTIAL, released=False, soaked=False, today=1)
    few = said(SEQUENTIAL, 100, errors=9, at=early)
    assert (few.decision, few.why) == (GateDecision.CONTINUE, "releasing")
    enough = said(SEQUENTIAL, 100, errors=10, at=early)
    assert (enough.decision, enough.why, enough.gate) == (
        GateDecision.REJECT, "errors_above", "errors",
    )  # fmt: skip
    assert (enough.n, enough.k, enough.stratum) == (100, 10, None)
    assert enough.statistic >= enough.bound == pytest.approx(log(20))


def test_it_fires_where_the_e_value_reaches_its_bound_to_the_device():
    least = next(k for k in range(1000) if log_e_value(n=1000, k=k, tolerance=0.015) >= log(20))
    before = said(SEQUENTIAL, 1000, confirmed=1001 - least, errors=least - 1)
    assert before.decision is not GateDecision.REJECT
    at = said(SEQUENTIAL, 1000, confirmed=1000 - least, errors=least)
    assert (at.decision, at.k) == (GateDecision.REJECT, least)


def test_a_rate_at_the_tolerance_does_not_fire():
    found = said(SEQUENTIAL, 10_000, confirmed=9_850, errors=150)
    assert found.decision is not GateDecision.REJECT


def test_the_worst_stretch_rejects_though_better_days_follow():
    bad, good = Cohort(0, 200, 180, 20), Cohort(1, 2_000, 2_000, 0)
    found = judged(bad, good, today=2)
    assert (found.decision, found.n, found.k) == (GateDecision.REJECT, 200, 20)


def test_a_day_that_may_release_more_is_not_a_prefix_yet():
    found = judge(
        rule=SEQUENTIAL,
        members=200,
        cohorts=wave(100, errors=50, day=3),
        stage=stage(SEQUENTIAL, released=False, soaked=False, today=3),
    )
    assert found.why == "releasing"
    assert judged(Cohort(3, 100, 0, 50), today=3).decision is GateDecision.REJECT
    assert judged(Cohort(3, 100, 0, 50), members=200, today=4).decision is GateDecision.REJECT


@pytest.mark.parametrize("tolerance", [1.0, 1.5])
def test_an_operator_may_excuse_everything(tolerance: float):
    at = stage(SEQUENTIAL, tolerance=tolerance)
    assert said(SEQUENTIAL, 100, errors=100, at=at).why == "success_missed"


@pytest.mark.peer_fault("PF-hawkbit-33")
def test_without_tolerance_the_first_error_rejects():
    at = stage(SEQUENTIAL, tolerance=0.0)
    assert said(SEQUENTIAL, 100, confirmed=99, errors=1, at=at).decision is GateDecision.REJECT
    assert said(SEQUENTIAL, 100, confirmed=99, at=at).decision is not GateDecision.REJECT


def test_the_journal_shows_every_gate():
    rule = replace(SEQUENTIAL, strata=("region", "model"))
    shown = readings(
        rule=rule, members=100, cohorts=wave(100, confirmed=90, errors=5), stage=stage(rule)
    )
    assert [(one.gate, one.stratum) for one in shown] == [
        ("errors", None),
        ("errors", "model:M1"),
        ("errors", "region:North"),
        ("accept", None),
        ("success", None),
        ("evidence", None),
    ]


COHORTS = st.lists(
    st.builds(
        lambda day, ok, bad, open_: Cohort(day, ok + bad + open_, ok, bad),
        st.integers(0, 8),
        st.integers(0, 300),
        st.integers(0, 6),
        st.integers(0, 6),
    ),
    max_size=5,
)


@given(COHORTS, st.integers(0, 20), st.integers(0, 200))
def test_it_never_advances_on_less_than_was_asked(
    cohorts: list[Cohort], today: int, more_members: int
):
    here = [cohort for cohort in cohorts if cohort.day <= today]
    released = sum(cohort.released for cohort in here)
    settled = sum(cohort.confirmed + cohort.errors for cohort in here)
    confirmed = sum(cohort.confirmed for cohort in here)
    members = released + more_members
    found = judge(
        rule=SEQUENTIAL,
        members=members,
        cohorts={SOME: here},
        stage=stage(SEQUENTIAL, today=today),
    )
    if found.decision is GateDecision.ADVANCE and members:
        assert settled >= SEQUENTIAL.settled_at_least * members
        assert confirmed >= SEQUENTIAL.success_at_least * settled
        assert settled >= min(SEQUENTIAL.evidence_at_least, members)
        assert found.gate in ("accept", "success")
    if settled == members > 0 and confirmed < SEQUENTIAL.success_at_least * settled:
        assert found.decision in (GateDecision.HOLD, GateDecision.REJECT)
    if settled == members > 0:
        assert found.decision is not GateDecision.CONTINUE  # what is all settled is decided
