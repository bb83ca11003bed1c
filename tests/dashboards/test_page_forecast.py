"""The forecast on the live page: chart, sentences, choice of campaign, empty states."""

import json
import shutil
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboards import words
from dashboards.charts.forecast import NOT_IN_SIGHT, forecast_fan
from dashboards.charts.style import BLUE, ORANGE, TURQUOISE
from dashboards.headlines.forecasts import end_foreseen, forecast_basis, forecasts_kept
from dashboards.queries import read_set
from dashboards.settings import HOME
from twin.forecast.coverage import BENCHMARK, LAKE, Coverage, coverage
from twin.marts.forecasts import FORECASTS
from twin.marts.publish import current_set

APP = str(files("dashboards") / "app.py")
PLANNED = date(2017, 9, 16)
CAMPAIGN = {
    "campaign_id": "LCP-HUBS",
    "scope": "campaign",
    "name": "campaign",
    "p10": date(2017, 9, 10),
    "p50": date(2017, 9, 12),
    "p90": date(2017, 9, 20),
    "planned": PLANNED,
    "chance": 0.8349,
    "basis": "observed+prior",
    "condition": None,
    "members": 12_345,
    "settled": 678,
    "censored": 9,
    "actual": None,
}


def made(days: int = 10, **changes: Any) -> pl.DataFrame:
    first = date(2017, 8, 1)
    rows = [{"day": first + timedelta(days=n), **CAMPAIGN, **changes} for n in range(days)]
    return pl.DataFrame(rows, schema=FORECASTS).sort("day", descending=True)


def marks(spec: dict) -> list[tuple[str, str | None]]:
    return [(layer["mark"]["type"], layer["mark"].get("color")) for layer in spec["layer"]]


def texts(spec: dict) -> list[str]:
    rows = [row for data in spec["datasets"].values() for row in data]
    return [row["label"] for row in rows if "label" in row]


def test_the_fan_lies_under_the_middle_line_and_the_plan_is_dashed_orange():
    spec = forecast_fan(made()).to_dict()

    assert marks(spec)[:3] == [("area", TURQUOISE), ("line", TURQUOISE), ("rule", ORANGE)]
    area = spec["layer"][0]["encoding"]
    assert (area["y"]["field"], area["y2"]["field"]) == ("p10", "p90")
    assert area["y"]["scale"]["zero"] is False, "days have no zero"
    assert spec["layer"][1]["encoding"]["y"]["field"] == "p50"
    assert spec["layer"][2]["mark"]["strokeDash"] != [1, 0]
    assert texts(spec) == ["Plan 16 Sep 2017"]


def test_the_end_gets_its_line_once_it_is_known():
    spec = forecast_fan(made(actual=date(2017, 9, 12))).to_dict()

    assert ("rule", BLUE) in marks(spec)
    assert texts(spec) == ["Plan 16 Sep 2017", "Ended 12 Sep 2017"]
    sides = [
        layer["mark"]["baseline"] for layer in spec["layer"] if layer["mark"]["type"] == "text"
    ]
    assert sides == ["bottom", "bottom", "top", "top"], (
        "labels of neighbouring days do not lie on each other"
    )


def test_an_end_beyond_all_courses_is_said_in_words():
    spec = forecast_fan(made(p90=None)).to_dict()
    rows = next(rows for rows in spec["datasets"].values() if "late" in rows[0])

    assert {row["late"] for row in rows} == {NOT_IN_SIGHT}
    assert {row["middle"] for row in rows} == {"12 Sep 2017"}


def test_a_chart_of_one_day_draws():
    assert forecast_fan(made(1)).to_dict()["layer"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "LCP-HUBS will as likely as not have ended by 12 September 2017 (80% interval: 10 "
            "September 2017 to 20 September 2017), with a chance of 83% to end by 16 September "
            "2017, as planned",
        ),
        (
            {"p90": None, "chance": 0.0},
            "LCP-HUBS will as likely as not have ended by 12 September 2017 (80% interval: 10 "
            "September 2017 to an open end), with a chance of less than 1% to end by 16 "
            "September 2017, as planned",
        ),
        (
            {"p10": None, "p50": None, "p90": None, "chance": 0.04},
            "LCP-HUBS is not in sight of its end, with a chance of 4% to end by 16 September "
            "2017, as planned",
        ),
        (
            {"actual": date(2017, 9, 12)},
            "LCP-HUBS ended on 12 September 2017, 4 days before the plan's last day",
        ),
        (
            {"actual": date(2017, 9, 17)},
            "LCP-HUBS ended on 17 September 2017, 1 day after the plan's last day",
        ),
        ({"actual": PLANNED}, "LCP-HUBS ended on 16 September 2017, on the plan's last day"),
    ],
)
def test_the_finding_is_that_of_the_newest_row(changes, sentence):
    assert end_foreseen({**CAMPAIGN, **changes}) == sentence


