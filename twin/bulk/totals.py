"""Totals of the fleet by the columns of state, under the names that the mart `summary` gives them.

The mart counts them from the records by SQL, which is another way to the same figures.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from twin.bulk.columns import Tables
from twin.bulk.cut import Cut
from twin.bulk.rebuild import folded_spans
from twin.bulk.spans import spans

_OF_PREMISES: Final = {
    "registered_premises": pl.col("premises_type").is_not_null(),
    "installed_premises": pl.col("hub_id").is_not_null() & pl.col("esme_id").is_not_null(),
    "installed_hubs": pl.col("hub_id").is_not_null(),
    "installed_esmes": pl.col("esme_id").is_not_null(),
    "capable_premises": pl.col("capable"),
    "believed_premises": pl.col("believed"),
    "breaches": pl.col("breaches"),
    "facts": pl.col("applied"),
}
_OF_PAIRINGS: Final = {
    "pairing_attempts": pl.col("attempt_id").is_not_null(),
    "pairings_completed": pl.col("outcome") == "completed",
}
WAITING: Final = "held"
"""Records that wait behind a gap: the state leaves them out, and the marts do not."""


def totals(parts: Iterable[Tables]) -> dict[str, int]:
    """The totals over ranges of premises, and how many records wait."""
    found: Counter[str] = Counter()
    for tables in parts:
        held = {**_OF_PREMISES, WAITING: pl.col("held")}
        found.update(_summed(tables["premises"], held))
        found.update(_summed(tables["pairings"], _OF_PAIRINGS))
    return dict(found)


def totals_of(files: Sequence[Path], *, cut: Cut) -> dict[str, int]:
    """The totals of the fleet from the lake, up to a cut."""
    return totals(part.tables for part in folded_spans(spans(files, cut=cut)))


def _summed(table: pl.DataFrame, of: dict[str, pl.Expr]) -> dict[str, int]:
    sums = [what.fill_null(0).cast(pl.Int64).sum().alias(name) for name, what in of.items()]
    return table.select(sums).row(0, named=True)
