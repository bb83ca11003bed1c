"""Failures by day as points of a control chart: subgroups, limits, signals (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from dashboards.control import Limits, limits, signals
from dashboards.suppression import told_rows

FEW: Final = 20
"""Outcomes that a point needs at least, so that one is comparable with the next."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: its name in sentences, and the page that explains it."""

    what: str
    page: str


MEASURES: Final = {
    "activations": Measure("activations of firmware", "campaigns"),
    "pairings": Measure("pairing attempts", "pairing"),
}


@dataclass(frozen=True, slots=True)
class Course:
    """The points of one measure (`day`, `outcomes`, `failures`, `share`, `signal`) with limits.

    `rules` names the rules by which a point is a signal (`control.RULES`).
    """

    points: pl.DataFrame
    band: Limits | None

    @property
    def newest(self) -> dict[str, Any] | None:
        """The newest point."""
        return self.points.row(-1, named=True) if self.points.height else None


def courses(daily: pl.DataFrame) -> dict[str, Course]:
    """The course of every measure, from rows of `failures_daily`."""
    return {name: course(daily.filter(measure=name)) for name in MEASURES}


def course(daily: pl.DataFrame) -> Course:
    """One measure's course: a point for each day, or run of days, of at least `FEW` outcomes."""
    days = daily.select("day", "outcomes", "failures").sort("day")
    points = pl.DataFrame(list(_subgroups(days)), schema=days.schema, orient="row")
    points = points.with_columns((pl.col("failures") / pl.col("outcomes")).alias("share"))
    values = points["share"].to_list()
    band = limits(values)
    marked = signals(values, band) if band is not None else [()] * len(values)
    rules = pl.Series("rules", [", ".join(names) for names in marked], pl.String)
    return Course(points.with_columns(rules, (rules != "").alias("signal")), band)


def told_points(points: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """The points of which neither failures nor the others of the outcomes are too few to tell."""
    with_others = points.with_columns((pl.col("outcomes") - pl.col("failures")).alias("others"))
    return told_rows(with_others, "failures", "others", role=role).drop("others")


def _subgroups(days: pl.DataFrame) -> Iterator[tuple[date, int, int]]:
    """Days that follow each other, together until they are enough; named by the last of them.

    What is not enough yet at the end is no point: three outcomes are no share.
    """
    outcomes = failures = 0
    for day, more, failed in days.iter_rows():
        outcomes, failures = outcomes + more, failures + failed
        if outcomes >= FEW:
            yield day, outcomes, failures
            outcomes = failures = 0
