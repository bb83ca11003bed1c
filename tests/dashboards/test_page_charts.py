"""Charts as specifications: series, colours, domains, order of drawing."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from dashboards.campaign_counts import IN_FLIGHT, PARTS, STATES, by_wave, told_waves
from dashboards.charts import lag, progress, rates, timeline, waves
from dashboards.charts.style import BLUE, ORANGE
from dashboards.queries import read_set
from dashboards.suppression import OPERATIONS, PROGRAMME
from twin.campaign.tallies import WaveCount
from twin.marts.publish import current_set


@pytest.fixture(scope="module")
def published(sample_home):
    return read_set(current_set(sample_home))


def daily(days: int, *, counted: int) -> pl.DataFrame:
    first = date(2017, 6, 25)
    rows = [
        {
            "day": first + timedelta(days=n),
            "capable_premises": n if n < counted else None,
            "installed_premises": 2 * n if n < counted else None,
            "planned_premises": 1.5 * n,
        }
        for n in range(days)
    ]
    return pl.DataFrame(rows)


def rows_of(spec: dict, layer: dict) -> list[dict]:
    return spec["datasets"][layer["data"]["name"]]


def test_actual_is_solid_blue_and_ends_at_as_at_plan_is_dashed_orange_and_goes_on():
    spec = progress.s_curve(daily(20, counted=12), as_at=date(2017, 7, 6)).to_dict()
    lines = spec["layer"][0]
    colour = lines["encoding"]["color"]["scale"]
    assert dict(zip(colour["domain"], colour["range"], strict=True))["Capable"] == BLUE
    assert dict(zip(colour["domain"], colour["range"], strict=True))["Plan"] == ORANGE
    dash = lines["encoding"]["strokeDash"]["scale"]
    assert dict(zip(dash["domain"], dash["range"], strict=True))["Plan"] != [1, 0]
    ends = {}
    for row in rows_of(spec, lines):
        ends[row["series"]] = max(ends.get(row["series"], ""), row["day"])
    assert ends["Capable"].startswith("2017-07-06")
    assert ends["Plan"].startswith("2017-07-14")
    assert lines["encoding"]["y"]["scale"]["zero"] is True


def test_only_milestones_within_the_axis_are_marked():
    def labels(frame: pl.DataFrame, as_at: date) -> set[str]:
        spec = progress.s_curve(frame, as_at=as_at).to_dict()
        return {
            row["label"] for rows in spec["datasets"].values() for row in rows if "label" in row
        }

    found = labels(daily(20, counted=12), date(2017, 7, 6))
    assert found == {"Mid-2017: new installations capable (¶31)", "As at 6 Jul 2017"}
    assert labels(daily(3, counted=3), date(2017, 6, 27)) == {"As at 27 Jun 2017"}
    assert all(len(m.label) <= 50 for m in progress.MILESTONES)


def test_labels_that_would_lie_on_each_other_are_moved_apart():
    same = daily(5, counted=5).with_columns(
        pl.col("capable_premises").alias("installed_premises"),
        pl.lit(None, dtype=pl.Float64).alias("planned_premises"),
    )
    spec = progress.s_curve(same, as_at=date(2017, 6, 29)).to_dict()
    placed = [row["label_at"] for row in rows_of(spec, spec["layer"][1])]
    assert len(placed) == len(set(placed)) == 2


def test_a_chart_of_one_day_draws():
    assert progress.s_curve(daily(1, counted=1), as_at=date(2017, 6, 25)).to_dict()["layer"]


def test_rates_have_four_groups_and_lose_nothing(published):
    frame = published.mart("event_rates")
    grouped = rates.grouped(frame)
    assert grouped["events"].sum() == frame["events"].sum()
    assert set(grouped["group"]) <= {
        "Firmware and campaigns",
        "Consumers",
        "Installations",
        "Refused",
    }
    assert rates.event_rates(frame).to_dict()["encoding"]["y"]["scale"]["zero"] is True


def test_lag_adds_partitions_up_by_stage(published):
    frame = published.mart("partitions")
    by_stage = lag.by_stage(frame)
    assert by_stage["lag"].sum() == frame["lag"].sum() > 0
    assert by_stage.filter(topic="premises.events", stage="folded")["partitions"].item() == 4
    assert lag.lag_bars(frame).to_dict()["layer"]


@pytest.mark.parametrize("role", [PROGRAMME, OPERATIONS])
def test_shares_of_a_wave_fill_it_without_gap(published, role):
    every = published.mart("campaigns").partition_by("campaign_id")
    grouped = waves.grouped(
        pl.concat(told_waves(one, published.mart("campaign_waves"), role=role) for one in every)
    )
    assert ("Not told apart" in grouped["group"]) is (role == PROGRAMME)
    for _, wave in grouped.group_by("campaign_id", "wave", maintain_order=True):
        assert wave["starts"][0] == pytest.approx(0)
        assert wave["ends"][-1] == pytest.approx(1)
        assert wave["starts"][1:].to_list() == pytest.approx(wave["ends"][:-1].to_list())


def test_every_state_of_a_member_has_its_group():
    states = [*(name.upper() for name in WaveCount.__struct_fields__[1:]), "AWAITING"]
    frame = pl.DataFrame(
        {
            "campaign_id": "C",
            "wave": 1,
            "execution_state": states,
            "devices": [1] * len(states),
        }
    )
    (found,) = by_wave(frame).select(PARTS).to_dicts()
    assert found == {
        "confirmed": 1,
        "in_flight": len(states) - 7,
        "errors": 2,
        "awaiting": 1,
        "no_update": 3,
    }
    assert STATES.keys() <= set(states)
    assert tuple(waves.GROUPS) == (*PARTS, "untold")


def test_every_wave_has_its_gate_beside_it_even_without_tallies(published):
    frame = published.mart("campaign_waves").with_columns(
        pl.lit(None, dtype=pl.Int64).alias("devices")
    )
    own = frame.filter(campaign_id="LCP-METERS")
    row = published.mart("campaigns").filter(campaign_id="LCP-METERS")
    told = told_waves(row, own, role=OPERATIONS)
    assert waves.grouped(told).is_empty()
    said = waves.gates(own)
    assert len(said) == 4
    assert said[2].startswith("Wave 3 soaking: reject (errors above the limit in region North), 8")
    assert waves.wave_bars(own, told).to_dict()["encoding"]["y"]["sort"] == [
        f"Wave {nth}" for nth in range(1, 5)
    ]


def test_a_wave_of_no_devices_draws():
    schema = {
        "campaign_id": pl.String,
        "wave": pl.Int32,
        "execution_state": pl.String,
        "devices": pl.Int64,
        "wave_state": pl.String,
        "decision": pl.String,
        "why": pl.String,
        "stratum": pl.String,
        "gate_settled": pl.Int32,
        "gate_confirmed": pl.Int32,
    }
    row = ("C", 1, "CONFIRMED", 0, "PASSED", "ADVANCE", "success_reached", None, 0, 0)
    frame = pl.DataFrame([row], schema=schema, orient="row")
    none = {"members": 0, "confirmed": 0, "errors": 0, "awaiting": 0, **dict.fromkeys(IN_FLIGHT, 0)}
    told = told_waves(pl.DataFrame([{"campaign_id": "C", **none}]), frame, role=OPERATIONS)
    assert waves.grouped(told).is_empty()
    assert waves.wave_bars(frame, told).to_dict()["mark"]["type"] == "bar"


def test_failures_are_drawn_last_and_each_fact_once():
    at = datetime(2017, 7, 1, 12, tzinfo=UTC)
    events = ["firmware.activation-failed", "firmware.activated", "firmware.activated", None]
    frame = pl.DataFrame(
        {
            "event": events,
            "event_id": ["a", "b", "b", None],
            "family": ["firmware", "firmware", "firmware", "refused"],
            "occurred_at": [at, at, at, None],
            "what": ["x"] * 4,
            "detail": ["y"] * 4,
            "offset": [1, 2, 3, 4],
        },
        schema_overrides={"occurred_at": pl.Datetime("us", "UTC")},
    )
    marks = timeline.marks(frame)
    assert marks["kind"].to_list() == ["Step", "Failure"]
    assert marks["apart"].n_unique() == 2
    assert timeline.lanes(frame, on=date(2017, 7, 1)).to_dict()["layer"]
