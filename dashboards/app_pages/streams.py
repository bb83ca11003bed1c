"""Streams: is the twin itself keeping up?"""

from datetime import datetime

import polars as pl
import streamlit as st

from dashboards import downloads, filters, words
from dashboards.access import viewer_role
from dashboards.charts.lag import lag_area, lag_bars
from dashboards.headlines.streams import keeping_up, oldest, refused
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
from dashboards.suppression import open_to

PLACES: Columns = {
    "topic": "Topic",
    "partition": "Partition",
    "stage": "Stage",
    "end_offset": st.column_config.NumberColumn("End offset", format="localized"),
    "position": st.column_config.NumberColumn("Position", format="localized"),
    "lag": st.column_config.NumberColumn("Lag", format="localized"),
    "per_second": st.column_config.NumberColumn("Records a second", format="%.1f"),
    "oldest": st.column_config.TextColumn(
        "Oldest unprocessed", help="'At most': the record is not archived, so its time is a bound."
    ),
}
LETTERS: Columns = {
    "logged_at": moment_column("Arrived (UTC)"),
    "cause": "Cause",
    "why": st.column_config.TextColumn("Why", width="medium"),
    "standing": "Standing",
    "link": st.column_config.LinkColumn("Premises", display_text=r"id=(.*)"),
    "topic": "Topic",
    "partition": "Partition",
    "offset": "Offset",
}


def show_lag(published: PublishedSet, partitions: pl.DataFrame) -> None:
    """Lag over the last sets, and by topic and stage now."""
    lags = published.mart("lags")
    most = words.things(lag_of(published), "record")
    left, right = st.columns(2)
    with left:
        st.subheader("Lag over the last sets", help="Of all topics together.")
        if lags["seen_at"].n_unique() < 2:
            st.markdown("One set alone tells no course; the next ones do while the twin runs.")
        else:
            st.altair_chart(lag_area(lags), alt=f"Records that waited by stage; now at most {most}")
    with right:
        st.subheader("Lag by topic and stage now")
        st.altair_chart(lag_bars(partitions), alt=f"Lag by topic and stage, at most {most}")


def show_places(partitions: pl.DataFrame, at: datetime, slugs: tuple[str, ...]) -> None:
    """A row a topic, partition and stage; `at` is when they were looked at."""
    st.subheader("By topic and partition")
    waits = [oldest(row, at=at) for row in partitions.iter_rows(named=True)]
    places = (
        partitions.with_columns(pl.Series("oldest", waits, pl.String))
        .sort("lag", "topic", "partition", descending=[True, False, False])
        .select(*PLACES)
    )
    st.dataframe(
        places,
        hide_index=True,
        column_config=PLACES,
        alt="End, position, lag, rate and oldest unprocessed record by topic, partition and stage",
    )
    downloads.offer(places, page="streams", on=at.date(), slugs=slugs)


def show_letters(published: PublishedSet, topic: str | None) -> None:
    """Refused records with their cause, where they stand, and the premises that they park."""
    st.subheader("Refused records")
    letters = filters.narrowed(published.mart("dead_letters"), "topic", topic)
    st.markdown(f"{refused(letters)}.")
    if letters.is_empty():
        return
    links = ("/premises?id=" + letters["premises_id"]).alias("link")
    columns = open_to(LETTERS, role=viewer_role())
    st.dataframe(
        letters.with_columns(links).select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Refused records, newest first, with cause and coordinates",
    )
    st.markdown(":small[`twin dead-letters` shows, retries and skips them.]")


def show_live(topic: str | None) -> None:
    """Everything below the title, from the set that is current at this moment."""
    now = read_settings()
    current = opened(now)
    if current is None:
        st.markdown("The published set has gone. The page waits for the next one.")
        return
    partitions = current.mart("partitions")
    st.header(keeping_up(partitions))
    show_provenance(current, now)
    if partitions.is_empty():
        st.markdown("A set that no run published holds no positions. Look at `twin doctor`.")
    else:
        own = filters.narrowed(partitions, "topic", topic)
        show_lag(current, own)
        show_places(own, current.meta.published_at, () if topic is None else (topic,))
    show_letters(current, topic)


st.title("Is the twin itself keeping up?")
settings, published = open_page()
with st.sidebar:
    chosen = filters.one(
        "Topic", "topic", published.mart("partitions")["topic"].unique().sort().to_list()
    )
renewing(show_live, settings.live_every)(chosen)
