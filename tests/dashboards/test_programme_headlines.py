"""The findings of the programme pages name the true extremes, whatever the figures."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.areas import AREAS
from dashboards.headlines import han, pin, progress, regions, suppliers, waves
from dashboards.rounding import told_by_day
from dashboards.suppression import OPERATIONS, PROGRAMME
from dashboards.told import level_told

LETTERS = [area.letter for area in AREAS]
NAMES = {area.letter: area.name for area in AREAS}
DAY = date(2017, 11, 5)
COUNT = st.integers(0, 400)
PAIRS = st.lists(st.tuples(COUNT, COUNT), min_size=14, max_size=14)


def of_day(names: list[str], pairs: list[tuple[int, int]], column: str) -> pl.DataFrame:
    """Rows of one day; of each pair the smaller is capable and the larger installed."""
    rows = [(DAY, n, max(p), min(p), min(p)) for n, p in zip(names, pairs, strict=True)]
    counts = ("installed_premises", "capable_premises", "believed_premises")
    schema = {"day": pl.Date, column: pl.String, **dict.fromkeys(counts, pl.Int64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def as_told(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows as the programme sees them."""
    return told_by_day(rows, groups=[column], role=PROGRAMME)


def shares(told: pl.DataFrame, column: str) -> dict[str, float]:
    """Shares in percent of the groups whose counts are told."""
    return {
        row[column]: min(100.0, 100 * row["capable_premises"] / row["installed_premises"])
        for row in told.drop_nulls().iter_rows(named=True)
        if row["installed_premises"]
    }


@settings(deadline=None)
@given(PAIRS)
def test_the_areas_named_are_those_with_the_highest_and_the_lowest_share(pairs):
    rows = of_day(LETTERS, pairs, "gsp_group")
    nation = regions.national(rows)
    told = as_told(rows, "gsp_group")
    said = regions.ahead_and_behind(regions.area_standings(told, nation=nation), nation=nation)
    held = shares(told, "gsp_group")
    if not nation[1]:
        assert said.startswith("No premises has a hub")
    elif not held:
        assert said.startswith("No area has enough premises")
    else:
        whole = 100 * nation[0] / nation[1]
        low, high = min(held.values()), max(held.values())
        lowest = {NAMES[n] for n, value in held.items() if value == pytest.approx(low)}
        highest = {NAMES[n] for n, value in held.items() if value == pytest.approx(high)}
        if low - whole <= -regions.EVEN:
            assert said.split(" is furthest behind")[0] in lowest
        else:
            assert "behind" not in said
        if high - whole >= regions.EVEN:
            assert said.split("; ")[-1].split(" is furthest ahead")[0] in highest
        else:
            assert "ahead" not in said


def test_an_area_whose_counts_are_kept_back_is_not_named():
    pairs = [(100, 90)] * 13 + [(4, 1)]
    rows = of_day(LETTERS, pairs, "gsp_group")
    nation = regions.national(rows)
    told = regions.area_standings(as_told(rows, "gsp_group"), nation=nation)
    assert NAMES[LETTERS[-1]] not in regions.ahead_and_behind(told, nation=nation)
    every = regions.area_standings(rows, nation=nation)
    assert NAMES[LETTERS[-1]] in regions.ahead_and_behind(every, nation=nation)


@settings(deadline=None)
@given(PAIRS)
def test_suppliers_named_lie_below_their_limits_the_furthest_first(pairs):
    names = [f"S{n:02d}" for n in range(14)]
    rows = of_day(names, pairs, "supplier")
    nation = regions.national(rows)
    seen = as_told(rows, "supplier")
    held = suppliers.judged(seen, nation=nation)
    said = suppliers.who_needs_help(held, nation=nation)
    told = shares(seen, "supplier")
    if not nation[1] or not told:
        assert "help" not in said
        return
    whole = nation[0] / nation[1]
    below = {}
    for name, size in seen.select("supplier", "installed_premises").iter_rows():
        if name in told:
            low, _ = suppliers.limits(size, whole=whole, z=suppliers.Z_998)
            if told[name] < low - 1e-9:
                deviation = (100 * whole * (100 - 100 * whole) / size) ** 0.5
                below[name] = (told[name] - 100 * whole) / deviation
    assert ("help" in said) == bool(below)
    if below:
        worst = min(below.values())
        assert below[said[:3]] == pytest.approx(worst)
        assert held.filter(pl.col("side") == suppliers.BELOW).height == len(below)


def test_limits_close_as_suppliers_grow_and_stay_within_all_and_nothing():
    widths = []
    for size in (1, 10, 100, 10_000):
        low, high = suppliers.limits(size, whole=0.9, z=suppliers.Z_95)
        assert 0 <= low < 90 < high <= 100
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert suppliers.limits(400, whole=0.5, z=suppliers.Z_95)[0] == pytest.approx(45.1, abs=0.01)


