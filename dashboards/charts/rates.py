"""How fast the log grows: records a minute by what they are about."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, GREY, ORANGE, PALE, TURQUOISE, AnyChart, y_counts

GROUPS: Final = {
    "firmware": "Firmware and campaigns",
    "programme": "Firmware and campaigns",
    "pairing": "Consumers",
    "pins": "Consumers",
    "lifecycle": "Installations",
    "bands": "Installations",
    "messages": "Messages with no fact of their own",
    "dead letters": "Refused",
    "unreadable": "Refused",
}
_COLOURS: Final = {
    "Firmware and campaigns": BLUE,
    "Consumers": TURQUOISE,
    "Installations": GREY,
    "Messages with no fact of their own": PALE,
    "Refused": ORANGE,
}


def grouped(rates: pl.DataFrame) -> pl.DataFrame:
    """Records a minute in groups of families."""
    return (
        rates.with_columns(
            pl.col("family").replace_strict(GROUPS, default="Refused").alias("group"),
            pl.col("minute").dt.replace_time_zone(None),
        )
        .group_by("minute", "group")
        .agg(pl.col("events").sum())
        .sort("minute", "group")
    )


def event_rates(rates: pl.DataFrame) -> AnyChart:
    """Stacked bars, one a minute of the log's own time."""
    frame = grouped(rates)
    names = [name for name in _COLOURS if name in set(frame["group"])]
    bars: alt.Chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(
                "minute:T",
                timeUnit="yearmonthdatehoursminutes",
                title="Minute of arrival (UTC)",
                axis=alt.Axis(format="%H:%M", labelOverlap=True, grid=False),
            ),
            y=y_counts("events:Q", "Records a minute"),
            color=alt.Color(
                "group:N",
                title=None,
                scale=alt.Scale(domain=names, range=[_COLOURS[n] for n in names]),
                legend=alt.Legend(orient="top", columns=2),
            ),
            tooltip=[
                alt.Tooltip("minute:T", title="Minute", format="%H:%M"),
                alt.Tooltip("group:N", title="About"),
                alt.Tooltip("events:Q", title="Records", format=",d"),
            ],
        )
        .properties(height=300)
    )
    return bars
