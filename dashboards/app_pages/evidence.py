"""Evidence: what does the twin know about each question asked and each duty laid down?"""

import polars as pl
import streamlit as st

from dashboards import downloads, filters, words
from dashboards.answers import ANSWERS, NONE_HELD, asked, figures, rows
from dashboards.counting_parts import made_or_said
from dashboards.headlines.evidence import what_is_known
from dashboards.making import wanted_of
from dashboards.orders import Order
from dashboards.page_parts import open_page, show_provenance
from twin.evidence.document import Document
from twin.evidence.printing.pdf import as_pdf

EVERY = "all"


def show_question(document: Document, found: pl.DataFrame) -> None:
    """The figures of one question, with how sure they are and what they cannot say."""
    names = found.filter(kind="question")["of"].to_list()
    name = filters.slug("Question", "q", names)
    row = found.filter(of=name).row(0, named=True)
    st.subheader(f"{name}: {row['asks']}")
    table = figures(document, name)
    if table is None or not table.rows:
        st.markdown(f"{NONE_HELD.capitalize()}.")
    else:
        headings = [words.capital(column) for column in table.columns]
        told = [tuple(words.with_days(str(cell)) for cell in row) for row in table.rows]
        frame = pl.DataFrame(told, schema=headings, orient="row")
        st.dataframe(frame, hide_index=True, alt=f"Figures for {name}")
    st.markdown(f"**How sure.** {row['sure']}")
    st.markdown(f"**What it cannot say.** {row['cannot']}")
    st.markdown(f"Seen on [{row['page']}]({row['page']}).")


def show_asked() -> None:
    """What is asked, and how sure an answer can be, while there is none."""
    found = asked()
    st.header(f"The twin answers {words.things(found.height, 'question')} from its log")
    st.dataframe(
        found,
        hide_index=True,
        column_config={
            "of": "Of",
            "asks": st.column_config.TextColumn("What it asks", width="large"),
            "sure": st.column_config.TextColumn("How sure", width="medium"),
            "cannot": st.column_config.TextColumn("What it cannot say", width="medium"),
            "page": st.column_config.LinkColumn("Seen on"),
        },
        alt="Every question with how sure an answer can be, and where its figures are seen",
    )


st.title("What does the twin know about each question asked?")
settings, published = open_page()
show_provenance(published, settings)
made = made_or_said(wanted_of(Order(ANSWERS), published, settings), what="the answers")
if made is None:
    show_asked()
    st.stop()
document = made
found = rows(document)
st.header(what_is_known(found, none=NONE_HELD))
kind = filters.slug("Show", "kind", [EVERY, "question", "duty"])
shown = found if kind == EVERY else found.filter(kind=kind)
st.dataframe(
    shown.with_columns(
        pl.col("figures").map_elements(words.with_days, return_dtype=pl.String),
    ),
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
stem = f"evidence_{published.meta.set_id}"
downloads.offer_as(found, stem=stem, what="the answers")
downloads.offer_file("the answers (PDF)", lambda: as_pdf(document), name=f"{stem}.pdf")
show_question(document, found)
st.markdown(":small[The same as `twin evidence questions --out DIR`. Kept what-if runs are named.]")
