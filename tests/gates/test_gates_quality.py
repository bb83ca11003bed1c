"""The grid of rollout 6.1 at the size of a test: false stops, delay, and the rules of others."""

from math import ceil, sqrt

import numpy as np
import pytest
from msgspec.structs import replace

from tests.benchmarks.gates import (
    ALPHA,
    OUR_TOLERANCE,
    OURS,
    STOPS,
    WAVE,
    Stops,
    e_process,
    grid,
    not_accepted,
    outcomes,
    stops,
)
from tests.gates.waves import SEQUENTIAL, SOME, stage
from twin.campaign.gates import Cohort, GateRule, Verdict, judge
from twin.vocabulary import GateDecision
from twin.whatif.gate_chances import boundary, exact

REPLICATES = 400
SIGMA = 3
STORED = {0.03: 549, 0.05: 124, 0.1: 33}
"""Median settled devices at the stop, summed exactly."""
STORED_ACCEPT = {0.005: 202, 0.01: 257}
ASKED = (0.03, 0.05)
NEAR = 0.1
ONE_BY_ONE = replace(SEQUENTIAL, evidence_at_least=1, settled_at_least=1, success_at_least=0.5)


@pytest.fixture(scope="module")
def table() -> dict[str, dict[float, Stops]]:
    return grid(replicates=REPLICATES)


@pytest.mark.peer_fault("PF-aws-05")
@pytest.mark.parametrize("rate", [0.005, 0.01, 0.015])
def test_false_stops_stay_within_alpha(table: dict[str, dict[float, Stops]], rate: float):
    most = ALPHA + SIGMA * sqrt(ALPHA * (1 - ALPHA) / REPLICATES)
    assert table[OURS][rate].share <= most


@pytest.mark.peer_fault("PF-hawkbit-47", "PF-azure-01")
@pytest.mark.parametrize("rate", ASKED)
def test_the_delay_is_within_a_tenth_of_the_stored_one(
    table: dict[str, dict[float, Stops]], rate: float
):
    assert table[OURS][rate].median == pytest.approx(STORED[rate], rel=NEAR)


def test_acceptance_takes_within_a_tenth_of_what_is_stored(table: dict[str, dict[float, Stops]]):
    assert table["accept"][0.01].median == pytest.approx(STORED_ACCEPT[0.01], rel=NEAR)


@pytest.mark.parametrize(
    ("name", "rate", "stored"),
    [
        *((OURS, rate, median) for rate, median in STORED.items()),
        *(("accept", rate, median) for rate, median in STORED_ACCEPT.items()),
    ],
)
def test_half_of_the_waves_have_stopped_at_the_stored_median(
    table: dict[str, dict[float, Stops]], name: str, rate: float, stored: int
):
    """At rates where the stops fall on few numbers, their median jumps; these shares do not."""
    stopped = table[name][rate].at
    slack = SIGMA * sqrt(0.25 / REPLICATES)
    assert np.mean(stopped <= stored) >= 0.5 - slack
    assert np.mean(stopped < stored) <= 0.5 + slack


@pytest.mark.peer_fault("PF-aws-05")
def test_what_is_asked_holds_exactly():
    """The figures of the issue, summed over all paths: no luck of the draw is in them."""
    error, accept = boundary(e_process, wave=WAVE), boundary(not_accepted, wave=WAVE)
    assert exact(error, rate=OUR_TOLERANCE).stops <= ALPHA
    assert exact(error, rate=0.01).stops <= 0.01
    medians = {rate: exact(error, rate=rate).median for rate in STORED}
    assert medians == STORED
    assert medians[0.03] <= 800
    assert medians[0.05] <= 140
    accepted = {rate: exact(accept, rate=rate, below=True).median for rate in STORED_ACCEPT}
    assert accepted == STORED_ACCEPT
    assert accepted[0.01] <= 300
    assert exact(accept, rate=0.03, below=True).stops <= ALPHA


@pytest.mark.peer_fault("PF-hawkbit-47", "PF-aws-05", "PF-azure-01")
def test_the_models_of_others_give_the_published_table(table: dict[str, dict[float, Stops]]):
    aws, hawkbit, azure = (
        next(by_rate for name, by_rate in table.items() if name.startswith(peer))
        for peer in ("AWS", "hawkBit", "Azure")
    )
    assert aws[0.01].share == pytest.approx(0.345, abs=SIGMA * sqrt(0.345 * 0.655 / REPLICATES))
    assert hawkbit[0.03].median == pytest.approx(3_352, rel=0.02)
    assert azure[0.03].median == pytest.approx(3_320, rel=0.02)
    assert aws[0.03].median == 100


def looked(rule: GateRule, errors: np.ndarray, n: int, *, tolerance: float) -> Verdict:
    """What `judge` says of the first n outcomes, each a cohort of one device of its own day."""
    steps = np.diff(errors[:n], prepend=0)
    cohorts = [Cohort(day, 1, 1 - bad, bad) for day, bad in enumerate(steps.tolist())]
    at = replace(stage(rule), tolerance=tolerance, today=n)
    return judge(rule=rule, members=n, cohorts={SOME: cohorts}, stage=at)


@pytest.mark.parametrize("rate", [0.015, 0.03, 0.05])
def test_the_fast_grid_stops_where_judge_rejects(rate: float):
    errors = outcomes(rate, replicates=10)
    fast = stops(errors, boundary(e_process, wave=WAVE))
    for row, at in zip(errors, fast.at.tolist(), strict=True):
        before = at - 1 if at else len(row)
        seen = looked(ONE_BY_ONE, row, before, tolerance=OUR_TOLERANCE)
        assert seen.decision is not GateDecision.REJECT
        if at:
            here = looked(ONE_BY_ONE, row, at, tolerance=OUR_TOLERANCE)
            assert (here.decision, here.n, here.k) == (GateDecision.REJECT, at, row[at - 1])


@pytest.mark.parametrize("rate", [0.005, 0.01])
def test_the_fast_grid_accepts_where_judge_does(rate: float):
    errors = outcomes(rate, replicates=10)
    fast = stops(errors, boundary(not_accepted, wave=WAVE), below=True)
    for row, at in zip(errors, fast.at.tolist(), strict=True):
        assert at
        before = looked(ONE_BY_ONE, row, at - 1, tolerance=0.9)
        assert before.gate != "accept"
        here = looked(ONE_BY_ONE, row, at, tolerance=0.9)
        assert (here.decision, here.gate) == (GateDecision.ADVANCE, "accept")


def test_a_boundary_is_the_fewest_errors_that_fire():
    for fires in STOPS.values():
        fewest = boundary(fires, wave=200).tolist()
        for n, k in enumerate(fewest, start=1):
            assert k > 200 or fires(n, k)
            assert k == 0 or k > 200 or not fires(n, k - 1)
            assert k <= 200 or not fires(n, n)


def test_the_exact_sum_is_the_limit_of_drawing():
    always = boundary(lambda n, k: k >= 1, wave=50)
    found = exact(always, rate=0.1)
    chance, median = found.stops, found.median
    assert chance == pytest.approx(1 - 0.9**50)
    assert median == ceil(np.log(0.5) / np.log(0.9))
