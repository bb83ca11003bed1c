"""Milestones as they went, obligations by month, and ends of campaigns as they were forecast."""

from datetime import timedelta

import polars as pl
import pytest

from tests.evidence.sample_lake import PREMISES, all_of, lake_of
from tests.marts import naive, naive_programme, sample, sample_programme
from twin.events.envelope import LATEST
from twin.evidence.answers.milestones import courses, milestones, reality
from twin.evidence.review.ground import Ground, span_of
from twin.lake.table import Lake
from twin.state.legality import breach_of
from twin.vocabulary import Milestone


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(tmp_path_factory.mktemp("home"), sample.sample_records(PREMISES))


@pytest.mark.rule("BR42")
def test_milestones_go_as_the_marts_oracle_has_them():
    events = list(sample_programme.programme_facts(until=sample.AS_AT))
    on = sample.AS_AT.date()

    found = {
        one.milestone: (one.planned, one.reached, one.standing) for one in courses(events, on=on)
    }

    plain = naive_programme.milestone_rows(events, on=on)
    assert found == {
        name: (planned, actual, state) for name, (planned, _, actual, state) in plain.items()
    }
    assert set(reality()) == set(Milestone)


def test_obligations_by_month_are_those_of_the_last_day_of_each_month(lake):
    told = sample.sample_events(PREMISES)
    events = [e for e in told if breach_of(event=e, fact=e.fact) is None]
    ground = Ground(lake.files(), all_of(lake), until=LATEST)
    monthly = {
        row["month_end"].date(): row for row in ground.review("obligations_monthly").to_dicts()
    }
    now = {
        (row["obligation"], row["of_what"]): (row["capable"], row["installed"])
        for row in ground.mart("obligations").to_dicts()
    }
    ground.close()
    last = max(monthly)
    daily = dict(naive.progress(events, until=last))

    for day, row in monthly.items():
        counts = daily[day]
        assert row["premises"] == counts["installed"], day
        assert row["capable_hubs"] == counts["hubs"], day
        assert row["capable_meters"] == counts["esmes"], day
        assert row["capable_premises"] == counts["capable"], day
    end = monthly[last]
    assert now["ii", "premises"] == (end["capable_premises"], end["premises"])
    assert now["ii", "hubs"] == (end["capable_hubs"], end["hubs"])
    assert now["i", "meters"] == (end["new_capable_meters"], end["new_meters"])
    assert now["i", "premises"] == (end["new_capable_premises"], end["new_premises"])
    assert len(monthly) > 6
    assert last - min(monthly) > timedelta(days=200)


def test_an_end_that_came_after_the_basis_is_not_told_by_a_newer_set(lake):
    (_, known) = span_of(lake.files(), all_of(lake).positions)
    days = [known.date() + timedelta(days=n) for n in (-1, 0, 1)]
    forecasts = pl.DataFrame(
        [("campaign", f"C{n}", days[0], None, None, None, None, day) for n, day in enumerate(days)],
        schema=["scope", "campaign_id", "day", "p10", "p50", "p90", "planned", "actual"],
        orient="row",
    )

    told = milestones(lake.files(), all_of(lake), foot="foot", forecasts=forecasts)

    (table,) = (one for one in told.tables() if one.name == "campaign_ends")
    assert [(row[0], row[-1]) for row in table.rows] == [
        ("C0", str(days[0])),
        ("C1", str(days[1])),
        ("C2", ""),
    ]
