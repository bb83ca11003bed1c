"""Evidence: what does the twin know about each question asked and each duty laid down?"""

from pathlib import Path

import duckdb
import polars as pl
import streamlit as st

from dashboards.answers import NONE_HELD, answered, figures, rows
from dashboards.headlines.evidence import what_is_known
from dashboards.page_parts import open_page, show_provenance
from dashboards.queries import PublishedSet
from twin.evidence.document import Document
from twin.evidence.printing.pdf import as_pdf
from twin.evidence.refusals import NothingThere

EVERY = "all"


class Counted:
    """The answers that were counted last, and of which set; all viewers share them."""

    def __init__(self) -> None:
        """None yet."""
        self.set_id = ""
        self.document: Document | None = None


@st.cache_resource(max_entries=2, show_spinner=False)
def counted(home: Path) -> Counted:
    """What is kept for a home: counting takes seconds, and a run publishes sets all the time."""
    return Counted()


def opened(published: PublishedSet, home: Path) -> Document:
    """The answers counted last, or those of this set if there are none or it is asked for."""
    held, newest = counted(home), published.meta.set_id
    if held.document is not None and held.set_id != newest:
        st.info(f"These answers were counted on the set {held.set_id}; a newer one is published.")
        if st.button("Count them anew"):
            held.document = None
    if held.document is None:
        with st.spinner("Counting the answers from the lake, some seconds"):
            held.document, held.set_id = _answers(published, home), newest
    return held.document


def _answers(published: PublishedSet, home: Path) -> Document:
    """The answers of a set, or a sentence why there are none, and the page ends."""
    try:
        return answered(published, home)
    except NothingThere as why:
        st.markdown(f"Nothing is answered yet: {why}. Let the twin run on.")
    except (duckdb.Error, OSError):
        st.error(
            f"The lake files of set {published.meta.set_id} cannot be read. Other pages still "
            "work; this one does again with the next set."
        )
    return st.stop()


def show_question(document: Document, found: pl.DataFrame) -> None:
    """The figures of one question, with how sure they are and what they cannot say."""
    names = found.filter(kind="question")["of"].to_list()
    name = str(st.selectbox("Question", names, key="q", bind="query-params"))
    row = found.filter(of=name).row(0, named=True)
    st.subheader(f"{name}: {row['asks']}")
    table = figures(document, name)
    if table is None or not table.rows:
        st.markdown(f"{NONE_HELD.capitalize()}.")
    else:
        frame = pl.DataFrame(list(table.rows), schema=list(table.columns), orient="row")
        st.dataframe(frame, hide_index=True, alt=f"Figures for {name}")
    st.markdown(f"**How sure.** {row['sure']}")
    st.markdown(f"**What it cannot say.** {row['cannot']}")
    st.markdown(f"Seen on [{row['page']}]({row['page']}).")


st.title("What does the twin know about each question asked?")
settings, published = open_page()
show_provenance(published, settings)
document = opened(published, settings.home)
found = rows(document)
st.header(what_is_known(found, none=NONE_HELD))
kind = st.selectbox("Show", [EVERY, "question", "duty"], key="kind", bind="query-params")
shown = found if kind == EVERY else found.filter(kind=kind)
st.dataframe(
    shown,
    hide_index=True,
    column_config={
        "kind": "Kind",
        "of": "Of",
        "asks": st.column_config.TextColumn("What it asks", width="medium"),
        "figures": st.column_config.TextColumn("What the twin holds", width="large"),
        "sure": st.column_config.TextColumn("How sure", width="medium"),
        "cannot": st.column_config.TextColumn("What it cannot say, or why nothing", width="medium"),
        "page": st.column_config.LinkColumn("Seen on"),
    },
    alt="Every question and duty with what the twin holds, how sure it is, and where it is seen",
)
with st.container(horizontal=True):
    st.download_button(
        "Download the answers (CSV)",
        data=lambda: found.write_csv(),
        file_name=f"evidence_{published.meta.set_id}.csv",
        mime="text/csv",
        on_click="ignore",
    )
    st.download_button(
        "Download the answers (PDF)",
        data=lambda: as_pdf(document),
        file_name=f"evidence_{published.meta.set_id}.pdf",
        mime="application/pdf",
        on_click="ignore",
    )
show_question(document, found)
st.markdown(":small[The same as `twin evidence questions --out DIR`. Kept what-if runs are named.]")
