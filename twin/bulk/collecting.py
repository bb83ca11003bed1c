"""Columns of row groups brought together, as the kernels want them: ids as numbers, words by place.

What every record has is written to its place at once; what few have is kept as rows and values.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.codes import codes_of
from twin.bulk.effects import CANCELLED, CODES, RECALLED, RESOLVED, UNTOLD
from twin.bulk.events import FACETS, TOPIC, WORDS, Events
from twin.bulk.ids import (
    UNKNOWN_SOURCE,
    Flags,
    device_numbers,
    premises_numbers,
    source_numbers,
    uuid_numbers,
)
from twin.bulk.parquet.column import Column
from twin.bulk.reasons import OLD_FILE, REFUSED, RESOLUTION, SOURCE, UNTOLD_FACT
from twin.bulk.sparse import Facet, Sparse, Words

_DENSE: Final[dict[str, Any]] = {
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
_UNTOLD: Final = np.isin(np.arange(len(CODES) + 1), [CODES[name] for name in UNTOLD])
"""Which effects the table does not tell, by code; the last is that of no fact (-1)."""


class _Parts:
    """Rows and values of a column, row group by row group."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._rows: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
        self._values: list[NDArray[Any]] = [np.zeros(0, kind)]

    def add(self, first: int, rows: NDArray[np.int32], values: NDArray[Any]) -> None:
        """Take what a row group holds; the arrays are copied, for decoders use theirs again."""
        if len(rows):
            self._rows.append(rows + np.int32(first))
            self._values.append(values.astype(self._kind))

    def together(self) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """All rows and values."""
        return np.concatenate(self._rows), np.concatenate(self._values)


