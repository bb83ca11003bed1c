"""Why the error gate may be looked at ever so often: laws of its e-process, delays and strata."""

from math import exp, log

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.gates.waves import SEQUENTIAL, STRATIFIED, stage
from twin.campaign.gates import Cohort, GateRule, Stratum, judge
from twin.campaign.gates.likelihood import alternatives, log_e_value, log_ratio
from twin.campaign.gates.strata import WHOLE_SHARE, error_readings, prefixes
from twin.vocabulary import GateDecision

TOLERANCES = st.floats(1e-6, 0.9)
NAMES = st.sampled_from(["A", "B", "C"])
STRATA = st.builds(Stratum, NAMES, NAMES, NAMES)
A_DAY = st.dictionaries(STRATA, st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=5)
HISTORIES = st.lists(A_DAY, min_size=1, max_size=6)
"""For each day, (successes, errors) of the devices released on it, when all is known."""

Wave = dict[Stratum, list[Cohort]]


def settled(history: list[dict[Stratum, tuple[int, int]]]) -> Wave:
    cohorts: Wave = {}
    for day, told in enumerate(history):
        for stratum, (good, bad) in told.items():
            cohorts.setdefault(stratum, []).append(Cohort(day, good + bad, good, bad))
    return cohorts


def log_mean(rule: GateRule, cohorts: Wave, tolerance: float) -> float:
    """The e-process after the last day; 0 before the first."""
    at = stage(rule, tolerance=tolerance, today=99)
    return ([0.0] + [p.log_mean for p in prefixes(rule=rule, cohorts=cohorts, stage=at)])[-1]


@given(st.integers(0, 5_000), st.integers(0, 500), TOLERANCES)
def test_an_e_value_rises_with_errors_and_falls_with_devices(n: int, k: int, tolerance: float):
    assume(k < n)
    here = log_e_value(n=n, k=k, tolerance=tolerance)
    assert log_e_value(n=n, k=k + 1, tolerance=tolerance) >= here
    assert log_e_value(n=n + 1, k=k, tolerance=tolerance) <= here


@given(st.integers(0, 5_000), st.integers(0, 200), TOLERANCES, st.floats(0, 1))
def test_within_the_tolerance_an_e_value_does_not_grow_on_average(
    n: int, k: int, tolerance: float, part: float
):
    assume(k <= n)
    rate = part * tolerance
    here = exp(log_e_value(n=n, k=k, tolerance=tolerance))
    assume(1e-300 < here < 1e300)
    bad = exp(log_e_value(n=n + 1, k=k + 1, tolerance=tolerance))
    good = exp(log_e_value(n=n + 1, k=k, tolerance=tolerance))
    assert rate * bad + (1 - rate) * good <= here * (1 + 1e-9)


def test_it_is_a_mixture_of_likelihood_ratios():
    found = alternatives(0.015)
    assert sum(exp(one.weight) for one in found) == pytest.approx(1)
    for one in found:
        odds = exp(one.error) * 0.015 / 0.985
        rate = odds / (1 + odds)
        assert 0.015 < rate < 1
        error, success = log(rate / 0.015), log((1 - rate) / 0.985)
        assert error == pytest.approx(one.error - one.device)
        assert success == pytest.approx(-one.device)


@given(st.integers(0, 2_000), st.integers(0, 100))
def test_the_ratio_of_the_accept_side_rises_with_errors(n: int, k: int):
    assume(k < n)
    here = log_ratio(n=n, k=k, good=0.01, bad=0.03)
    assert log_ratio(n=n, k=k + 1, good=0.01, bad=0.03) > here
    assert 0.03 * exp(-log_ratio(n=1, k=1, good=0.01, bad=0.03)) + 0.97 * exp(
        -log_ratio(n=1, k=0, good=0.01, bad=0.03)
    ) == pytest.approx(1)


@given(HISTORIES, STRATA, st.floats(0.001, 0.3), st.sampled_from([SEQUENTIAL, STRATIFIED]))
def test_the_mean_does_not_grow_on_average_whichever_stratum_comes_next(
    history: list[dict[Stratum, tuple[int, int]]],
    following: Stratum,
    tolerance: float,
    rule: GateRule,
):
    """Also where the next device is the first of its region, supplier or model."""
    before = exp(log_mean(rule, settled(history), tolerance))
    bad = exp(log_mean(rule, settled([*history, {following: (0, 1)}]), tolerance))
    good = exp(log_mean(rule, settled([*history, {following: (1, 0)}]), tolerance))
    assert tolerance * bad + (1 - tolerance) * good <= before * (1 + 1e-9)


@given(st.lists(st.dictionaries(STRATA, st.just((1, 0)), min_size=1), min_size=1, max_size=9))
def test_weights_of_all_parts_never_exceed_one_and_never_change(
    history: list[dict[Stratum, tuple[int, int]]],
):
    at = stage(STRATIFIED, today=99)
    seen: set[object] = set()
    for prefix in prefixes(rule=STRATIFIED, cohorts=settled(history), stage=at):
        assert sum(part.weight for part in prefix.parts) < 1
        assert seen <= set(prefix.parts)
        seen |= set(prefix.parts)
    whole = [part for part in seen if part.dimension is None]  # type: ignore[attr-defined]
    assert [part.weight for part in whole] == [WHOLE_SHARE]  # type: ignore[attr-defined]


