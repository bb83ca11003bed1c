"""Who needs help? Suppliers against the limits that chance alone would give."""

from math import sqrt
from typing import Any, Final

import polars as pl

from dashboards import words
from dashboards.headlines.regions import standings

Z_95: Final = 1.959964
Z_998: Final = 3.090232
"""Standard deviations that hold 95% and 99.8% of a normal distribution."""
NAMED_MOST: Final = 3
"""Suppliers that a headline names; of the others it tells how many."""
BELOW: Final = "below"
WITHIN: Final = "within"
ABOVE: Final = "above"


def limits(installed: float, *, whole: float, z: float) -> tuple[float, float]:
    """Percentages within which a share of `installed` premises lies by chance about `whole`.

    `whole` is the national share, 0 to 1; the normal approximation to the binomial, cut at 0 and
    100.
    """
    spread = z * sqrt(whole * (1 - whole) / installed) if installed else 1.0
    return 100 * max(whole - spread, 0.0), 100 * min(whole + spread, 1.0)


def judged(told: pl.DataFrame, *, nation: tuple[int, int]) -> pl.DataFrame:
    """Standing of each supplier with its 99.8% limits and on which side of them it lies.

    `told` are rows of one day as a role may see them. `z` is its distance from the national share
    in standard deviations, furthest behind first; null where its counts are kept back.
    """
    capable, installed = nation
    whole = capable / installed if installed else 0.0
    spread = 100 * (whole * (1 - whole)) ** 0.5
    deviation = pl.lit(spread) / pl.col("installed_premises").sqrt()
    held = standings(told, group="supplier", nation=nation)
    z = pl.when(deviation > 0).then(pl.col("points") / deviation).otherwise(0.0)
    return (
        held.with_columns(pl.when(pl.col("points").is_not_null()).then(z).alias("z"))
        .with_columns(
            pl.when(pl.col("z") < -Z_998)
            .then(pl.lit(BELOW))
            .when(pl.col("z") > Z_998)
            .then(pl.lit(ABOVE))
            .when(pl.col("z").is_not_null())
            .then(pl.lit(WITHIN))
            .alias("side")
        )
        .sort("z", "supplier", nulls_last=True)
    )


def furthest_behind(held: pl.DataFrame) -> dict[str, Any] | None:
    """The supplier furthest below the national share in standard deviations, if any is judged."""
    found = held.drop_nulls("z").sort("z", "supplier")
    return found.row(0, named=True) if found.height else None


def share_of(nation: tuple[int, int], region: str | None = None) -> str:
    """The share that suppliers are held against: the national one, or a region's."""
    share = words.share(*nation)
    return f"the national {share}" if region is None else f"the {share} of the {region} region"


def who_needs_help(
    held: pl.DataFrame, *, nation: tuple[int, int], region: str | None = None
) -> str:
    """The finding: who lies below the 99.8% limits, the furthest first, or that nobody does."""
    if not nation[1]:
        return "No premises has a hub and an electricity meter yet"
    low = held.filter(pl.col("side") == BELOW).sort("z", "supplier")
    whole = share_of(nation, region)
    if furthest_behind(held) is None:
        return f"No supplier has enough premises to be told apart from {whole}"
    if low.is_empty():
        return f"No supplier is further below {whole} than chance gives"
    named = [f"{row['supplier']} ({row['share']:.1f}%)" for row in low.iter_rows(named=True)]
    if len(named) > NAMED_MOST:
        named = [*named[:NAMED_MOST], words.things(len(named) - NAMED_MOST, "other")]
    need = "needs" if len(named) == 1 else "need"
    return f"{words.listed(named)} {need} help: further below {whole} than chance gives"
