"""Expected courses and the days read off them, against device-by-device counting."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.forecast.curves import Seen, drawn
from twin.forecast.parts import (
    Shares,
    first_days,
    in_flight,
    kth_share,
    last_days,
    shares,
    to_release,
)
from twin.forecast.prior import shipped_prior
from twin.forecast.waits import Waits, drawn_holds, drawn_lags

PATHS = 4
hazards = st.lists(st.floats(0.01, 0.9), min_size=2, max_size=8)


def curve(hazard: list[float]) -> Shares:
    """One stratum; nine in ten outcomes are confirmed, none at the last age."""
    pending = np.cumprod([1.0, *(1 - h for h in hazard[:-1]), 0.0])
    sure = np.array([0.9] * (len(hazard) - 1) + [0.0])
    wide = (PATHS, 1, len(hazard))
    return shares(
        pending=np.broadcast_to(pending, (PATHS, 1, len(hazard) + 1)),
        sure=np.broadcast_to(sure, wide),
        pace=np.ones((PATHS, 1)),
    )


@settings(deadline=None)
@given(
    hazard=hazards,
    release=st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any),
)
def test_a_release_settles_day_by_day(hazard: list[float], release: list[int]) -> None:
    going = curve(hazard)
    part = to_release(
        starts=np.zeros(PATHS),
        release=np.array([release]) / sum(release),
        shares=going,
        members=np.array([sum(release)]),
    )
    left, done = going.pending[0, 0], going.confirmed[0, 0]
    for evening in range(part.settled.shape[2]):
        ages = [min(max(evening - day + 1, 0), len(hazard)) for day in range(len(release))]
        want = sum(n * (1 - left[a]) for n, a in zip(release, ages, strict=True))
        sure = sum(n * done[a] for n, a in zip(release, ages, strict=True))
        assert part.settled[0, 0, evening] == pytest.approx(want, abs=1e-9)
        assert part.confirmed[0, 0, evening] == pytest.approx(sure, abs=1e-9)
    assert part.settled[0, 0, -1] == pytest.approx(sum(release))


@settings(deadline=None)
@given(hazard=hazards, data=st.data())
def test_those_in_flight_go_on_from_their_age(hazard: list[float], data: st.DataObject) -> None:
    going, ages = curve(hazard), len(hazard)
    flight = data.draw(st.lists(st.integers(0, 50), min_size=ages, max_size=ages))
    part = in_flight(flight=np.array([flight]), shares=going)

    left, done = going.pending[0, 0], going.confirmed[0, 0]
    for evening in range(ages):
        later = [min(age + evening + 1, ages) for age in range(ages)]
        groups = list(zip(flight, range(ages), later, strict=True))
        want = sum(n * (1 - left[b] / left[a]) for n, a, b in groups)
        sure = sum(n * (done[b] - done[a]) / left[a] for n, a, b in groups)
        assert part.settled[0, 0, evening] == pytest.approx(want, abs=1e-6)
        assert part.confirmed[0, 0, evening] == pytest.approx(sure, abs=1e-6)


def test_the_kth_and_the_last_day_are_those_of_single_devices() -> None:
    """Two thousand devices-by-device courses of 200 devices against order statistics."""
    hazard, members, paths = [0.1] * 29 + [1.0], 200, 2_000
    rng = np.random.default_rng(5)
    left = np.cumprod([1.0, *(1 - h for h in hazard)])
    ages = np.searchsorted(-left, -rng.random((paths, members)), side="left") - 1
    single = np.sort(ages, axis=1)
    going = curve(hazard)
    wide = Shares(
        np.broadcast_to(going.pending[:1], (paths, 1, 31)),
        np.broadcast_to(going.confirmed[:1], (paths, 1, 31)),
    )
    part = to_release(
        starts=np.zeros(paths),
        release=np.array([[1.0]]),
        shares=wide,
        members=np.array([members]),
    )
    last = last_days(part=part, rng=rng)[:, 0]
    need = kth_share(k=180, n=members, size=(paths,), rng=rng)
    kth = first_days(lines=[(part.settled[:, 0], part.starts)], need=need)

    for found, truth in ((last, single[:, -1]), (kth, single[:, 179])):
        assert found.mean() == pytest.approx(truth.mean(), abs=0.15)
        assert np.quantile(found, 0.1) == pytest.approx(np.quantile(truth, 0.1), abs=1)
        assert np.quantile(found, 0.9) == pytest.approx(np.quantile(truth, 0.9), abs=1)


@settings(deadline=None)
@given(starts=st.lists(st.integers(-3, 40), min_size=2, max_size=2), halves=st.integers(1, 24))
def test_lines_together_reach_a_number_or_never(starts: list[int], halves: int) -> None:
    need = halves / 2
    lines = [(np.cumsum([[1.0] * 5], axis=1), np.array([float(start)])) for start in starts]
    found = first_days(lines=lines, need=np.array([need]))[0]

    done = [sum(min(5, max(0, day - start + 1)) for start in starts) for day in range(-4, 60)]
    want = next((day for day, n in zip(range(-4, 60), done, strict=True) if n >= need), None)
    assert (found if np.isfinite(found) else None) == want


def counts(confirmed: list[list[int]], silent: list[list[int]]) -> Seen:
    sure = np.array(confirmed)
    return Seen(sure, np.zeros_like(sure), np.array(silent))


def test_many_observations_give_the_kaplan_meier_curve() -> None:
    found = drawn(
        counts=counts([[0, 40_000, 20_000, 0]], [[0, 0, 40_000, 0]]),
        prior=shipped_prior(),
        paths=200,
        seed=1,
    )
    # 100,000 at risk on day 1; 40,000 are censored before day 2, so 20,000 of 20,000 on day 2
    assert found.pending[:, 0, 2].mean() == pytest.approx(0.6, abs=0.01)
    assert found.pending[:, 0, 3].mean() == pytest.approx(0.0, abs=0.01)
    assert found.sure[:, 0, 1].mean() == pytest.approx(1.0, abs=0.01)


def test_beyond_the_data_the_prior_speaks() -> None:
    none = counts([[0] * 20], [[0] * 20])
    few = counts([[0] * 20], [[0, 0, 0, 500] + [0] * 16])
    blank, seen = (
        drawn(counts=one, prior=shipped_prior(), paths=500, seed=3) for one in (none, few)
    )
    assert seen.pending[:, 0, 3].mean() > 0.9
    tail = [one.pending[:, 0, 19] / one.pending[:, 0, 4] for one in (blank, seen)]
    assert tail[1].mean() == pytest.approx(tail[0].mean(), rel=0.05)


def test_a_stratum_without_executions_follows_the_campaign() -> None:
    found = drawn(
        counts=counts([[0, 900, 0, 0], [0, 0, 0, 0]], [[0, 0, 100, 0], [0, 0, 0, 0]]),
        prior=shipped_prior(),
        paths=300,
        seed=2,
    )
    assert found.pending[:, 1, 2].mean() == pytest.approx(found.pending[:, 0, 2].mean(), abs=0.03)


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=6, max_size=6),
    seed=st.integers(0, 2**64 - 1),
)
def test_every_drawn_curve_is_a_survival_curve(rows: list[tuple[int, int]], seed: int) -> None:
    found = drawn(
        counts=counts([[r[0] for r in rows]], [[r[1] for r in rows]]),
        prior=shipped_prior(),
        paths=20,
        seed=seed,
    )
    for before, after in pairwise(np.moveaxis(found.pending, 2, 0)):
        assert (after <= before + 1e-12).all()
    assert (found.pending[..., 0] == 1).all()
    assert (found.pending[..., -1] == 0).all()
    assert ((found.sure >= 0) & (found.sure <= 1)).all()


def test_observed_waits_replace_assumed_ones() -> None:
    nothing = Waits(lags=(), holds=(), waves_held=0, waves_over=0)
    many = Waits(lags=(9,) * 50, holds=(30,) * 50, waves_held=40, waves_over=80)
    lags = [
        drawn_lags(waits=one, prior=shipped_prior(), paths=2_000, seed=1, wave=2).mean()
        for one in (nothing, many)
    ]
    holds = [
        drawn_holds(waits=one, prior=shipped_prior(), paths=2_000, seed=1, wave=2, weight=1.0)
        for one in (nothing, many)
    ]
    assert lags[0] == pytest.approx(shipped_prior().advance_lag_more, abs=0.2)
    assert lags[1] > 8
    assert (holds[0] > 0).mean() == pytest.approx(shipped_prior().hold_share, abs=0.02)
    assert (holds[1] > 0).mean() == pytest.approx(40.6 / 90, abs=0.04)
    assert np.median(holds[1][holds[1] > 0]) == 30
