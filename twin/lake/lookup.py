"""The rows of a few keys, read by the footers of files: no query is planned for them (0051).

Of a file only the row groups are opened whose least and greatest key leave room for one that is
wanted, of these first the keys, and then those columns alone that its records need.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from twin.lake.buckets import holding
from twin.lake.schema import EVENTS
from twin.lake.spared import columns_for
from twin.refusal import Refusal

GROUPS_KEPT: Final = 2048
"""Row groups whose footers are kept in memory; 16 files of 94 groups each took 155 MB."""
MANY: Final = 16_384
"""Rows of a row group from which on two processors read its columns sooner than one does."""
_PLACE: Final = ("epoch", "partition", "offset", "logged_at")
_FIRST: Final = ("topic", "key", "value", "event", "type_version")
"""Columns that say which rows are wanted, and which others these need."""
_TEXTS: Final = frozenset(
    field.name
    for field in EVENTS
    if field.type in (pa.string(), pa.binary()) and field.name != "value"
)
"""Read as places in their dictionaries; only what is taken is made to texts."""
_Bounds = tuple[str, str] | None


class LakeUnreadable(Refusal):
    """A file of the lake is missing or broken; the sentence says which."""


class _Footer(Struct, frozen=True):
    """What a file says of itself: its columns, and the bounds of the keys of each row group.

    A group without bounds may hold any key.
    """

    told: pq.FileMetaData
    columns: frozenset[str]
    bounds: tuple[_Bounds, ...]


def rows_of(files: Sequence[Path], *, topic: str, keys: Sequence[str]) -> pa.Table:
    """The rows of a topic that have one of some keys, in no order.

    Columns are those of `EVENTS` that give place, time and bytes of these very rows: what none of
    them needs is left out.

    Raises:
        LakeUnreadable: a file is missing or broken.
    """
    wanted: dict[Path, list[str]] = {}
    for key in keys:
        for path in holding(files, topic=topic, key=key):
            wanted.setdefault(path, []).append(key)
    pieces = [piece for path in wanted for piece in _rows_in(path, topic, wanted[path])]
    if not pieces:
        return EVENTS.empty_table()
    return pa.concat_tables(pieces, promote_options="default")


def _rows_in(path: Path, topic: str, keys: Sequence[str]) -> Iterator[pa.Table]:
    try:
        footer = _FOOTERS.of(path)
        groups = [n for n, bounds in enumerate(footer.bounds) if _may_hold(bounds, keys)]
        if not groups:
            return
        with pq.ParquetFile(
            path,
            metadata=footer.told,
            read_dictionary=list(_TEXTS & footer.columns),
            pre_buffer=False,
        ) as file:
            for group in groups:
                yield from _taken(file, footer, group, topic, keys)
    except (OSError, pa.ArrowException) as error:
        raise LakeUnreadable(f"{path.name} cannot be read: {error}") from error


def _taken(
    file: pq.ParquetFile, footer: _Footer, group: int, topic: str, keys: Sequence[str]
) -> Iterator[pa.Table]:
    """The rows wanted of one row group, if it has any."""
    first = _read_group(file, footer, group, _FIRST)
    ours = pc.is_in(first["key"], value_set=pa.array(keys, pa.string()))
    places = pc.indices_nonzero(pc.and_(ours, pc.equal(first["topic"], topic)))
    if not len(places):
        return
    found = _as_texts(first.take(places))
    needed = [name for name in (*_PLACE, *columns_for(found)) if name not in _FIRST]
    others = _as_texts(_read_group(file, footer, group, needed).take(places))
    names = [*found.column_names, *others.column_names]
    yield pa.table([*found.columns, *others.columns], names=names)


def _read_group(
    file: pq.ParquetFile, footer: _Footer, group: int, names: Sequence[str]
) -> pa.Table:
    """Columns of a row group, as far as the file has them: an older one may lack some."""
    present = [name for name in names if name in footer.columns]
    of_many = footer.told.row_group(group).num_rows >= MANY
    return file.read_row_group(group, columns=present, use_threads=of_many)


def _as_texts(rows: pa.Table) -> pa.Table:
    return rows.cast(pa.schema([EVENTS.field(name) for name in rows.column_names]))


def _may_hold(bounds: _Bounds, keys: Sequence[str]) -> bool:
    return bounds is None or any(bounds[0] <= key <= bounds[1] for key in keys)


def _bounds_of(column: pq.ColumnChunkMetaData) -> _Bounds:
    said = column.statistics if column.is_stats_set else None
    return (said.min, said.max) if said is not None and said.has_min_max else None


class _Footers:
    """Footers that were read: to read one of 94 row groups takes as long as the rows of a key."""

    def __init__(self) -> None:
        self._held: dict[tuple[Path, int, int], _Footer] = {}
        self._groups = 0

    def of(self, path: Path) -> _Footer:
        """The footer of a file, by its time and size too: of the lake's own none ever changes."""
        stands = path.stat()
        place = path, stands.st_mtime_ns, stands.st_size
        found = self._held.get(place)
        if found is None:
            found = _footer_of(path)
            self._groups += len(found.bounds)
            if self._groups > GROUPS_KEPT:
                self._held.clear()
                self._groups = len(found.bounds)
            self._held[place] = found
        return found


_FOOTERS: Final = _Footers()


def _footer_of(path: Path) -> _Footer:
    told = pq.read_metadata(path)
    columns = told.schema.to_arrow_schema().names
    key = columns.index("key")
    groups = (told.row_group(n).column(key) for n in range(told.num_row_groups))
    return _Footer(told, frozenset(columns), tuple(map(_bounds_of, groups)))
