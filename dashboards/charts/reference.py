"""How much each mart holds, and how well known the numbers of behaviour are."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, ORANGE, TURQUOISE, AnyChart

TOP: Final = 15
_STATUSES: Final = {"published": BLUE, "derived": TURQUOISE, "assumed": ORANGE}


def largest_marts(shelf: pl.DataFrame) -> AnyChart:
    """Rows of the largest marts, as bars from zero."""
    top = shelf.sort("rows", "mart", descending=[True, False]).head(TOP)
    bars: alt.Chart = (
        alt.Chart(top)
        .mark_bar(color=BLUE, height=14)
        .encode(
            x=alt.X("rows:Q", title="Rows", axis=alt.Axis(format=",d", tickMinStep=1)),
            y=alt.Y("mart:N", title=None, sort=top["mart"].to_list()),
            tooltip=[
                alt.Tooltip("mart:N", title="Mart"),
                alt.Tooltip("rows:Q", title="Rows", format=",d"),
                alt.Tooltip("bytes:Q", title="Bytes", format=",d"),
            ],
        )
        .properties(height=24 * top.height + 40)
    )
    return bars


def known_how(by_status: pl.DataFrame) -> AnyChart:
    """Numbers of behaviour by file: published, derived from published ones, or assumed."""
    names = [name for name in _STATUSES if name in set(by_status["status"])]
    rank = {name: n for n, name in enumerate(_STATUSES)}
    frame = by_status.with_columns(
        pl.col("status").replace_strict(rank, default=9, return_dtype=pl.Int32).alias("rank")
    ).sort("file", "rank")
    bars: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(height=18)
        .encode(
            x=alt.X("rows:Q", title="Numbers of behaviour", axis=alt.Axis(format=",d")),
            y=alt.Y("file:N", title=None, axis=alt.Axis(labelLimit=260)),
            color=alt.Color(
                "status:N",
                title=None,
                scale=alt.Scale(domain=names, range=[_STATUSES[n] for n in names]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("file:N", title="File"),
                alt.Tooltip("status:N", title="Status"),
                alt.Tooltip("rows:Q", title="Numbers", format=",d"),
            ],
        )
        .properties(height=34 * frame["file"].n_unique() + 110)
    )
    return bars
