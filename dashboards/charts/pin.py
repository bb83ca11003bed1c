"""Privacy PINs around pairing, weak ones by area, and what stopped intruders."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import (
    BLUE,
    COUNT_AXIS,
    INK,
    ORANGE,
    TURQUOISE,
    AnyChart,
    fixed,
    largest,
)
from dashboards.headlines.pin import BEFORE, INTRUDERS, NOW, SPACES

SPACE_COLOURS: Final = dict(zip(SPACES.values(), (ORANGE, BLUE), strict=True))
SEQUENTIAL: Final = ("#F2F2F2", "#ADD1F1", "#6BACE6", "#2073BC", "#12436D")
WEAK_DOMAIN: Final = (0, 50)
"""Percent of the PINs set that are weak: fixed, so that areas can be held against other days."""
_ENDS: Final = dict(zip(list(INTRUDERS.values())[:3], (ORANGE, BLUE, TURQUOISE), strict=True))


def around_pairing(rows: pl.DataFrame) -> AnyChart:
    """A line a meter space from when a device was paired to now, labelled at its end."""
    told = rows.drop_nulls("share").with_columns(
        pl.concat_str(
            pl.col("space"), pl.lit(" "), pl.col("share").round(1).cast(pl.String), pl.lit("%")
        ).alias("label")
    )
    x = alt.X(
        "moment:N",
        title=None,
        sort=[BEFORE, NOW],
        axis=alt.Axis(labelAngle=0, grid=False),
        scale=alt.Scale(type="point", padding=0.6),
    )
    y = alt.Y(
        "share:Q",
        title="% of premises with a device paired",
        scale=alt.Scale(domain=[0, min(100, 1.4 * max(largest(told["share"]), 10))], nice=True),
        axis=alt.Axis(tickCount=5),
    )
    colour = alt.Color(
        "space:N",
        scale=alt.Scale(domain=list(SPACE_COLOURS), range=list(SPACE_COLOURS.values())),
        legend=None,
    )
    base = alt.Chart(told).encode(
        x=x,
        y=y,
        color=colour,
        tooltip=[
            alt.Tooltip("space:N", title="Meter space"),
            alt.Tooltip("moment:N", title="Moment"),
            alt.Tooltip("set:Q", title="Premises with a PIN set", format=",d"),
            alt.Tooltip("premises:Q", title="Premises with a device paired", format=",d"),
        ],
    )
    lines = base.mark_line(strokeWidth=2.5)
    dots = base.mark_circle(size=110, opacity=1)
    # of two lines the upper one is named above its end, the lower one below
    ends = told.filter(pl.col("moment") == NOW).sort("share", "space").with_row_index("nth")
    names = [
        alt.Chart(ends.filter(pl.col("nth") == nth))
        .mark_text(fontSize=12, fontWeight="bold", dy=dy, color=INK)
        .encode(x=x, y=y, text=alt.Text("label:N"))
        for nth, dy in ((0, 18), (1, -16))
    ]
    return alt.layer(lines, dots, *names).properties(height=340)


def weak_heat(areas: pl.DataFrame) -> AnyChart:
    """A cell an area, the weakest on top: share of its PINs that are weak."""
    told = areas.with_columns(
        pl.when(pl.col("share").is_null())
        .then(pl.lit("too few"))
        .otherwise(pl.col("share").round(1).cast(pl.String) + "%")
        .alias("text"),
        pl.when(pl.col("share") >= 0.6 * WEAK_DOMAIN[1])
        .then(pl.lit("#FFFFFF"))
        .otherwise(pl.lit(INK))
        .alias("ink"),
    )
    y = alt.Y(
        "area:N",
        title=None,
        sort=told["area"].to_list(),
        axis=alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False),
    )
    base = alt.Chart(told).encode(y=y)
    cells = base.mark_rect().encode(
        color=alt.Color(
            "share:Q",
            title="% of the PINs set that are weak",
            scale=alt.Scale(domain=list(WEAK_DOMAIN), range=list(SEQUENTIAL), clamp=True),
            legend=alt.Legend(orient="bottom", titleLimit=0, gradientLength=240),
        ),
        tooltip=[
            alt.Tooltip("area:N", title="Area"),
            alt.Tooltip("text:N", title="Weak"),
            alt.Tooltip("set_now:Q", title="Premises with a PIN set", format=",d"),
        ],
    )
    texts = base.mark_text(fontSize=12).encode(
        x=fixed(alt.XValue, 40), text=alt.Text("text:N"), color=alt.Color("ink:N", scale=None)
    )
    chart: alt.LayerChart = (
        alt.layer(cells, texts).properties(height=440).resolve_scale(color="independent")
    )
    return chart


def intruder_bars(rows: pl.DataFrame) -> AnyChart:
    """Attempts of others where the meter could pair, with and without a PIN, by how they ended."""
    bars: alt.Chart = (
        alt.Chart(rows.drop_nulls("attempts"))
        .mark_bar()
        .encode(
            y=alt.Y("pin:N", title=None, sort=["No PIN", "PIN set"]),
            x=alt.X("attempts:Q", title="Attempts", axis=COUNT_AXIS),
            order=alt.Order("rank:Q"),
            color=alt.Color(
                "ended:N",
                title=None,
                scale=alt.Scale(domain=list(_ENDS), range=list(_ENDS.values())),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("pin:N", title="PIN"),
                alt.Tooltip("ended:N", title="How it ended"),
                alt.Tooltip("attempts:Q", title="Attempts", format=",d"),
            ],
        )
        .properties(height=230)
    )
    return bars
