"""Charts of the pages of operations: what they draw, from small frames."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts.burn_up import burn_up, outage_bars
from dashboards.charts.control import SHOWN_MAX, control_chart
from dashboards.charts.lag import lag_area
from dashboards.charts.pairing import (
    ENDS,
    flow_option,
    flows,
    funnel_option,
    hours_map,
    share_dots,
    with_limits,
)
from dashboards.charts.pareto import FAILURES, code, failure_codes, pareto
from dashboards.charts.style import BLUE, ORANGE
from dashboards.control import Limits
from dashboards.headlines.failures import commonest
from dashboards.headlines.pairing import told_steps
from dashboards.intervals import wilson

DAY = date(2017, 8, 1)
CAMPAIGN = {"success_at_least": 0.9, "errors_above": 0.08, "members": 100}


def rows_of(chart: dict) -> list[dict]:
    return [row for rows in chart["datasets"].values() for row in rows]


def a_burn_up() -> pl.DataFrame:
    days = [DAY + timedelta(days=nth) for nth in range(3)]
    return pl.DataFrame(
        {
            "day": days,
            "asked": [50, 100, 100],
            "confirmed": [0, 40, 95],
            "failed": [1, 2, 3],
            "outages": [0, 4, 1],
        }
    )


def test_a_burn_up_draws_what_success_needs_and_what_is_tolerated():
    drawn = burn_up(a_burn_up(), CAMPAIGN).to_dict()
    rows = rows_of(drawn)
    assert {row["needed"] for row in rows if "needed" in row} == {90.0}
    assert [row["label"] for row in rows if "label" in row] == ["Needed: 90"]
    tolerated = [row["tolerated"] for row in rows if "tolerated" in row]
    assert tolerated == pytest.approx([4.0, 8.0, 8.0])
    last = {row["series"]: row["devices"] for row in rows if "series" in row}
    assert last == {"Asked": 100, "Confirmed": 95, "Failed": 3}


def test_outages_lie_below_the_same_days():
    lines, bars = burn_up(a_burn_up(), CAMPAIGN).to_dict(), outage_bars(a_burn_up()).to_dict()
    domain = bars["encoding"]["x"]["scale"]["domain"]
    assert domain == lines["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert (domain[0]["date"], domain[1]["date"]) == (1, 3)
    assert sum(row["outages"] for row in rows_of(bars)) == 5


def test_a_campaign_without_members_needs_nothing():
    drawn = burn_up(a_burn_up(), {**CAMPAIGN, "members": 0}).to_dict()
    assert not [row for row in rows_of(drawn) if "needed" in row]


OUTCOMES = pl.DataFrame(
    [
        ("firmware.activated", None, 900),
        ("firmware.transferred", "success", 800),
        ("firmware.transferred", "hardware_version_mismatch", 30),
        ("firmware.update-timed-out", None, 60),
        ("firmware.update-warned", "not_commissioned", 10),
    ],
    schema=["event", "detail", "facts"],
    orient="row",
)


def test_a_pareto_counts_failures_alone_the_commonest_first():
    codes = failure_codes(OUTCOMES)
    assert codes.rows() == [
        ("no news in time", 60),
        ("transfer failed (0x8F89): hardware version mismatch", 30),
        ("request refused by the DSP: not commissioned", 10),
    ]
    assert (
        commonest(codes, total=int(codes["failures"].sum()))
        == "No news in time makes 60.0% of 100 failures of attempts"
    )
    labels = [
        row["label"] for row in rows_of(pareto(codes, total=int(codes["failures"].sum())).to_dict())
    ]
    assert labels == ["60 (60% so far)", "30 (90% so far)", "10 (100% so far)"]
    assert failure_codes(OUTCOMES.head(2)).is_empty()


def test_every_failure_has_words():
    assert all(code(event, "some_detail").endswith("some detail") for event in FAILURES)


def test_a_control_chart_marks_signals_and_shows_the_newest():
    days = [DAY + timedelta(days=nth) for nth in range(SHOWN_MAX + 20)]
    points = pl.DataFrame(
        {
            "day": days,
            "share": [0.1] * len(days),
            "outcomes": [50] * len(days),
            "failures": [5] * len(days),
            "signal": [nth == len(days) - 1 for nth in range(len(days))],
            "rules": [""] * (len(days) - 1) + ["Run, Trend"],
        }
    )
    drawn = control_chart(points, Limits(0.0, 0.1, 0.2), title="x").to_dict()
    kinds = [row["kind"] for row in rows_of(drawn) if "kind" in row]
    assert kinds.count("Signal") == 1
    assert len(kinds) == SHOWN_MAX
    told = [row["label"] for row in rows_of(drawn) if "label" in row]
    assert told == ["Upper limit 20%", "Mean 10%"], "a lower limit of nothing is the axis"
    colours = drawn["layer"][-1]["encoding"]["color"]["scale"]
    assert colours == {"domain": ["Within limits", "Signal"], "range": [BLUE, ORANGE]}
    tooltip = drawn["layer"][-1]["encoding"]["tooltip"][-1]
    assert tooltip == {"field": "rules", "title": "Signal by", "type": "nominal"}
    assert len(control_chart(points, None, title="x").to_dict()["layer"]) == 2


def test_lag_is_drawn_by_stage():
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    lags = pl.DataFrame(
        [
            (at + timedelta(seconds=n), stage, n)
            for n in range(3)
            for stage in ("archived", "folded")
        ],
        schema=["seen_at", "stage", "lag"],
        orient="row",
    )
    drawn = lag_area(lags).to_dict()
    assert drawn["encoding"]["color"]["scale"]["domain"] == ["archived", "folded"]
    assert drawn["encoding"]["y"]["stack"] is None
    assert len(rows_of(drawn)) == 6


WAYS = pl.DataFrame(
    [
        ("local", "at_meter", "completed", 5, 6),
        ("local", "at_meter", "failed", 2, 3),
        ("remote", "web_or_app", "completed", 5, 4),
        (None, None, "open", 1, 2),
    ],
    schema=["route", "channel", "outcome", "reached", "attempts"],
    orient="row",
)


def test_flows_lead_every_attempt_from_its_way_in_to_its_end():
    option = flow_option(flows(WAYS))
    (series,) = option["series"]
    assert {(one["source"], one["target"], one["value"]) for one in series["links"]} == {
        ("At meter", "Paired", 6),
        ("At meter", "Failed", 3),
        ("Web or app", "Paired", 4),
        ("Not told", "Not ended", 2),
    }
    named = {one["name"] for one in series["data"]}
    assert named == {"At meter", "Web or app", "Not told", "Paired", "Failed", "Not ended"}
    assert option["animation"] is False
    assert set(ENDS) == {"completed", "failed", "abandoned", "open"}


def test_a_funnel_keeps_the_order_of_its_steps():
    option = funnel_option([("Begun", 20), ("Opened", 12), ("Paired", 13)])
    (series,) = option["series"]
    assert series["sort"] == "none"
    assert option["animation"] is False
    assert [one["value"] for one in series["data"]] == [20, 12, 13]
    assert series["data"][1]["name"] == "Opened: 12 (60.0%)"


@pytest.mark.parametrize(
    ("role", "drawn", "named"),
    [("operations", 3, "Paired: 3 (15.0%)"), ("programme", 5, "Paired: not told")],
)
def test_a_funnel_tells_few_attempts_to_operations_alone(role, drawn, named):
    (series,) = funnel_option(told_steps([("Begun", 20), ("Paired", 3)], role=role))["series"]
    last = series["data"][-1]
    assert last["value"] == drawn
    assert named in last["name"]


def test_hours_are_in_order_of_the_week():
    hours = pl.DataFrame(
        {"weekday": [7, 1], "hour": [23, 0], "attempts": [3, 1], "failed": 0, "abandoned": 0}
    )
    drawn = hours_map(hours).to_dict()
    assert drawn["encoding"]["y"]["sort"][0] == "Mon"
    assert drawn["encoding"]["color"]["scale"]["domain"] == [0, 3.0]
    assert {(row["day"], row["hour"]) for row in rows_of(drawn)} == {("Sun", 23), ("Mon", 0)}


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share_and_narrows_with_more(part, more):
    whole = part + more
    found = wilson(part, whole)
    assert 0 <= found.lower <= found.upper <= 1
    if whole:
        assert found.lower - 1e-9 <= part / whole <= found.upper + 1e-9
        wider = wilson(part * 4, whole * 4)
        assert wider.upper - wider.lower < found.upper - found.lower


def test_dots_carry_their_interval():
    counted = pl.DataFrame({"label": ["20 digits"], "part": [1], "whole": [10]})
    (row,) = with_limits(counted).to_dicts()
    assert (row["share"], round(row["lower"], 4), round(row["upper"], 4)) == (0.1, 0.0179, 0.4042)
    assert len(share_dots(counted, title="x").to_dict()["layer"]) == 2
