"""The cells of one column of which only some rows have a value, gathered kind by kind of row."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.lake.spared import held_by_column

Rows = NDArray[np.int32]
_NOWHERE: Final = -1


class Cells:
    """Values of a column and the rows that they stand in; mutable, filled for one table."""

    def __init__(self) -> None:
        """A column without a value."""
        self._values: list[Any] = []
        self._rows: list[Rows] = []

    def add(self, rows: Rows, values: Iterable[Any]) -> None:
        """Values of rows that have none yet, one a row; None is a value that is null."""
        self._rows.append(rows)
        self._values.extend(values)

    def column(self, count: int, kind: pa.DataType) -> pa.Array:
        """The column of a table of `count` rows; rows that were given no value are null."""
        if not self._rows:
            return pa.nulls(count, kind)
        values = array_of(self._values, kind)
        places = np.full(count, _NOWHERE, np.int32)
        places[np.concatenate(self._rows)] = np.arange(len(values), dtype=np.int32)
        return values.take(pa.array(places, mask=places == _NOWHERE))


def array_of(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values as an Arrow array.

    A number that the contract allows but 64 bits do not hold stands in the bytes only: the
    contract sets no upper end to a tick, and an archiver that stops at one stops for ever.
    """
    try:
        return pa.array(values, kind)
    except OverflowError:
        return pa.array([held_by_column(value) for value in values], kind)
