"""Small S-curves side by side on one scale: capable premises of a group, with those installed."""

from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, INK, PALE, AnyChart, fixed, largest

SERIES: Final = {"capable_premises": "Capable", "installed_premises": "Installed"}
_COLOURS: Final = {"Capable": BLUE, "Installed": PALE}


def group_curve(frame: pl.DataFrame, *, top: float, as_at: date) -> AnyChart:
    """One group's curves by day; `top` is the end of the scale that all groups share."""
    long = (
        frame.select("day", *(pl.col(c).cast(pl.Float64).alias(n) for c, n in SERIES.items()))
        .unpivot(index="day", variable_name="series", value_name="premises")
        .drop_nulls("premises")
        .sort("series", "day")
    )
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=4, grid=False))
    y = alt.Y(
        "premises:Q",
        title="Premises",
        scale=alt.Scale(domain=[0, top], nice=True),
        axis=alt.Axis(format=",d", tickCount=4),
    )
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
                alt.Tooltip("series:N", title="Series"),
                alt.Tooltip("premises:Q", title="Premises", format=",.0f"),
            ],
        )
    )
    first = frame["day"].min()
    names = pl.DataFrame({"series": list(SERIES.values())[::-1], "dy": [0, 18]})
    labels = [
        alt.Chart(pl.DataFrame({"day": [first], "series": [row["series"]]}))
        .mark_text(align="left", baseline="top", dy=row["dy"], fontSize=12, fontWeight="bold")
        .encode(
            x=alt.X("day:T"),
            y=fixed(alt.YValue, 0),
            text=alt.Text("series:N"),
            color=fixed(alt.ColorValue, BLUE if row["series"] == "Capable" else INK),
        )
        for row in names.iter_rows(named=True)
    ]
    rule = (
        alt.Chart(pl.DataFrame({"day": [as_at]}))
        .mark_rule(color=BLUE, strokeDash=[2, 2])
        .encode(x=alt.X("day:T"))
    )
    return alt.layer(lines, rule, *labels).properties(height=220)


def top_of(frame: pl.DataFrame) -> float:
    """The end of a scale that carries every count of a frame."""
    return max(largest(frame["installed_premises"]), 1.0)
