"""The S-curve of capable premises: actual in blue up to now, plan in orange beyond."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
    largest,
    y_counts,
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date of the programme with its paragraph in the source."""

    on: date
    label: str


MILESTONES: Final = (
    Milestone(date(2017, 7, 1), "Mid-2017: new installations capable (¶31)"),
    Milestone(date(2017, 12, 31), "End of the second half of 2017 (¶27)"),
)
"""Dates that the consultation names; mid-2017 is taken as 1 July, an assumption."""
SERIES: Final = {
    "capable_premises": "Capable",
    "planned_premises": "Plan",
    "installed_premises": "Installed",
}
_COLOURS: Final = {"Capable": BLUE, "Plan": ORANGE, "Installed": PALE}
_DASHES: Final = {"Capable": [1, 0], "Plan": [6, 3], "Installed": [1, 0]}


@dataclass(frozen=True, slots=True)
class End:
    """The end of a campaign as forecast: P10, P50 and P90, None beyond what is foreseen."""

    p10: date | None
    p50: date | None
    p90: date | None


def s_curve(
    daily: pl.DataFrame,
    *,
    as_at: date,
    milestones: Sequence[Milestone] = MILESTONES,
    end: End | None = None,
) -> AnyChart:
    """Capable, planned and installed premises by day, with milestones and the as-at rule.

    `end` is drawn as a band from P10 to P90 about a rule at P50.
    """
    long = _long(daily)
    names = [name for name in _COLOURS if name in set(long["series"])]
    x = alt.X("day:T", title=None, axis=MONTH_AXIS)
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x,
            y=y_counts("premises:Q", "Premises"),
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=names, range=[_COLOURS[n] for n in names]),
                legend=None,
            ),
            strokeDash=alt.StrokeDash(
                "series:N",
                scale=alt.Scale(domain=names, range=[_DASHES[n] for n in names]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
                alt.Tooltip("series:N", title="Series"),
                alt.Tooltip("premises:Q", title="Premises", format=",.0f"),
            ],
        )
    )
    marks = [*_fan(end), lines, _ends(long, x), *_rules(daily, as_at, milestones)]
    return alt.layer(*marks).properties(height=420)


def _fan(end: End | None) -> list[AnyChart]:
    """The forecast end behind the curves; nothing where it is not in sight."""
    if end is None or end.p50 is None:
        return []
    row = {"p10": [end.p10 or end.p50], "p50": [end.p50], "p90": [end.p90 or end.p50]}
    label = f"Forecast end {words.short_day(end.p50)}"
    base = alt.Chart(pl.DataFrame({**row, "label": [label]}))
    band = base.mark_rect(color=TURQUOISE, opacity=0.25).encode(
        x=alt.X("p10:T"), x2=alt.X2("p90:T")
    )
    rule = base.mark_rule(color=TURQUOISE, strokeDash=[6, 3], strokeWidth=2).encode(
        x=alt.X("p50:T")
    )
    name = base.mark_text(align="right", baseline="top", dx=-6, dy=6, color=INK).encode(
        x=alt.X("p50:T"), y=fixed(alt.YValue, 0), text=alt.Text("label:N")
    )
    return [band, rule, name]


def _long(daily: pl.DataFrame) -> pl.DataFrame:
    return (
        daily.select("day", *(pl.col(c).cast(pl.Float64).alias(n) for c, n in SERIES.items()))
        .unpivot(index="day", variable_name="series", value_name="premises")
        .drop_nulls("premises")
        .sort("series", "day")
    )


def _ends(long: pl.DataFrame, x: alt.X) -> AnyChart:
    """The series' names beside the ends of their lines."""
    ends = long.group_by("series").agg(pl.all().sort_by("day").last()).sort("series")
    text: alt.Chart = (
        alt.Chart(_apart(ends, room=0.06 * largest(long["premises"])))
        .mark_text(align="left", dx=6, fontSize=13, fontWeight="bold", color=INK)
        .encode(x=x, y=alt.Y("label_at:Q"), text=alt.Text("series:N"))
    )
    return text


def _apart(ends: pl.DataFrame, *, room: float) -> pl.DataFrame:
    """Labels that would lie on each other are moved up, the lowest stays."""
    placed: list[float] = []
    ordered = ends.sort("premises", "series")
    for value in ordered["premises"]:
        placed.append(max(value, placed[-1] + room) if placed else value)
    return ordered.with_columns(pl.Series("label_at", placed, dtype=pl.Float64))


def _rules(daily: pl.DataFrame, as_at: date, milestones: Sequence[Milestone]) -> list[AnyChart]:
    first, last = daily["day"][0], daily["day"][-1]
    shown = [m for m in milestones if first <= m.on <= last]
    # each on a line of its own, so that labels of near days do not lie on each other
    rows = [
        *((m.on, m.label, GREY, -6 - 16 * nth) for nth, m in enumerate(shown)),
        (as_at, f"As at {words.short_day(as_at)}", BLUE, -6 - 16 * max(len(shown), 1)),
    ]
    charts = []
    for on, label, colour, dy in rows:
        frame = pl.DataFrame({"day": [on], "label": [label]})
        near_end = (on - first).days > 0.6 * max((last - first).days, 1)
        base = alt.Chart(frame).encode(x=alt.X("day:T"))
        charts.append(base.mark_rule(color=colour, strokeDash=[2, 2]))
        charts.append(
            base.mark_text(
                align="right" if near_end else "left",
                dy=dy,
                baseline="bottom",
                color=colour,
                fontSize=12,
            ).encode(y=fixed(alt.YValue, 0), text=alt.Text("label:N"))
        )
    return charts