def test_many_suppliers_below_are_counted_and_a_region_is_named():
    names = [f"S{n:02d}" for n in range(8)]
    rows = of_day(names, [(400, 10)] * 6 + [(4000, 4000)] * 2, "supplier")
    nation = regions.national(rows)
    held = suppliers.judged(rows, nation=nation)
    said = suppliers.who_needs_help(held, nation=nation, region="North")
    assert said.startswith("S00 (2.5%), S01 (2.5%), S02 (2.5%) and 3 others need help")
    assert "of the North region" in said


def a_plan(rows: list[tuple[int, int, int | None, int | None]]) -> pl.DataFrame:
    """Waves by days from `DAY`: planned from and to, released, over."""

    def on(n: int | None) -> date | None:
        return None if n is None else DAY + timedelta(days=n)

    out = [
        (
            "C",
            n,
            f"wave-{n}",
            on(a),
            on(b),
            on(r),
            on(r),
            on(e),
            "passed" if e is not None else None,
        )
        for n, (a, b, r, e) in enumerate(rows, start=1)
    ]
    days = ("planned_from", "planned_to", "released_on", "complete_on", "ended_on")
    schema = {"campaign_id": pl.String, "wave": pl.Int32, "name": pl.String}
    schema |= {**dict.fromkeys(days, pl.Date), "ending": pl.String}
    return pl.DataFrame(out, schema=schema, orient="row")


