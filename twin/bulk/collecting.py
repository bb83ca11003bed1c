"""Columns of row groups brought together, as the kernels want them: ids as numbers, words by place.

What every record has is written to its place at once; what few have is kept as rows and values.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.effects import CANCELLED
from twin.bulk.events import FACETS, PLACE, WORDS
from twin.bulk.ids import UNKNOWN_SOURCE, Flags
from twin.bulk.parquet.column import Column
from twin.bulk.pieces import Pieces
from twin.bulk.vocabulary import Vocabulary

DENSE: Final[dict[str, Any]] = {
    "epoch": np.int32,
    "partition": np.int32,
    "offset": np.int64,
    "sequence": np.int64,
    "occurred_at": np.int64,
    "premises": np.uint64,
    "is_premises": np.bool_,
    "ours": np.bool_,
    "source": np.uint64,
    "source_kind": np.uint8,
    "device": np.uint64,
    "event": np.int32,
}
_BLANK: Final = {"source_kind": UNKNOWN_SOURCE, "event": -1}
"""What stands where a column lacks or is null; 0 in the others."""
_NAMED: Final = {
    "key": ("premises", "is_premises"),
    "topic": ("ours",),
    "source": ("source", "source_kind"),
    "device_id": ("device",),
    "event": ("event",),
}
"""What the texts of a column say of every record."""
_SELDOM: Final = ("gpf_id", "replaced_device_id", "attempt_id")
"""Ids that few records name."""
_HALVES: Final = ("high", "low")
PARTS: Final[dict[str, Any]] = {
    **dict.fromkeys(WORDS, np.int32),
    **dict.fromkeys(FACETS, np.int64),
    **dict.fromkeys(("gpf_id", "replaced_device_id", *_HALVES), np.uint64),
    **dict.fromkeys(("refusal", "more", "old"), np.int8),
}


class Collector:
    """Records of row groups, one group after the other: `begin`, `take` each column, `end`."""

    def __init__(self, rows: int, vocabulary: Vocabulary) -> None:
        """For at most so many records."""
        self.vocabulary = vocabulary
        self.filled = 0
        self._dense = {name: np.empty(rows, kind) for name, kind in DENSE.items()}
        self._parts = {name: Pieces(kind, rows) for name, kind in PARTS.items()}
        self._count = 0
        self._kept: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
        self._written: set[str] = set()

    def begin(self, count: int) -> None:
        """A row group of so many records begins."""
        self._count, self._kept = count, None
        self._written = set()

    def take(self, name: str, column: Column, meaning: Sequence[NDArray[Any]]) -> None:
        """Take a column of the group that has begun, and what its texts mean."""
        if self._kept is not None:
            column = column.only(*self._kept)
        if name in _NAMED:
            for what, table in zip(_NAMED[name], meaning, strict=False):
                column.dense_of(table, self._out(what), _BLANK.get(what, 0))
        elif name in DENSE:
            column.dense(self._out(name))
        elif name in _SELDOM:
            self._take_ids(name, column, meaning)
        else:
            self._add(name, column.rows, column.values, *meaning)

    def _take_ids(self, name: str, column: Column, meaning: Sequence[NDArray[Any]]) -> None:
        if name == "attempt_id":
            for what, table in zip(_HALVES, meaning, strict=True):
                self._add(what, column.rows, column.values, table)
        else:
            numbers, known = meaning
            held = known[column.values]  # what is no id is left out
            self._add(name, column.rows[held], numbers[column.values[held]])

    def lying(self, name: str) -> NDArray[Any]:
        """What is said of every record of the group that has begun."""
        if name not in self._written:
            self._out(name)[:] = _BLANK.get(name, 0)
        return self._here(name)

    def keep(self, inside: Flags) -> None:
        """Leave out the other records of the group, of columns taken so far and from now on."""
        if inside.all():
            return
        rows = np.flatnonzero(inside).astype(np.int32)
        held = {name: self._here(name)[rows] for name in self._written}
        self._keep(rows, held)

    def keep_of(self, other: "Collector", inside: Flags) -> None:
        """Begin with some records of the group that another collector has begun."""
        rows = np.flatnonzero(inside).astype(np.int32)
        self.begin(len(inside))
        self._keep(rows, {name: other.lying(name)[rows] for name in _FIRST})

    def _keep(self, rows: NDArray[np.int32], held: dict[str, NDArray[Any]]) -> None:
        places = np.full(self._count, np.int32(-1), np.int32)
        places[rows] = np.arange(len(rows), dtype=np.int32)
        self._kept, self._count = (places, rows), len(rows)
        for name, values in held.items():
            self._out(name)[:] = values

    def cancelled(self) -> NDArray[np.int64]:
        """Records of the group that tell of a cancelled activation."""
        known = self.vocabulary.words("event")
        if CANCELLED not in known:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.lying("event") == known.index(CANCELLED))

    def say_more(self, cancelled: NDArray[np.int64], beyond: Column) -> None:
        """Of those, such as hold something outside the columns: a recall, perhaps."""
        if self._kept is not None:
            beyond = beyond.only(*self._kept)
        held = np.zeros(self._count, np.bool_)
        held[beyond.rows] = True
        found = cancelled[held[cancelled]].astype(np.int32)
        self._add("more", found, found)

    def end(self, *, is_old: bool) -> None:
        """The group is whole; `is_old`: its file lacks columns."""
        for name in DENSE:
            self.lying(name)
        if is_old:
            rows = np.arange(self._count, dtype=np.int32)
            self._add("old", rows, rows)
        self.filled += self._count

    def dense(self, name: str) -> NDArray[Any]:
        """What is said of every record of all groups."""
        return self._dense[name][: self.filled]

    def parts(self, name: str) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """Rows and values of a column that few records have."""
        return self._parts[name].held()

    def _add(
        self,
        name: str,
        rows: NDArray[np.int32],
        values: NDArray[Any],
        table: NDArray[Any] | None = None,
    ) -> None:
        """Take values of the group that has begun, or what a table says of them."""
        self._parts[name].add(self.filled, rows, values, table, share=self._count)

    def _here(self, name: str) -> NDArray[Any]:
        return self._dense[name][self.filled : self.filled + self._count]

    def _out(self, name: str) -> NDArray[Any]:
        self._written.add(name)
        return self._here(name)


_FIRST: Final = tuple(what for name in PLACE for what in _NAMED.get(name, (name,)))
