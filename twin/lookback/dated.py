"""Of a portion of the tail what has to be read, to know its premises as they were on a date."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from twin.lookback.beyond import Piece
from twin.lookback.in_order import are_in_order
from twin.lookback.rows import Row
from twin.state.entry import Place

_PLACE: Final = ("key", "partition")


class Parted(Struct, frozen=True):
    """What has to be read, and what is let through unread.

    `untold` counts, by premises of which each fact is its source's next, those that happened later;
    of premises that it does not name all records are read. `passed` counts the records of premises
    of which nothing had happened: they are as they were.
    """

    pieces: list[Piece]
    untold: dict[Place, int]
    passed: int


def parted(pieces: Sequence[Piece], held: Mapping[Place, Row], *, valid: datetime) -> Parted:
    """The rows of a portion that have to be read; `held` are the states before them.

    What had happened at `valid` itself had happened by then. The pieces have
    `twin.lookback.in_order.COLUMNS`, and are of premises by name.
    """
    if not pieces:
        return Parted([], {}, 0)
    rows = pa.concat_tables([piece.found for piece in pieces])
    frame = pl.DataFrame(rows.select([*_PLACE, "occurred_at"])).with_columns(
        in_order=are_in_order(rows, held)
    )
    frame = frame.with_columns(wanted=~pl.col("in_order") | (pl.col("occurred_at") <= valid))
    counted = (
        frame.filter("in_order")
        .group_by(_PLACE)
        .agg(told=pl.col("wanted").sum(), untold=(~pl.col("wanted")).sum())
    )
    of_some = counted.filter(pl.col("told") > 0).select(*_PLACE, "untold")
    return Parted(
        _of(pieces, frame["wanted"].to_numpy()),
        {(name, partition): untold for name, partition, untold in of_some.iter_rows()},
        int(counted.filter(pl.col("told") == 0)["untold"].sum()),
    )


def _of(pieces: Sequence[Piece], wanted: NDArray[np.bool_]) -> list[Piece]:
    """Some rows of pieces that stand one behind the other."""
    ends = np.cumsum([len(piece.rows) for piece in pieces])[:-1]
    parts = zip(pieces, np.split(wanted, ends), strict=True)
    return [piece.of(part) for piece, part in parts if part.any()]
