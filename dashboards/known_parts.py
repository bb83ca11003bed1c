"""As known at: the figures that were published with a named basis, beside those of today."""

from pathlib import Path

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.bases import compared, named_bases
from dashboards.page_parts import Columns, count_column
from dashboards.queries import PublishedSet
from dashboards.settings import Settings
from dashboards.suppression import KEPT, KEPT_BESIDE, LEAST, OPERATIONS, in_words, suppressed

TODAY = "today"
THEN = "as_known_then"
COUNTS = ("as_known_then", "same_day_as_known_now", "newest")


def told_known(figures: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """Figures of a basis beside those of now, without small ones and small changes of them."""
    kept = suppressed(figures, *COUNTS, role=role)
    step = pl.col("restated_by").abs().is_between(1, LEAST - 1).fill_null(False)
    near = step & (role != OPERATIONS)
    beside = pl.when(near & pl.col(THEN).is_not_null()).then(pl.lit(THEN)).otherwise(pl.lit(""))
    may = ~near & ((pl.col(KEPT) == "") | pl.lit(role == OPERATIONS))
    return kept.with_columns(
        beside.alias(KEPT_BESIDE),
        pl.when(~near).then(pl.col(THEN)).alias(THEN),
        pl.when(may).then(pl.col("restated_by")).alias("restated_by"),
    )


def show_known(published: PublishedSet, settings: Settings, role: str, *, beside: str = "") -> None:
    """Choose a named basis and see the difference; a sentence says what is not held.

    `beside` names what the page breaks its figures down by, where that is more than a basis keeps.
    """
    st.subheader("As known at", help="A named basis: the records that an answer stood on.")
    found = named_bases(Path(settings.home))
    if isinstance(found, str):
        st.error(f"{found}. The figures above do not need them.")
        return
    if not found:
        st.markdown(
            "No basis is named beside this lake, so every figure is as known now. "
            "`twin basis name NAME --figures` keeps what is known now under a name."
        )
        return
    by_name = {basis.name or basis.id: basis for basis in found}
    asked = st.query_params.get("known")
    if asked and asked not in (TODAY, *by_name):
        st.warning(f"No basis is named {asked!r} (any more): it was left out of the address.")
    name = st.selectbox("Basis", [TODAY, *by_name], key="known", bind="query-params")
    basis = by_name.get(str(name))
    if basis is None:
        st.markdown("Choose a basis to see what was known then beside what is known now.")
        return
    if not basis.figures or basis.figures_at is None:
        st.markdown(
            f"Basis {name} was named without figures (`--figures`), so no difference can be told: "
            f"it holds {words.exactly(basis.records, 'record')}, {basis.resolved}."
        )
        return
    kept = told_known(compared(basis, published), role=role)
    told = in_words(kept, *COUNTS)
    columns: Columns = {
        "measure": "Figure",
        "as_known_then": count_column("As known then", told, "as_known_then"),
        "same_day_as_known_now": count_column(
            "The same day, as known now", told, "same_day_as_known_now"
        ),
        "restated_by": st.column_config.NumberColumn("Restated by", format="%+,d"),
        "newest": count_column("Newest", told, "newest"),
    }
    st.markdown(
        f"Figures of {words.moment(basis.figures_at)} as known at {name}. Where nothing is held by "
        "the day, the same day as known now is empty."
        + (f" A basis keeps figures of the whole fleet, none {beside}." if beside else "")
    )
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt=f"Figures as known at {name} beside the same day as known now and the newest",
    )
