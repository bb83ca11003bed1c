"""The rows of a part of the premises between two bases, picked out of the files of a lake.

A sorted lake has late rows in every row group. So of each group the columns of its places alone are
read first; what else its late rows need is read then, and only of groups that have any (0056).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.parquet.chunks import File, columns, opened
from twin.bulk.parquet.picked import picked
from twin.bulk.spans import bounds
from twin.lake.lookup import LakeUnreadable
from twin.lake.schema import EVENTS
from twin.lake.spared import columns_for
from twin.lookback.reach import Places, Reach
from twin.lookback.stands import TOPIC

_AT_ONCE: Final = 2
"""Row groups that are read beside each other."""
_PLACE: Final = ("epoch", "partition", "offset")
_FIRST: Final = ("key", "logged_at", "value", "event", "type_version")
"""Columns that say what else the rows need."""
_ID: Final = "^P[0-9a-f]{16}$"


class Portion(Struct, frozen=True):
    """The records between two bases of premises with numbers from `first` up to and without `end`.

    Without such numbers: those that name no premises.
    """

    files: tuple[Path, ...]
    reach: Reach
    numbers: tuple[int, int] | None

    def holds(self, keys: pa.Array) -> pa.Array:
        """Which keys are of this portion."""
        is_id = pc.fill_null(pc.match_substring_regex(keys, _ID), False)
        if self.numbers is None:
            return pc.invert(is_id)
        first, end = self.numbers
        low, high = f"P{first:016x}", f"P{end - 1:016x}"
        inside = pc.and_(pc.greater_equal(keys, low), pc.less_equal(keys, high))
        return pc.and_(is_id, pc.fill_null(inside, False))


class Piece(Struct, frozen=True):
    """Rows of a row group that are of a portion, and the columns that were read of them so far."""

    file: File
    group: int
    rows: NDArray[np.int64]
    found: pa.Table

    def of(self, wanted: NDArray[np.bool_]) -> "Piece":
        """Some of the rows."""
        return Piece(self.file, self.group, self.rows[wanted], self.found.filter(pa.array(wanted)))


def rows_of(portion: Portion) -> pa.Table:
    """The rows of a portion by key, partition, epoch and offset.

    Columns are those of `EVENTS` that give place, time and bytes of these very rows.

    Raises:
        LakeUnreadable: a file is missing or broken.
    """
    return whole(pieces_of(portion), is_named=portion.numbers is not None)


def pieces_of(portion: Portion, *, also: Sequence[str] = ()) -> list[Piece]:
    """The rows of a portion with their places and what says which columns they need, and others.

    Raises:
        LakeUnreadable: a file is missing or broken.
    """
    names = (*_FIRST, *also)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda one: _found(one[0], one[1], portion, names), _groups(portion))
        return [piece for piece in found if piece is not None]


def whole(pieces: Sequence[Piece], *, is_named: bool = True) -> pa.Table:
    """The same rows with all that they need, as `rows_of` has them; `is_named` by premises.

    Raises:
        LakeUnreadable: a file is missing or broken.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        tables = list(pool.map(_completed, (piece for piece in pieces if len(piece.rows))))
    if not tables:
        return EVENTS.empty_table()
    rows = pa.concat_tables(tables, promote_options="default")
    names = (*(("key",) if is_named else ()), "partition", "epoch", "offset")
    return rows.sort_by([(name, "ascending") for name in names])


def _groups(portion: Portion) -> Iterator[tuple[File, int]]:
    least, end = portion.reach.offsets
    for path in portion.files:
        with _reading(path):
            file = opened(path)
        for group in range(file.told.num_row_groups):
            if _may_hold(file, group, portion.numbers) and _reaches(file, group, least, end):
                yield file, group


def _may_hold(file: File, group: int, numbers: tuple[int, int] | None) -> bool:
    if numbers is None:
        return True
    low, high = bounds(file, group)
    return low < numbers[1] and high >= numbers[0]


def _reaches(file: File, group: int, least: int, end: int) -> bool:
    """Whether a row group has such offsets; files in order of arrival say so."""
    told = file.told.row_group(group).column(file.told.schema.names.index("offset")).statistics
    return told is None or not told.has_min_max or (told.max >= least and told.min < end)


def _found(file: File, group: int, portion: Portion, names: Sequence[str]) -> Piece | None:
    """The rows wanted of one row group, if it has any."""
    with _reading(file.path):
        is_told, places = _places(file, group)
        rows = portion.reach.rows(is_told, places)
        if not len(rows):
            return None
        first = _picked(file, group, names, rows)
        is_ours = portion.holds(first["key"].combine_chunks())
    if not pc.any(is_ours).as_py():
        return None
    rows, found = rows[np.asarray(is_ours)], first.filter(is_ours)
    at = {
        name: pa.array(of[rows], EVENTS.field(name).type)
        for name, of in zip(_PLACE, places, strict=True)
    }
    return Piece(file, group, rows, pa.table(at | _by_name(found)))


def _completed(piece: Piece) -> pa.Table:
    """All columns that the rows of a piece need."""
    held = piece.found.column_names
    needed = [name for name in columns_for(piece.found) if name not in held]
    with _reading(piece.file.path):
        others = _picked(piece.file, piece.group, needed, piece.rows)
    return pa.table(_by_name(piece.found) | _by_name(others))


def _places(file: File, group: int) -> tuple[NDArray[np.bool_], Places]:
    """Which rows of a row group are of the topic, and where each stands."""
    count = file.told.row_group(group).num_rows
    ours = np.zeros(count, np.bool_)
    epoch, partition, offset = np.zeros((3, count), np.int64)
    numbers = {"epoch": epoch, "partition": partition, "offset": offset}
    for name, column in columns(file, group, ("topic", *_PLACE)):
        if name == "topic":
            is_ours = np.array([text == TOPIC for text in column.texts.to_list()], np.bool_)
            column.dense_of(is_ours, ours)
        else:
            column.dense(numbers[name])
    return ours, (epoch, partition, offset)


def _picked(file: File, group: int, names: Sequence[str], rows: NDArray[np.int64]) -> pa.Table:
    """Columns of some rows; what an older file lacks is null."""
    found = {
        name: picked(of, rows, EVENTS.field(name).type) for name, of in columns(file, group, names)
    }
    absent = (name for name in names if name not in file.names)
    return pa.table(found | {n: pa.nulls(len(rows), EVENTS.field(n).type) for n in absent})


def _by_name(rows: pa.Table) -> dict[str, pa.ChunkedArray]:
    return dict(zip(rows.column_names, rows.columns, strict=True))


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Within this, a file that cannot be read is told by its name."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise LakeUnreadable(f"{path.name} cannot be read: {error}") from error