@given(
    HISTORIES,
    st.sampled_from([SEQUENTIAL, STRATIFIED]),
    st.integers(0, 7),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_no_look_at_part_of_the_truth_shows_more_than_the_whole_truth(
    history, rule, today, all_out, luck
):
    """Whatever is released by then, and whatever is known of it, in whatever order."""
    final = settled(history)
    whole = stage(rule, today=99)
    known: Wave = {}
    for stratum, told in final.items():
        for cohort in told:
            if cohort.day > today:
                continue
            released = cohort.released
            confirmed, errors = cohort.confirmed, cohort.errors
            if cohort.day == today and not all_out:  # the day is not over
                confirmed, errors = luck.randint(0, confirmed), luck.randint(0, errors)
                released = confirmed + errors
            here = Cohort(cohort.day, released, luck.randint(0, confirmed), luck.randint(0, errors))
            if released:
                known.setdefault(stratum, []).append(here)
    at = stage(rule, today=today, released=all_out and today >= len(history) - 1)
    early = error_readings(rule=rule, cohorts=known, stage=at)
    late = error_readings(rule=rule, cohorts=final, stage=whole)
    shown = {one.stratum: one for one in late.strata}
    pairs = [(one, shown[one.stratum]) for one in early.strata]
    pairs += [(early.mean, late.mean), (early.whole, late.whole)] if early.mean.n else []
    for one, other in pairs:
        assert one.statistic <= other.statistic + 1e-9
        assert one.bound == other.bound
    if early.blamed:
        assert late.blamed


def many(names: list[str], *, released: int, errors: dict[str, int]) -> Wave:
    """One cohort for each model, in two regions and three suppliers by turns."""
    return {
        Stratum("NS"[nth % 2], f"S{nth % 3}", name): [
            Cohort(0, released, released - errors.get(name, 0), errors.get(name, 0))
        ]
        for nth, name in enumerate(names)
    }


def test_one_bad_model_inside_a_good_average_is_found_and_named():
    names = [f"M{nth:02}" for nth in range(20)]
    cohorts = many(names, released=250, errors=dict.fromkeys(names, 1) | {"M07": 25})
    average = 44 / 5_000
    assert average < STRATIFIED.errors_above
    found = judge(rule=STRATIFIED, members=5_000, cohorts=cohorts, stage=stage(STRATIFIED))
    assert (found.decision, found.stratum) == (GateDecision.REJECT, "model:M07")
    assert (found.n, found.k) == (250, 25)
    assert found.statistic >= found.bound
    unaware = replace(STRATIFIED, strata=())
    unseen = judge(rule=unaware, members=5_000, cohorts=cohorts, stage=stage(unaware))
    assert unseen.decision is not GateDecision.REJECT


def test_a_bad_image_is_not_blamed_on_a_stratum():
    names = [f"M{nth:02}" for nth in range(20)]
    cohorts = many(names, released=100, errors=dict.fromkeys(names, 4))
    found = judge(rule=STRATIFIED, members=2_000, cohorts=cohorts, stage=stage(STRATIFIED))
    assert (found.decision, found.stratum) == (GateDecision.REJECT, None)
    assert (found.n, found.k) == (2_000, 80)


def test_a_bad_model_that_comes_late_is_found():
    early = Stratum("N", "S", "M1")
    cohorts = {early: [Cohort(day, 200, 199, 1) for day in range(8)]}
    cohorts[early._replace(model="M2")] = [Cohort(8, 60, 45, 15)]
    rule = replace(STRATIFIED, strata=("model",))
    at = stage(rule, today=18)
    found = judge(rule=rule, members=1_660, cohorts=cohorts, stage=at)
    assert (found.decision, found.stratum) == (GateDecision.REJECT, "model:M2")


def test_a_stratum_that_is_known_but_not_released_changes_nothing():
    cohorts = many(["M1", "M2"], released=100, errors={"M1": 3})
    more = {**cohorts, Stratum("X", "Y", "Z"): [], Stratum("X", "Y", "W"): [Cohort(0, 0, 0, 0)]}
    at = stage(STRATIFIED)
    assert judge(rule=STRATIFIED, members=200, cohorts=cohorts, stage=at) == judge(
        rule=STRATIFIED, members=200, cohorts=more, stage=at
    )


def test_a_bad_region_is_named_though_the_whole_is_above_too():
    cohorts = {
        Stratum("N", f"S{nth % 3}", f"M{nth}"): [Cohort(0, 300, 280, 20)] for nth in range(9)
    }
    cohorts |= {
        Stratum("S", f"S{nth % 3}", f"M{nth}"): [Cohort(0, 300, 299, 1)] for nth in range(9)
    }
    found = judge(rule=STRATIFIED, members=5_400, cohorts=cohorts, stage=stage(STRATIFIED))
    assert (found.decision, found.stratum) == (GateDecision.REJECT, "region:N")