GATES = pl.DataFrame(
    schema={"day": pl.Date, "campaign_id": pl.String, "wave": pl.Int32, "confirmed": pl.Int64}
)
SPANS = st.lists(
    st.tuples(
        st.integers(-60, 40),
        st.integers(1, 30),
        st.integers(-10, 10) | st.none(),
        st.integers(0, 40) | st.none(),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(SPANS)
def test_the_wave_named_late_is_the_open_one_furthest_behind(spans):
    days = []
    for start, length, shift, lasted in spans:
        released = None if shift is None else start + shift
        ended = None if released is None or lasted is None else released + lasted
        days.append((start, start + length, released, ended))
    rows = waves.stood(a_plan(days), GATES, on=DAY)
    late = {}
    for n, (start, end, released, ended) in enumerate(days, start=1):
        begun = released is not None and released <= 0
        if ended is not None and ended <= 0:
            continue
        behind = -end if begun else -start
        if behind > 0:
            late[n] = behind
    said = waves.which_is_late(rows)
    if late:
        worst = max(late.values())
        assert f"{worst} day" in said
        assert late[int(said.split(" wave ")[1].split(" ")[0])] == worst
        assert " after its plan" in said
    else:
        assert said.startswith(("No open wave is behind", "All "))


def test_waves_that_are_over_tell_the_latest_and_the_next_wave_is_named():
    done = a_plan([(-50, -40, -50, -38), (-40, -30, -38, -20)])
    said = waves.which_is_late(waves.stood(done, GATES, on=DAY))
    assert said == "All 2 waves are over; C wave 2 (wave 2) was latest, 10 days after its plan"
    going = a_plan([(-5, 5, -5, None), (3, 10, None, None)])
    said = waves.which_is_late(waves.stood(going, GATES, on=DAY))
    assert said == (
        "No open wave is behind its plan; next is C wave 2 (wave 2), planned from 8 November 2017"
    )
    assert waves.which_is_late(a_plan([])) == "No campaign has a plan yet"


def test_a_day_gone_back_to_knows_nothing_of_later_days():
    rows = waves.stood(a_plan([(-5, 5, -5, 3), (-2, 5, 1, None)]), GATES, on=DAY)
    assert rows["state"].to_list() == ["running", "not begun"]
    assert rows["ended_on"].to_list() == [None, None]
    assert rows["ending"].to_list() == [None, None]


def bands(counts: dict[str, int]) -> pl.DataFrame:
    rows = [(DAY.replace(day=1), "North", band, n) for band, n in counts.items()]
    schema = {"month": pl.Date, "csp_region": pl.String, "band": pl.String, "premises": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


CONDITIONS = {
    "supplier": pl.String,
    "condition": pl.String,
    **dict.fromkeys(("passed", "failed", "not_judged"), pl.Int64),
}


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_the_supplier_named_on_868_mhz_is_the_one_with_most(failed):
    rows = [(f"S{n}", han.CONNECTED, 50, number, 0) for n, number in enumerate(failed)]
    judged = pl.DataFrame(rows, schema=CONDITIONS, orient="row")
    said = han.used_first(han.Totals(700, 960, 1000), judged)
    assert said.startswith("70.0% of premises use 2.4 GHz alone, the 70% expected")
    if max(failed):
        assert f"most of them S{failed.index(max(failed))}'s" in said
    else:
        assert "no in-home display is on 868 MHz" in said


def test_shares_of_a_month_fill_the_bar_without_the_counts_kept_back():
    told = bands({"ghz_2_4": 60, "sub_ghz": 40}).drop("csp_region")
    months = han.by_month(
        pl.concat([told, told.head(1).with_columns(band=pl.lit("alternative_han"), premises=None)])
    )
    assert months["share"].to_list() == [60, 40, None]
    assert months["ends"].to_list()[:2] == [60, 100]
    kept = han.totals(months, 103)
    assert kept == (60, 100, 103)
    assert han.totals(months.with_columns(premises=None), 103) == (None, None, 103)
    assert han.share(None, 103) == "too few to tell"
    assert han.used_first(han.Totals(None, None, 103), None).startswith("Too few premises")
    assert han.against(686, 1000, 70) == "1.4 points below the 70% expected"
    none = pl.DataFrame(schema=CONDITIONS)
    assert han.used_first(han.Totals(0, 0, 0), none).startswith("No band")


PINS = {
    "gsp_group": pl.String,
    "csp_region": pl.String,
    "shared_meter_space": pl.Boolean,
    "paired": pl.Boolean,
    **dict.fromkeys(("premises", "set_before", "set_now", "most_common_pin", "weak_pin"), pl.Int64),
}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=14, max_size=14))
def test_the_area_named_for_weak_pins_is_the_one_with_the_highest_share(pairs):
    rows = [
        (letter, "North", n % 2 == 0, False, 200, 0, max(p), 0, min(p))
        for n, (letter, p) in enumerate(zip(LETTERS, pairs, strict=True))
    ]
    pins = pl.DataFrame(rows, schema=PINS, orient="row")

    def told(*by: str) -> pl.DataFrame:
        group = ("csp_region",) if "gsp_group" in by else ()
        return level_told(pins, "pins_by_area", *by, *group, role=PROGRAMME)

    rows = told("gsp_group").drop_nulls(["set_now", "weak_pin"]).filter(pl.col("set_now") > 0)
    held = {
        row["gsp_group"]: 100 * row["weak_pin"] / row["set_now"] for row in rows.rows(named=True)
    }
    said = pin.is_it_protecting(told)
    if not held:
        assert "most in" not in said
    elif not said.startswith("Too few"):
        named = {
            NAMES[n] for n, value in held.items() if value == pytest.approx(max(held.values()))
        }
        assert said.split("most in ")[1].rsplit(" (", 1)[0] in named


def test_paired_premises_are_held_against_themselves_by_meter_space():
    rows = [
        ("A", "Central", True, True, 40, 10, 16, 0, 8),
        ("A", "Central", False, True, 50, None, 20, 0, 5),
        ("A", "Central", False, False, 900, 0, 90, 0, 9),
    ]
    told = pin.around_pairing(pl.DataFrame(rows, schema=PINS, orient="row"))
    found = {(r["space"], r["moment"]): r["share"] for r in told.iter_rows(named=True)}
    assert found == {
        ("Shared meter space", pin.BEFORE): 25,
        ("Shared meter space", pin.NOW): 40,
        ("Private meter space", pin.BEFORE): None,
        ("Private meter space", pin.NOW): 40,
    }


DAILY = {"day": pl.Date, "capable_premises": pl.Int64, "planned_premises": pl.Float64}


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_weeks_add_up_to_the_count_of_the_newest_day(gains):
    total, rows = 0, []
    for n, gain in enumerate(gains):
        total += gain
        rows.append((DAY + timedelta(days=n), total, 2.0 * n))
    weeks = progress.weekly(pl.DataFrame(rows, schema=DAILY, orient="row"), role=OPERATIONS)
    assert weeks["capable"].sum() == total
    assert weeks["variance"].sum() == pytest.approx(total - rows[-1][2])
    assert {day.isoweekday() for day in weeks["week"][:-1]} <= {7}


def test_both_obligations_are_said_in_one_sentence():
    rows = [("i", "premises", 0, 0), ("ii", "premises", 951, 1000), ("ii", "hubs", 1, 1)]
    frame = pl.DataFrame(
        rows, schema=["obligation", "of_what", "capable", "installed"], orient="row"
    )
    assert progress.duties(frame) == (
        "(i) none is newly installed from July 2017; (ii) 95.1% of premises installed are capable"
    )


def test_few_capable_premises_are_not_told():
    latest = {"capable_premises": 3, "installed_premises": 50, "planned_premises": 10.0}
    assert "3 of" not in progress.on_plan(latest)
    assert progress.on_plan(latest, role=OPERATIONS).startswith("3 of 50")
