"""Data: what stands behind the figures?"""

import polars as pl
import streamlit as st

from dashboards import downloads, filters, words
from dashboards.access import viewer_role
from dashboards.charts.reference import largest_marts
from dashboards.headlines.reference import what_is_held
from dashboards.page_parts import Columns, open_page, show_provenance
from dashboards.queries import PublishedSet
from dashboards.shelf import about, columns, for_role, query, shelf
from dashboards.suppression import OPERATIONS

PREVIEW = 50
COLUMNS: Columns = {
    "mart": "Mart",
    "about": st.column_config.TextColumn("What it is", width="large"),
    "rows": st.column_config.NumberColumn("Rows", format="%,d"),
    "columns": "Columns",
    "bytes": st.column_config.NumberColumn("Bytes", format="%,d"),
    "pages": "Pages that use it",
    "sha256": st.column_config.TextColumn("SHA-256 of its file", width="medium"),
}


@st.cache_data(max_entries=8, show_spinner=False)
def shelf_of(set_id: str, _published: PublishedSet) -> pl.DataFrame:
    """The shelf of a set; sets never change."""
    return shelf(_published)


def show_mart(
    name: str, frame: pl.DataFrame, row: dict[str, str], set_id: str, *, may: bool = True
) -> None:
    """One mart: what it is, its columns, its first rows, its query, and downloads."""
    st.subheader(f"Mart {name}")
    st.markdown(about(name) or "No word is said of it.")
    used = row["pages"] or "none by itself"
    st.markdown(f"Pages that use it: {used}. SHA-256 of its file: `{row['sha256']}`")
    if may:
        downloads.offer_as(frame, stem=f"{name}_{set_id}", what="all rows")
    else:
        st.markdown("Nearly every row of it tells of few devices: the role operations sees them.")
    st.dataframe(
        columns(name, frame),
        hide_index=True,
        column_config={
            "column": "Column",
            "kind": "Kind",
            "empty": st.column_config.NumberColumn("Empty", format="%,d"),
            "definition": st.column_config.TextColumn("Meaning", width="large"),
        },
        alt=f"Columns of the mart {name} with their meaning",
    )
    with st.expander("The query that makes it"):
        st.code(query(name), language="sql")
    if not may:
        return
    if frame.is_empty():
        st.markdown("It holds no row in this set: nothing of the kind was recorded.")
        return
    with st.expander(f"The first {min(PREVIEW, frame.height)} rows"):
        st.dataframe(frame.head(PREVIEW), hide_index=True, alt=f"First rows of the mart {name}")


st.title("What stands behind the figures?")
settings, published = open_page()
held = shelf_of(published.meta.set_id, published)
headline = what_is_held(held, records=published.meta.records)
st.header(headline)
show_provenance(published, settings)

st.subheader("The largest marts")
st.altair_chart(largest_marts(held), alt=f"Rows of the largest marts: {headline}")
st.subheader("Every mart of this set")
st.dataframe(
    held.select(*COLUMNS),
    hide_index=True,
    column_config=COLUMNS,
    alt="Every mart with what it is, rows, columns, size, checksum and the pages that use it",
)
downloads.offer_as(held, stem=f"data_{published.meta.set_id}", what="this list")
names = held["mart"].to_list()
first = names.index("progress_daily") if "progress_daily" in names else 0
chosen = filters.slug("Look at one mart", "mart", names, index=first)
row = held.row(names.index(chosen), named=True)
role = viewer_role()
seen = for_role(published, chosen, role=role)
none = published.mart(chosen).clear()
show_mart(chosen, none if seen is None else seen, row, published.meta.set_id, may=seen is not None)
if role != OPERATIONS:
    st.markdown(
        ":small[Ids of premises and counts of few premises are left empty or out, and so is what "
        "would give them away: only the role operations sees them.]"
    )
st.markdown(
    ":small[The files themselves lie under the twin's home folder, in "
    f"`marts/sets/{published.meta.set_id}`; `sha256sum` gives the same sums. "
    f"Published on {words.moment(published.meta.published_at)}.]"
)
