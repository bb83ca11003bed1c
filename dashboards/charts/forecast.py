"""When a campaign will end, as forecast on each day: the fan closes on the day it comes."""

from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import BLUE, INK, MONTH_AXIS, ORANGE, TURQUOISE, AnyChart, fixed

NOT_IN_SIGHT: Final = "not in sight"


def forecast_fan(made: pl.DataFrame) -> AnyChart:
    """One campaign's forecasts by the day they were made, with the plan's day and the actual end.

    `made` has rows of `campaign_forecasts`, one a day. A quantile that no course reaches leaves a
    gap in the fan; the tooltip says so.
    """
    rows = _told(made.sort("day"))
    x = alt.X("day:T", title="Day of the forecast", axis=MONTH_AXIS)
    y = alt.Y(
        "p10:T",
        title="Day of the end",
        axis=alt.Axis(format="%-d %b %Y", labelOverlap=True, tickCount=6),
        scale=alt.Scale(zero=False, nice=False, padding=12),
    )
    tooltip = [
        alt.Tooltip("on:N", title="As known on"),
        alt.Tooltip("early:N", title="P10"),
        alt.Tooltip("middle:N", title="P50"),
        alt.Tooltip("late:N", title="P90"),
        alt.Tooltip("chance:Q", title="Chance of the plan's day", format=".0%"),
    ]
    # what a chart is given goes to the reader: how many devices a day rests on is not drawn
    chart = alt.Chart(rows.drop("members", "settled", "censored", strict=False))
    fan = chart.mark_area(color=TURQUOISE, opacity=0.3, interpolate="step-after").encode(
        x=x, y=y, y2=alt.Y2("p90:T"), tooltip=tooltip
    )
    middle = chart.mark_line(color=TURQUOISE, strokeWidth=2.5, interpolate="step-after").encode(
        x=x, y=alt.Y("p50:T"), tooltip=tooltip
    )
    return alt.layer(fan, middle, *_rules(made, rows)).properties(height=320)


def _told(made: pl.DataFrame) -> pl.DataFrame:
    """The rows with their days in words beside them."""
    names = {"day": "on", "p10": "early", "p50": "middle", "p90": "late"}
    return made.with_columns(
        pl.Series(name, [_word(day) for day in made[column]], dtype=pl.String)
        for column, name in names.items()
    )


def _word(day: date | None) -> str:
    return NOT_IN_SIGHT if day is None else words.short_day(day)


def _rules(made: pl.DataFrame, rows: pl.DataFrame) -> list[AnyChart]:
    """The plan's day, as it stood last, and the day on which it ended, each with its name."""
    last = rows.row(-1, named=True)
    planned, actual = last["planned"], last["actual"]
    lines = [(planned, "Plan", ORANGE, [6, 3]), (actual, "Ended", BLUE, [1, 0])]
    told = [(day, f"{name} {words.short_day(day)}", *look) for day, name, *look in lines if day]
    # at the right the fan has closed and leaves them room;
    # of two labels on neighbouring days the later stands above its line, the earlier below
    above = max((day for day, *_ in told), default=None)
    charts: list[AnyChart] = []
    for day, label, colour, dash in told:
        base = alt.Chart(pl.DataFrame({"end": [day], "label": [label], "at": [made["day"].max()]}))
        charts.append(base.mark_rule(color=colour, strokeDash=dash).encode(y=alt.Y("end:T")))
        text = base.mark_text(
            align="right",
            baseline="bottom" if day == above else "top",
            dx=-4,
            dy=-3 if day == above else 3,
            fontSize=12,
        ).encode(x=alt.X("at:T"), y=alt.Y("end:T"), text=alt.Text("label:N"))
        # white around it, so that it is read on the fan and its line
        halo = text.encode(
            stroke=fixed(alt.StrokeValue, "white"), strokeWidth=fixed(alt.StrokeWidthValue, 4)
        )
        charts += [halo, text.encode(color=fixed(alt.ColorValue, INK))]
    return charts
