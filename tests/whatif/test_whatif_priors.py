"""Priors run through their percentiles, move with a scenario, and are refused with their line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.fleet.numbers.assumptions import shipped
from twin.whatif.doubt.named import UnknownNumber, number_of, with_numbers
from twin.whatif.doubt.priors import BadPrior, drawn, middle, read_priors, shipped_priors

ROW = """
[pin_take_up]
p10 = {p10}
p90 = {p90}
least = {least}
most = {most}
unit = "{unit}"
source = "{source}"
status = "assumed"
"""
RIGHT = {"p10": 0.1, "p90": 0.4, "least": 0.01, "most": 0.9, "unit": "share", "source": "Ours"}


def test_a_prior_runs_through_its_percentiles_and_the_assumption() -> None:
    for prior in shipped_priors():
        here = middle(prior)
        assert prior.value(0.1, middle=here) == pytest.approx(prior.p10)
        assert prior.value(0.5, middle=here) == pytest.approx(here)
        assert prior.value(0.9, middle=here) == pytest.approx(prior.p90)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(shipped_priors()), st.floats(0, 1), st.floats(0, 1))
def test_a_prior_rises_and_keeps_within_its_bounds(prior, one: float, other: float) -> None:
    low, high = (prior.value(u, middle=middle(prior)) for u in sorted((one, other)))
    assert prior.least * 0.999999 <= low <= high <= prior.most * 1.000001


def test_a_number_that_a_scenario_changes_takes_its_prior_along() -> None:
    prior = next(p for p in shipped_priors() if p.name == "delivery_delay.ESME")
    twice = 2 * middle(prior)
    assert prior.value(0.5, middle=middle(prior), given=twice) == pytest.approx(twice)
    assert prior.value(0.9, middle=middle(prior), given=twice) == pytest.approx(2 * prior.p90)


def test_draws_depend_on_seed_and_number_alone() -> None:
    priors = shipped_priors()
    one = drawn(priors, seed=4, number=7)
    assert drawn(tuple(reversed(priors)), seed=4, number=7) == one
    assert drawn(priors[:3], seed=4, number=7) == {p.name: one[p.name] for p in priors[:3]}
    assert drawn(priors, seed=4, number=8) != one
    assert drawn(priors, seed=5, number=7) != one


@pytest.mark.parametrize(
    ("changed", "line", "said"),
    [
        ({"p10": -0.1}, 3, "p10 is -0.1, and must be a number above 0"),
        ({"p90": "nan"}, 4, "p90 is nan"),
        ({"most": "inf"}, 6, "most is inf"),
        ({"p90": 1.5, "most": 2}, 4, "a share must be below 1"),
        ({"p10": 0.3}, 3, "least <= p10 < 0.2 (the assumption) < p90 <= most must hold"),
        ({"least": 0.15}, 3, "must hold"),
        ({"most": 0.3}, 3, "must hold"),
        ({"source": " "}, 7 + 1, "source is empty"),
        ({"unit": "furlongs"}, 2, "Invalid enum value 'furlongs'"),
    ],
)
def test_impossible_bounds_are_refused_with_their_line(changed, line: int, said: str) -> None:
    text = ROW.format(**{**RIGHT, **changed})
    with pytest.raises(BadPrior) as refused:
        read_priors(text, file="mine.toml")
    assert str(refused.value).startswith("mine.toml ")
    assert f"line {line}: " in str(refused.value)
    assert said in str(refused.value)


def test_an_unknown_number_is_refused_with_a_hint() -> None:
    text = ROW.format(**RIGHT).replace("pin_take_up", "pin_take_upp")
    with pytest.raises(BadPrior, match=r"line 2: pin_take_upp.*did you mean pin_take_up"):
        read_priors(text, file="mine.toml")


def test_numbers_are_changed_by_name_and_nothing_else_moves() -> None:
    changed = with_numbers(shipped(), {"delivery_delay.CHF": 9.0, "delivery_delay.ESME": 8.0})
    assert number_of(changed, "delivery_delay.CHF") == 9.0
    assert number_of(changed, "delivery_delay.ESME") == 8.0
    assert number_of(changed, "delivery_delay.GSME") == number_of(shipped(), "delivery_delay.GSME")
    assert with_numbers(changed, {"delivery_delay.CHF": 36, "delivery_delay.ESME": 48}) == shipped()


@pytest.mark.parametrize("number", [float("nan"), -1.0, float("inf")])
def test_a_number_that_is_none_is_refused(number: float) -> None:
    with pytest.raises(UnknownNumber, match="pin_take_up"):
        with_numbers(shipped(), {"pin_take_up": number})
