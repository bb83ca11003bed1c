"""Pictures of pairing: funnel and flows (ECharts options), hours, and shares with intervals."""

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import BLUE, GREY, INK, ORANGE, PALE, TURQUOISE, AnyChart, largest
from dashboards.intervals import wilson
from dashboards.suppression import BESIDE, LEAST

ENDS: Final = {
    "completed": ("Paired", BLUE),
    "failed": ("Failed", ORANGE),
    "abandoned": ("Given up", GREY),
    "open": ("Not ended", PALE),
}
"""Outcomes of an attempt with their word and colour."""
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_STILL: Final = {"animation": False, "textStyle": {"fontFamily": "sans-serif"}}


def funnel_option(steps: Sequence[tuple[str, int | None]]) -> dict[str, Any]:
    """An ECharts funnel of attempts by the furthest step, in the order of the steps.

    What is not told is drawn as `LEAST`.
    """
    most = max(steps[0][1] or LEAST, 1)
    shades = (BLUE, "#195B94", "#2073BC", "#4590D1", TURQUOISE)
    rows = [
        {
            "name": _step(name, count, most),
            "value": LEAST if count is None else count,
            "itemStyle": {"color": shades[nth % len(shades)]},
        }
        for nth, (name, count) in enumerate(steps)
    ]
    series = {
        "type": "funnel",
        "sort": "none",
        "min": 0,
        "max": most,
        "minSize": "4%",
        "left": "4%",
        "width": "46%",
        "top": 8,
        "bottom": 8,
        "gap": 3,
        "label": {"show": True, "position": "right", "color": INK, "fontSize": 13},
        "labelLine": {"length": 14},
        "data": rows,
    }
    return {**_STILL, "tooltip": {"trigger": "item", "formatter": "{b}"}, "series": [series]}


def _step(name: str, count: int | None, most: int) -> str:
    if count is None:
        return f"{name}: {BESIDE}"
    return f"{name}: {words.count(count)} ({words.share(count, most)})"


def flows(channels: pl.DataFrame) -> pl.DataFrame:
    """Attempts from each way in to each outcome, from rows of `pairing_channels`."""
    return (
        channels.with_columns(pl.col("channel").fill_null("not told"))
        .group_by("channel", "outcome")
        .agg(pl.col("attempts").sum())
        .sort("channel", "outcome")
    )


def flow_option(drawn: pl.DataFrame) -> dict[str, Any]:
    """An ECharts Sankey from the way in to the outcome, from rows of `flows`."""
    ways = drawn["channel"].unique(maintain_order=True).to_list()
    ends = [name for name in ENDS if name in set(drawn["outcome"])]
    nodes = [
        *({"name": _way(way), "itemStyle": {"color": TURQUOISE}} for way in ways),
        *({"name": ENDS[end][0], "itemStyle": {"color": ENDS[end][1]}} for end in ends),
    ]
    links = [
        {
            "source": _way(row["channel"]),
            "target": ENDS[row["outcome"]][0],
            "value": row["attempts"],
        }
        for row in drawn.iter_rows(named=True)
    ]
    series = {
        "type": "sankey",
        "left": 8,
        "right": 110,
        "top": 8,
        "bottom": 8,
        "nodeGap": 14,
        "draggable": False,
        "label": {"color": INK, "fontSize": 13},
        "lineStyle": {"color": "source", "opacity": 0.25},
        "data": nodes,
        "links": links,
    }
    return {**_STILL, "tooltip": {"trigger": "item"}, "series": [series]}


def _way(channel: str) -> str:
    return words.sentence(channel).capitalize()


def hours_map(hours: pl.DataFrame) -> AnyChart:
    """Attempts by day of the week and hour (UTC); pale is none."""
    told = hours.with_columns(
        pl.col("weekday")
        .replace_strict(dict(enumerate(DAYS, start=1)), return_dtype=pl.String)
        .alias("day")
    )
    cells: alt.Chart = (
        alt.Chart(told)
        .mark_rect()
        .encode(
            x=alt.X(
                "hour:O",
                title="Hour of the beginning (UTC)",
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y(
                "day:O",
                title=None,
                sort=list(DAYS),
                axis=alt.Axis(labelOverlap=False, labelFlush=False),
            ),
            color=alt.Color(
                "attempts:Q",
                title="Attempts",
                scale=alt.Scale(
                    domain=[0, max(largest(told["attempts"]), 1)], range=["#F2F2F2", BLUE]
                ),
                legend=alt.Legend(orient="top", titleOrient="left"),
            ),
            tooltip=[
                alt.Tooltip("day:O", title="Day"),
                alt.Tooltip("hour:O", title="Hour"),
                alt.Tooltip("attempts:Q", title="Attempts", format=",d"),
                alt.Tooltip("failed:Q", title="Failed", format=",d"),
                alt.Tooltip("abandoned:Q", title="Given up", format=",d"),
            ],
        )
        .properties(height=260)
    )
    return cells


def with_limits(counted: pl.DataFrame) -> pl.DataFrame:
    """Rows of `part` of `whole` with their share and its 95% interval."""
    ends = [wilson(part, whole) for part, whole in counted.select("part", "whole").iter_rows()]
    return counted.with_columns(
        (pl.col("part") / pl.max_horizontal("whole", 1)).alias("share"),
        pl.Series("lower", [end.lower for end in ends], pl.Float64),
        pl.Series("upper", [end.upper for end in ends], pl.Float64),
    )


def share_dots(counted: pl.DataFrame, *, title: str) -> AnyChart:
    """A dot a row of `label`, `part` and `whole`, with the 95% interval of its share."""
    told = with_limits(counted)
    base = alt.Chart(told).encode(
        y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=200, labelFlush=False))
    )
    tooltip = [
        alt.Tooltip("label:N", title="Of"),
        alt.Tooltip("share:Q", title="Share", format=".1%"),
        alt.Tooltip("lower:Q", title="95% interval from", format=".1%"),
        alt.Tooltip("upper:Q", title="to", format=".1%"),
        alt.Tooltip("part:Q", title="Counted", format=",d"),
        alt.Tooltip("whole:Q", title="Of attempts", format=",d"),
    ]
    x = alt.X("lower:Q", title=title, axis=alt.Axis(format="%", tickCount=5))
    bars = base.mark_rule(color=GREY, strokeWidth=2).encode(
        x=x, x2=alt.X2("upper:Q"), tooltip=tooltip
    )
    dots = base.mark_point(filled=True, color=BLUE, size=90, opacity=1).encode(
        x=alt.X("share:Q"), tooltip=tooltip
    )
    return alt.layer(bars, dots).properties(height=26 * max(told.height, 1) + 60)
