"""Counts of a campaign's devices as a role may see them: one table of waves and groups for all.

A device belongs to a premises, so few of them are personal. Headline, cards, bars, tables and files
take their counts from here, so that none tells what another keeps back.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import polars as pl

from dashboards.suppression import KEPT, KEPT_BESIDE, LEAST, OPERATIONS, kept_together
from twin.evidence.telling import hidden_together, is_small

Row: TypeAlias = dict[str, Any]
IN_FLIGHT: Final = ("in_transfer", "verified", "activation_requested", "activated", "retrying")
"""Stages of a device that was asked and of which the outcome is not known."""
PARTS: Final = ("confirmed", "in_flight", "errors", "awaiting", "no_update")
"""Groups of a campaign's members: each is in one of them, and together they are all."""
STATES: Final = {
    "CONFIRMED": "confirmed",
    "FAILED": "errors",
    "TIMED_OUT": "errors",
    "AWAITING": "awaiting",
    "DECOMMISSIONED": "no_update",
    "ALREADY_AT_TARGET": "no_update",
    "CANCELLED": "no_update",
}
"""Every other state of execution is in flight."""
_OF_GATES: Final = ("n", "k", "statistic", "gate_settled", "gate_confirmed", "gate_errors")
_OF_JOURNAL: Final = ("gate_n", "gate_k", "gate_statistic")


def part_of_state() -> pl.Expr:
    """The group (`PARTS`) of a column `execution_state`."""
    return pl.col("execution_state").replace_strict(STATES, default="in_flight")


def parted(campaigns: pl.DataFrame) -> pl.DataFrame:
    """Rows of `campaigns` with the groups that the mart has not: in flight, and the rest."""
    flying = pl.sum_horizontal(IN_FLIGHT)
    rest = pl.col("members") - pl.sum_horizontal("confirmed", "errors", "awaiting") - flying
    return campaigns.with_columns(
        flying.alias("in_flight"), pl.max_horizontal(rest, 0).alias("no_update")
    )


def by_wave(waves: pl.DataFrame) -> pl.DataFrame:
    """Devices of each wave by group, one row a wave, from rows of `campaign_waves`."""
    counted = (
        waves.drop_nulls("devices")
        .with_columns(part_of_state().alias("part"))
        .group_by("campaign_id", "wave", maintain_order=True)
        .agg(
            pl.col("devices").sum().cast(pl.Int64),
            *(
                pl.col("devices").filter(pl.col("part") == part).sum().cast(pl.Int64).alias(part)
                for part in PARTS
            ),
        )
    )
    return counted.sort("campaign_id", "wave")


