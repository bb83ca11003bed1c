"""The registry of figures: definition, counts, grain, source and events of every mart column."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

_FOLDER: Final = files("twin.marts.figures")

Status = Literal["simulated", "observed", "assumed", "forecast"]
"""`simulated`: counted from events of a simulated fleet (`observed` where the set says that its
events are real); `assumed`: given by a plan or an assumption; `forecast`: drawn from a model."""


class Figure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One figure: what it says, of what it is a part, and what it is made of.

    `key` names it for ever. `denominator` is None for a plain count. `paragraphs` are those of
    the source that it answers, `events` the short names of the event types that it is made of;
    `columns` are those of `mart` that hold it.
    """

    key: str
    name: str
    definition: str
    numerator: str
    denominator: str | None = None
    grain: str
    unit: str
    status: Status
    paragraphs: tuple[str, ...]
    mart: str
    columns: tuple[str, ...]
    events: tuple[str, ...]


class MartFigures(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The figures of one mart, and the columns that only say of what a row is (`dimensions`)."""

    mart: str
    dimensions: tuple[str, ...] = ()
    figures: tuple[Figure, ...]


@cache
def registry() -> dict[str, MartFigures]:
    """The figures of every described mart, by the mart's name.

    Raises:
        msgspec.ValidationError: a file of the registry lacks something or says too much.
    """
    return {found.mart: found for found in sorted(_read(), key=lambda one: one.mart)}


@cache
def figures() -> dict[str, Figure]:
    """Every figure by its key."""
    return {one.key: one for mart in registry().values() for one in mart.figures}


def mart_sql(mart: str) -> str:
    """The query that makes a mart.

    Raises:
        FileNotFoundError: there is no such mart.
    """
    return (files("twin.marts") / "sql" / f"{mart}.sql").read_text(encoding="utf-8")


def _read() -> Iterator[MartFigures]:
    """Each file: its mart, its dimensions, what `every` figure shares, and the figures."""
    for entry in _FOLDER.iterdir():
        if not entry.name.endswith(".toml"):
            continue
        raw: dict[str, Any] = tomllib.loads(entry.read_text(encoding="utf-8"))
        mart = entry.name.removesuffix(".toml")
        shared = {"mart": mart, **raw.pop("every", {})}
        raw["figures"] = [{**shared, **one} for one in raw.get("figures", ())]
        yield msgspec.convert({"mart": mart, **raw}, MartFigures)
