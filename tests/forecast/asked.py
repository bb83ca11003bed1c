"""Small hand-made campaigns, and the forecast asked of them."""

from datetime import UTC, datetime, timedelta

import polars as pl

from twin.forecast.answer import Forecast, NoForecast
from twin.forecast.forecast import forecast
from twin.forecast.plan_ahead import Remaining, WaveAhead
from twin.forecast.prior import shipped_prior

BARE = Remaining(
    now=datetime(2017, 8, 1, tzinfo=UTC),
    waves=(WaveAhead(wave=1),),
    follow_up_days=10,
    attempts_max=1,
    settled_at_least=0.95,
)


def frame(*rows: tuple[int, int | None, int | None, str | None]) -> pl.DataFrame:
    """Wave, days from 1 July 2017 of release and outcome, and the outcome."""
    first = datetime(2017, 7, 1, 12, tzinfo=UTC)
    return pl.DataFrame(
        {
            "device_id": list(range(len(rows))),
            "wave": [row[0] for row in rows],
            "region": ["North"] * len(rows),
            "supplier": ["S01"] * len(rows),
            "released_at": [None if row[1] is None else first + timedelta(row[1]) for row in rows],
            "settled_at": [None if row[2] is None else first + timedelta(row[2]) for row in rows],
            "outcome": [row[3] for row in rows],
        },
        schema_overrides={
            "wave": pl.Int64,
            "region": pl.String,
            "supplier": pl.String,
            "released_at": pl.Datetime("us", "UTC"),
            "settled_at": pl.Datetime("us", "UTC"),
            "outcome": pl.String,
        },
    )


def answer_to(executions: pl.DataFrame, remaining: Remaining = BARE) -> Forecast | NoForecast:
    return forecast(
        executions=executions, remaining=remaining, prior=shipped_prior(), seed=1, paths=100
    )
