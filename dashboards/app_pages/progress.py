"""Progress: are we on plan for local pairing, and when shall we finish?"""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
from dashboards.access import viewer_role
from dashboards.charts.forecast import forecast_fan
from dashboards.charts.progress import End, Milestone, s_curve
from dashboards.charts.weeks import variance_bars, weekly_bars
from dashboards.figure_parts import Evidence
from dashboards.headlines import progress as finding
from dashboards.headlines.forecasts import end_foreseen, forecast_basis
from dashboards.known_parts import show_known
from dashboards.page_parts import (
    Columns,
    count_column,
    days_of,
    open_page,
    show_provenance,
)
from dashboards.queries import latest_day
from dashboards.suppression import in_words, suppressed

COLUMNS = {
    "day": "Day",
    "capable_premises": "Capable premises",
    "planned_premises": "Planned",
    "believed_premises": "Believed capable",
    "belief_behind_premises": "Belief behind truth",
    "capable_hubs": "Capable hubs",
    "capable_esmes": "Capable electricity meters",
    "installed_premises": "Installed premises",
}
COUNTS = tuple(name for name in COLUMNS if name not in ("day", "planned_premises"))
CUMULATIVE, WEEKLY = "cumulative", "weekly"


def last_campaign(made: pl.DataFrame, day: date) -> pl.DataFrame:
    """Forecasts known on a day of the campaign that the plan wants done last."""
    own = made.filter((pl.col("scope") == "campaign") & (pl.col("day") <= day))
    if own.is_empty():
        return own
    last = own.sort("planned", "campaign_id", descending=True, nulls_last=True)["campaign_id"][0]
    return own.filter(pl.col("campaign_id") == last).with_columns(
        pl.when(pl.col("actual") <= day).then(pl.col("actual")).alias("actual")
    )


def milestones(marts: pl.DataFrame) -> list[Milestone]:
    """The milestones that the programme declared, by their planned days."""
    return [
        Milestone(row["planned"], finding.MILESTONE_WORDS.get(row["milestone"], row["milestone"]))
        for row in marts.drop_nulls("planned").iter_rows(named=True)
    ]


def show_curve(
    daily: pl.DataFrame, weeks: pl.DataFrame, day: date, end: dict[str, Any] | None, said: str
) -> None:
    """The S-curve or the weeks, as the control says."""
    st.subheader(
        "Capable premises against the plan", help="Hub and electricity meter both run the firmware."
    )
    measure = filters.segment("By", "by", [CUMULATIVE, WEEKLY])
    if measure == WEEKLY:
        st.altair_chart(
            weekly_bars(weeks),
            alt=f"Premises that became capable by week to {words.day(day)}: {said}",
        )
        st.markdown(":small[Bars: counted from events. Orange: planned. Weeks end on Sunday.]")
        return
    drawn = None
    if end is not None and end["actual"] is None:
        drawn = End(end["p10"], end["p50"], end["p90"])
    st.altair_chart(
        s_curve(daily, as_at=day, milestones=milestones(published.mart("milestones")), end=drawn),
        alt=f"Capable premises by day to {words.day(day)}: {said}",
    )
    st.markdown(
        ":small[Solid blue: counted from events. Dashed orange: planned. Turquoise: the forecast "
        "end of the last campaign, P10 to P90. Days end at midnight UTC. Mid-2017 is taken as 1 "
        "July 2017, an assumption.]"
    )


