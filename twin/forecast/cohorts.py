"""Executions as counts: what is known of each wave and stratum at the basis of a forecast."""

from datetime import date, timedelta
from typing import Final

import polars as pl
from msgspec import Struct

from twin.forecast.rows import Rows, rows_of

COLUMNS: Final = ("wave", "region", "supplier", "released_at", "settled_at", "outcome")
"""What a frame of executions must have; `members` (a count) may say how many a row stands for."""
CONFIRMED: Final = "CONFIRMED"
EPOCH: Final = date(1970, 1, 1)


class Stratum(Struct, frozen=True):
    """One supplier in one region."""

    region: str
    supplier: str


class Known(Struct, frozen=True, kw_only=True):
    """Counts of executions at the start of day `today`; days are counted from 1970-01-01.

    `rows` has a line for each different (wave, stratum, released, settled, confirmed).
    """

    strata: tuple[Stratum, ...]
    waves: tuple[int, ...]
    today: int
    rows: Rows

    @property
    def members(self) -> int:
        """All executions of the campaign."""
        return self.rows.total


def day_of(*, number: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return EPOCH + timedelta(days=number)


def number_of(*, day: date) -> int:
    """Days from 1970-01-01 to a date."""
    return (day - EPOCH).days


def known(*, executions: pl.DataFrame, today: date) -> Known:
    """Executions counted; raises ValueError naming the columns that are missing."""
    missing = [name for name in COLUMNS if name not in executions.columns]
    if missing:
        raise ValueError(f"executions lack the columns {', '.join(missing)}")
    counted = executions.group_by(
        pl.col("wave").cast(pl.Int64),
        pl.col("region").cast(pl.String).fill_null("unknown"),
        pl.col("supplier").cast(pl.String).fill_null("unknown"),
        pl.col("released_at").cast(pl.Date).cast(pl.Int64).alias("released"),
        pl.col("settled_at").cast(pl.Date).cast(pl.Int64).alias("settled"),
        (pl.col("outcome").cast(pl.String) == CONFIRMED).fill_null(False).alias("confirmed"),
        pl.col("outcome").is_not_null().alias("ended"),
    ).agg(weight_of(executions).alias("members"))
    names = counted.select("region", "supplier").unique().sort("region", "supplier")
    numbered = names.with_row_index("stratum").with_columns(pl.col("stratum").cast(pl.Int64))
    return Known(
        strata=tuple(Stratum(*row) for row in names.iter_rows()),
        waves=tuple(sorted(counted["wave"].unique().to_list())),
        today=number_of(day=today),
        rows=rows_of(
            counted=counted.join(numbered, on=["region", "supplier"]).sort(
                "wave", "stratum", "released", "settled", "confirmed", "ended"
            )
        ),
    )


def weight_of(executions: pl.DataFrame) -> pl.Expr:
    """How many executions the rows of a frame stand for, each row or group of them."""
    if "members" in executions.columns:
        return pl.col("members").sum().cast(pl.Int64)
    return pl.len().cast(pl.Int64)


def mistakes_in(*, facts: Known) -> tuple[str, ...]:
    """What cannot be true of the executions, each in one sentence."""
    rows, later = facts.rows, facts.today + 1
    checks = (
        (rows.settled < rows.released, "are settled before they were released"),
        (rows.settled >= later, "are settled after the basis"),
        (rows.released >= later, "are released after the basis"),
        (~rows.is_over & rows.ended, "have an outcome and no time of it"),
        (rows.is_over & ~rows.ended, "are settled without an outcome"),
    )
    found = ((rows.where(wrong).total, what) for wrong, what in checks)
    return tuple(f"{count} executions {what}." for count, what in found if count)
