"""A measure by day with its control limits: signals stand out, noise does not."""

from typing import Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import BLUE, GREY, INK, MONTH_AXIS, ORANGE, AnyChart, fixed
from dashboards.control import Limits

SHOWN_MAX: Final = 180
"""Points that are shown: the newest."""


def control_chart(points: pl.DataFrame, band: Limits | None, *, title: str) -> AnyChart:
    """The share of failures by day (`day`, `share`, `outcomes`, `failures`, `signal`, `rules`)."""
    shown = points.tail(SHOWN_MAX).with_columns(
        pl.when("signal").then(pl.lit("Signal")).otherwise(pl.lit("Within limits")).alias("kind")
    )
    x = alt.X("day:T", title=None, axis=MONTH_AXIS)
    y = alt.Y("share:Q", title=title, axis=alt.Axis(format="%", tickCount=5))
    line = alt.Chart(shown).mark_line(color=GREY, strokeWidth=1, opacity=0.6).encode(x=x, y=y)
    dots = (
        alt.Chart(shown)
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            color=_coded(alt.Color, [BLUE, ORANGE]),
            shape=_coded(alt.Shape, ["circle", "triangle-up"]),
            size=alt.condition("datum.signal", alt.value(90), alt.value(30)),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
                alt.Tooltip("share:Q", title="Failed", format=".1%"),
                alt.Tooltip("failures:Q", title="Failures", format=",d"),
                alt.Tooltip("outcomes:Q", title="Outcomes", format=",d"),
                alt.Tooltip("rules:N", title="Signal by"),
            ],
        )
    )
    return alt.layer(line, *_rules(shown, band), dots).properties(height=280)


def _coded(channel: type[alt.Color] | type[alt.Shape], values: list[str]) -> alt.Color | alt.Shape:
    return channel(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=["Within limits", "Signal"], range=values),
        legend=alt.Legend(orient="top"),
    )


def _rules(shown: pl.DataFrame, band: Limits | None) -> list[AnyChart]:
    if band is None:
        return []
    # a lower limit of nothing is the axis itself
    lower = [(band.lower, "Lower limit")] if band.lower > 0 else []
    rows = [(band.upper, "Upper limit"), (band.mean, "Mean"), *lower]
    named = pl.DataFrame(
        [(value, f"{name} {words.share_of(value)}") for value, name in rows],
        schema=["share", "label"],
        orient="row",
    )
    base = alt.Chart(named)
    rules = base.mark_rule(color=INK, strokeDash=[4, 3], opacity=0.5).encode(y=alt.Y("share:Q"))
    # beside the plot, where no point lies; the upper one stands above its line, as the mean is near
    text = base.mark_text(
        align="left",
        dx=4,
        dy=alt.expr(f"datum.share > {band.mean} ? -4 : 4"),
        fontSize=11,
        color=INK,
    )
    return [
        rules,
        text.encode(x=fixed(alt.XValue, "width"), y=alt.Y("share:Q"), text=alt.Text("label:N")),
    ]
