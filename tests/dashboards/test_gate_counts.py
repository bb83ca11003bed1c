"""What gates counted: no look, and no step from one look to the next, tells of few devices."""

from datetime import date

import polars as pl
import pytest

from dashboards.gate_counts import LOOK, STOPPED, told_looks, told_paths, told_stops
from dashboards.past_waves import PATHS, STOPS
from dashboards.suppression import KEPT, KEPT_BESIDE, OPERATIONS, PROGRAMME

LOOKS = {
    "day": date(2017, 9, 1),
    "campaign_id": "C",
    "wave": 1,
    "n": 40,
    "k": 8,
    "statistic": 2.5,
    "bound": 3.0,
    "members": 100,
    "settled": 60,
    "confirmed": 50,
    "errors": 10,
}


def looks(*changed: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([LOOKS | one for one in changed])


@pytest.mark.parametrize(
    "changed",
    [
        {"errors": 4},
        {"k": 38},
        {"settled": 97, "confirmed": 80, "errors": 17},
        {"settled": 52, "confirmed": 50, "errors": 2},
        {"n": 3, "k": 0},
    ],
)
def test_a_look_with_a_small_count_or_difference_is_for_operations(changed):
    (row,) = told_looks(looks(changed), role=PROGRAMME).to_dicts()
    assert [row[name] for name in (*LOOK, "n", "k", "statistic", "bound")] == [None] * 8
    assert set(f"{row[KEPT]} {row[KEPT_BESIDE]}".split()) == set(LOOK)
    assert ("errors" in row[KEPT]) is (changed.get("errors", 10) < 5)
    (row,) = told_looks(looks(changed), role=OPERATIONS).to_dicts()
    assert row == LOOKS | changed | {KEPT: "", KEPT_BESIDE: ""}


def test_a_look_near_the_one_told_before_is_not_told_but_one_far_from_it_is():
    days = [{"day": date(2017, 9, n)} for n in (1, 2, 3)]
    near = {"settled": 63, "confirmed": 53}
    far = {"settled": 66, "confirmed": 56}
    told = told_looks(looks(days[0], days[1] | near, days[2] | far), role=PROGRAMME)
    assert told["confirmed"].to_list() == [50, None, 56]
    assert told["members"].to_list() == [100, None, 100]


def stops(*rows: tuple[str, int, int, int, int]) -> pl.DataFrame:
    """Rules that stop a wave in the order of days, with n, k and devices exposed."""
    return pl.DataFrame(
        [
            {
                **dict.fromkeys(STOPS, None),
                **{"rule": rule, "wave": wave, "stopped_on": date(2017, 9, n)},
                **{"n": settled, "k": k, "exposed": exposed, "statistic": k / settled},
            }
            for n, (rule, wave, settled, k, exposed) in enumerate(rows, start=1)
        ],
        schema=STOPS,
    )


def test_stops_of_few_devices_or_near_another_stop_tell_no_counts():
    exact = stops(("a", 1, 40, 9, 200), ("b", 1, 43, 9, 200), ("c", 2, 30, 3, 90))
    told = told_stops(exact, role=PROGRAMME)
    assert told["n"].to_list() == [40, None, None]
    assert told["exposed"].to_list() == [200, None, None]
    assert told["statistic"].to_list() == [9 / 40, None, None]
    assert told["stopped_on"].equals(exact["stopped_on"])
    assert "k" in told[KEPT][2].split()
    every = told_stops(exact, role=OPERATIONS)
    assert every.select(STOPPED).equals(exact.select(STOPPED))


def test_stops_of_a_wave_and_of_one_of_its_strata_are_not_held_against_each_other():
    exact = stops(("a", 1, 162, 17, 965), ("b", 1, 32, 13, 965))
    strata = pl.Series("stratum", [None, "model FA84"], pl.String)
    told = told_stops(exact.with_columns(strata), role=PROGRAMME)
    assert told["k"].to_list() == [17, 13]
    near = told_stops(stops(("a", 1, 162, 17, 965), ("b", 2, 90, 40, 968)), role=PROGRAMME)
    assert near["exposed"].to_list() == [965, None]


def test_a_rule_that_never_stops_keeps_nothing_back():
    never = pl.DataFrame([{**dict.fromkeys(STOPS, None), "rule": "a", "wave": 1}], schema=STOPS)
    assert told_stops(never, role=PROGRAMME).select(KEPT, KEPT_BESIDE).row(0) == ("", "")


def test_paths_are_told_in_tenths_and_never_further_than_they_came():
    row = {"rule": "a", "wave": "1 x", "day": date(2017, 9, 1), "reached": 0.97, "n": 29, "k": 2}
    paths = pl.DataFrame([row, row | {"reached": 1.0}], schema=PATHS)
    told = told_paths(paths, role=PROGRAMME)
    assert told["reached"].to_list() == [0.9, 1.0]
    assert {"n", "k"}.isdisjoint(told.columns)
    assert told_paths(paths, role=OPERATIONS).equals(paths)
