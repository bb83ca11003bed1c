"""HAN effectiveness and Privacy PIN as they were on a day, and what is not held by the day."""

from datetime import date, timedelta

import polars as pl
import pytest

from dashboards import words
from dashboards.queries import read_set
from dashboards.settings import HOME
from dashboards.suppression import OPERATIONS
from tests.dashboards.opening import opened
from tests.marts import naive_groups as naive
from tests.marts import sample
from twin.events.lifecycle import PremisesRegistered
from twin.marts.publish import current_set, publish

DAY = "2017-09-10"


@pytest.fixture(scope="module")
def events():
    return sample.sample_events(120)


def texts(app) -> str:
    return "\n".join(one.value for group in (app.markdown, app.info) for one in group)


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def known_on(events, day: str):
    """The events until the end of a day; where premises lie is known of all."""
    return [
        e
        for e in events
        if str(e.occurred_at.date()) <= day or isinstance(e.fact, PremisesRegistered)
    ]


@pytest.mark.usefixtures("pages")
def test_han_goes_back_to_a_day_but_for_what_is_held_as_of_now(events, monkeypatch):
    # of few premises in one region the programme is told no share
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    app = opened("han", asat=DAY, csp="south")
    months = naive.band_months(known_on(events, DAY))
    south = {k: n for k, n in months.items() if k[1] == "South"}
    near = sum(n for k, n in south.items() if k[2] == "ghz_2_4")
    shown = metrics(app)
    assert shown["Premises on 2.4 GHz alone"] == words.share(near, sum(south.values()))
    assert set(shown) == {"Premises on 2.4 GHz alone", "Premises on 2.4 GHz or 868 MHz"}
    assert sum(south.values()) < sum(
        n for k, n in naive.band_months(events).items() if "South" in k
    )
    said = texts(app)
    assert "As it was on 10 September 2017, by what is known now" in said
    assert "Links, licence conditions and the duty cycle are not held by the day" in said
    assert "in-home display" not in app.header[0].value
    assert len(app.get("vega_lite_chart")) == 2


@pytest.mark.usefixtures("pages")
def test_pins_go_back_to_a_day_but_for_attempts_of_others(events):
    areas = naive.pin_areas(known_on(events, DAY))
    app = opened("pin", asat=DAY)
    premises, _, now, _, weak = (sum(column) for column in zip(*areas.values(), strict=True))
    assert metrics(app)["PIN set, all premises"] == words.share(now, premises)
    assert metrics(app)["Weak PINs"] == words.share(weak, now)
    assert now < sum(row[2] for row in naive.pin_areas(events).values())
    assert "Attempts of others are not held by the day" in texts(app)


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(("page", "mart"), [("han", "bands_changes"), ("pin", "pins_changes")])
def test_a_set_without_days_of_a_page_shows_the_newest_and_says_so(
    page, mart, sample_home, monkeypatch, tmp_path
):
    frames = dict(read_set(current_set(sample_home)).frames)
    del frames[mart]
    publish(frames, home=tmp_path, set_id="older", now=sample.PUBLISHED_AT)
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened(page, asat=DAY)
    assert "it shows the newest figures, not those of 2017-09-10" in texts(app)
    assert app.metric


def told_together(changes: pl.DataFrame, days: int) -> pl.DataFrame:
    """A mart of changes as a longer history has it: spans of days that end on Sundays."""
    first = pl.lit(date(2017, 1, 1))
    gone = (pl.col("day") - first).dt.total_days()
    last = first + pl.duration(days=days * (gone / days).ceil().cast(pl.Int64))
    moved = changes.with_columns(last.alias("day"), pl.lit(days, pl.Int64).alias("days"))
    groups = [name for name, kind in moved.schema.items() if kind != pl.Int64]
    counts = pl.all().exclude(*groups, "days").sum()
    return moved.group_by(*groups, "days").agg(counts).select(changes.columns)


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("page", "mart", "days", "end"),
    [("han", "bands_changes", 7, "2017-09-10"), ("pin", "pins_changes", 28, "2017-08-13")],
)
def test_a_day_within_a_span_shows_the_last_span_that_is_over_and_says_which(
    page, mart, days, end, events, sample_home, monkeypatch, tmp_path
):
    frames = dict(read_set(current_set(sample_home)).frames)
    frames[mart] = told_together(frames[mart], days)
    publish(frames, home=tmp_path, set_id="long", now=sample.PUBLISHED_AT)
    monkeypatch.setenv(HOME, str(tmp_path))
    ends = date.fromisoformat(end)
    asked = str(ends + timedelta(days=days - 1))
    app = opened(page, asat=asked)
    assert f"{days} days are told together: this is {words.day(ends)}." in texts(app)
    then = known_on(events, end)
    assert metrics(app).items() >= expected(page, then).items()
    assert expected(page, then) != expected(page, known_on(events, asked))


def expected(page: str, events) -> dict[str, str]:
    """The first figure of a page, by plain counting."""
    if page == "han":
        months = naive.band_months(events)
        near = sum(n for k, n in months.items() if k[2] == "ghz_2_4")
        return {"Premises on 2.4 GHz alone": words.share(near, sum(months.values()))}
    areas = naive.pin_areas(events)
    premises, _, now, *_ = (sum(column) for column in zip(*areas.values(), strict=True))
    return {"PIN set, all premises": words.share(now, premises)}
