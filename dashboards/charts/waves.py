"""How far each wave of a campaign is: shares of its devices, and its gate's last word."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, GREY, ORANGE, PALE, TURQUOISE, AnyChart
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


def gates(waves: pl.DataFrame) -> list[str]:
    """What the gate of each wave said last, in words, in order of waves."""
    each = waves.unique(["campaign_id", "wave"], keep="first").sort("campaign_id", "wave")
    return [f"Wave {row['wave']} {gate(row)}" for row in each.iter_rows(named=True)]


def wave_bars(waves: pl.DataFrame) -> AnyChart:
    """A bar a wave of one campaign: the shares of its devices by state, 100% in all."""
    frame = grouped(waves)
    names = sorted(waves["wave"].unique())
    order = [_name(wave) for wave in names]
    bars: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(height=20)
        .encode(
            y=alt.Y("label:N", title=None, sort=order, axis=alt.Axis(labelOverlap=False)),
            x=alt.X(
                "starts:Q",
                title="Share of the wave's devices",
                scale=alt.Scale(domain=[0, 1], nice=False),
                axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], grid=False),
            ),
            x2="ends:Q",
            color=alt.Color(
                "group:N",
                title=None,
                scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
                legend=alt.Legend(orient="top", columns=2),
            ),
            tooltip=[
                alt.Tooltip("label:N", title="Wave"),
                alt.Tooltip("group:N", title="State"),
                alt.Tooltip("devices:Q", title="Devices", format=",d"),
                alt.Tooltip("share:Q", title="Share of the wave", format=".1%"),
            ],
        )
        .properties(height=34 * max(len(order), 1) + 130)
    )
    return bars


def _name(wave: int) -> str:
    return f"Wave {wave}"


def _label() -> pl.Expr:
    return ("Wave " + pl.col("wave").cast(pl.String)).alias("label")
