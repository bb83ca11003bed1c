"""What every page shares: opening its set, the line of provenance, and the empty state."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, Literal, ParamSpec, TypeAlias

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboards.headlines.provenance import Level, freshness, provenance_line
from dashboards.history import History, read_history
from dashboards.queries import MartMissing, PublishedSet, open_current, read_set
from dashboards.settings import Settings, read_settings

_BADGES: Final[dict[Level, tuple[str, Literal["blue", "orange"]]]] = {
    "fresh": (":material/check_circle:", "blue"),
    "late": (":material/schedule:", "orange"),
    "stale": (":material/warning:", "orange"),
}


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept(folder: Path) -> PublishedSet:
    """A set by its folder; sets never change, so all viewers share it."""
    return read_set(folder)


def open_page() -> tuple[Settings, PublishedSet]:
    """Settings and the one set of this page run; without a set the page says so and ends."""
    settings = read_settings()
    published = opened(settings)
    if published is None:
        _nothing_published(settings.home)
        st.stop()
    return settings, published


def opened(settings: Settings) -> PublishedSet | None:
    """The current set, read once for all viewers."""
    return open_current(settings.home, read=_kept)


_P = ParamSpec("_P")


def guarded(show: Callable[_P, None]) -> Callable[_P, None]:
    """A part of a page that says so where the set does not hold what it shows."""

    @wraps(show)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            show(*args, **kwargs)
        except MartMissing as missing:
            st.warning(
                f"This set was published by version {missing.code_version} of the twin, and it "
                f"does not hold what is shown here (`{missing.name}`). Pages that need less still "
                "work; the next set that this version publishes has it: start the twin once with "
                "`twin run`."
            )

    return run


def renewing(show: Callable[_P, None], every: str | None) -> Callable[_P, None]:
    """A part of a page that renews itself, every so often or (None) not at all."""
    fragment: Callable[_P, None] = st.fragment(guarded(show), run_every=every)
    return fragment


@st.cache_resource(max_entries=32, show_spinner=False)
def kept_history(files: tuple[Path, ...], premises_id: str) -> History | None:
    """The history of a premises in these lake files; moving the date does not read them again.

    Raises:
        duckdb.Error: a lake file is missing or broken.
    """
    return read_history(files, premises_id=premises_id)


def lag_of(published: PublishedSet) -> int:
    """Records that wait before the stage that has most before it."""
    lags = published.mart("partitions").group_by("stage").agg(pl.col("lag").sum())
    return max(lags["lag"].to_list(), default=0)


def show_provenance(published: PublishedSet, settings: Settings) -> None:
    """Badge of freshness and the line that says what the figures stand on."""
    meta = published.meta
    fresh = freshness(meta, now=settings.now, lag=lag_of(published))
    icon, colour = _BADGES[fresh.level]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(fresh.text, icon=icon, color=colour)
        st.markdown(f":small[{provenance_line(meta)}]", help=f"Basis: {meta.basis or 'no record'}")


Columns: TypeAlias = dict[str, ColumnConfig | str | None]
"""Headings of a table by column, in the order in which they are shown."""


def moment_column(label: str) -> ColumnConfig:
    """A column of moments in UTC."""
    return st.column_config.DatetimeColumn(label, format="D MMM YYYY HH:mm:ss", timezone="UTC")


def _nothing_published(home: Path) -> None:
    st.header("Nothing is published yet")
    st.markdown(
        "No set of marts stands under the twin's home folder, so there is nothing to show. "
        "Start the twin with `twin run` (or `make run`); the first set appears within a minute."
    )
    st.markdown(f"Home folder: `{home}`")
    if st.button("Look again"):
        st.rerun()
