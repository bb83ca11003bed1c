"""Which premises of a tail have nothing to be judged: each of their facts is its source's next one.

A fact that has columns in place of its bytes was read when it was archived. If each continues the
numbers of its source from the state before, and nothing waits there, then `step` lets every one of
them through in the order of the log, whatever it says. So the columns of place and number tell
what became of them, and only what had happened by a date has to be read (0058).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec
import polars as pl
import pyarrow as pa
from msgspec import Raw, Struct

from twin.lookback.rows import Row
from twin.state.entry import Entry, Place
from twin.state.premises import Premises

COLUMNS: Final = ("source", "sequence", "occurred_at")
"""What is asked of rows beside `twin.lookback.beyond`'s first columns."""
_PLACE: Final = ("key", "partition")
_NUMBERS: Final = pl.Schema(
    {"key": pl.String, "partition": pl.Int32, "source": pl.String, "last": pl.Int64}
)
_WAITS: Final = pl.Schema({"key": pl.String, "partition": pl.Int32})


def _reading(cls: type[Struct], **wanted: object) -> type[Struct]:
    """A form of a struct of which only these fields are read; the others are passed over."""
    fields = [(name, wanted.get(name, Raw)) for name in cls.__struct_fields__]
    return msgspec.defstruct(cls.__name__, fields, array_like=True, gc=False)


_PREMISES: Final = _reading(Premises, sequences=dict[str, int])
_ENTRY: Final = _reading(Entry, premises=_PREMISES, waiting=tuple[Raw, ...], parked=Raw)
_numbers_of: Final[Callable[[bytes], Any]] = msgspec.msgpack.Decoder(_ENTRY).decode
_NONE: Final = msgspec.msgpack.encode(None)


def are_in_order(rows: pa.Table, held: Mapping[Place, Row]) -> pl.Series:
    """Of each row whether all rows of its premises are such facts.

    `rows` are all that stand beyond the states `held`, of premises by name, in any order; they have
    places, `value`, `event` and `COLUMNS`.
    """
    columns = [*_PLACE, "epoch", "offset", "event", *COLUMNS]
    told = pl.DataFrame(rows.select(columns)).with_columns(
        pl.Series("is_spared", rows["value"].is_null())
    )
    numbers, waiting = _standing(held.values())
    found = (
        told.with_row_index("row")
        .join(numbers, on=[*_PLACE, "source"], how="left")
        .join(waiting.with_columns(pl.lit(True).alias("waits")), on=_PLACE, how="left")
        .sort(*_PLACE, "epoch", "offset")
        .with_columns(nth=pl.int_range(1, pl.len() + 1).over(*_PLACE, "source"))
    )
    is_next = (
        pl.col("is_spared")
        & pl.col("event").is_not_null()
        & pl.col("occurred_at").is_not_null()
        & (pl.col("sequence") == pl.col("last").fill_null(0) + pl.col("nth"))
        & pl.col("waits").is_null()
    )
    judged = found.with_columns(is_next=is_next.fill_null(False).all().over(*_PLACE))
    return judged.sort("row")["is_next"]


def _standing(rows: Iterable[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The last number of each source of some premises, and premises where records wait."""
    numbers, waiting = [], []
    for row in rows:
        entry = _numbers_of(row.entry)
        numbers += [(*row.place, source, last) for source, last in entry.premises.sequences.items()]
        if entry.waiting or bytes(entry.parked) != _NONE:
            waiting.append(row.place)
    return (
        pl.DataFrame(numbers, schema=_NUMBERS, orient="row"),
        pl.DataFrame(waiting, schema=_WAITS, orient="row"),
    )