def show_obligations(obligations: pl.DataFrame, role: str) -> None:
    """Obligations i and ii of paragraph 31 for hubs, meters and premises, as they stand now."""
    st.subheader("The two obligations of paragraph 31")
    st.markdown(f"{finding.duties(obligations)}.")
    share = 100 * pl.col("capable") / pl.col("installed")
    kept = suppressed(obligations, "capable", "installed", role=role).with_columns(
        pl.when(pl.col("installed") > 0).then(share).alias("share")
    )
    told = in_words(kept, "capable", "installed").with_columns(
        pl.col("of_what").replace(finding.OF_WHAT)
    )
    columns: Columns = {
        "obligation": "Obligation",
        "of_what": "Of what",
        "capable": count_column("Capable", told, "capable"),
        "installed": count_column("Installed", told, "installed"),
        "share": st.column_config.ProgressColumn(
            "Capable of installed", format="%.1f%%", min_value=0, max_value=100
        ),
    }
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Obligations i and ii for hubs, electricity meters and premises: capable of installed",
    )
    st.markdown(
        ":small[(i) newly installed from mid-2017, read as 1 July 2017, was capable when it was "
        "installed. (ii) what is installed is capable now, by device truth. These two are held as "
        "they stand now and do not go back to a day.]"
    )


def show_forecast(made: pl.DataFrame, day: date) -> None:
    """The end of the last campaign as forecast on each day."""
    st.subheader("When shall we finish?", help="Shaded: P10 to P90, the 80% interval.")
    if made.is_empty():
        st.markdown("No membership is frozen yet, so there is no end to forecast.")
        return
    newest = made.sort("day").row(-1, named=True)
    said = end_foreseen(newest)
    st.markdown(f"{said}.")
    st.altair_chart(
        forecast_fan(made),
        alt=f"End of {newest['campaign_id']} as forecast on each day to {words.day(day)}: {said}",
    )
    st.markdown(f":small[{forecast_basis(newest, role=role)}]")


st.title("Are we on plan for local pairing?")
settings, published = open_page()
role = viewer_role()
every = published.mart("progress_daily")
chosen = filters.choose(days=days_of(every.drop_nulls("capable_premises")))
daily = finding.upto(every, chosen.on)
latest = latest_day(daily)
said = finding.on_plan(latest, role=role)
st.header(said)
show_provenance(published, settings, on=chosen.on)

if latest is None:
    st.markdown(
        "No hub or electricity meter has been installed in the events read so far. "
        "Let the twin run on: the first installations come with the first day."
    )
    st.stop()

day = latest["day"]
evidence = Evidence(published, settings)
summary = published.summary if chosen.on is None else None
tiles.show(tiles.progress_cards(latest, summary, role=role), explain=evidence.explain)
made = last_campaign(published.mart("campaign_forecasts"), day)
newest = made.sort("day").row(-1, named=True) if made.height else None
kept = suppressed(daily, *COUNTS, role=role)
by_week = finding.weekly(daily, role=role)
show_curve(kept, by_week, day, newest, said)
evidence.explain("progress.capable", "progress.planned", "progress.installed", "milestones.planned")

st.subheader("More or less than planned, by week", help="Weeks end on Sunday.")
weeks = by_week.drop_nulls("variance")
if weeks.is_empty():
    st.markdown(
        "The plan says nothing of the weeks so far, or too few premises became capable in them to "
        "be told."
    )
else:
    worst = weeks.sort("variance", "week").row(0, named=True)
    st.altair_chart(
        variance_bars(weeks),
        alt="Premises that became capable less those planned, by week; the week furthest behind "
        f"ended on {words.day(worst['week'])}",
    )
evidence.explain("progress.capable", "progress.planned")
show_forecast(made, day)
evidence.explain("forecast.end", "forecast.chance", "forecast.planned")
show_obligations(published.mart("obligations"), role)
evidence.explain("obligations.capable", "obligations.installed")
show_known(published, settings, role)

counted = kept.filter(pl.col("day") <= day).sort("day", descending=True)
with st.expander("The numbers by day"):
    table = in_words(counted, *COUNTS)
    columns: Columns = {
        "day": st.column_config.DateColumn("Day", format="D MMM YYYY"),
        "planned_premises": st.column_config.NumberColumn("Planned", format="%,.1f"),
        **{name: count_column(COLUMNS[name], table, name) for name in COUNTS},
    }
    st.dataframe(
        table.select(*COLUMNS),
        hide_index=True,
        column_config=columns,
        alt="Daily counts of capable, planned, believed and installed premises",
    )
downloads.offer(kept, page="progress", on=day)
