"""Curves of what-if runs: capable premises with their fan, differences, end against exposure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import (
    BLUE,
    GREY,
    INK,
    MONTH_AXIS,
    ORANGE,
    PALE,
    TURQUOISE,
    AnyChart,
    fixed,
    signed_labels,
    y_counts,
)
from dashboards.headlines.whatif import behaviour
from twin.whatif.doubt.drawing import FAN, Doubt, Swing
from twin.whatif.outcome import Outcome

TORNADO_MOST: Final = 10
NEAR_DAYS: Final = 0.15
NEAR_EXPOSED: Final = 0.08
"""Shares of a picture's width and height that the name of a run takes about."""


def by_day(outcome: Outcome) -> pl.DataFrame:
    """Installed and capable premises of the whole fleet at the end of each day."""
    weight = outcome.header.weight
    return (
        outcome.capable.group_by("day")
        .agg((pl.col("installed", "capable").sum() * weight).round().cast(pl.Int64))
        .sort("day")
    )


def fan_rows(doubt: Doubt) -> pl.DataFrame:
    """The percentiles of the draws, a row a day."""
    days = [doubt.starts + timedelta(days=n) for n in range(doubt.fan.shape[1])]
    columns = {f"p{share}": row for share, row in zip(FAN, doubt.fan, strict=True)}
    return pl.DataFrame({"day": days, **columns}).with_columns(pl.col("day").cast(pl.Date))


def curve(outcome: Outcome, *, doubted: Doubt | None) -> AnyChart:
    """Capable premises over installed ones; bands hold 50 % and 90 % of the draws."""
    rows = by_day(outcome)
    base = alt.Chart(rows)
    x = alt.X("day:T", title=None, axis=MONTH_AXIS)
    tooltip = [
        alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
        alt.Tooltip("capable:Q", title="Capable", format=",d"),
        alt.Tooltip("installed:Q", title="Installed", format=",d"),
    ]
    installed = base.mark_line(color=PALE, strokeWidth=2).encode(
        x=x, y=y_counts("installed:Q", "Premises"), tooltip=tooltip
    )
    capable = base.mark_line(color=BLUE, strokeWidth=2.5).encode(
        x=x, y=alt.Y("capable:Q"), tooltip=tooltip
    )
    bands = [] if doubted is None else _bands(doubted, x)
    return alt.layer(*bands, installed, capable, *_named(rows), *_end(outcome)).properties(
        height=380
    )


def _bands(doubted: Doubt, x: alt.X) -> list[AnyChart]:
    fan = alt.Chart(fan_rows(doubted))
    return [
        fan.mark_area(color=TURQUOISE, opacity=opacity).encode(
            x=x, y=alt.Y(f"p{low}:Q"), y2=alt.Y2(f"p{high}:Q")
        )
        for low, high, opacity in ((5, 95, 0.18), (25, 75, 0.35))
    ]


def _named(rows: pl.DataFrame) -> list[AnyChart]:
    last = rows.tail(1)
    room = 0.05 * float(rows["installed"].max() or 0)  # type: ignore[arg-type]
    apart = last["installed"][0] - last["capable"][0] < room if last.height else False
    found: list[AnyChart] = []
    for column, label, dy in (("installed", "Installed", -9), ("capable", "Capable", 28)):
        base = alt.Chart(last.with_columns(pl.lit(label).alias("label")))
        found.append(
            base.mark_text(
                align="right", dx=-4, dy=dy if apart else -9, fontWeight="bold", color=INK
            ).encode(x=alt.X("day:T"), y=alt.Y(f"{column}:Q"), text=alt.Text("label:N"))
        )
    return found


def _end(outcome: Outcome) -> list[AnyChart]:
    end = outcome.header.end
    if end is None:
        return []
    row = pl.DataFrame({"day": [end], "label": [f"Ends {words.short_day(end)}"]})
    base = alt.Chart(row).encode(x=alt.X("day:T"))
    label = base.mark_text(align="right", dx=-5, baseline="top", color=GREY, fontSize=12)
    return [
        base.mark_rule(color=GREY, strokeDash=[2, 2]),
        label.encode(y=fixed(alt.YValue, 2), text=alt.Text("label:N")),
    ]


