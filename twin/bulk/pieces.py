"""Rows and values of a column that few records have, brought together row group by row group."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.compiled import kernel

_SPARE: Final = 1.1
"""Room that is made beyond what the first row group lets expect."""


class Pieces:
    """Rows and values, one row group's behind the other's; they are copied, for decoders use their
    arrays again."""

    def __init__(self, kind: Any, count: int) -> None:
        """Of at most so many rows."""
        self._count, self._filled = count, 0
        self._rows, self._values = np.zeros(0, np.int32), np.zeros(0, kind)

    def add(
        self,
        first: int,
        rows: NDArray[np.int32],
        values: NDArray[Any],
        table: NDArray[Any] | None,
        *,
        share: int,
    ) -> None:
        """Take the values at some rows of a group, or what a table says of them.

        The group's rows begin at `first`, and it has `share` rows.
        """
        if not len(rows):
            return
        until = self._filled + len(rows)
        if until > len(self._rows):
            expected = int(len(rows) / max(share, 1) * (self._count - first) * _SPARE)
            self._grow(max(until, self._filled + expected))
        out = (self._rows, self._values)
        if table is None:
            _appended(rows, values, first, out, self._filled)
        else:
            _appended_of(rows, values, table, first, out, self._filled)
        self._filled = until

    def held(self) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """All rows and values."""
        return self._rows[: self._filled], self._values[: self._filled]

    def _grow(self, size: int) -> None:
        rows, values = self.held()
        self._rows, self._values = np.empty(size, np.int32), np.empty(size, values.dtype)
        self._rows[: len(rows)], self._values[: len(rows)] = rows, values


@kernel
def _appended(rows: Any, values: Any, first: Any, out: tuple[Any, Any], at: Any) -> None:
    out_rows, out_values = out
    for n in range(len(rows)):
        out_rows[at + n] = rows[n] + first
        out_values[at + n] = values[n]


@kernel
def _appended_of(
    rows: Any, values: Any, table: Any, first: Any, out: tuple[Any, Any], at: Any
) -> None:
    out_rows, out_values = out
    for n in range(len(rows)):
        out_rows[at + n] = rows[n] + first
        out_values[at + n] = table[values[n]]
