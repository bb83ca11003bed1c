"""Executions as known on a day: the same as the twin's own fold of what was recorded before."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.forecast.lake_of import DAYS, FIRST, counted, events_of, records_of
from tests.marts import sample
from twin.campaign.plan import shipped_plans
from twin.events.envelope import Event
from twin.forecast.history import ATTEMPTS, executions_on
from twin.marts.build import MartBuilder

PLAN = shipped_plans()[0]
GONE = ("decommissioned", "already_at_target")
DAY_RANGE = [FIRST.date() + timedelta(days=n) for n in range(1, DAYS + 12, 3)]


def attempts_of(folder: Path, events: list[Event]) -> pl.DataFrame:
    builder = MartBuilder()
    builder.add_files(sample.write_lake(folder, records_of(events), files=3))
    found = builder.forecast_lake().attempts
    builder.close()
    return found


def known(attempts: pl.DataFrame, day: date) -> pl.DataFrame:
    return executions_on(
        attempts=attempts,
        day=day,
        attempts_max=PLAN.policy.attempts_max,
        excluded={},
        retries=PLAN.policy.retries_of,
    )


def told(executions: pl.DataFrame) -> Counter[tuple[int, str]]:
    """Members by wave and outcome; who waits and who is in flight as such."""
    stands = (
        pl.when(pl.col("outcome").is_not_null())
        .then(pl.col("outcome").str.to_lowercase())
        .when(pl.col("released_at").is_null())
        .then(pl.lit("awaiting"))
        .otherwise(pl.lit("in_flight"))
    )
    return Counter(executions.select("wave", stands.alias("stands")).rows())


def as_told(counts: Counter[tuple[int, str]]) -> Counter[tuple[int, str]]:
    plain = ("confirmed", "failed", "timed_out", "awaiting")
    found: Counter[tuple[int, str]] = Counter()
    for (wave, field), members in counts.items():
        if field not in GONE:
            found[wave, field if field in plain else "in_flight"] += members
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_executions_are_those_of_the_fold_of_what_was_recorded_before(
    tmp_path: Path, seed: int
) -> None:
    events = events_of(Random(seed), PLAN, 150)
    attempts = attempts_of(tmp_path, events)
    seen = set()
    for day in DAY_RANGE:
        expected = counted(events, PLAN, day)
        assert told(known(attempts, day)) == as_told(expected), f"seed {seed}, {day}"
        seen |= {field for _, field in expected}
    assert seen >= {"confirmed", "failed", "timed_out", "retrying", "awaiting", *GONE}


@pytest.mark.parametrize("day", DAY_RANGE[::4])
def test_what_is_recorded_later_changes_nothing(tmp_path: Path, day: date) -> None:
    events = events_of(Random(4), PLAN, 60)
    before = [event for event in events if event.recorded_at.date() < day]
    whole, then = attempts_of(tmp_path / "a", events), attempts_of(tmp_path / "b", before)
    columns = ["wave", "region", "supplier", "released_at", "settled_at", "outcome"]

    found = [known(one, day).sort(columns).select(columns) for one in (whole, then)]

    assert found[0].height > 40
    assert_frame_equal(*found)


def test_a_model_that_was_taken_out_has_no_attempt_left(tmp_path: Path) -> None:
    attempts = attempts_of(tmp_path, events_of(Random(5), PLAN, 150))
    day, out = FIRST.date() + timedelta(days=15), FIRST.date() + timedelta(days=12)
    kept = known(attempts, day)
    taken = executions_on(attempts=attempts, day=day, attempts_max=2, excluded={sample.MODEL: out})
    ended = taken["settled_at"].drop_nulls()

    assert ended.len() > kept["settled_at"].drop_nulls().len()
    assert taken.height == kept.height


def test_no_attempts_are_no_executions() -> None:
    found = known(ATTEMPTS.to_frame(), FIRST.date())

    assert found.is_empty()
    assert found.columns == ["wave", "region", "supplier", "released_at", "settled_at", "outcome"]
