"""Marts as a role may see them: the one place from which pages and files take counts of groups.

Each mart is told with the sums of its groups that pages tell as well, so that no small count
follows from what is shown (`margins`); by the day counts are rounded (`rounding`).
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Final

import polars as pl
import streamlit as st

from dashboards.areas import AREAS
from dashboards.margins import Level, Shape, told_levels
from dashboards.queries import PublishedSet
from dashboards.rounding import told_by_day
from dashboards.suppression import KEPT, KEPT_BESIDE


def every_sum(*dims: str) -> tuple[Level, ...]:
    """A table by all of some columns, and its sums by fewer of them, down to the whole."""
    return tuple(level for many in range(len(dims), -1, -1) for level in combinations(dims, many))


_SPACE: Final = ("csp_region", "shared_meter_space", "paired")
PINS: Final = Shape(
    (
        ("gsp_group", *_SPACE),
        ("gsp_group", "csp_region"),
        *every_sum(*_SPACE),
    ),
    ("premises", "set_before", "set_now", "weak_pin", "most_common_pin"),
    (
        ("premises", "set_before"),
        ("premises", "set_now"),
        ("set_now", "weak_pin"),
        ("weak_pin", "most_common_pin"),
    ),
)
_JOINS: Final = (
    *("device_type", "partner_device_type", "outcome", "method", "response", "key_source"),
)
SHAPES: Final[Mapping[str, Shape]] = {
    "bands": Shape(every_sum("device_type", "band", "reason"), ("devices",)),
    "bands_monthly": Shape(every_sum("month", "csp_region", "band"), ("premises",)),
    "device_logs": Shape(every_sum("told_by", "change", "role"), ("changes",)),
    "duty_cycle": Shape(every_sum("state"), ("hubs", "changes", "suspensions", "discards")),
    "firmware_outcomes": Shape(
        (("campaign_id", "device_type", "event", "detail"), ("campaign_id", "event"), ()),
        ("facts",),
    ),
    "intruders": Shape(every_sum("pin_set", "outcome"), ("attempts", "guesses")),
    "joins": Shape(
        (
            _JOINS,
            *(("device_type", "outcome"), ("device_type",), ("outcome",), ()),
        ),
        ("joins",),
    ),
    "licence_conditions": Shape(every_sum("supplier", "condition", "outcome"), ("premises",)),
    "links": Shape(every_sum("links_open"), ("hubs", "refusals")),
    "obligations": Shape(
        (("obligation", "of_what"),), ("capable", "installed"), (("installed", "capable"),)
    ),
    "outages": Shape(
        (("minutes_from", "minutes_to", "campaign_id"), ("campaign_id",), ()),
        ("outages", "premises"),
    ),
    "pairing": Shape(every_sum("route", "outcome", "cause"), ("attempts",)),
    "pairing_channels": Shape(
        (
            ("route", "channel", "outcome", "reached"),
            *every_sum("route", "channel", "outcome"),
        ),
        ("attempts",),
    ),
    "pairing_codes": Shape(
        every_sum("digits"), ("attempts", "unpaired"), (("attempts", "unpaired"),)
    ),
    "pairing_hours": Shape(
        (("weekday", "hour"), ()),
        ("attempts", "failed", "abandoned"),
        (("attempts", "failed"), ("attempts", "abandoned")),
    ),
    "pins": Shape(every_sum("standing", "pin_class", "cleared_by"), ("premises",)),
    "pins_by_area": PINS,
}
"""Marts of counts as they stand, with the sums in which they are told."""
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "areas_daily": ("gsp_group",),
    "region_suppliers": ("csp_region", "supplier"),
    "regions_daily": ("csp_region",),
    "suppliers_daily": ("supplier",),
}
"""Marts of installed and capable premises by the day, with the columns that name a group."""
OUTCOMES: Final = ("passed", "failed", "not_judged")
"""How a licence condition is judged at a premises: each premises is in one of them."""
_REGION_OF: Final = {area.letter: area.region for area in AREAS}


def daily_told(published: PublishedSet, name: str, *, role: str) -> pl.DataFrame:
    """A mart of `GROUPS` as a role may see it.

    Raises:
        MartMissing: this set does not hold it.
    """
    frame = published.mart(name)
    return _daily(name, role, _print_of(frame), frame)


def level_told(frame: pl.DataFrame, name: str, *by: str, role: str) -> pl.DataFrame:
    """Counts shaped as a mart of `SHAPES`, summed by some of its columns, as a role may see them.

    What is told of one level goes with what is told of all others: a page takes each from here.
    """
    told = _levels(name, role, _print_of(frame), frame)
    return next(own for level, own in told.items() if set(level) == set(by))


def mart_told(frame: pl.DataFrame, name: str, *, role: str) -> pl.DataFrame:
    """The rows of a mart of `SHAPES` as a role may see them."""
    if name == "licence_conditions":
        return conditions_told(frame, role=role)
    dims = SHAPES[name].levels[0]
    told = level_told(frame, name, *dims, role=role)
    ordered = frame.select(dims).join(
        told, on=dims, how="left", nulls_equal=True, maintain_order="left"
    )
    return ordered.select(*frame.columns, KEPT, KEPT_BESIDE)


def conditions_told(conditions: pl.DataFrame, *, role: str, supplier: bool = True) -> pl.DataFrame:
    """Premises by licence condition, and (`supplier`) by supplier: how they are judged adds up."""
    by = ("supplier", "condition") if supplier else ("condition",)
    long = conditions.unpivot(
        OUTCOMES,
        index=("supplier", "condition"),
        variable_name="outcome",
        value_name="premises",
    )
    told = level_told(long, "licence_conditions", *by, "outcome", role=role)
    of_outcome = {name: told.filter(outcome=name).sort(by) for name in OUTCOMES}
    whys = [
        pl.concat_str(
            [
                pl.when(pl.lit(own[why]) != "").then(pl.lit(name))
                for name, own in of_outcome.items()
            ],
            separator=" ",
            ignore_nulls=True,
        ).alias(why)
        for why in (KEPT, KEPT_BESIDE)
    ]
    first = of_outcome[OUTCOMES[0]].select(by)
    return first.with_columns(
        *(own["premises"].alias(name) for name, own in of_outcome.items()), *whys
    )


def _print_of(frame: pl.DataFrame) -> int:
    """The same for the same rows: what was made of a frame is kept by what it holds."""
    return int(frame.hash_rows(seed=1).sum()) if frame.height else 0


@st.cache_resource(max_entries=16, show_spinner=False)
def _daily(name: str, role: str, key: int, _frame: pl.DataFrame) -> pl.DataFrame:
    return told_by_day(_frame, groups=GROUPS[name], role=role, within=_REGION_OF)


@st.cache_resource(max_entries=32, show_spinner=False)
def _levels(name: str, role: str, key: int, _frame: pl.DataFrame) -> dict[Level, pl.DataFrame]:
    return told_levels(_frame, SHAPES[name], role=role)
