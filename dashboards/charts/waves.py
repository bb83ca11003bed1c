"""How far each wave of a campaign is: shares of its devices, and its gate's last word."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, GREY, ORANGE, PALE, TURQUOISE, UNTOLD, AnyChart
from dashboards.headlines.operations import gate

GROUPS: Final = {
    "confirmed": "Confirmed",
    "in_flight": "In flight",
    "errors": "Failed or timed out",
    "awaiting": "Not asked yet",
    "no_update": "Needs no update any more",
    "untold": "Not told apart",
}
"""Columns of `told_waves` in words, in the order in which they are drawn."""
_COLOURS: Final = (BLUE, TURQUOISE, ORANGE, PALE, GREY, UNTOLD)


def grouped(told: pl.DataFrame) -> pl.DataFrame:
    """Devices and share of each wave by group, one row a wave and group that has devices.

    Groups that are kept back are one, so that the bar of a wave is whole.
    """
    of_wave = ("campaign_id", "wave")
    long = told.drop_nulls("devices").unpivot(
        list(GROUPS), index=[*of_wave, "devices"], variable_name="part", value_name="part_of"
    )
    rank = {name: n for n, name in enumerate(GROUPS)}
    return (
        long.filter(pl.col("part_of") > 0)
        .with_columns(
            pl.col("part").replace_strict(rank, return_dtype=pl.Int32).alias("rank"),
            pl.col("part").replace_strict(GROUPS, return_dtype=pl.String).alias("group"),
            (pl.col("part_of") / pl.col("devices")).alias("share"),
            _label(),
        )
        .sort(*of_wave, "rank")
        .with_columns(pl.col("share").cum_sum().over(of_wave).alias("ends"))
        .with_columns((pl.col("ends") - pl.col("share")).alias("starts"))
        .drop("devices", "part")
        .rename({"part_of": "devices"})
    )


def gates(waves: pl.DataFrame) -> list[str]:
    """What the gate of each wave said last, in words, in order of waves."""
    each = waves.unique(["campaign_id", "wave"], keep="first").sort("campaign_id", "wave")
    return [f"Wave {row['wave']} {gate(row)}" for row in each.iter_rows(named=True)]


def wave_bars(waves: pl.DataFrame, told: pl.DataFrame) -> AnyChart:
    """A bar a wave of one campaign: the shares of its devices by state, 100% in all.

    `waves` are rows of `campaign_waves`, `told` those of `told_waves`.
    """
    frame = grouped(told)
    order = [_name(wave) for wave in sorted(waves["wave"].unique())]
    names = list(GROUPS.values())[: len(GROUPS) if told["untold"].sum() else -1]
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
            x2=alt.X2("ends:Q"),
            color=alt.Color(
                "group:N",
                title=None,
                scale=alt.Scale(domain=names, range=list(_COLOURS[: len(names)])),
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
