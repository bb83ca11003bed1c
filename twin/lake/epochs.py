"""Epochs: a lost log goes on in a new one, at the places to which it was restored (D23).

What the lake has beyond those places comes again in the new epoch. Its rows leave the table, but
they are not lost: a basis that was named while they stood there still finds them, set aside.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct
from numpy.typing import NDArray

from twin.lake import commits, data_files
from twin.lake.data_files import DataFile
from twin.lake.schema import EVENTS
from twin.lake.slices import Slice
from twin.lake.table import Lake

_COORDINATES: Final = ["topic", "epoch", "partition", "offset"]
Rows: TypeAlias = NDArray[np.bool_]
Ends: TypeAlias = Mapping[tuple[str, int], int]


class SetAside(Struct, frozen=True):
    """How many records of each topic left the table when an epoch was opened."""

    records: dict[str, int]


def newest_epoch(lake: Lake) -> int:
    """The newest epoch that was opened; 0 is that of a log that was never lost."""
    return max((of.epoch for of in lake.starts()), default=0)


def open_epoch(lake: Lake, starts: Mapping[Slice, int], *, now: datetime) -> SetAside:
    """Open the slices of a new epoch at their starts; rows beyond them are set aside.

    All in one commit: after a crash either nothing of it is to be seen, or all.

    Raises:
        Fenced: another writer is at work on the same lake; nothing was changed.
    """
    lake.refresh()
    ends = {(of.topic, of.partition): start for of, start in starts.items()}
    split = [file for path in lake.files() if _has_later(path, ends) and (file := _named(path))]
    later: list[pa.Table] = []
    come = []
    for file in split:
        kept, beyond = _parted(lake.path / file.name, ends)
        later += beyond
        if any(len(piece) for piece in kept):
            come.append(data_files.write(lake.path, kept, bucket=file.bucket))
    names = _put_aside(lake, later)
    lake.open_epoch(starts, split, come, aside=names, now=now)
    counted: Counter[str] = Counter()
    for piece in later:
        for one in piece["topic"].value_counts().to_pylist():
            counted[one["values"]] += one["counts"]
    return SetAside(dict(sorted(counted.items())))


def aside_folder(path: Path) -> Path:
    """Where the rows lie that left the table at `path`: beside it, where no vacuum looks."""
    return path.parent / "aside"


def files_upto(lake: Lake, positions: Mapping[Slice, int]) -> tuple[Path, ...]:
    """Files with all rows before some positions; read them with `upto` these positions.

    Rows that were set aside are among them only where the positions reach that far.
    """
    held = lake.positions()
    if all(end <= held.get(of, 0) for of, end in positions.items()):
        return lake.files()
    return (*lake.files(), *_aside(lake))


def reach(lake: Lake) -> dict[Slice, int]:
    """As `Lake.positions`, but as far as each slice reached before it was set back."""
    found = lake.positions()
    for file in _aside(lake):
        grouped = pq.read_table(file, columns=_COORDINATES).group_by(_COORDINATES[:3])
        for row in grouped.aggregate([("offset", "max")]).to_pylist():
            of = Slice(row["topic"], row["epoch"], row["partition"])
            found[of] = max(found.get(of, 0), row["offset_max"] + 1)
    return found


def _aside(lake: Lake) -> list[Path]:
    told = commits.told(lake.path, until=lake.version)
    return [aside_folder(lake.path) / name for name in told.aside]


def _put_aside(lake: Lake, later: Sequence[pa.Table]) -> list[str]:
    """Write rows durably beside the table; after a crash the same rows make the same file."""
    if not later:
        return []
    folder = aside_folder(lake.path)
    folder.mkdir(exist_ok=True)
    file, _, _ = data_files.write(folder, later)
    return [file.name]


def _named(path: Path) -> DataFile | None:
    return data_files.named(path.name)


def _has_later(path: Path, ends: Ends) -> bool:
    table = pq.read_table(path, columns=_COORDINATES)
    return bool(_later(table, ends).any())


def _parted(path: Path, ends: Ends) -> tuple[list[pa.Table], list[pa.Table]]:
    """The rows of a file before and behind the ends, each in the order of the file."""
    kept, beyond = [], []
    for table in _tables(path):
        later = _later(table, ends)
        kept.append(table.filter(pa.array(~later)))
        if later.any():
            beyond.append(table.filter(pa.array(later)))
    return kept, beyond


def _tables(path: Path) -> Iterator[pa.Table]:
    """The rows of a file by portions; columns that it does not have yet are null."""
    for batch in pq.ParquetFile(path).iter_batches(data_files.ROW_GROUP):
        rows, names = batch.num_rows, set(batch.schema.names)
        columns = [
            batch[field.name].cast(field.type)
            if field.name in names
            else pa.nulls(rows, field.type)
            for field in EVENTS
        ]
        yield pa.Table.from_arrays(columns, schema=EVENTS)


def _later(table: pa.Table, ends: Ends) -> Rows:
    """Which rows stand at or behind the end of their partition, whatever their epoch."""
    named = table["topic"].combine_chunks().dictionary_encode()
    partitions, offsets = table["partition"].to_numpy(), table["offset"].to_numpy()
    width = max([int(partitions.max(initial=0)), *(partition for _, partition in ends)]) + 1
    limits = np.full((len(named.dictionary), width), np.iinfo(np.int64).max)
    for code, topic in enumerate(named.dictionary.to_pylist()):
        for partition in range(width):
            limits[code, partition] = ends.get((topic, partition), limits[code, partition])
    later: Rows = offsets >= limits[named.indices.to_numpy(), partitions]
    return later
