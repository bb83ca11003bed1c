"""Marts that a page needs, or a sentence where the published set is too old to have them."""

from typing import Final

import polars as pl
import streamlit as st

from dashboards.queries import PublishedSet

_CURE: Final = (
    "It was published by an older version of the twin. The other pages still work; this one does "
    "when a twin of this version publishes the next set."
)


def marts(published: PublishedSet, *names: str) -> tuple[pl.DataFrame, ...]:
    """The marts by name; a page whose set lacks one says so and ends."""
    missing = [name for name in names if name not in published.frames]
    if missing:
        meta = published.meta
        listed = ", ".join(f"`{name}`" for name in missing)
        st.warning(
            f"The set {meta.set_id} (code {meta.code_version}) does not hold {listed}. {_CURE}"
        )
        st.stop()
    return tuple(published.mart(name) for name in names)
