"""Counts of few premises are kept from all roles but operations: premises data is personal.

A page passes its frame through `suppressed` once and makes tables, charts, shares and downloads
from what comes out. None is told as 0, which is no premises. `suppressed` keeps single counts back;
it does not hinder whoever takes the shown groups from a shown total, as `kept_together` does.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import polars as pl

from dashboards import words
from twin.evidence.telling import hidden_together

LEAST: Final = 5
FEWER: Final = f"fewer than {LEAST}"
KEPT: Final = "fewer_than_5"
"""Column of a suppressed frame: the names of its columns in which the row's count is kept back."""
KEPT_BESIDE: Final = "kept_beside"
"""Column of names in which a larger count is kept back, as it would give a small one away."""
BESIDE: Final = "not told"
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


def part_of(part: int, whole: int, *, role: str = PROGRAMME) -> str:
    """A part of a whole in words: `16 of 44`, `fewer than 5 of 44`, `all but fewer than 5 of 44`.

    Of a part of few, only that the whole is few is told.
    """
    if is_kept(whole, role=role):
        return f"some of {FEWER}" if part else f"0 of {FEWER}"
    of = f"{words.prose(whole)}"
    if is_kept(whole - part, role=role) and not is_kept(part, role=role):
        return f"all but {FEWER} of {of}"
    return f"{FEWER if is_kept(part, role=role) else words.prose(part)} of {of}"


def share(part: int, whole: int, *, role: str = PROGRAMME) -> str | None:
    """A percentage, or None where the share would tell of few: of the part, the whole, the rest."""
    if any(is_kept(number, role=role) for number in (part, whole, whole - part)):
        return None
    return words.share(part, whole)


def kept_together(frame: pl.DataFrame, *columns: str, role: str = PROGRAMME) -> pl.DataFrame:
    """The frame with null for each small count of a table whose rows and columns have known totals.

    Null are also the counts without which a small one could be worked out; `KEPT` and
    `KEPT_BESIDE` name the columns of either kind.
    """
    rows = frame.select(pl.col(columns).fill_null(0)).rows()
    hidden = frozenset() if role == OPERATIONS else hidden_together(rows)
    small, beside = (
        [
            " ".join(
                name
                for x, name in enumerate(columns)
                if (y, x) in hidden and (0 < row[x] < LEAST) is few
            )
            for y, row in enumerate(rows)
        ]
        for few in (True, False)
    )
    told = [
        pl.Series(
            name,
            [None if (y, x) in hidden else one for y, one in enumerate(frame[name])],
            frame.schema[name],
        )
        for x, name in enumerate(columns)
    ]
    return frame.with_columns(
        pl.Series(KEPT, small, pl.String), pl.Series(KEPT_BESIDE, beside, pl.String), *told
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
    whys = [name for name in (KEPT, KEPT_BESIDE) if name in frame.columns]
    told = []
    for name in columns:
        rows = list(frame.select(name, *whys).iter_rows(named=True))
        if any(name in row[why].split() for row in rows for why in whys):
            text = [None if _is_unknown(row, name) else in_row(row, name) for row in rows]
            told.append(pl.Series(name, text, dtype=pl.String))
    return frame.with_columns(told).drop(whys)


def in_row(row: Mapping[str, Any], name: str, *, prose: bool = False) -> str:
    """A count of a row in words: exact (or as in prose), `fewer than 5`, or `not told`."""
    if row[name] is not None:
        return (words.prose if prose else words.count)(row[name])
    return FEWER if name in row[KEPT].split() else BESIDE


def _is_unknown(row: Mapping[str, Any], name: str) -> bool:
    why = f"{row[KEPT]} {row.get(KEPT_BESIDE, '')}".split()
    return row[name] is None and name not in why
