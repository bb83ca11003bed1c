"""How often the 80 % interval held the end, of forecasts that were made and have come to pass."""

from datetime import date
from typing import Final

import polars as pl
from msgspec import Struct


class Coverage(Struct, frozen=True, kw_only=True):
    """Days of finished campaigns, and those of them whose interval from P10 to P90 held the end."""

    campaigns: int
    days: int
    inside: int
    source: str

    @property
    def share(self) -> float:
        """The share of the days, 0 to 1."""
        return self.inside / self.days


BENCHMARK: Final = Coverage(
    campaigns=30, days=2_545, inside=1_966, source="emulated campaigns, tests/benchmarks forecast"
)
"""What the benchmark found, for where no campaign has finished yet; it fails if this is not so."""
LAKE: Final = "finished campaigns of this lake"


def coverage(*, forecasts: pl.DataFrame, before: date | None = None) -> Coverage:
    """Day by day over the campaigns whose end is known (of those that ended before a day).

    `forecasts` is the mart `campaign_forecasts`. Where no campaign has ended, the benchmark's.
    """
    ended = forecasts.filter(
        pl.col("scope") == "campaign",
        pl.col("actual").is_not_null(),
        pl.lit(before is None) | (pl.col("actual") < pl.lit(before, dtype=pl.Date)),
    )
    if ended.is_empty():
        return BENCHMARK
    # a quantile beyond the last path that ends is an open bound
    held = pl.col("p10") <= pl.col("actual"), pl.col("actual") <= pl.col("p90")
    return Coverage(
        campaigns=ended["campaign_id"].n_unique(),
        days=ended.height,
        inside=ended.filter(held[0].fill_null(False) & held[1].fill_null(True)).height,
        source=LAKE,
    )
