"""Columns of state as numbers: ids and moments as they are counted, words by their places.

The kernels give these; digest and counts take them. A text is made where somebody reads it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.columns import SCHEMAS, Tables
from twin.bulk.ids import device_numbers, premises_numbers, uuid_numbers
from twin.bulk.parquet.column import Texts, of_arrow, texts_of
from twin.bulk.series import device_list, numbers_series, premises_list, uuid_list
from twin.bulk.texts import TextList

Held: TypeAlias = NDArray[np.bool_] | None
"""Which rows hold a value; None: all."""
_DEVICE: Final = ("device_id", "replaced_device_id", "hub_id", "esme_id", "cad_id")
_UUID: Final = "attempt_id"
IDS: Final = ("premises_id", *_DEVICE, _UUID)
"""Columns of ids; every other column of texts has words."""


class IdColumn(Struct, frozen=True):
    """Ids by their numbers, a UUID by two halves a row.

    `odd` are texts, by row, that are no id as ours are spelt; their number is 0.
    """

    numbers: NDArray[np.uint64]
    held: Held = None
    odd: dict[int, str] = {}


class WordColumn(Struct, frozen=True):
    """Words by their places in a list without repetitions; -1 where there is none."""

    places: NDArray[np.int32]
    texts: list[str]


class NumberColumn(Struct, frozen=True):
    """Counts, moments (microseconds since 1970, UTC), flags, or the bits of floats."""

    values: NDArray[Any]
    held: Held = None


Narrow: TypeAlias = IdColumn | WordColumn | NumberColumn
Columns: TypeAlias = Mapping[str, Mapping[str, Narrow]]
"""The columns of each table, as `SCHEMAS` names them."""


def widened(columns: Columns) -> dict[str, pl.DataFrame]:
    """The tables with their texts."""
    return {table: widened_of(columns, table, list(schema)) for table, schema in SCHEMAS.items()}


def widened_of(columns: Columns, table: str, names: Sequence[str]) -> pl.DataFrame:
    """Some columns of a table with their texts."""
    of, schema = columns[table], SCHEMAS[table]
    return pl.DataFrame({name: _series(name, of[name], schema[name]) for name in names})


def narrowed(tables: Tables) -> dict[str, dict[str, Narrow]]:
    """The columns of tables, which stay in their order."""
    return {
        table: {name: _narrow(name, tables[table][name]) for name in schema}
        for table, schema in SCHEMAS.items()
    }


def _series(name: str, column: Narrow, kind: Any) -> pl.Series:
    if isinstance(column, WordColumn):
        return TextList.of_words(column.texts).at(column.places)
    if isinstance(column, NumberColumn):
        return numbers_series(column.values, column.held, kind)
    return _id_series(name, column)


def _id_series(name: str, column: IdColumn) -> pl.Series:
    numbers = column.numbers
    texts = _spelt(name, numbers)
    places = np.arange(len(numbers))
    found = texts.at(places if column.held is None else np.where(column.held, places, -1))
    if not column.odd:
        return found
    return pl.Series([column.odd.get(row, text) for row, text in enumerate(found)])


def _spelt(name: str, numbers: NDArray[np.uint64]) -> TextList:
    if name == _UUID:
        return uuid_list(np.ascontiguousarray(numbers[:, 0]), np.ascontiguousarray(numbers[:, 1]))
    return device_list(numbers) if name in _DEVICE else premises_list(numbers)


def _narrow(name: str, column: pl.Series) -> Narrow:
    array = column.rechunk().to_arrow()
    held = None if not array.null_count else np.asarray(array.is_valid())
    if column.dtype != pl.String:
        return NumberColumn(_values(array), held)
    if name in IDS:
        return _ids(name, column, held)
    words = of_arrow(array)
    places = np.full(len(array), -1, np.int32)
    places[words.rows] = words.values
    return WordColumn(places, words.texts.to_list())


def _ids(name: str, column: pl.Series, held: Held) -> IdColumn:
    numbers = _read(name, texts_of(column.fill_null("").to_arrow().cast(pa.binary())))
    spelt = _spelt(name, numbers).all()
    odd = {n: column[n] for n in np.flatnonzero((spelt != column).fill_null(False)).tolist()}
    numbers[list(odd)] = 0
    return IdColumn(numbers, held, odd)


def _read(name: str, texts: Texts) -> NDArray[np.uint64]:
    if name == _UUID:
        return np.column_stack(uuid_numbers(texts))
    return (device_numbers if name in _DEVICE else premises_numbers)(texts)[0]


def _values(array: Any) -> NDArray[Any]:
    """Counts, flags, moments; 0 for a null."""
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    values = np.asarray(array.fill_null(False if pa.types.is_boolean(array.type) else 0))
    return values.view(np.int64) if values.dtype == np.float64 else values
