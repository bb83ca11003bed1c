"""Rows of some files of the lake, sorted bucket by bucket, a range of them in memory at once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twin.lake.data_files import ROW_GROUP
from twin.lake.schema import EVENTS
from twin.lake.sort_ranges import COLUMNS, Ranges
from twin.lake.spill import InMemory, Spill, Waiting

_ORDER: Final = ("topic", "key", "source", "sequence", "epoch", "partition", "offset")
"""What rows of a bucket are sorted by: texts by their bytes, nulls last."""


class Sorted:
    """Rows that are parted into ranges; every bucket gives its own in order, whenever asked."""

    def __init__(self, ranges: Ranges, waiting: Waiting) -> None:
        """All rows wait."""
        self._waiting = waiting
        numbers = groupby(waiting.numbers(), key=ranges.bucket)
        self._numbers = {bucket: list(found) for bucket, found in numbers}

    @property
    def buckets(self) -> list[str]:
        """Buckets that have rows, in their order."""
        return list(self._numbers)

    def rows(self, bucket: str) -> Iterator[pa.Table]:
        """The rows of a bucket in order, with every column, by row groups of the file to be.

        Where a row group ends hangs on the rows of the bucket alone. Several threads may ask at
        once, each for a bucket of its own.
        """
        return _by_groups(
            part
            for number in self._numbers[bucket]
            for part in _in_order(_joined(self._waiting.take(number)))
        )


@contextmanager
def parted(paths: Sequence[Path], folder: Path, *, at_once: int) -> Iterator[Sorted]:
    """Part the rows of some files into ranges, outside of memory if they are more than `at_once`.

    Raises:
        OSError, pa.ArrowException: a file cannot be read, or the disk of `folder` is full.
    """
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    ranges = Ranges(paths, at_once=at_once)
    with closing(InMemory() if rows <= at_once else Spill(folder)) as waiting:
        for table in _gathered(paths, at_once):
            _part(table, ranges, waiting)
        yield Sorted(ranges, waiting)


def _part(table: pa.Table, ranges: Ranges, waiting: Waiting) -> None:
    """Put each row to its range; rows of one range keep their order."""
    numbers = ranges.of(table)
    order = np.argsort(numbers, kind="stable")
    table, numbers = table.take(pa.array(order)), numbers[order]
    starts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True):
        waiting.put(int(numbers[start]), table.slice(start, end - start))


def _gathered(paths: Iterable[Path], at_once: int) -> Iterator[pa.Table]:
    """All rows as they stand, about `at_once` a time, without columns that are null in all."""
    waiting: list[pa.Table] = []
    for path in paths:
        for table in _read(path, min(at_once, ROW_GROUP)):
            waiting.append(table)
            if sum(map(len, waiting)) >= at_once:
                joined, waiting = _joined(waiting), []  # not both while the rows are parted
                yield joined
    if waiting:
        yield _joined(waiting)


def _read(path: Path, rows: int) -> Iterator[pa.Table]:
    """The rows of a file by portions, with the columns that the schema has and the file fills."""
    file = pq.ParquetFile(path)
    held = set(file.schema_arrow.names)
    schema = pa.schema([field for field in EVENTS if field.name in held])
    for batch in file.iter_batches(rows, columns=schema.names):
        table = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
        yield table.select([name for name in schema.names if _is_needed(table, name)])


def _is_needed(table: pa.Table, name: str) -> bool:
    return name in COLUMNS or table[name].null_count < len(table)


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    """One table of several, each column in one piece; what one does not have is null there."""
    return pa.concat_tables(tables, promote_options="default").combine_chunks()


def _in_order(table: pa.Table) -> Iterator[pa.Table]:
    """The rows of a range in order, with every column, a row group at most at a time."""
    keys = [(name, "ascending") for name in _ORDER if name in table.column_names]
    order = pc.sort_indices(table, sort_keys=keys)  # nulls are at the end
    for start in range(0, len(order), ROW_GROUP):
        yield _whole(table.take(order.slice(start, ROW_GROUP)))


def _whole(table: pa.Table) -> pa.Table:
    held = set(table.column_names)
    null = partial(pa.nulls, len(table))
    columns = [table[f.name] if f.name in held else null(f.type) for f in EVENTS]
    return pa.Table.from_arrays(columns, schema=EVENTS)


def _by_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of a row group each; the last one may be smaller."""
    waiting: list[pa.Table] = []
    missing = ROW_GROUP
    for table in tables:
        while len(table) >= missing:
            yield _joined([*waiting, table.slice(0, missing)])
            table, waiting, missing = table.slice(missing), [], ROW_GROUP
        waiting.append(table)
        missing -= len(table)
    if missing < ROW_GROUP:
        yield _joined(waiting)