def test_a_forecast_says_that_it_is_one_and_what_it_stands_on():
    latest = {**CAMPAIGN, "day": date(2017, 8, 10), "condition": "held since 2017-08-09: so."}

    assert forecast_basis(latest) == (
        "Forecast, as known at the start of 10 August 2017 · basis observed and prior: 678 of "
        "12,300 members settled · held since 2017-08-09: so · assumptions: rows of "
        "twin/forecast/prior.toml · simulated data"
    )


def test_how_good_it_was_names_days_campaigns_and_source():
    found = Coverage(campaigns=2, days=236, inside=171, source=LAKE)

    assert forecasts_kept(found) == (
        "The 80% interval held the end on 171 of 236 days (72.5%) of 2 campaigns: finished "
        "campaigns of this lake"
    )
    assert "tests/benchmarks forecast" in forecasts_kept(BENCHMARK)


@given(st.floats(0, 1))
def test_a_chance_is_never_none_and_never_certain(chance):
    said = words.chance(chance)

    assert said.endswith("%")
    assert said not in ("0%", "100%")
    number = int(said.removesuffix("%").split()[-1])
    assert abs(number - 100 * chance) <= 1


def opened(name: str = "LCP-METERS") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.query_params["id"] = name
    app.switch_page("app_pages/campaign.py").run()
    assert not app.exception, [one.value for one in app.exception]
    return app


def fans(app: AppTest) -> list[Any]:
    charts = app.get("vega_lite_chart")
    return [one for one in charts if one.proto.alt.startswith("End of ")]


@pytest.mark.usefixtures("pages")
def test_the_page_shows_the_forecast_of_the_campaign_that_goes_on(sample_home):
    app = opened()
    mart = read_set(current_set(sample_home)).mart("campaign_forecasts")
    latest = mart.filter(scope="campaign", campaign_id="LCP-METERS").row(0, named=True)
    told = [one.value for one in app.markdown]

    assert "Its end, as forecast on each day" in [s.value for s in app.subheader]
    assert f"{end_foreseen(latest)}." in told
    assert f":small[{forecast_basis(latest)}]" in told
    assert f":small[{forecasts_kept(coverage(forecasts=mart))}]" in told
    (fan,) = fans(app)
    assert end_foreseen(latest) in fan.proto.alt
    assert len(json.loads(fan.proto.spec)["layer"]) == 5


@pytest.mark.usefixtures("pages")
def test_a_campaign_that_is_over_says_when_it_ended():
    app = opened("LCP-HUBS")
    (fan,) = fans(app)
    assert "LCP-HUBS ended on 14 August 2017" in fan.proto.alt
    groups = [t.value for t in app.dataframe if "scope" in t.value.columns]
    assert set(groups[0]["scope"]) == {"campaign", "region", "supplier"}
    assert groups[0]["actual"].notna().all()


@pytest.mark.usefixtures("pages")
def test_the_journal_on_the_page_has_the_end_that_was_foreseen():
    journal = next(t.value for t in opened().dataframe if "gate_decision" in t.value.columns)

    assert journal["forecast_p50"].notna().any()
    assert (journal["forecast_p50"].dropna() <= journal["forecast_p90"].dropna()).all()


@pytest.mark.usefixtures("pages")
def test_without_a_frozen_membership_a_sentence_stands_in_place_of_the_chart(
    monkeypatch, tmp_path, sample_home
):
    home = shutil.copytree(sample_home, tmp_path / "home")
    file = current_set(home) / "campaign_forecasts.parquet"
    pl.read_parquet(file).clear().write_parquet(file)
    monkeypatch.setenv(HOME, str(home))
    app = opened()

    assert not fans(app)
    assert "Its membership is not frozen yet, so there is no end to forecast." in [
        one.value for one in app.markdown
    ]
