"""What every page shares: opening its set, the line of provenance, and the empty state."""

from collections.abc import Callable
from datetime import date
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

SHOWN_FROM: Final = 0.6
WHOLE_FROM: Final = 0.9
"""Coverage below which a page shows nothing, and below which it says that it is partial."""
_BADGES: Final[dict[Level, tuple[str, Literal["blue", "orange", "red"]]]] = {
    "fresh": (":material/check_circle:", "blue"),
    "late": (":material/schedule:", "orange"),
    "stale": (":material/warning:", "red"),
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
        LakeUnreadable: a lake file is missing or broken.
    """
    return read_history(files, premises_id=premises_id)


def lag_of(published: PublishedSet) -> int:
    """Records that wait before the stage that has most before it."""
    lags = published.mart("partitions").group_by("stage").agg(pl.col("lag").sum())
    return max(lags["lag"].to_list(), default=0)


def show_provenance(published: PublishedSet, settings: Settings, *, on: date | None = None) -> None:
    """Badge of freshness and the line that says what the figures stand on.

    `on` is the day that the page goes back to, None where it shows the newest.
    """
    meta = published.meta
    fresh = freshness(meta, now=settings.now, lag=lag_of(published))
    icon, colour = _BADGES[fresh.level]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(fresh.text, icon=icon, color=colour)
        st.markdown(
            f":small[{provenance_line(meta, on=on)}]", help=f"Basis: {meta.basis or 'no record'}"
        )


def days_of(frame: pl.DataFrame) -> tuple[date, date] | None:
    """The first and the newest day of a mart by the day, or None for an empty one."""
    days = frame["day"]
    first, last = days.min(), days.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


def require_known(share: float, *, of: str) -> str:
    """Coverage in words; below 90% a note says so, below 60% the page shows nothing more."""
    whole = f"{100 * share:.1f}% of installed premises have {of}"
    if share < SHOWN_FROM:
        st.warning(f"Only {whole}: too few to show their figures. Other pages still work.")
        st.stop()
    if share < WHOLE_FROM:
        st.info(f"Partial: {whole}; the others are in no group.")
    return whole


Columns: TypeAlias = dict[str, ColumnConfig | str | None]
"""Headings of a table by column, in the order in which they are shown."""


def count_column(label: str, kept: pl.DataFrame, name: str) -> ColumnConfig:
    """A column of counts with commas, or of words where some count is kept back."""
    if kept[name].dtype == pl.String:
        return st.column_config.TextColumn(label, alignment="right")
    return st.column_config.NumberColumn(label, format="%,d")


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
