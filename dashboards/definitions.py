"""What words and figures mean: figures, assumptions, glossary, the rules of control charts."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import metadata
from importlib.resources import files
from typing import Any, Final

import polars as pl

from twin.fleet.numbers.rows import AssumptionRow, assumption_rows
from twin.forecast.prior import shipped_rows
from twin.marts.figures.registry import figures

FIGURES: Final = (
    "name",
    "definition",
    "numerator",
    "denominator",
    "grain",
    "unit",
    "status",
    "paragraphs",
    "mart",
    "key",
)
ASSUMED: Final = pl.Schema(
    dict.fromkeys(("name", "value", "unit", "status", "source", "file"), pl.String)
)
PRIOR: Final = "twin/forecast/prior.toml"
STATUSES: Final = ("published", "derived", "assumed")
XMR: Final = (
    ("Beyond a limit", "One point outside the mean ± 2.66 times the mean moving range."),
    ("Run", "Eight points in a row on one side of the mean."),
    ("Trend", "Six points in a row, each above the one before, or each below it."),
    ("Near a limit", "Two of three points in a row in the outer third, on the same side."),
)
"""The four rules by their names (`dashboards.control.RULES`), in words."""
HISTORY: Final = (
    "The twin runs the programme as it was planned in December 2015. In reality the first SMETS 2 "
    "meter was installed in July 2017, later and in smaller numbers than planned, and local "
    "pairing by the consumer is not known to have shipped. Nothing on these pages is a record of "
    "what happened in those years."
)
SIMULATED: Final = (
    "Nobody outside can read the real fleet, so the field is emulated: premises, devices, "
    "networks, people and their answers are drawn by a seed, calibrated to the published totals. "
    "What the twin itself does with the events (state, rules, campaigns, gates, marts, forecasts) "
    "is no simulation: real messages would go the same way. Supplier names, models, firmware "
    "versions and identifiers are made up; no secret and no personal data stands anywhere."
)


def figure_table() -> pl.DataFrame:
    """A line a figure of the registry, by its name."""
    rows = [
        {
            **{name: getattr(one, name) for name in FIGURES if name != "paragraphs"},
            "paragraphs": ", ".join(one.paragraphs),
        }
        for one in figures().values()
    ]
    return pl.DataFrame(rows, infer_schema_length=None).select(*FIGURES).sort("name", "key")


@cache
def assumptions() -> pl.DataFrame:
    """Every number of behaviour and of forecasts (`ASSUMED`), by file and name."""
    rows = [
        (name, _value(row.value), row.unit, row.status, row.source, file)
        for file, held in _files()
        for name, row in held.items()
    ]
    return pl.DataFrame(rows, schema=ASSUMED, orient="row").sort("file", "name")


def _files() -> Iterator[tuple[str, dict[str, AssumptionRow]]]:
    folder = files("twin.fleet.numbers")
    for entry in folder.iterdir():
        if entry.name.endswith(".toml"):
            text = entry.read_text(encoding="utf-8")
            yield f"twin/fleet/numbers/{entry.name}", assumption_rows(text=text)
    yield PRIOR, dict(shipped_rows())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(part)}" for key, part in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def by_status(rows: pl.DataFrame) -> pl.DataFrame:
    """How many assumptions each file has of each status."""
    return rows.group_by("file", "status").len("rows").sort("file", "status")


@cache
def glossary() -> pl.DataFrame:
    """The words of the field, by the alphabet: word, meaning, source."""
    raw: dict[str, Any] = tomllib.loads(
        (files("dashboards") / "glossary.toml").read_text(encoding="utf-8")
    )
    rows = [(word, told["means"], told["source"]) for word, told in raw.items()]
    columns = dict.fromkeys(("word", "means", "source"), pl.String)
    found = pl.DataFrame(rows, schema=columns, orient="row")
    return found.sort(pl.col("word").str.to_lowercase())


def licence() -> str:
    """The licence of the code, as the package declares it."""
    return str(metadata("fleet-twin")["License-Expression"])
