"""The waves over time: planned pale, done dark, with the state in words."""

from datetime import date, timedelta

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import BLUE, INK, MONTH_AXIS, ORANGE, PALE, AnyChart, fixed


def gantt(rows: pl.DataFrame, *, as_at: date) -> AnyChart:
    """A line a wave: its planned days in pale, those from its release to its end in dark.

    Dark is blue within the plan and orange where the wave is behind it; a wave that is not over
    ends at the as-at rule.
    """
    told = rows.with_columns(
        pl.coalesce(
            "ended_on", pl.when(pl.col("released_on").is_not_null()).then(pl.lit(as_at))
        ).alias("done_to"),
        pl.when(pl.col("late").is_not_null())
        .then(pl.lit("late"))
        .otherwise(pl.lit("in time"))
        .alias("pace"),
        pl.Series("said", [_said(row) for row in rows.iter_rows(named=True)], dtype=pl.String),
    ).with_columns(
        pl.max_horizontal("planned_to", "done_to").alias("ends"),
        pl.min_horizontal("planned_from", "released_on").alias("starts"),
    )
    first, last = _days_shown(told, as_at)
    middle = first + (last - first) / 2
    # words stand where there is room: behind a bar of the first half, before one of the second
    side = pl.when(pl.col("ends") <= middle).then(pl.lit("left")).otherwise(pl.lit("right"))
    told = told.with_columns(side.alias("side"))
    y = alt.Y("label:N", title=None, sort=told["label"].to_list(), axis=alt.Axis(labelLimit=240))
    domain = [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in (first, last)]
    x = alt.X(
        "planned_from:T", title=None, axis=MONTH_AXIS, scale=alt.Scale(domain=domain, nice=False)
    )
    tooltip = [
        alt.Tooltip("label:N", title="Wave"),
        alt.Tooltip("planned_from:T", title="Planned from", format="%-d %B %Y"),
        alt.Tooltip("planned_to:T", title="Planned to", format="%-d %B %Y"),
        alt.Tooltip("released_on:T", title="Released", format="%-d %B %Y"),
        alt.Tooltip("ended_on:T", title="Over", format="%-d %B %Y"),
        alt.Tooltip("said:N", title="State"),
    ]
    base = alt.Chart(told)
    planned = base.mark_bar(height=24, color=PALE).encode(
        x=x, x2=alt.X2("planned_to:T"), y=y, tooltip=tooltip
    )
    done = (
        base.transform_filter("isValid(datum.released_on)")
        .mark_bar(height=10)
        .encode(
            x=alt.X("released_on:T"),
            x2=alt.X2("done_to:T"),
            y=y,
            color=alt.Color(
                "pace:N",
                scale=alt.Scale(domain=["in time", "late"], range=[BLUE, ORANGE]),
                legend=None,
            ),
            tooltip=tooltip,
        )
    )
    texts = [
        base.transform_filter(f"datum.side == '{side}'")
        .mark_text(align="left" if side == "left" else "right", dx=dx, fontSize=12, color=INK)
        .encode(x=alt.X(at), y=y, text=alt.Text("said:N"))
        for side, dx, at in (("left", 6, "ends:T"), ("right", -6, "starts:T"))
    ]
    here = alt.Chart(pl.DataFrame({"day": [as_at], "label": [f"As at {words.short_day(as_at)}"]}))
    rule = here.mark_rule(color=BLUE, strokeDash=[2, 2]).encode(x=alt.X("day:T"))
    name = here.mark_text(align="right", baseline="bottom", dx=-4, dy=-4, color=BLUE).encode(
        x=alt.X("day:T"), y=fixed(alt.YValue, 0), text=alt.Text("label:N")
    )
    return alt.layer(planned, done, *texts, rule, name).properties(height=34 * rows.height + 60)


def _said(row: dict[str, object]) -> str:
    late = row["late"]
    days = f", {words.things(int(str(late)), 'day')} late" if late is not None else ""
    return f"{row['state']}{days}"


def _days_shown(told: pl.DataFrame, as_at: date) -> tuple[date, date]:
    """From the first day of all to the last."""
    days = [*told["starts"], *told["ends"], as_at]
    return min(days), max(days) + timedelta(days=3)