def ends_and_exposure(rows: Sequence[Mapping[str, object]]) -> AnyChart:
    """Each run as a point: the day of its end against the devices that it exposes."""
    frame = pl.DataFrame(
        list(rows),
        schema={"name": pl.String, "end": pl.Date, "exposed": pl.Int64, "this": pl.Boolean},
    ).drop_nulls("end")
    # of runs on one point the names stand beside each other
    frame = (
        frame.sort("name")
        .group_by("end", "exposed", maintain_order=True)
        .agg(pl.col("name").str.join(", "), pl.col("this").any())
    )
    base = alt.Chart(_above_each_other(frame)).encode(
        x=alt.X(
            "end:T",
            title="End of the last campaign",
            axis=alt.Axis(format="%-d %b %Y", labelOverlap=True),
            scale=alt.Scale(nice=False, padding=60),
        ),
        y=y_counts("exposed:Q", "Devices exposed to a bad image"),
        tooltip=[
            alt.Tooltip("name:N", title="Run"),
            alt.Tooltip("end:T", title="Ends", format="%-d %B %Y"),
            alt.Tooltip("exposed:Q", title="Exposed", format=",d"),
        ],
    )
    points = base.mark_point(size=110, filled=True, opacity=1).encode(
        color=alt.condition(alt.datum.this, alt.value(ORANGE), alt.value(BLUE)),
        shape=alt.condition(alt.datum.this, alt.value("diamond"), alt.value("circle")),
    )
    names = base.mark_text(dy=alt.expr("-12 - 14 * datum.nth"), color=INK, fontSize=12).encode(
        text=alt.Text("name:N")
    )
    return alt.layer(points, names).properties(height=260)


def _above_each_other(points: pl.DataFrame) -> pl.DataFrame:
    """With `nth`: how many points before it lie so near that their names would lie on its own."""
    days = points["end"].cast(pl.Int32).to_list()
    exposed = points["exposed"].to_list()
    width = NEAR_DAYS * max(max(days, default=0) - min(days, default=0), 1)
    height = NEAR_EXPOSED * max(*exposed, 1, 1)
    near = [
        sum(
            abs(days[other] - day) <= width and abs(exposed[other] - many) <= height
            for other in range(nth)
        )
        for nth, (day, many) in enumerate(zip(days, exposed, strict=True))
    ]
    return points.with_columns(pl.Series("nth", near, pl.Int64))


def gap(first: Outcome, second: Outcome) -> AnyChart:
    """Capable premises of the second run less those of the first, by day."""
    rows = gap_rows(first, second)
    base = alt.Chart(rows)
    x = alt.X("day:T", title=None, axis=MONTH_AXIS)
    area = base.mark_area(line={"color": BLUE}, color=BLUE, opacity=0.25).encode(
        x=x,
        y=alt.Y(
            "more:Q",
            title="Capable premises more (or fewer)",
            axis=alt.Axis(labelExpr=signed_labels("+,d")),
        ),
        tooltip=[
            alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
            alt.Tooltip("more:Q", title="More", format="+,d"),
        ],
    )
    level = base.mark_rule(color=INK).encode(y=alt.datum(0))
    return alt.layer(area, level).properties(height=320)


def gap_rows(first: Outcome, second: Outcome) -> pl.DataFrame:
    """The difference on the days that both runs have."""
    joined = by_day(first).join(by_day(second), on="day", suffix="_second")
    return joined.select("day", (pl.col("capable_second") - pl.col("capable")).alias("more"))


def moving(swings: Sequence[Swing]) -> list[Swing]:
    """The numbers of behaviour that move the end at all."""
    return [one for one in swings if one.days]


def tornado(swings: Sequence[Swing], *, starts: date, horizon: int) -> AnyChart:
    """What one number of behaviour at its P10 and its P90 does to the end, the largest on top."""
    rows = [
        {
            "name": behaviour(one.name),
            "low": starts + timedelta(days=min(ends)),
            "high": starts + timedelta(days=max(ends)),
            "days": one.days,
        }
        for one in moving(swings)[:TORNADO_MOST]
        for ends in ([horizon if end < 0 else end for end in one.ends],)
    ]
    frame = pl.DataFrame(
        rows, schema={"name": pl.String, "low": pl.Date, "high": pl.Date, "days": pl.Int64}
    )
    bars: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(color=TURQUOISE, height=16)
        .encode(
            x=alt.X(
                "low:T",
                title="End with the number at its P10 and its P90",
                axis=alt.Axis(format="%-d %b %Y", labelOverlap=True),
                scale=alt.Scale(nice=False, padding=10),
            ),
            x2=alt.X2("high:T"),
            y=alt.Y(
                "name:N", title=None, sort=frame["name"].to_list(), axis=alt.Axis(labelLimit=240)
            ),
            tooltip=[
                alt.Tooltip("name:N", title="Number of behaviour"),
                alt.Tooltip("low:T", title="From", format="%-d %B %Y"),
                alt.Tooltip("high:T", title="To", format="%-d %B %Y"),
                alt.Tooltip("days:Q", title="Days", format=",d"),
            ],
        )
        .properties(height=30 * max(frame.height, 1) + 60)
    )
    return bars
