"""A campaign's burn-up: asked, confirmed and failed devices by day, against its thresholds."""

from datetime import date
from typing import Any, Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import BLUE, GREY, INK, MONTH_AXIS, ORANGE, PALE, AnyChart

SERIES: Final = {"asked": "Asked", "confirmed": "Confirmed", "failed": "Failed"}
_COLOURS: Final = {"Asked": PALE, "Confirmed": BLUE, "Failed": ORANGE}


def burn_up(daily: pl.DataFrame, campaign: dict[str, Any]) -> AnyChart:
    """Lines by day of one campaign, with what its gates compare them with.

    `daily` has rows of `campaign_daily` in order of days, `campaign` is its row of `campaigns`.
    """
    x = _days(daily)
    return alt.layer(_lines(daily, x), *_rules(daily, campaign, x)).properties(height=330)


def outage_bars(daily: pl.DataFrame) -> AnyChart:
    """Power outage alerts by day on the days of the burn-up, to be laid under it."""
    bars: alt.Chart = (
        alt.Chart(daily)
        .mark_bar(color=GREY, width=3)
        .encode(
            x=_days(daily),
            y=alt.Y(
                "outages:Q",
                title="Alerts",
                axis=alt.Axis(format=",d", tickMinStep=1, tickCount=3, minExtent=40),
            ),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
                alt.Tooltip("outages:Q", title="Power outage alerts", format=",d"),
            ],
        )
        .properties(height=120)
    )
    return bars


def _days(daily: pl.DataFrame) -> alt.X:
    """Both charts have the same days below each other."""
    ends: list[date] = [daily["day"][0], daily["day"][-1]]
    days = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in ends]
    return alt.X("day:T", title=None, axis=MONTH_AXIS, scale=alt.Scale(domain=days))


def _lines(daily: pl.DataFrame, x: alt.X) -> AnyChart:
    long = daily.select("day", *(pl.col(c).alias(n) for c, n in SERIES.items())).unpivot(
        index="day", variable_name="series", value_name="devices"
    )
    names = list(_COLOURS)
    colour = alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=names, range=[_COLOURS[n] for n in names]),
        legend=alt.Legend(orient="top"),
    )
    tooltip = [
        alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
        alt.Tooltip("series:N", title="Devices"),
        alt.Tooltip("devices:Q", title="So far", format=",d"),
    ]
    line: alt.Chart = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.5, interpolate="step-after")
        .encode(
            x=x,
            y=alt.Y(
                "devices:Q",
                title="Devices",
                axis=alt.Axis(format=",d", tickCount=6, minExtent=40),
                scale=alt.Scale(zero=True),
            ),
            color=colour,
            tooltip=tooltip,
        )
    )
    return line


def _rules(daily: pl.DataFrame, campaign: dict[str, Any], x: alt.X) -> list[AnyChart]:
    """What success needs of the members, and what the error gate tolerates of those asked."""
    needed = campaign["success_at_least"] * campaign["members"]
    rules: list[AnyChart] = []
    if needed:
        label = f"Needed: {words.count(round(needed))}"
        at = pl.DataFrame({"needed": [needed], "label": [label], "day": [daily["day"].min()]})
        base = alt.Chart(at)
        rules.append(base.mark_rule(color=BLUE, strokeDash=[6, 3]).encode(y=alt.Y("needed:Q")))
        text = base.mark_text(align="left", dx=4, baseline="bottom", dy=-3, color=INK)
        rules.append(text.encode(x=x, y=alt.Y("needed:Q"), text=alt.Text("label:N")))
    tolerated = daily.select("day", (campaign["errors_above"] * pl.col("asked")).alias("tolerated"))
    line = alt.Chart(tolerated).mark_line(
        color=ORANGE, strokeDash=[6, 3], strokeWidth=1.5, interpolate="step-after"
    )
    rules.append(line.encode(x=x, y=alt.Y("tolerated:Q")))
    return rules
