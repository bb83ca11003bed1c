"""Outcomes come in an order of their own: the naive gate is fooled by it, ours is not."""

import numpy as np
import pytest
from msgspec.structs import replace

from tests.gates.late import Late, draw, within
from tests.gates.waves import FOLLOW_UP, SEQUENTIAL, SOME, STRATIFIED, stage
from twin.campaign.gates import GateRule, Stratum, Verdict, judge
from twin.vocabulary import GateDecision

SEED = 2017
REPLICATES = 200
SIGMA = 3
QUICK = within(0, 3)
SLOW = within(4, 9)
TIMED_OUT = within(FOLLOW_UP, FOLLOW_UP)
OURS = replace(SEQUENTIAL, success_at_least=0.95, settled_at_least=0.9, evidence_at_least=25)
NAIVE = replace(OURS, kind="threshold")
"""Errors over settled, at whatever moment: what a dashboard would divide."""


def at(rule: GateRule, today: int, *, release_days: int) -> dict[str, object]:
    return {
        "stage": stage(
            rule,
            today=today,
            released=today >= release_days - 1,
            soaked=today >= release_days + 2,
        )
    }


def first_word(rule: GateRule, wave: list[Late], *, release_days: int) -> tuple[int, Verdict]:
    """The first day on which the rule decides anything, and what; all outcomes come in time."""
    members = sum(len(late.day) for late in wave)
    for today in range(release_days + FOLLOW_UP + 1):
        found = judge(
            rule=rule,
            members=members,
            cohorts={late.stratum: late.cohorts(today) for late in wave},
            **at(rule, today, release_days=release_days),
        )
        if found.decision is not GateDecision.CONTINUE:
            return today, found
    raise AssertionError("all is known, and nothing was decided")


def last_word(rule: GateRule, wave: list[Late], *, today: int) -> Verdict:
    """With all known: it rejects if it would have rejected at any look before."""
    members = sum(len(late.day) for late in wave)
    known = {late.stratum: late.cohorts(today) for late in wave}
    return judge(rule=rule, members=members, cohorts=known, stage=stage(rule, today=today))


def share(found: list[Verdict], decision: GateDecision) -> float:
    return sum(one.decision is decision for one in found) / len(found)


@pytest.mark.peer_fault("PF-ours-27")
def test_late_failures_fool_the_naive_gate_into_advancing_and_not_ours():
    """Of a wave, 6 % fail by silence, which is known after ten days; the rest answer at once."""
    naive, ours = [], []
    for nth in range(REPLICATES // 4):
        rng = np.random.default_rng([SEED, nth])
        wave = [draw(rng, SOME, 2_000, rate=0.06, release_days=1, good=QUICK, bad=TIMED_OUT)]
        naive.append(first_word(NAIVE, wave, release_days=1))
        ours.append(first_word(OURS, wave, release_days=1))
    assert share([one for _, one in naive], GateDecision.ADVANCE) == 1.0
    assert max(day for day, _ in naive) < FOLLOW_UP
    assert share([one for _, one in ours], GateDecision.REJECT) == 1.0
    assert {day for day, _ in ours} == {FOLLOW_UP}


@pytest.mark.peer_fault("PF-ours-27")
def test_failures_that_come_first_fool_the_naive_gate_into_rejecting_and_not_ours():
    """Of a good wave, 1 % fail at once, and the good homes take days to answer."""
    naive, ours = [], []
    for nth in range(REPLICATES // 4):
        rng = np.random.default_rng([SEED, nth])
        wave = [draw(rng, SOME, 2_000, rate=0.01, release_days=5, good=SLOW, bad=within(0, 0))]
        naive.append(first_word(NAIVE, wave, release_days=5)[1])
        ours.append(first_word(OURS, wave, release_days=5)[1])
    assert share(naive, GateDecision.REJECT) == 1.0
    assert share(ours, GateDecision.REJECT) == 0.0
    assert share(ours, GateDecision.ADVANCE) > 0.9


@pytest.mark.peer_fault("PF-aws-05")
def test_at_the_tolerance_no_order_of_outcomes_rejects_more_often_than_alpha():
    """Daily looks at a wave whose failures come first, and at one whose failures come late."""
    alpha = OURS.alpha
    most = alpha + SIGMA * (alpha * (1 - alpha) / REPLICATES) ** 0.5
    for good, bad in ((SLOW, within(0, 0)), (QUICK, TIMED_OUT), (QUICK, QUICK)):
        found = []
        for nth in range(REPLICATES):
            rng = np.random.default_rng([SEED, nth])
            wave = [draw(rng, SOME, 1_000, rate=0.015, release_days=10, good=good, bad=bad)]
            found.append(first_word(OURS, wave, release_days=10)[1])
        assert share(found, GateDecision.REJECT) <= most


def fleet(rng: np.random.Generator, *, rate: float, bad_model: float | None = None) -> list[Late]:
    """Some 5,000 devices in 3 regions, 4 suppliers and 8 models over 5 days; M7 is the bad one."""
    return [
        draw(
            rng,
            Stratum(f"R{region}", f"S{supplier}", f"M{model}"),
            52,
            rate=bad_model if bad_model is not None and model == 7 else rate,
            release_days=5,
            good=QUICK,
            bad=TIMED_OUT,
        )
        for region in range(3)
        for supplier in range(4)
        for model in range(8)
    ]


def test_the_strata_share_one_budget():
    """Fifteen strata and the whole, all at the tolerance: one stop in twenty at most in all."""
    alpha = STRATIFIED.alpha
    found = []
    for nth in range(REPLICATES):
        wave = fleet(np.random.default_rng([SEED, nth]), rate=0.015)
        found.append(last_word(STRATIFIED, wave, today=15))
    most = alpha + SIGMA * (alpha * (1 - alpha) / REPLICATES) ** 0.5
    assert share(found, GateDecision.REJECT) <= most


def test_a_bad_model_in_a_good_average_is_named_and_no_other_is():
    """One model of eight at 6 %, the others at 0.5 %: 1.2 % of the whole, within 1.5 %."""
    blamed, unaware = [], []
    for nth in range(REPLICATES // 2):
        wave = fleet(np.random.default_rng([SEED, nth]), rate=0.005, bad_model=0.06)
        blamed.append(last_word(STRATIFIED, wave, today=15))
        unaware.append(last_word(replace(STRATIFIED, strata=()), wave, today=15))
    assert share(blamed, GateDecision.REJECT) > 0.95
    assert {one.stratum for one in blamed if one.decision is GateDecision.REJECT} == {"model:M7"}
    assert share(unaware, GateDecision.REJECT) < 0.1
