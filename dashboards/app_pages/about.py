"""About: what do the words and figures mean, and what are they worth?"""

import polars as pl
import streamlit as st

from dashboards import downloads, filters, words
from dashboards.charts.reference import known_how
from dashboards.definitions import (
    HISTORY,
    SIMULATED,
    XMR,
    assumptions,
    by_status,
    figure_table,
    glossary,
    licence,
)
from dashboards.headlines.reference import what_is_assumed
from dashboards.page_parts import open_page, show_provenance
from dashboards.queries import PublishedSet

EVERY = "all"
KEYS = (
    ("Tab, Shift + Tab", "to the next or the last control"),
    ("Enter or space", "press a button, open a list or an expander"),
    ("Arrow keys", "move in a list, a slider, a tab row or a table"),
    ("Home, End", "first and last value of a slider"),
    ("Escape", "close a list, a dialog or a chart in full size"),
    ("Ctrl + F in a table", "search in it"),
)
SOURCES = {
    "premises.events": ("Emulated field and real messages", "Facts about premises and devices"),
    "premises.dead-letters": ("The twin", "Records that were refused, with the reason"),
    "campaign.events": ("The twin's campaigns", "Plans, releases, gates, holds, commands' answers"),
    "campaign.commands": ("Operators", "Commands to campaigns"),
    "programme.events": ("Emulated programme", "Milestones, information requests, products list"),
}


def show_figures() -> None:
    """One line a figure of the registry, by mart."""
    st.subheader("Figures")
    every = figure_table()
    marts = [EVERY, *every["mart"].unique().sort().to_list()]
    mart = filters.slug("Mart", "mart", marts)
    shown = every if mart == EVERY else every.filter(mart=mart)
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "name": "Figure",
            "definition": st.column_config.TextColumn("Definition", width="large"),
            "numerator": "Counted",
            "denominator": "Of",
            "grain": "A row is",
            "unit": "Unit",
            "status": "Status",
            "paragraphs": "Answers",
            "mart": "Mart",
            "key": "Key",
        },
        alt="Every figure with definition, numerator, denominator, grain, status and paragraphs",
    )
    downloads.offer_as(every, stem="about_figures", what="the definitions")


def sources(published: PublishedSet) -> pl.DataFrame:
    """Source, what is used, how much, and its newest record: a row a topic of the log."""
    totals = published.mart("topic_totals")
    told = [SOURCES.get(topic, ("The log", "Records")) for topic in totals["topic"]]
    newest = [words.moment(at) if at else "none" for at in totals["newest_logged_at"]]
    now = published.meta.published_at
    lags = [words.age(now - at) if at else "" for at in totals["newest_logged_at"]]
    return totals.select("topic", "records", "unreadable").with_columns(
        pl.Series("source", [source for source, _ in told], dtype=pl.String),
        pl.Series("what", [what for _, what in told], dtype=pl.String),
        pl.lit("while the twin runs, as they are written").alias("cadence"),
        pl.Series("newest", newest, dtype=pl.String),
        pl.Series("lag", lags, dtype=pl.String),
    )


def show_sources(published: PublishedSet) -> None:
    """Where the records come from."""
    st.subheader("Provenance")
    found = sources(published)
    if found.is_empty():
        st.markdown("No record has been read yet.")
        return
    st.dataframe(
        found.select(
            "topic", "source", "what", "records", "unreadable", "cadence", "newest", "lag"
        ),
        hide_index=True,
        column_config={
            "topic": "Topic",
            "source": "Source",
            "what": "What we use",
            "records": st.column_config.NumberColumn("Records", format="%,d"),
            "unreadable": st.column_config.NumberColumn("Unreadable", format="%,d"),
            "cadence": "Cadence",
            "newest": "Newest record",
            "lag": "Behind the set by",
        },
        alt="Every topic of the log: source, use, records, newest record",
    )


def show_assumptions(rows: pl.DataFrame) -> None:
    """Every number of behaviour, with unit, source and status."""
    st.subheader("Assumptions")
    st.altair_chart(
        known_how(by_status(rows)),
        alt=f"Numbers of behaviour by file and status: {what_is_assumed(rows, figures=0)}",
    )
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "name": "Name",
            "value": st.column_config.TextColumn("Value", width="medium"),
            "unit": "Unit",
            "status": "Status",
            "source": st.column_config.TextColumn("Source", width="large"),
            "file": "File",
        },
        alt="Every assumption with value, unit, status, source and file",
    )
    downloads.offer_as(rows, stem="about_assumptions", what="the assumptions")


st.title("What do the words and figures mean?")
settings, published = open_page()
rows = assumptions()
st.header(what_is_assumed(rows, figures=figure_table().height))
show_provenance(published, settings)
st.markdown(f"**What is simulated.** {SIMULATED}")
st.markdown(f"**What happened in those years.** {HISTORY}")
show_figures()
show_sources(published)
show_assumptions(rows)

st.subheader("Control charts")
st.markdown(
    "Limits are the mean ± 2.66 times the mean moving range of a fixed baseline. Four rules say "
    "that a point is a signal and no noise; a point that is marked names those by which it is one."
)
st.markdown("\n".join(f"{n}. **{name}.** {text}" for n, (name, text) in enumerate(XMR, start=1)))
st.subheader("Glossary")
st.markdown(
    "\n".join(
        f"- **{word}**: {means} :small[({source})]"
        for word, means, source in glossary().iter_rows()
    )
)
st.subheader("Keyboard")
st.markdown("\n".join(f"- **{key}**: {what}" for key, what in KEYS))
st.subheader("Licence")
st.markdown(
    f"Code: {licence()}. Contains public sector information, Crown copyright 2015 (DECC URN "
    "15D/536), licensed under the Open Government Licence."
)
