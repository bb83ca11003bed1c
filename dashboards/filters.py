"""The filters in the sidebar, each bound to the address by a stable slug.

A slug that a page does not know is dropped, and a sentence says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.areas import REGIONS

ALL: Final = "all"
AS_AT: Final = "asat"
REGION: Final = "csp"
SUPPLIER: Final = "supplier"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a page shows: the day that was asked for, a region, a supplier; None is all of them."""

    on: date | None = None
    region: str | None = None
    supplier: str | None = None

    @property
    def slugs(self) -> tuple[str, ...]:
        """What the chosen filters are called in a file name."""
        return tuple(one.lower() for one in (self.region, self.supplier) if one)

    @property
    def scope(self) -> str:
        """The filters in words, for a line under the title."""
        parts = [f"{self.region} region"] if self.region else ["Great Britain"]
        parts += [f"supplier {self.supplier}"] if self.supplier else []
        return ", ".join(parts)


def narrowed(frame: pl.DataFrame, column: str, value: str | None) -> pl.DataFrame:
    """The rows of a frame with a value in a column; all of them where none is chosen."""
    return frame if value is None else frame.filter(pl.col(column) == value)


def choose(
    *,
    days: tuple[date, date] | None = None,
    regions: bool = False,
    suppliers: Sequence[str] = (),
) -> Chosen:
    """Draw the filters that a page has, in the same order everywhere, and give what is chosen."""
    with st.sidebar:
        on = _day(days) if days else None
        region = one("Communications region", REGION, REGIONS) if regions else None
        supplier = one("Supplier", SUPPLIER, suppliers) if suppliers else None
    if days is None and st.query_params.get(AS_AT):
        st.info(
            f"This page is not held by the day: it shows the newest figures, not those of "
            f"{st.query_params[AS_AT]}."
        )
    return Chosen(on, region, supplier)


def _day(days: tuple[date, date]) -> date | None:
    """The day of `asat=YYYY-MM-DD` within the days that the marts hold; None is the newest."""
    first, last = days
    asked = st.query_params.get(AS_AT)
    if asked and _within(asked, first, last) is None:
        st.warning(
            f"{asked} was left out of the address: this page holds the days from "
            f"{words.day(first)} to {words.day(last)}."
        )
    found = st.date_input(
        "As it was on",
        value=None,
        min_value=first,
        max_value=last,
        key=AS_AT,
        bind="query-params",
        format="DD/MM/YYYY",
        help="The figures at the end of that day. Leave it empty for the newest.",
    )
    return found if isinstance(found, date) and first <= found <= last else None


def _within(text: str, first: date, last: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if first <= day <= last else None


def one(label: str, key: str, names: Sequence[str]) -> str | None:
    """One of the names by its slug (lower case), or None for all; drawn where it is called."""
    by_slug = {name.lower(): name for name in names}
    asked = st.query_params.get(key)
    if asked and asked not in (ALL, *by_slug):
        st.warning(
            f"{key}={asked} was left out of the address: it is none of {', '.join(by_slug)}."
        )
    # the options are the slugs: the address holds what is shown, and must not change with words
    slug = st.selectbox(label, [ALL, *by_slug], key=key, bind="query-params")
    return by_slug.get(str(slug))
