"""Choosing the records that a page counts: those of the newest set, or of a named basis."""

from pathlib import Path

import streamlit as st

from dashboards import filters
from dashboards.bases import named_bases, records_of
from dashboards.queries import PublishedSet
from dashboards.settings import Settings
from twin.lake.basis import Basis, BasisRefused
from twin.lake.commits import Torn

NEWEST = "today"
NO_OTHER = "none"


def choose_basis(published: PublishedSet, settings: Settings) -> tuple[tuple[Path, ...], Basis]:
    """Files and basis by `known` of the address; a basis that is gone is left out of it."""
    found = named_bases(settings.home)
    if isinstance(found, str):
        st.warning(f"{found}. The newest set is counted.")
        found = []
    names = [basis.name or basis.id for basis in found]
    asked = st.query_params.get("known")
    if asked and asked not in (NEWEST, *names):
        st.warning(f"No basis is named {asked!r} (any more): it was left out of the address.")
    with st.sidebar:
        name = st.selectbox(
            "As known at",
            [NEWEST, *names],
            key="known",
            bind="query-params",
            help="A named basis, or today: the records of the set. `twin basis name` names one.",
        )
    try:
        return records_of(published, settings.home, None if name in (NEWEST, None) else name)
    except (BasisRefused, Torn, OSError) as why:
        st.error(f"The basis {name} cannot be counted: {why}. Choose another; other pages work.")
        return st.stop()


def choose(label: str, key: str, options: list[str], *, also: str | None = None) -> str:
    """One of some slugs by the address; an unknown one is dropped with a sentence.

    `also` is the slug of no choice, which then stands first.
    """
    with st.sidebar:
        return filters.slug(label, key, options if also is None else [also, *options])