class Collector:
    """Records of row groups, one group after the other: `begin`, `take` each column, `end`."""

    def __init__(self, rows: int) -> None:
        """For at most so many records."""
        self._dense = {name: np.empty(rows, kind) for name, kind in _DENSE.items()}
        self._known: dict[str, dict[str, int]] = {name: {} for name in WORDS}
        kinds = {**dict.fromkeys(WORDS, np.int32), **dict.fromkeys(FACETS, np.int64)}
        ids = ("gpf_id", "replaced_device_id", "high", "low")
        kinds |= dict.fromkeys(ids, np.uint64) | dict.fromkeys(("refusal", "more"), np.int8)
        self._parts = {name: _Parts(kind) for name, kind in kinds.items()}
        self._old: list[slice] = []
        self._filled = self._count = 0
        self._places: NDArray[np.int32] | None = None
        self._written: set[str] = set()

    def begin(self, count: int) -> None:
        """A row group of so many records begins."""
        self._count, self._places = count, None
        self._written = set()

    def take(self, name: str, column: Column) -> None:
        """Take a column of the group that has begun."""
        if self._places is not None:
            column = column.only(self._places, self._count)
        if name in ("key", "topic", "source", "device_id", "event"):
            self._take_texts(name, column)
        elif name in ("gpf_id", "replaced_device_id", "attempt_id"):
            self._take_ids(name, column)
        elif name in _DENSE:
            column.dense(self._out(name))
        elif name in WORDS:
            values = self._placed(name, column)[column.values]
            self._parts[name].add(self._filled, column.rows, values)
        else:
            self._parts[name].add(self._filled, column.rows, column.values)

    def lying(self, name: str) -> NDArray[Any]:
        """A dense column of the group that has begun."""
        if name not in self._written:
            self._out(name)[:] = _BLANK.get(name, 0)
        return self._here(name)

    def keep(self, inside: Flags) -> None:
        """Leave out the other records of the group, of columns taken so far and from now on."""
        for name in self._written:
            held = self._here(name)
            held[: np.count_nonzero(inside)] = held[inside]
        self._places = np.where(inside, np.cumsum(inside, dtype=np.int32) - 1, np.int32(-1))
        self._count = int(np.count_nonzero(inside))

    def cancelled(self) -> NDArray[np.int64]:
        """Records of the group that tell of a cancelled activation."""
        place = self._known["event"].get(CANCELLED)
        if place is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.lying("event") == place)

    def say_more(self, cancelled: NDArray[np.int64], beyond: Column) -> None:
        """Of those, such as hold something outside the columns: a recall, perhaps."""
        if self._places is not None:
            beyond = beyond.only(self._places, self._count)
        held = np.zeros(self._count, np.bool_)
        held[beyond.rows] = True
        found = cancelled[held[cancelled]].astype(np.int32)
        self._parts["more"].add(self._filled, found, found)

    def end(self, *, is_old: bool) -> None:
        """The group is whole; `is_old`: its file lacks columns."""
        for name in _DENSE:
            self.lying(name)
        if is_old:
            self._old.append(slice(self._filled, self._filled + self._count))
        self._filled += self._count

    def _here(self, name: str) -> NDArray[Any]:
        return self._dense[name][self._filled : self._filled + self._count]

    def _out(self, name: str) -> NDArray[Any]:
        self._written.add(name)
        return self._here(name)

    def _take_texts(self, name: str, column: Column) -> None:
        if name == "key":
            numbers, known = premises_numbers(column.texts)
            column.dense_of(numbers, self._out("premises"))
            column.dense_of(known, self._out("is_premises"))
        elif name == "topic":
            ours = np.array([text == TOPIC for text in column.texts.to_list()], np.bool_)
            column.dense_of(ours, self._out("ours"))
        elif name == "source":
            numbers, kinds = source_numbers(column.texts)
            column.dense_of(numbers, self._out("source"))
            column.dense_of(kinds, self._out("source_kind"), UNKNOWN_SOURCE)
        elif name == "device_id":
            column.dense_of(device_numbers(column.texts)[0], self._out("device"))
        else:
            column.dense_of(self._placed(name, column), self._out("event"), -1)

    def _take_ids(self, name: str, column: Column) -> None:
        """Ids that few records name; what is no id is left out."""
        rows, values = column.rows, column.values
        if name == "attempt_id":
            for half, numbers in zip(("high", "low"), uuid_numbers(column.texts), strict=True):
                self._parts[half].add(self._filled, rows, numbers[values])
            return
        numbers, known = device_numbers(column.texts)
        held = known[values]
        self._parts[name].add(self._filled, rows[held], numbers[values[held]])

    def _placed(self, name: str, column: Column) -> NDArray[np.int32]:
        """Places of a chunk's texts in the list of all."""
        known = self._known[name]
        texts = column.texts.to_list()
        return np.array([known.setdefault(text, len(known)) for text in texts], np.int32)

    def events(self) -> Events:
        """All records that were kept."""
        count = self._filled
        dense = {name: held[:count] for name, held in self._dense.items()}
        words = {name: Words(*self._together(name), list(self._known[name])) for name in WORDS}
        facets = {name: Facet(*self._together(name), kind) for name, kind in FACETS.items()}
        code = codes_of(dense["event"], list(self._known["event"]), words, facets)
        code[self._rows("more")] = CODES[RECALLED]
        breach = np.zeros(count, np.bool_)
        breach[words["breach"].rows] = True
        return Events(
            premises=dense["premises"],
            device=dense["device"],
            gpf=Sparse(*self._together("gpf_id")),
            replaced=Sparse(*self._together("replaced_device_id")),
            source=dense["source"],
            source_kind=dense["source_kind"],
            attempt=(Sparse(*self._together("high")), Sparse(*self._together("low"))),
            sequence=dense["sequence"],
            at=dense["occurred_at"],
            epoch=dense["epoch"],
            partition=dense["partition"],
            offset=dense["offset"],
            code=code,
            breach=breach,
            bad=self._bad(code, dense["source_kind"]),
            words=words,
            facets=facets,
        )

    def _bad(self, code: NDArray[np.int16], kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
        bad = np.zeros(len(code), np.uint8)
        bad[kind == UNKNOWN_SOURCE] = SOURCE
        for rows in self._old:
            bad[rows] = OLD_FILE
        bad[_UNTOLD[code]] = UNTOLD_FACT
        bad[code == CODES[RESOLVED]] = RESOLUTION
        bad[code < 0] = REFUSED
        bad[self._rows("refusal")] = REFUSED
        return bad

    def _rows(self, name: str) -> NDArray[np.int32]:
        return self._parts[name].together()[0]

    def _together(self, name: str) -> tuple[NDArray[np.int32], NDArray[Any], int]:
        return *self._parts[name].together(), self._filled
