"""How much each stage has still to read of each topic."""

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, COUNT_AXIS, GREY, INK, TURQUOISE, AnyChart, largest


def by_stage(partitions: pl.DataFrame) -> pl.DataFrame:
    """Records that wait before each stage of each topic, over all its partitions."""
    return (
        partitions.group_by("topic", "stage")
        .agg(pl.col("lag").sum(), pl.col("partition").n_unique().alias("partitions"))
        .with_columns((pl.col("topic") + ", " + pl.col("stage")).alias("place"))
        .sort("topic", "stage")
    )


def lag_bars(partitions: pl.DataFrame) -> AnyChart:
    """One bar a stage, with its figure beside it."""
    frame = by_stage(partitions)
    most = max(largest(frame["lag"]), 1)
    base = alt.Chart(frame).encode(
        y=alt.Y("place:N", title=None, sort=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X(
            "lag:Q",
            title="Records still to read",
            axis=COUNT_AXIS,
            scale=alt.Scale(domain=[0, 1.15 * most], nice=False),
        ),
    )
    bars = base.mark_bar(color=BLUE, height=16).encode(
        tooltip=[
            alt.Tooltip("topic:N", title="Topic"),
            alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("partitions:Q", title="Partitions"),
            alt.Tooltip("lag:Q", title="Records still to read", format=",d"),
        ]
    )
    figures = base.mark_text(align="left", dx=5, color=INK).encode(
        text=alt.Text("lag:Q", format=",d")
    )
    return alt.layer(bars, figures).properties(height=260)


def lag_area(lags: pl.DataFrame) -> AnyChart:
    """Records that waited before each stage at the moments of the last sets."""
    frame = lags.with_columns(pl.col("seen_at").dt.replace_time_zone(None))
    names = sorted(frame["stage"].unique())
    area: alt.Chart = (
        alt.Chart(frame)
        .mark_area(opacity=0.5, line=True, interpolate="step-after")
        .encode(
            x=alt.X(
                "seen_at:T",
                title="Moment of the set (UTC)",
                axis=alt.Axis(format="%H:%M:%S", labelOverlap=True, grid=False),
            ),
            y=alt.Y("lag:Q", title="Records still to read", stack=None, axis=COUNT_AXIS),
            color=alt.Color(
                "stage:N",
                title=None,
                scale=alt.Scale(domain=names, range=[BLUE, TURQUOISE, GREY][: len(names)]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("seen_at:T", title="At", format="%H:%M:%S"),
                alt.Tooltip("stage:N", title="Stage"),
                alt.Tooltip("lag:Q", title="Records still to read", format=",d"),
            ],
        )
        .properties(height=260)
    )
    return area
