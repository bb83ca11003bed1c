"""Filters, each bound to the address by a stable slug.

What a page does not know is dropped from the address, and a sentence says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import words
from dashboards.areas import REGIONS

ALL: Final = "all"
NAMED_MAX: Final = 12
"""Slugs that a sentence names at most."""
AS_AT: Final = "asat"
REGION: Final = "csp"
SUPPLIER: Final = "supplier"
Number = TypeVar("Number", int, float)


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
    say_days(AS_AT, first, last)
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


def say_days(key: str, first: date, last: date) -> None:
    """Say so where the address asks for a day beyond those that a page holds, or for none."""
    asked = st.query_params.get(key)
    if asked and _within(asked, first, last) is None:
        st.warning(
            f"{key}={asked} was left out of the address: this page holds the days from "
            f"{words.day(first)} to {words.day(last)}."
        )


def _within(text: str, first: date, last: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if first <= day <= last else None


def one(label: str, key: str, names: Sequence[str]) -> str | None:
    """One of the names by its slug (lower case), or None for all; drawn where it is called."""
    by_slug = {name.lower(): name for name in names}
    say_slugs(key, [ALL, *by_slug])
    # the options are the slugs: the address holds what is shown, and must not change with words
    slug = st.selectbox(label, [ALL, *by_slug], key=key, bind="query-params")
    return by_slug.get(str(slug))


def say_slugs(key: str, known: Sequence[str], *, place: DeltaGenerator | None = None) -> None:
    """Say so where the address asks for a slug that is none of the known; in `place`, or here."""
    asked = st.query_params.get(key)
    if not asked or asked in known:
        return
    more = f" and {len(known) - NAMED_MAX} more" if len(known) > NAMED_MAX else ""
    text = f"it is none of {', '.join(known[:NAMED_MAX])}{more}"
    (place or st).warning(f"{key}={asked} was left out of the address: {text}.")


def slug(
    label: str,
    key: str,
    options: Sequence[str],
    *,
    index: int = 0,
    about: str | None = None,
    place: DeltaGenerator | None = None,
) -> str:
    """One of some slugs by the address, drawn where it is called."""
    say_slugs(key, options, place=place)
    found = st.selectbox(label, options, index, key=key, bind="query-params", help=about)
    return str(found)


def segment(label: str, key: str, options: Sequence[str]) -> str:
    """One of a few slugs by the address, side by side; the first unless chosen."""
    say_slugs(key, options)
    found = st.segmented_control(
        label, options, default=options[0], required=True, key=key, bind="query-params"
    )
    return str(found)


def number(
    label: str,
    key: str,
    span: tuple[Number, Number],
    value: Number,
    *,
    step: Number,
    about: str | None = None,
    place: DeltaGenerator | None = None,
) -> Number:
    """A number of a span by the address, both ends included; a float or an int as `value` is."""
    least, most = span
    asked = st.query_params.get(key)
    if asked and not _is_number(asked, least, most):
        (place or st).warning(
            f"{key}={asked} was left out of the address: it must be a number from {least:,} to "
            f"{most:,}."
        )
    return st.number_input(
        label, least, most, value, step, key=key, bind="query-params", help=about
    )


def _is_number(text: str, least: float, most: float) -> bool:
    try:
        return least <= float(text) <= most
    except ValueError:
        return False
