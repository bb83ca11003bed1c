"""Scores against hand counts, and the forecast's own score on emulated campaigns."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forecast.emulated import emulate
from twin.forecast.answer import Forecast, band
from twin.forecast.cohorts import number_of
from twin.forecast.forecast import forecast
from twin.forecast.prior import shipped_prior
from twin.forecast.score import crps, of_days, score

DAY = date(2017, 9, 1)
START = number_of(day=DAY)
drawn_days = st.lists(st.integers(0, 60), min_size=1, max_size=80)


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def test_a_sure_and_right_forecast_costs_nothing() -> None:
    assert crps(band=band(days=np.full(10, float(START))), truth=DAY) == 0


def test_a_sure_and_wrong_forecast_costs_its_distance() -> None:
    assert crps(band=band(days=np.full(10, float(START))), truth=later(6)) == pytest.approx(6)


def test_half_and_half_costs_a_quarter_of_each_day() -> None:
    two = band(days=np.array([START, START + 4], dtype=float))
    assert crps(band=two, truth=DAY) == pytest.approx(4 * 0.25)


@settings(deadline=None)
@given(drawn=drawn_days, truth=st.integers(-10, 70))
def test_crps_is_that_of_its_definition(drawn: list[int], truth: int) -> None:
    """E|X - y| - E|X - X'| / 2, which is the same by another road."""
    days = np.array(drawn, dtype=float)
    near = np.abs(days - truth).mean()
    spread = np.abs(days[:, None] - days[None, :]).mean() / 2
    found = crps(band=band(days=days + START), truth=later(truth))
    assert found == pytest.approx(near - spread, abs=1e-9)


@settings(deadline=None)
@given(drawn=drawn_days)
def test_the_interval_is_nearest_to_the_middle_eighty(drawn: list[int]) -> None:
    found = band(days=np.array(drawn, dtype=float) + START)
    assert found.p10 is not None
    assert found.p90 is not None
    assert found.p10 <= found.p90
    # each edge is off by at most half of the chance of the day on either side of it
    chance = dict(zip(found.days, np.diff([0.0, *found.upto]), strict=True))
    outside = [one for one in found.days if one < found.p10 or one > found.p90]
    before = max((one for one in outside if one < found.p10), default=found.p10)
    after = min((one for one in outside if one > found.p90), default=found.p90)
    low = found.chance_by(found.p10 - timedelta(days=1))
    assert abs(low - 0.1) <= max(chance[before], chance[found.p10]) / 2 + 1e-9
    high = found.chance_by(found.p90)
    assert abs(high - 0.9) <= max(chance[after], chance[found.p90]) / 2 + 1e-9


def test_a_day_that_never_comes_has_an_open_interval() -> None:
    found = band(days=np.array([START] * 5 + [np.inf] * 5, dtype=float))
    assert (found.p10, found.p50, found.p90) == (DAY, DAY, None)
    assert found.chance_by(later(1_000)) == 0.5


def scored(seed: int, step: int) -> list[object]:
    campaign = emulate(seed)
    made: dict[date, Forecast] = {}
    for on in campaign.days()[::step]:
        answer = forecast(
            executions=campaign.executions(on=on),
            remaining=campaign.remaining(on=on),
            prior=shipped_prior(),
            seed=3,
            paths=100,
        )
        assert isinstance(answer, Forecast)
        made[on] = answer
    return list(score(forecasts=made, truth=campaign.truth).days)


def test_emulated_campaigns_are_covered_at_every_horizon() -> None:
    """A coarse look, every tenth day of eight campaigns; `make bench` has every day of thirty."""
    found = of_days(days=[day for seed in range(100, 108) for day in scored(seed, 10)])

    assert 0.6 <= found.coverage <= 0.98
    assert sum(one.days for one in found.horizons) == len(found.days)
    near, far = found.horizons[0], found.horizons[-1]
    assert near.coverage is not None
    assert far.coverage is not None
    assert far.coverage > 0.5
    # a month and more before the end a forecast is in doubt, a week before it is not
    assert np.mean([d.crps for d in found.days if d.horizon < 7]) < 1
    assert np.mean([d.width for d in found.days if d.horizon > 56]) > 5


def test_nothing_to_score_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no forecast"):
        score(forecasts={}, truth=DAY)
