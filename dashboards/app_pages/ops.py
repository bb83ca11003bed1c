"""Live operations: is anything on fire now?"""

from pathlib import Path

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
from dashboards.access import viewer_role
from dashboards.charts.control import SHOWN_MAX, control_chart
from dashboards.charts.rates import event_rates
from dashboards.definitions import XMR
from dashboards.failures import FEW, MEASURES, Course, courses, told_points
from dashboards.headlines.incidents import Incident, attention, incidents
from dashboards.headlines.provenance import freshness
from dashboards.page_parts import (
    Columns,
    lag_of,
    moment_column,
    open_page,
    opened,
    renewing,
    show_provenance,
)
from dashboards.queries import PublishedSet
from dashboards.settings import read_settings
from dashboards.suppression import FEWER, open_to

INCIDENTS_MAX = 12
RECENT: Columns = {
    "logged_at": moment_column("Arrived (UTC)"),
    "occurred_at": moment_column("Happened (UTC)"),
    "event": "Type",
    "link": st.column_config.LinkColumn("Premises", display_text=r"id=(.*)"),
    "device_type": "Device",
    "topic": "Topic",
    "partition": "Partition",
    "offset": "Offset",
}


def show_incidents(found: list[Incident]) -> None:
    """Each incident on a line of its own, a link to the page that explains it."""
    for one in found[:INCIDENTS_MAX]:
        st.page_link(
            f"app_pages/{one.page}.py",
            label=words.capital(one.text),
            icon=":material/arrow_forward:",
            query_params=dict(one.query) or None,
        )
    if len(found) > INCIDENTS_MAX:
        st.markdown(f"And {len(found) - INCIDENTS_MAX} more that touch less.")


def show_under_way(published: PublishedSet) -> None:
    """A link to each campaign under way that nothing holds."""
    found = published.mart("campaigns").filter(pl.col("state").is_in(["STARTING", "RUNNING"]))
    if found.is_empty():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Under way:")
        for name in found["campaign_id"].head(INCIDENTS_MAX):
            st.page_link("app_pages/campaign.py", label=name, query_params={"id": name})


def show_rates(published: PublishedSet) -> None:
    """Records a minute of the last hour."""
    st.subheader("Records arriving")
    rates = published.mart("event_rates")
    if rates.is_empty():
        st.markdown("No record arrived in the hour before this set was published.")
        return
    total = words.things(int(rates["events"].sum()), "record")
    st.altair_chart(event_rates(rates), alt=f"Records a minute over the last hour, {total} in all")


def show_failures(course: Course, name: str, role: str) -> None:
    """One measure by rational subgroups, with its control limits."""
    what = MEASURES[name].what
    st.subheader(
        f"Failing {what}",
        help="Limits: mean ± 2.66 times the mean moving range of the first 20 points. A point is a "
        "signal by any of four rules. " + " ".join(f"{name}: {text}" for name, text in XMR),
    )
    if course.points.is_empty():
        st.markdown(f"Fewer than {FEW} {what} have ended, so there is no share to draw yet.")
        return
    newest_ones = course.points.tail(SHOWN_MAX)
    drawn, marked = told_points(newest_ones, role=role), newest_ones.filter("signal")
    if drawn.height:
        st.altair_chart(
            control_chart(drawn, course.band, title="Share that failed"),
            alt=f"Share of {what} that failed, with limits; "
            f"{words.things(marked.height, 'signal')}",
        )
    if drawn.height < newest_ones.height:
        st.markdown(f":small[Points of {FEWER} failures are counted and not drawn.]")
    if marked.height:
        newest = marked.row(-1, named=True)
        st.markdown(
            f":small[{words.things(marked.height, 'signal').capitalize()}, newest on "
            f"{words.day(newest['day'])} by the rule: {newest['rules'].lower()}.]"
        )
    if course.band is None:
        st.markdown(":small[Fewer than ten points: no limits yet.]")
    st.markdown(f":small[A point is the days, in virtual time, that hold at least {FEW} outcomes.]")


def show_tail(published: PublishedSet, role: str) -> None:
    """The last records of the log; those about premises lead to them, for operations."""
    st.subheader("Last 20 events")
    recent = published.mart("recent_events")
    if recent.is_empty():
        st.markdown("The log is empty so far.")
        return
    of_home = pl.col("key").str.contains(r"^P[0-9a-f]{16}$")
    columns = open_to(RECENT, role=role)
    link = pl.when(of_home).then("/premises?id=" + pl.col("key")).alias("link")
    st.dataframe(
        recent.with_columns(link, pl.col("device_type").fill_null("")).select(*columns),
        hide_index=True,
        column_config=columns,
        alt="The last records of the log, newest first",
    )


@st.cache_data(max_entries=4, show_spinner=False)
def show_below(folder: Path, measure: str, role: str, _current: PublishedSet) -> None:
    """Charts and the tail of the set of a folder, drawn once for all viewers of a role: it never
    changes.
    """
    left, right = st.columns(2)
    with left:
        show_failures(courses(_current.mart("failures_daily"))[measure], measure, role)
    with right:
        show_rates(_current)
    show_tail(_current, role)


def show_live(measure: str) -> None:
    """Everything below the title, from the set that is current at this moment."""
    now = read_settings()
    current = opened(now)
    if current is None:
        st.markdown("The published set has gone. The page waits for the next one.")
        return
    lag, found = lag_of(current), courses(current.mart("failures_daily"))
    fresh = freshness(current.meta, now=now.now, lag=lag)
    role = viewer_role()
    burning = incidents(current, fresh=fresh, lag=lag, courses=found, role=role)
    st.header(attention(burning))
    show_provenance(current, now)
    show_incidents(burning)
    show_under_way(current)
    tiles.show(tiles.red_cards(current, lag=lag))
    show_below(current.folder, measure, role, current)
    told = told_points(found[measure].points, role=role)
    downloads.offer(told, page="ops", on=current.meta.day, slugs=(measure,))


st.title("Is anything on fire now?")
settings, _ = open_page()
with st.container(horizontal=True, vertical_alignment="center"):
    live = settings.live_every is not None and st.toggle(
        "Renew by itself", value=True, key="live", help="Off: the page stays as it is."
    )
    chosen = filters.segment("Failures of", "measure", list(MEASURES))
renewing(show_live, settings.live_every if live else None)(chosen)
