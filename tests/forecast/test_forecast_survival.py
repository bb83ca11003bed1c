"""Survival curves of a chart and the split of the pending, against hand counts."""

from datetime import UTC, date, datetime, timedelta
from math import sqrt

import polars as pl
import pytest

from twin.forecast.survival import pending_split, survival

FIRST = datetime(2017, 7, 1, 9, tzinfo=UTC)
TODAY = date(2017, 7, 11)


def executions(*rows: tuple[int, int, int | None, str | None, str]) -> pl.DataFrame:
    """Wave, day of release and of outcome from 1 July, the outcome, the step."""
    return pl.DataFrame(
        {
            "wave": [row[0] for row in rows],
            "region": ["North"] * len(rows),
            "supplier": ["S01"] * len(rows),
            "released_at": [FIRST + timedelta(row[1]) for row in rows],
            "settled_at": [None if row[2] is None else FIRST + timedelta(row[2]) for row in rows],
            "outcome": [row[3] for row in rows],
            "step": [row[4] for row in rows],
        },
        schema_overrides={"settled_at": pl.Datetime("us", "UTC"), "outcome": pl.String},
    )


KNOWN = executions(
    (1, 0, 1, "CONFIRMED", "CONFIRMED"),
    (1, 0, 2, "FAILED", "FAILED"),
    (1, 8, None, None, "AT_HUB"),  # silent through days 0 and 1
    (1, 0, 5, "CONFIRMED", "CONFIRMED"),
    (1, 0, 7, "TIMED_OUT", "TIMED_OUT"),  # silence that ran out is still no news
)


def test_the_curve_is_kaplan_meier_with_greenwood() -> None:
    found = survival(executions=KNOWN, today=TODAY)

    by_day = {row["day"]: row for row in found.iter_rows(named=True)}
    assert {day: row["at_risk"] for day, row in by_day.items()} == {1: 5, 2: 3, 5: 2}
    assert by_day[1]["pending"] == pytest.approx(4 / 5)
    assert by_day[2]["pending"] == pytest.approx(4 / 5 * 2 / 3)
    assert by_day[5]["pending"] == pytest.approx(4 / 5 * 2 / 3 * 1 / 2)
    greenwood = 1 / (5 * 4) + 1 / (3 * 2)
    reach = 1.959964 * by_day[2]["pending"] * sqrt(greenwood)
    assert by_day[2]["upper"] == pytest.approx(min(1, by_day[2]["pending"] + reach))
    assert by_day[2]["lower"] == pytest.approx(max(0, by_day[2]["pending"] - reach))


def test_waves_have_their_own_curves() -> None:
    other = executions((2, 0, 1, "CONFIRMED", "CONFIRMED"), (2, 0, 4, "CONFIRMED", "CONFIRMED"))
    both = survival(executions=pl.concat([KNOWN, other]), today=TODAY)
    assert both.filter(pl.col("wave") == 1).equals(survival(executions=KNOWN, today=TODAY))
    assert both.filter(pl.col("wave") == 2)["pending"].to_list() == [0.5, 0.0]


def test_all_together_is_one_curve() -> None:
    found = survival(executions=KNOWN, today=TODAY, by=())
    assert found.columns[0] == "day"
    assert found["pending"].to_list()[0] == pytest.approx(4 / 5)


def test_an_outcome_of_today_is_not_known_yet() -> None:
    today = executions((1, 0, 10, "CONFIRMED", "CONFIRMED"), (1, 0, 2, "CONFIRMED", "CONFIRMED"))
    assert survival(executions=today, today=TODAY)["settled"].sum() == 1


def test_the_pending_are_not_contacted_in_transfer_or_overdue() -> None:
    out = executions(
        (1, 8, None, None, "QUEUED"),
        (1, 8, None, None, "REQUESTED"),
        (1, 8, None, None, "AT_HUB"),
        (1, 2, None, None, "TRANSFERRED"),
        (2, 1, None, None, "REQUESTED"),
        (2, 1, 3, "CONFIRMED", "CONFIRMED"),
    )
    found = pending_split(executions=out, today=TODAY, follow_up_days=7)
    assert found.rows() == [(1, 2, 1, 1), (2, 0, 0, 1)]


def test_all_pending_together() -> None:
    found = pending_split(executions=KNOWN, today=TODAY, follow_up_days=7, by=())
    assert found.rows() == [(0, 1, 0)]


@pytest.mark.parametrize("column", ["released_at", "step"])
def test_a_missing_column_is_a_bug(column: str) -> None:
    with pytest.raises(ValueError, match=column):
        pending_split(executions=KNOWN.drop(column), today=TODAY, follow_up_days=7)
