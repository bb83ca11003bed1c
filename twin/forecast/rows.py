"""Counted executions as columns of numbers: a forecast asks them hundreds of times a day."""

from typing import TypeAlias

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from twin.forecast.luck import Floats, Whole

Mask: TypeAlias = NDArray[np.bool_]


class Rows(Struct, frozen=True, kw_only=True):
    """Executions alike, as one row with their number, `members`.

    `released` and `settled` are days from 1970-01-01, NaN for what has not happened; `confirmed`
    and `ended` say that there is that outcome, or any.
    """

    wave: Whole
    stratum: Whole
    released: Floats
    settled: Floats
    confirmed: Mask
    ended: Mask
    members: Whole

    @property
    def total(self) -> int:
        """The executions that the rows stand for."""
        return int(self.members.sum())

    @property
    def is_out(self) -> Mask:
        """Which were released."""
        return ~np.isnan(self.released)

    @property
    def is_over(self) -> Mask:
        """Which are settled."""
        return ~np.isnan(self.settled)

    def where(self, mask: Mask) -> "Rows":
        """The rows of a mask."""
        return Rows(**{name: getattr(self, name)[mask] for name in self.__struct_fields__})

    def of_wave(self, wave: int) -> "Rows":
        """The rows of one wave."""
        return self.where(self.wave == wave)


def rows_of(*, counted: pl.DataFrame) -> Rows:
    """Rows from a frame with their columns, null for NaN."""
    return Rows(
        wave=counted["wave"].to_numpy(),
        stratum=counted["stratum"].to_numpy(),
        released=counted["released"].cast(pl.Float64).to_numpy(),
        settled=counted["settled"].cast(pl.Float64).to_numpy(),
        confirmed=counted["confirmed"].to_numpy(),
        ended=counted["ended"].to_numpy(),
        members=counted["members"].to_numpy(),
    )


def largest(days: Floats) -> int | None:
    """The last of some days; None if there is none."""
    there = days[~np.isnan(days)]
    return int(there.max()) if there.size else None


def table(*, rows: Rows, column: Floats | Whole, shape: tuple[int, int]) -> Whole:
    """Members of rows as a table of counts by stratum and a column of whole numbers from 0."""
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, (rows.stratum, column.astype(np.int64)), rows.members)
    return counts


def kth_day(*, days: Floats, members: Whole, k: int) -> int | None:
    """The day on which the k-th of the members had one; None if not yet."""
    if k <= 0:
        return None
    there = ~np.isnan(days)
    order = np.argsort(days[there], kind="stable")
    sums = np.cumsum(members[there][order])
    place = int(np.searchsorted(sums, k))
    return int(days[there][order][place]) if place < sums.size else None
