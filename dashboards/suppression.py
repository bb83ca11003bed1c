"""Counts of few premises are kept from all roles but operations: premises data is personal.

A page passes its frame through `suppressed` once and makes tables, charts, shares and downloads
from what comes out. None is told as 0, which is no premises. This keeps single counts back; it
does not hinder whoever takes the shown groups from a shown total.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

import polars as pl

from dashboards import words

LEAST: Final = 5
FEWER: Final = f"fewer than {LEAST}"
KEPT: Final = "fewer_than_5"
"""Column of a suppressed frame: the names of its columns in which the row's count is kept back."""
LINK: Final = "link"
"""Column of a table that leads to a premises by its id."""
PROGRAMME: Final = "programme"
OPERATIONS: Final = "operations"
"""The role that sees every count."""

C = TypeVar("C")


def is_kept(number: int, *, role: str = PROGRAMME) -> bool:
    """Whether a count of premises is too small to be told to a role."""
    return role != OPERATIONS and 0 < number < LEAST


def count(number: int, *, role: str = PROGRAMME) -> str:
    """A count of premises in words: exact, or `fewer than 5`."""
    return FEWER if is_kept(number, role=role) else words.count(number)


def suppressed(frame: pl.DataFrame, *columns: str, role: str = PROGRAMME) -> pl.DataFrame:
    """The frame with null for each small count in `columns`; `KEPT` says which they are."""
    small = {name: pl.col(name).is_between(1, LEAST - 1) & (role != OPERATIONS) for name in columns}
    named = [pl.when(when).then(pl.lit(name)) for name, when in small.items()]
    kept = pl.concat_str(named, separator=" ", ignore_nulls=True) if named else pl.lit("")
    return frame.with_columns(
        kept.alias(KEPT),
        *(pl.when(~when).then(pl.col(name)).alias(name) for name, when in small.items()),
    )


def told_rows(frame: pl.DataFrame, *columns: str, role: str) -> pl.DataFrame:
    """The rows of which every count in `columns` may be told: those that a chart may draw."""
    if role == OPERATIONS:
        return frame
    return frame.filter(~pl.any_horizontal(pl.col(columns).is_between(1, LEAST - 1)))


def open_to(columns: Mapping[str, C], *, role: str) -> dict[str, C]:
    """The columns of a table, without `LINK` to a premises for a role that may not go there."""
    return {name: column for name, column in columns.items() if name != LINK or role == OPERATIONS}


def in_words(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """A suppressed frame for a table: where a count is kept back its column says so in words.

    A column of which nothing is kept back stays one of numbers.
    """
    told = []
    for name in columns:
        kept = frame[KEPT].str.split(" ").list.contains(name)
        if kept.any():
            text = [
                FEWER if hidden else None if number is None else words.count(number)
                for hidden, number in zip(kept, frame[name], strict=True)
            ]
            told.append(pl.Series(name, text, dtype=pl.String))
    return frame.with_columns(told).drop(KEPT)
