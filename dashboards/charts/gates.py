"""How near each stop rule came to firing, day by day and wave by wave."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, GREY, INK, ORANGE, TURQUOISE, AnyChart

CUT: Final = 2.0
"""What lies further beyond a bound is drawn here: the rule has fired long before."""
_LOOKS: Final = (
    (BLUE, [1, 0]),
    (ORANGE, [6, 3]),
    (GREY, [2, 2]),
    (TURQUOISE, [1, 0]),
)


def shown(paths: pl.DataFrame, *, rules: list[str]) -> pl.DataFrame:
    """Rows that the chart draws, cut where a rule has fired long before."""
    own = paths.filter(pl.col("rule").is_in(rules))
    return own.with_columns(pl.col("reached").clip(0.0, CUT).alias("drawn")).sort(
        "wave", "rule", "day"
    )


def nearness(paths: pl.DataFrame, *, rules: list[str]) -> AnyChart:
    """One wave: how much of its conditions each rule had reached, and the step to 100 %.

    At most four `rules` are drawn, in their order.
    """
    frame = shown(paths, rules=rules[: len(_LOOKS)])
    names = [name for name in rules if name in set(frame["rule"])]
    looks = _LOOKS[: len(names)]
    base = alt.Chart(frame)
    lines = base.mark_line(strokeWidth=2.5, interpolate="step-after").encode(
        x=alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", labelOverlap=True, grid=False)),
        y=alt.Y(
            "drawn:Q",
            title="Reached of what stops",
            scale=alt.Scale(domain=[0, CUT]),
            axis=alt.Axis(format="%", tickCount=4),
        ),
        color=alt.Color(
            "rule:N",
            title=None,
            scale=alt.Scale(domain=names, range=[colour for colour, _ in looks]),
            legend=alt.Legend(orient="top", labelLimit=220, columns=2),
        ),
        strokeDash=alt.StrokeDash(
            "rule:N", scale=alt.Scale(domain=names, range=[dash for _, dash in looks]), legend=None
        ),
        tooltip=[
            alt.Tooltip("rule:N", title="Rule"),
            alt.Tooltip("day:T", title="Known at the start of", format="%-d %B %Y"),
            *(
                alt.Tooltip(f"{name}:Q", title=title, format=",d")
                for name, title in (("k", "Errors"), ("n", "Devices"))
                if name in frame.columns
            ),
            alt.Tooltip("reached:Q", title="Of what stops", format=".0%"),
        ],
    )
    step = base.mark_rule(color=INK, strokeWidth=1.5).encode(y=alt.datum(1.0))
    return alt.layer(lines, step).properties(height=210)
