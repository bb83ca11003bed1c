"""Rebuild: is the live state the rebuilt state?"""

from typing import Final, Literal

import polars as pl
import streamlit as st

from dashboards import downloads, words
from dashboards.access import viewer_role
from dashboards.headlines.rebuild import WHY, beside, verdict
from dashboards.page_parts import Columns, moment_column, open_page, show_provenance
from dashboards.suppression import open_to

BADGES: Final[dict[str, tuple[str, str, Literal["blue", "orange", "red"]]]] = {
    "proved": ("Proved within a day", ":material/check_circle:", "blue"),
    "old": ("Older than a day", ":material/schedule:", "orange"),
    "none": ("Never proved", ":material/schedule:", "orange"),
    "differs": ("Different", ":material/warning:", "red"),
}
PROOFS: Columns = {
    "made_at": moment_column("Proved (UTC)"),
    "made_by": st.column_config.TextColumn("By", width="medium"),
    "result": "Result",
    "premises": st.column_config.NumberColumn("Premises", format="localized"),
    "records": st.column_config.NumberColumn("Records", format="localized"),
    "live": st.column_config.TextColumn("Live tables"),
    "rebuilt": st.column_config.TextColumn("Rebuilt"),
    "code_version": "Code",
}
PLACES: Columns = {
    "epoch": "Epoch",
    "partition": "Partition",
    "proved": st.column_config.NumberColumn("Position of the proof", format="localized"),
    "position": st.column_config.NumberColumn("Position of this set", format="localized"),
    "since": st.column_config.NumberColumn("Records since", format="localized"),
}
DIFFERENCES: Columns = {
    "link": st.column_config.LinkColumn("Premises", display_text=r"id=(.*)"),
    "partition": "Partition",
    "told": st.column_config.TextColumn("What differs", width="medium"),
    "fields": st.column_config.TextColumn("Fields", width="medium"),
    "event": "First event that the table lacks",
    "offset": "Offset",
}


def show_proofs(proofs: pl.DataFrame) -> None:
    """The last proofs, with the digests of both sides next to each other."""
    st.subheader(
        "The last proofs",
        help="A digest names a whole state: two that are alike stand for the same fleet. The bulk "
        "fold digests the columns of state that marts use, the others whole states. What stands "
        "before a colon is the definition of a digest of columns; those without it are older.",
    )
    result = (
        pl.when(pl.col("equal").is_null())
        .then(pl.lit("not compared"))
        .when("equal")
        .then(pl.lit("live = rebuilt"))
        .otherwise(pl.lit("different"))
    )
    told = proofs.with_columns(
        result.alias("result"),
        pl.col("live_digest").str.head(16).fill_null("not compared").alias("live"),
        pl.col("digest").str.head(16).alias("rebuilt"),
        pl.col("code_version").fill_null("not told"),
    )
    st.dataframe(
        told.select(*PROOFS),
        hide_index=True,
        column_config=PROOFS,
        alt="The last proofs, newest first, with the digests of live tables and rebuild",
    )


def show_places(proofs: pl.DataFrame, held: pl.DataFrame) -> None:
    """What the newest proof of `twin rebuild` stands on, partition by partition."""
    based = proofs.filter(pl.col("basis").is_not_null())
    if based.is_empty():
        return
    told = beside(based.row(0, named=True), held)
    since = words.things(int(told["since"].sum()), "record")
    with st.expander(f"By partition: {since} came since the newest rebuild"):
        st.dataframe(
            told.select(*PLACES),
            hide_index=True,
            column_config=PLACES,
            alt="Position of the newest proof and of this set by partition",
        )


def show_differences(differences: pl.DataFrame) -> None:
    """Each premises that differs, with a link to its history."""
    st.subheader("What differs")
    if differences.is_empty():
        st.markdown("The newest comparison lists no premises.")
        return
    told = differences.with_columns(
        pl.when(pl.col("premises_id") != "")
        .then("/premises?id=" + pl.col("premises_id"))
        .alias("link"),
        pl.col("why").replace_strict(WHY, default=pl.col("why")).alias("told"),
    )
    columns = open_to(DIFFERENCES, role=viewer_role())
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Premises whose live state is not what their records fold to",
    )


st.title("Is the live state the rebuilt state?")
settings, published = open_page()
proofs = published.mart("proofs")
found = verdict(proofs, now=settings.now)
st.header(found.text)
label, icon, colour = BADGES[found.level]
st.badge(label, icon=icon, color=colour)
show_provenance(published, settings)
if found.level != "proved":
    st.markdown(
        "Compare every premises with `twin nightly`, also while a run is at work; what it finds "
        "shows here at once."
    )
if not proofs.is_empty():
    show_proofs(proofs)
    show_places(proofs, published.mart("basis"))
    show_differences(published.mart("proof_differences"))
    downloads.offer(proofs, page="rebuild", on=published.meta.day, what="the proofs")
