"""Counts as they stood on a day, from a mart that tells by how much they changed."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.page_parts import days_of
from dashboards.queries import PublishedSet


def changes_of(published: PublishedSet, name: str) -> pl.DataFrame | None:
    """A mart of changes, or None where the set does not hold it (an older version made it)."""
    return published.mart(name) if published.holds(name) else None


def days_held(published: PublishedSet, changes: pl.DataFrame | None) -> tuple[date, date] | None:
    """The days that can be gone back to, to the newest of the set; None where there is none."""
    days, newest = None if changes is None else days_of(changes), published.meta.as_at
    return None if days is None or newest is None else (days[0], newest.date())


def stood(changes: pl.DataFrame, *, on: date, by: Sequence[str]) -> pl.DataFrame:
    """The counts of each group at the end of a day: the sums of all changes up to it.

    Groups without premises are left out.
    """
    told = changes.filter(pl.col("day") <= on).drop("day", "days")
    return told.group_by(by).agg(pl.all().sum()).filter(pl.col("premises") > 0).sort(by)


def show_span(changes: pl.DataFrame, *, on: date) -> None:
    """Say which day is shown, where the mart tells several days together."""
    told = changes.filter(pl.col("day") <= on)
    days = days_of(told)
    if days is None or told["days"][0] == 1:
        return
    st.markdown(
        f":small[Of this fleet {told['days'][0]} days are told together: this is "
        f"{words.day(days[1])}.]"
    )