def told_campaigns(campaigns: pl.DataFrame, waves: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """The campaigns with their groups; null is what a role may not see (`KEPT`, `KEPT_BESIDE`).

    The stages of what is in flight are for operations: others see their sum.
    """
    whole = parted(campaigns)
    if role == OPERATIONS:
        return kept_together(whole, *PARTS, role=role)
    told = [_together(whole[nth], waves, role=role)[0] for nth in range(whole.height)]
    kept = pl.concat(told) if told else kept_together(whole, *PARTS, role=role)
    small = is_small_count("members")
    why = pl.when(small).then(pl.format("{} members", KEPT)).otherwise(KEPT)
    return kept.drop(IN_FLIGHT).with_columns(
        pl.when(~small).then(pl.col("members")).alias("members"), why.alias(KEPT)
    )


def told_waves(campaign: pl.DataFrame, waves: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """The waves of one campaign (its row of `campaigns`) by group, as a role may see them.

    `devices` are all of a wave, `untold` those of its groups that are kept back.
    """
    told = _together(parted(campaign), waves, role=role)[1]
    return told.with_columns(
        (pl.col("devices") - pl.sum_horizontal(PARTS)).alias("untold"),
    ).with_columns(
        pl.when(is_small_count("devices") & (role != OPERATIONS))
        .then(None)
        .otherwise(pl.col(name))
        .alias(name)
        for name in ("devices", "untold", *PARTS)
    )


def _together(
    whole: pl.DataFrame, waves: pl.DataFrame, *, role: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The row of a campaign and those of its waves: the last line adds up the ones before."""
    own = by_wave(waves.filter(pl.col("campaign_id") == whole["campaign_id"][0]))
    table = pl.concat([own.select(PARTS), whole.select(PARTS)], how="vertical_relaxed")
    kept = kept_together(table, *PARTS, role=role)
    columns = [*PARTS, KEPT, KEPT_BESIDE]
    return (
        whole.with_columns(kept.tail(1).get_columns()),
        own.with_columns(kept.head(own.height).select(columns).get_columns()),
    )


def told_daily(daily: pl.DataFrame, campaign: Row, *, exact: Row, role: str) -> pl.DataFrame:
    """Days of one campaign (`campaign_daily`) as a role may see them.

    `campaign` is its row as it is told and `exact` as it is. A line that comes near a figure which
    the row keeps back is not told there.
    """
    if role == OPERATIONS:
        return daily
    flying = pl.col("asked") - pl.col("confirmed") - pl.col("failed")
    parts = daily.select(
        "confirmed",
        "failed",
        pl.max_horizontal(flying, 0).alias("flying"),
        pl.max_horizontal(exact["members"] - pl.col("asked"), 0).alias("waiting"),
    )
    kept = _each_day(parts)
    near = {"confirmed": "confirmed", "failed": "errors"}
    told = {
        name: pl.when(kept[name], _is_far(name, campaign, exact, near[name])).then(pl.col(name))
        for name in near
    }
    alerts = kept_together(daily.select("outages"), "outages", role=role)["outages"]
    asked = pl.when(kept["waiting"], ~is_small_count("asked")).then(pl.col("asked"))
    return daily.with_columns(
        *(told[name].alias(name) for name in near), asked.alias("asked"), alerts.alias("outages")
    )


def _each_day(parts: pl.DataFrame) -> dict[str, pl.Series]:
    """Whether each count may be told, where only the rows have totals."""
    hidden = [{x for _, x in hidden_together([row])} for row in parts.iter_rows()]
    return {
        name: pl.Series([x not in one for one in hidden], dtype=pl.Boolean)
        for x, name in enumerate(parts.columns)
    }


def _is_far(name: str, campaign: Row, exact: Row, part: str) -> pl.Expr:
    if campaign[part] is not None:
        return pl.lit(True)
    figure: int = exact[part]
    return (pl.col(name) - figure).abs() >= LEAST


def is_small_count(column: str) -> pl.Expr:
    """Whether a count is from 1 up to what may be told."""
    return pl.col(column).is_between(1, LEAST - 1).fill_null(False)


def told_gates(waves: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """Rows of `campaign_waves` without the figures of a gate that tell of few devices."""
    if role == OPERATIONS:
        return waves
    sizes = dict(by_wave(waves).select("wave", "devices").iter_rows())
    clean = [_is_clean(row, sizes.get(row["wave"])) for row in waves.iter_rows(named=True)]
    may = pl.Series(clean, dtype=pl.Boolean)
    present = [name for name in _OF_GATES if name in waves.columns]
    return waves.with_columns(pl.when(may).then(pl.col(name)).alias(name) for name in present)


def _is_clean(row: Mapping[str, Any], devices: int | None) -> bool:
    """Whether no figure of a gate, and no difference of two of them, is a small count."""
    n, k = row["n"] or 0, row["k"] or 0
    settled, confirmed = row["gate_settled"] or 0, row["gate_confirmed"] or 0
    rest = [] if devices is None else [devices - settled]
    return not any(map(is_small, (n, k, n - k, settled, confirmed, settled - confirmed, *rest)))


def told_journal(journal: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """The journal; what each gate counted stays with operations, since many looks in a row tell
    every single device.
    """
    return journal if role == OPERATIONS else journal.drop(_OF_JOURNAL)
