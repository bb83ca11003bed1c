"""Survival curves for a chart, and the pending executions by where they stand."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from twin.forecast.cohorts import COLUMNS

SILENT: Final = "TIMED_OUT"
"""An outcome that the time-out policy set: no news came, so the execution is censored there."""
NOT_CONTACTED: Final = frozenset({"QUEUED", "REQUESTED", "RETRY_WAIT"})
"""Steps before the image is at the hub (N60)."""
_BOUND: Final = 1.959964
"""Standard errors to either side of a 95 % interval."""


def survival(
    *, executions: pl.DataFrame, today: date, by: Sequence[str] = ("wave",)
) -> pl.DataFrame:
    """Kaplan-Meier curves: the share still without an outcome, by days since the release.

    Columns: those of `by`, `day`, `at_risk`, `settled`, `censored`, `pending`, `lower`, `upper`
    (shares 0 to 1 at the end of the day, with Greenwood's 95 % interval). Silence is censored,
    whether its time still runs or ran out (rollout 9, row 6).
    """
    _has_columns(executions, by)
    per_day = (
        _ages(executions, today)
        .group_by([*by, "day"])
        .agg(settled=pl.col("answered").sum(), censored=(~pl.col("answered")).sum())
        .sort([*by, "day"])
        .with_columns(pl.col("settled", "censored").cast(pl.Int64))
    )
    over = [pl.col(name) for name in by] or [pl.lit(0)]
    leaving = pl.col("settled") + pl.col("censored")
    # a silent one of age a has been seen through the days before a only
    at_risk = leaving.sum().over(over) - leaving.cum_sum().over(over) + pl.col("settled")
    return (
        per_day.with_columns(at_risk=at_risk)
        .filter(pl.col("at_risk") > 0)
        .with_columns(_pending(over), _variance(over))
        .with_columns(*_bounds())
        .select(*by, "day", "at_risk", "settled", "censored", "pending", "lower", "upper")
    )


def _ages(executions: pl.DataFrame, today: date) -> pl.DataFrame:
    """Released executions with their day of outcome or of censoring, counted from the release."""
    known = pl.col("settled_at").cast(pl.Date) < today
    until = pl.when(known).then(pl.col("settled_at").cast(pl.Date)).otherwise(pl.lit(today))
    answered = (known & (pl.col("outcome").cast(pl.String) != SILENT)).fill_null(False)
    return executions.filter(pl.col("released_at").is_not_null()).with_columns(
        answered=answered, day=(until - pl.col("released_at").cast(pl.Date)).dt.total_days()
    )


def _pending(over: list[pl.Expr]) -> pl.Expr:
    left = 1 - pl.col("settled") / pl.col("at_risk")
    return left.cum_prod().over(over).alias("pending")


def _variance(over: list[pl.Expr]) -> pl.Expr:
    """Greenwood's sum; a day on which all settle adds nothing, as no share is left to doubt."""
    left = pl.col("at_risk") - pl.col("settled")
    term = pl.when(left > 0).then(pl.col("settled") / (pl.col("at_risk") * left)).otherwise(0.0)
    return term.cum_sum().over(over).alias("greenwood")


def _bounds() -> tuple[pl.Expr, pl.Expr]:
    reach = _BOUND * pl.col("pending") * pl.col("greenwood").sqrt()
    return (
        (pl.col("pending") - reach).clip(0, 1).alias("lower"),
        (pl.col("pending") + reach).clip(0, 1).alias("upper"),
    )


def pending_split(
    *, executions: pl.DataFrame, today: date, follow_up_days: int, by: Sequence[str] = ("wave",)
) -> pl.DataFrame:
    """Released executions without an outcome, counted as not contacted, in transfer or overdue.

    Needs the column `step` (the execution's state). Overdue, whatever the step, is who was
    released more than `follow_up_days` ago. Columns: those of `by` and the three counts.
    """
    _has_columns(executions, (*by, "step"))
    age = (pl.lit(today) - pl.col("released_at").cast(pl.Date)).dt.total_days()
    late = age > follow_up_days
    early = pl.col("step").cast(pl.String).is_in(list(NOT_CONTACTED)).fill_null(True)
    out = executions.filter(pl.col("released_at").is_not_null() & pl.col("settled_at").is_null())
    return (
        out.group_by([*by] or [pl.lit(0).alias("all")])
        .agg(
            not_contacted=(early & ~late).sum(),
            in_transfer=(~early & ~late).sum(),
            overdue=late.sum(),
        )
        .sort([*by])
        .select(*by, "not_contacted", "in_transfer", "overdue")
    )


def _has_columns(executions: pl.DataFrame, more: Sequence[str]) -> None:
    wanted = {*COLUMNS, *more}
    if missing := sorted(wanted - set(executions.columns)):
        raise ValueError(f"executions lack the columns {', '.join(missing)}")
