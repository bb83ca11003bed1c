"""Weeks against the plan: what became capable, and how much more or less than planned."""

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, ORANGE, AnyChart, signed_labels

_TOOLTIP = [
    alt.Tooltip("week:T", title="Week to Sunday", format="%-d %B %Y"),
    alt.Tooltip("capable:Q", title="Became capable", format=",d"),
    alt.Tooltip("planned:Q", title="Planned", format=",.0f"),
    alt.Tooltip("variance:Q", title="More than planned", format="+,.0f"),
]
_X = alt.X("week:T", title=None, axis=alt.Axis(format="%-d %b %Y", labelOverlap=True, grid=False))


def weekly_bars(weeks: pl.DataFrame) -> AnyChart:
    """Bars of the premises that became capable in a week, with the plan as an orange tick."""
    base = alt.Chart(weeks)
    bars = (
        base.transform_filter("isValid(datum.capable)")
        .mark_bar(color=BLUE, size=10)
        .encode(
            x=_X,
            y=alt.Y("capable:Q", title="Premises in the week", axis=alt.Axis(format=",d")),
            tooltip=_TOOLTIP,
        )
    )
    ticks = (
        base.transform_filter("isValid(datum.planned)")
        .mark_tick(color=ORANGE, thickness=3, size=8)
        .encode(x=_X, y=alt.Y("planned:Q"), tooltip=_TOOLTIP)
    )
    return alt.layer(bars, ticks).properties(height=420)


def variance_bars(weeks: pl.DataFrame) -> AnyChart:
    """Bars of actual less plan by week: blue above nothing, orange below."""
    bars: alt.Chart = (
        alt.Chart(weeks.drop_nulls("variance"))
        .mark_bar(size=10)
        .encode(
            x=_X,
            y=alt.Y(
                "variance:Q",
                title="Premises more than planned",
                axis=alt.Axis(labelExpr=signed_labels("+,.0f")),
            ),
            color=alt.condition("datum.variance < 0", alt.value(ORANGE), alt.value(BLUE)),
            tooltip=_TOOLTIP,
        )
        .properties(height=220)
    )
    return bars
