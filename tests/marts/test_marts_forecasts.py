"""The mart of forecasts and what the journal says of them: as known on the day, made once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.marts import sample
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.forecast.asking import Standing, asked
from twin.marts.attempts import read_attempts
from twin.marts.build import MartBuilder
from twin.marts.forecasts import FORECASTS, rows_of
from twin.marts.meta import SetMeta

META = SetMeta(set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=60)
PREMISES = 60
NEWEST = date(2017, 9, 24)
"""The day of the last fact about 60 premises."""
Frames = dict[str, pl.DataFrame]


def recorded_at(record: sample.Logged) -> datetime | None:
    event = decode(key=record.key, value=record.value)
    return event.recorded_at if isinstance(event, Event) else None


def built(
    folder: Path, records: Sequence[sample.Logged], *, most: int | None = None
) -> tuple[MartBuilder, Frames]:
    builder = MartBuilder()
    builder.add_files(sample.write_lake(folder, records, files=3))
    builder.refresh_forecasts(most=most)
    return builder, builder.build(meta=META, health={})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[MartBuilder, Frames]:
    return built(tmp_path_factory.mktemp("lake"), sample.sample_records(PREMISES))


def test_every_row_is_what_is_answered_to_who_asks_for_that_day(
    whole: tuple[MartBuilder, Frames],
) -> None:
    builder, frames = whole
    lake, mart = builder.forecast_lake(), frames["campaign_forecasts"]
    for name, day in (("LCP-HUBS", date(2017, 7, 20)), ("LCP-METERS", date(2017, 9, 12))):
        word = asked(lake=lake, campaign_id=name, day=day)
        assert isinstance(word, Standing)
        rows = [(*row, None) for row in rows_of(word=word, day=day)]
        expected = pl.DataFrame(rows, schema=FORECASTS, orient="row").drop("actual")
        found = mart.filter(campaign_id=name, day=day).drop("actual")
        assert_frame_equal(found, expected.sort("campaign_id", "scope", "name"))
        assert found.height > 5


def test_attempts_are_the_same_read_some_premises_at_a_time(
    whole: tuple[MartBuilder, Frames], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their order is that of each campaign's members, whom numbers only tell apart."""
    builder = whole[0]
    at_once = builder.forecast_lake().attempts
    parts: list[int] = []

    def in_parts(cursor: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
        found = read_attempts(cursor, query, premises_max=7)
        parts.append(found["member"].n_unique())
        return found

    monkeypatch.setattr("twin.marts.build.read_attempts", in_parts)
    found = builder.forecast_lake().attempts

    assert parts == [at_once["member"].n_unique()]
    for name in ("LCP-HUBS", "LCP-METERS"):
        mine, theirs = (
            frame.filter(campaign_id=name).with_columns(pl.col("member").rle_id())
            for frame in (found, at_once)
        )
        assert_frame_equal(mine, theirs)


def test_days_run_from_the_membership_to_the_end_or_to_now(
    whole: tuple[MartBuilder, Frames],
) -> None:
    mart = whole[1]["campaign_forecasts"].filter(scope="campaign")
    hubs, meters = (mart.filter(campaign_id=name)["day"] for name in ("LCP-HUBS", "LCP-METERS"))

    assert (hubs.min(), hubs.max()) == (date(2017, 7, 2), date(2017, 8, 14))
    assert hubs.len() == 44
    assert meters.max() == whole[0].newest_day() == NEWEST
    assert mart["day"].is_sorted(descending=True)


def test_the_end_stands_beside_the_forecasts_of_a_campaign_that_is_over_and_no_other(
    whole: tuple[MartBuilder, Frames],
) -> None:
    mart = whole[1]["campaign_forecasts"]

    assert set(mart.filter(campaign_id="LCP-HUBS", scope="campaign")["actual"]) == {
        date(2017, 8, 14)
    }
    assert mart.filter(campaign_id="LCP-HUBS")["actual"].null_count() == 0
    assert set(mart.filter(campaign_id="LCP-METERS")["actual"]) == {None}


def test_later_events_change_no_row_and_no_entry_of_the_journal(
    whole: tuple[MartBuilder, Frames], tmp_path: Path
) -> None:
    """The lake is cut where it was on a day; all that it said by then it says still."""
    cut = datetime(2017, 9, 9, 12, tzinfo=UTC)
    records = sample.sample_records(PREMISES)
    before = [one for one in records if (at := recorded_at(one)) is None or at < cut]
    _, then = built(tmp_path, before)
    kept = pl.col("day") <= cut.date()

    columns = [name for name in FORECASTS if name != "actual"]
    found = then["campaign_forecasts"].select(columns)
    assert found.filter(kept).height == found.height > 300
    assert_frame_equal(found, whole[1]["campaign_forecasts"].filter(kept).select(columns))
    told = ["campaign_id", "event", "occurred_at", "offset", "forecast_p50", "forecast_p90"]
    journal = whole[1]["campaign_journal"].filter(pl.col("occurred_at") < cut).select(told)
    assert_frame_equal(then["campaign_journal"].select(told), journal)
    assert journal["forecast_p50"].drop_nulls().len() > 10


def test_the_journal_says_what_the_forecast_said_on_the_day_of_a_decision(
    whole: tuple[MartBuilder, Frames],
) -> None:
    frames = whole[1]
    (entry,) = (
        frames["campaign_journal"].filter(command="exclude", campaign_id="LCP-METERS").to_dicts()
    )
    (said,) = (
        frames["campaign_forecasts"]
        .filter(campaign_id="LCP-METERS", scope="campaign", day=entry["occurred_at"].date())
        .to_dicts()
    )

    assert (entry["forecast_p50"], entry["forecast_p90"]) == (said["p50"], said["p90"])
    assert entry["forecast_p50"] is not None
    submitted = frames["campaign_journal"].filter(event="programme.campaign-submitted")
    assert submitted["forecast_p50"].null_count() == submitted.height == 2


def test_in_pieces_newest_first_and_from_late_facts_it_comes_to_the_same(
    whole: tuple[MartBuilder, Frames], tmp_path: Path
) -> None:
    records = sample.sample_records(PREMISES)
    files = sample.write_lake(tmp_path, records, files=4)
    builder = MartBuilder()
    builder.add_files(files[2:])  # of the campaigns all, of the premises only what came late
    builder.refresh_forecasts(most=30)
    early = builder.build(meta=META, health={})["campaign_forecasts"]
    builder.add_files(files[:2])
    made, left = builder.refresh_forecasts(most=5)
    newest = builder.build(meta=META, health={})["campaign_forecasts"]
    rest = builder.refresh_forecasts()

    assert early.height > 0
    assert (made, left > 100) == (5, True)
    assert newest["day"].max() == NEWEST
    assert (rest.made, rest.left) == (left, 0)
    assert builder.refresh_forecasts() == (0, 0), "what is known already is not made again"
    found = builder.build(meta=META, health={})["campaign_forecasts"]
    assert_frame_equal(found, whole[1]["campaign_forecasts"])


def test_a_lake_without_campaigns_has_no_forecasts(tmp_path: Path) -> None:
    records = [one for one in sample.sample_records(12) if one.topic == "premises.events"]
    _, frames = built(tmp_path, records)

    assert frames["campaign_forecasts"].is_empty()
    assert frames["campaign_forecasts"].schema == FORECASTS


def test_an_empty_builder_has_no_day() -> None:
    builder = MartBuilder()

    assert builder.newest_day() is None
    assert builder.refresh_forecasts() == (0, 0)
