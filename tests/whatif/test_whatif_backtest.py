"""The backtest says what plain arithmetic says, and no prediction knows the future."""

from itertools import pairwise
from math import exp

import pytest

from twin.fleet.numbers.reference_files import Quarter
from twin.whatif.backtest import CURVES, HORIZONS, backtest, published, shipped_ground

GROUND = shipped_ground()


def a_series(*installed: float) -> tuple[Quarter, ...]:
    """Quarters from 2016-Q3 on."""
    return tuple(
        Quarter(2016 + (2 + n) // 4, (2 + n) % 4 + 1, round(number), "published")
        for n, number in enumerate(installed)
    )


def test_the_published_quarters_follow_one_another() -> None:
    numbers = [q.year * 4 + q.quarter for q in published()]
    assert numbers == list(range(numbers[0], numbers[0] + 16))


def test_errors_are_those_of_plain_arithmetic() -> None:
    known = [q.installed for q in published()]
    # origins from 2017-Q2 (the fourth) whose quarter after next comes before 2020-Q2 (the last)
    errors = [known[at] / known[at + 2] - 1 for at in range(3, len(known) - 3)]
    line = backtest().line("same as last quarter", 2)
    assert line.calm is not None
    assert line.calm.n == len(errors) == 10
    assert line.calm.mape == pytest.approx(sum(map(abs, errors)) / len(errors))
    assert line.calm.bias == pytest.approx(sum(errors) / len(errors))
    assert line.whole is not None
    assert line.whole.n == 11


def test_the_twins_growth_beyond_its_quarters_is_the_naive_peer() -> None:
    found = backtest()
    for horizon in HORIZONS:
        ours, naive = (
            found.line(name, horizon).calm for name in ("twin growth", "same as last quarter")
        )
        assert ours is not None
        assert naive is not None
        assert ours.mape == pytest.approx(naive.mape)


def test_the_plan_wants_what_is_left_evenly() -> None:
    known = [q for q in published() if (q.year, q.quarter) <= (2017, 3)]
    left = GROUND.programme_meters - GROUND.installed_by_2017_q3
    assert CURVES["planned"](known, 4, GROUND) == pytest.approx(left / 13)


@pytest.mark.parametrize("name", ["logistic", "gompertz"])
def test_a_curve_foretells_a_series_of_its_own_kind(name: str) -> None:
    before = GROUND.installed_by_2017_q3 - sum(q.installed for q in published()[:5])
    share, rise = before / GROUND.programme_meters, 0.12
    # the curve runs through what was installed before the series, so that it lies on it from there
    if name == "logistic":
        cumulative = [1 / (1 + (1 / share - 1) * exp(-rise * n)) for n in range(17)]
    else:
        cumulative = [share ** exp(-rise * n) for n in range(17)]
    installed = [(after - first) * GROUND.programme_meters for first, after in pairwise(cumulative)]
    foretold = CURVES[name](a_series(*installed[:8]), 8, GROUND)
    assert foretold == pytest.approx(installed[15], rel=1e-4)


@pytest.mark.parametrize("name", list(CURVES))
def test_no_curve_knows_the_future(name: str) -> None:
    series = published()
    shocked = (*series[:-1], Quarter(2020, 2, 999_999_999, "assumed"))
    for horizon in HORIZONS:
        assert (
            backtest(series).line(name, horizon).calm == backtest(shocked).line(name, horizon).calm
        )


def test_the_finding_names_the_least_error() -> None:
    found = backtest()
    for horizon in HORIZONS:
        calm = {n: found.line(n, horizon).calm for n in CURVES}
        best = min(calm, key=lambda n: calm[n].mape if calm[n] else 9.9)
        assert f"{horizon} ahead" in found.finding
        assert best in found.finding
