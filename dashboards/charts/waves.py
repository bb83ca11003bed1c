"""How far each wave of each campaign is: shares of its devices, and its gate's last word."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, GREY, INK, ORANGE, PALE, TURQUOISE, AnyChart
from dashboards.headlines.operations import gate

GROUPS: Final = {
    "CONFIRMED": "Confirmed",
    "FAILED": "Failed or timed out",
    "TIMED_OUT": "Failed or timed out",
    "AWAITING": "Not asked yet",
    "RETRYING": "In flight",
    "DECOMMISSIONED": "Needs no update any more",
    "ALREADY_AT_TARGET": "Needs no update any more",
    "CANCELLED": "Needs no update any more",
}
"""Every other state of execution is in flight."""
COLOURS: Final = {
    "Confirmed": BLUE,
    "In flight": TURQUOISE,
    "Failed or timed out": ORANGE,
    "Not asked yet": PALE,
    "Needs no update any more": GREY,
}


def grouped(waves: pl.DataFrame) -> pl.DataFrame:
    """Devices and share of each wave by group, one row a wave and group."""
    rank = {name: n for n, name in enumerate(COLOURS)}
    counted = (
        waves.drop_nulls("devices")
        .with_columns(
            pl.col("execution_state").replace_strict(GROUPS, default="In flight").alias("group"),
            _label(),
        )
        .group_by("campaign_id", "wave", "label", "group")
        .agg(pl.col("devices").sum())
    )
    of_wave = ("campaign_id", "wave")
    whole = pl.col("devices").sum().over(of_wave)
    return (
        counted.with_columns(
            pl.col("group").replace_strict(rank, return_dtype=pl.Int32).alias("rank")
        )
        .sort(*of_wave, "rank")
        .with_columns(
            # a wave of no devices has no shares
            (pl.col("devices") / pl.max_horizontal(whole, 1)).alias("share")
        )
        .with_columns(pl.col("share").cum_sum().over(of_wave).alias("ends"))
        .with_columns((pl.col("ends") - pl.col("share")).alias("starts"))
    )


def gates(waves: pl.DataFrame) -> pl.DataFrame:
    """One row a wave: what its gate said last, in words."""
    each = waves.unique(["campaign_id", "wave"], keep="first").sort("campaign_id", "wave")
    said = [gate(row) for row in each.iter_rows(named=True)]
    return each.with_columns(pl.Series("gate", said, dtype=pl.String), _label())


def wave_bars(waves: pl.DataFrame) -> AnyChart:
    """Bars of shares, with the gate's decision in words beside each."""
    decided = gates(waves)
    order = decided["label"].to_list()
    y = alt.Y("label:N", title=None, sort=order, axis=alt.Axis(labelLimit=200))
    x = alt.X(
        "starts:Q",
        title="Share of the wave's devices",
        scale=alt.Scale(domain=[0, 1.9], nice=False),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=False, titleAnchor="start"),
    )
    bars = (
        alt.Chart(grouped(waves))
        .mark_bar(height=20)
        .encode(
            y=y,
            x=x,
            x2="ends:Q",
            color=alt.Color(
                "group:N",
                title=None,
                scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("label:N", title="Wave"),
                alt.Tooltip("group:N", title="State"),
                alt.Tooltip("devices:Q", title="Devices", format=",d"),
                alt.Tooltip("share:Q", title="Share of the wave", format=".1%"),
            ],
        )
    )
    texts = (
        alt.Chart(decided)
        .mark_text(align="left", color=INK, fontSize=12)
        .encode(y=y, x=alt.datum(1.02), text="gate:N")
    )
    return alt.layer(bars, texts).properties(height=30 * max(len(order), 1) + 70)


def _label() -> pl.Expr:
    return (pl.col("campaign_id") + " wave " + pl.col("wave").cast(pl.String)).alias("label")
