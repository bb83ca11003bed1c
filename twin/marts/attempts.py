"""The attempts of all members (`twin.forecast.history.ATTEMPTS`), so many premises at a time.

Of a large fleet the joins of one reading do not fit into the memory that the builder may use.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import duckdb
import polars as pl

PREMISES_MAX: Final = 200_000
"""Premises of a reading, about: ids are random (D5), so that equal parts of them hold as many."""
_IDS: Final = 1 << 64
_FIRST: Final = ""
_AFTER: Final = "Q"
"""After all premises ids, which begin with `P`."""


def read_attempts(
    cursor: duckdb.DuckDBPyConnection, query: str, *, premises_max: int = PREMISES_MAX
) -> pl.DataFrame:
    """Rows of the attempts, times without a zone; of each campaign in order of premises and device.

    `query` gives those of the premises from `$first` up to and without `$after`.
    """
    ((premises,),) = cursor.execute("SELECT approx_count_distinct(key) FROM facts").fetchall()
    parts = max(1, -(-premises // premises_max))
    found: list[pl.DataFrame] = []
    members = 0
    for first, after in _ranges(parts):
        part = cursor.sql(query, params={"first": first, "after": after}).pl()
        found.append(part.with_columns(pl.col("member") + members))
        members += part["member"].n_unique()
    return pl.concat(found)


def _ranges(parts: int) -> Iterator[tuple[str, str]]:
    within = (f"P{part * _IDS // parts:016x}" for part in range(1, parts))
    return pairwise((_FIRST, *within, _AFTER))
