"""The figures of a review side by side with those of another quarter, and licence judgements."""

from collections.abc import Sequence

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, ORANGE, PALE, TURQUOISE, AnyChart


def shares_beside(shares: pl.DataFrame, *, periods: Sequence[str]) -> AnyChart:
    """A row a figure, a mark a quarter: the reviewed one (first) blue, the other an orange ring."""
    named = shares["figure"].unique(maintain_order=True).to_list()
    colours = [BLUE, ORANGE][: len(periods)]
    y = alt.Y("figure:N", title=None, sort=named, axis=alt.Axis(labelLimit=300, grid=True))
    x = alt.X(
        "share:Q",
        title="share of their whole",
        axis=alt.Axis(format=".0%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    between = (
        alt.Chart(shares)
        .mark_line(color=PALE, strokeWidth=3)
        .encode(y=y, x=x, detail=alt.Detail("figure:N"), order=alt.Order("period:N"))
    )
    marks = (
        alt.Chart(shares)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            y=y,
            x=x,
            color=alt.Color(
                "period:N",
                title=None,
                scale=alt.Scale(domain=list(periods), range=colours),
                legend=alt.Legend(orient="top"),
            ),
            shape=alt.Shape(
                "period:N",
                title=None,
                scale=alt.Scale(domain=list(periods), range=["circle", "diamond"][: len(periods)]),
            ),
            tooltip=[
                alt.Tooltip("figure:N", title="Figure"),
                alt.Tooltip("period:N", title="Quarter"),
                alt.Tooltip("told:N", title="Counted"),
            ],
        )
    )
    return alt.layer(between, marks).properties(height=24 * max(len(named), 1) + 60)


def judgements(judged: pl.DataFrame, *, order: Sequence[str]) -> AnyChart:
    """Premises of each supplier: met, failed, not judgeable."""
    there = set(judged["judgement"].to_list())
    shown = [word for word in order if word in there]
    colours = dict(zip(order, (BLUE, ORANGE, PALE), strict=True))
    ranked = judged.with_columns(
        pl.col("judgement").replace_strict(list(order), list(range(len(order)))).alias("nth")
    )
    chart: AnyChart = (
        alt.Chart(ranked)
        .mark_bar()
        .encode(
            y=alt.Y("supplier:N", title=None),
            x=alt.X("premises:Q", title="premises", axis=alt.Axis(format=",d", tickMinStep=1)),
            color=alt.Color(
                "judgement:N",
                title=None,
                scale=alt.Scale(domain=shown, range=[colours[word] for word in shown]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("nth:Q"),
            tooltip=[
                alt.Tooltip("supplier:N", title="Supplier"),
                alt.Tooltip("judgement:N", title="Judged"),
                alt.Tooltip("premises:Q", title="Premises", format=",d"),
            ],
        )
        .properties(height=alt.Step(22))
    )
    return chart


def waits(steps: pl.DataFrame) -> AnyChart:
    """Days that cases waited at each step, all in all; the longest first."""
    chart: AnyChart = (
        alt.Chart(steps)
        .mark_bar(color=TURQUOISE)
        .encode(
            y=alt.Y(
                "step:N", title=None, sort=steps["step"].to_list(), axis=alt.Axis(labelLimit=320)
            ),
            x=alt.X("days:Q", title="days waited by all cases", axis=alt.Axis(format=",.0f")),
            tooltip=[
                alt.Tooltip("step:N", title="Step"),
                alt.Tooltip("times:Q", title="Times", format=",d"),
                alt.Tooltip("median:N", title="Median wait"),
            ],
        )
        .properties(height=alt.Step(24))
    )
    return chart
