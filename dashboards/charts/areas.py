"""How far each GSP group lies from the country, as bars from the middle."""

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, INK, ORANGE, AnyChart

DOMAIN = (-5.0, 5.0)
"""Percentage points: fixed, so that noise does not look like a signal; what lies beyond is cut."""

_SIGNED = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + abs(datum.value)"


def deviations(areas: pl.DataFrame) -> AnyChart:
    """Percentage points of each GSP group from the country; blue ahead, orange behind."""
    rows = areas.sort("points", "gsp_group", descending=[True, False]).with_columns(
        pl.col("points").clip(*DOMAIN).alias("drawn"),
        pl.lit(0.0).alias("country"),
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("area:N", title=None, sort=rows["area"].to_list(), axis=alt.Axis(labelLimit=240)),
        tooltip=[
            alt.Tooltip("area:N", title="Area"),
            alt.Tooltip("installed_premises:Q", title="Installed premises", format=",d"),
            alt.Tooltip("share:Q", title="Of these capable", format=".1%"),
            alt.Tooltip("points:Q", title="Percentage points from the country", format="+.1f"),
        ],
    )
    bars = base.mark_bar(height=14).encode(
        x=alt.X(
            "drawn:Q",
            title="Percentage points from the country's share",
            scale=alt.Scale(domain=list(DOMAIN)),
            axis=alt.Axis(values=[-4, -2, 0, 2, 4], labelExpr=_SIGNED),
        ),
        x2="country:Q",
        color=alt.condition(alt.datum.points < 0, alt.value(ORANGE), alt.value(BLUE)),
    )
    middle = alt.Chart(rows.head(1)).mark_rule(color=INK).encode(x="country:Q")
    return alt.layer(bars, middle).properties(height=22 * max(rows.height, 1) + 60)
