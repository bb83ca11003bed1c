"""Compaction: many small files in order of arrival become few, by premises, sorted (decision 0015).

A bucket holds the facts of the premises whose id begins with one hex digit, sorted by premises,
source and number, so that the history of one premises lies together; every other record stands in
the bucket `other`. No row changes.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
from msgspec import Struct

from twin.lake import data_files
from twin.lake.data_files import DataFile
from twin.lake.sorting import parted
from twin.lake.table import Lake
from twin.refusal import Refusal

FAN_IN: Final = 8
"""Files of one bucket that are merged into one; a row is written about so seldom again."""
AT_ONCE: Final = 1 << 18
"""Rows that are sorted in memory; a lake of more rows waits in a file beside its own."""
_SORTERS: Final = 2
"""Buckets that are sorted side by side; the files are the same whatever their number."""
_Written = tuple[DataFile, int, int]


class CannotSort(Refusal):
    """A lake could not be sorted, and stays as it was; the sentence says why."""


class Compacted(Struct, frozen=True):
    """What a compaction did: files that went and came, and the rows that they hold."""

    gone: int
    come: int
    rows: int


def compact(
    lake: Lake, *, now: datetime, fan_in: int = FAN_IN, at_once: int = AT_ONCE
) -> Compacted:
    """Sort the files that came since the last time into buckets, and merge buckets of many files.

    `fan_in`: so many files of a bucket become one; with 2, each bucket is one file in the end.

    Memory is bounded by `at_once` rows, twice over because two buckets are sorted side by side,
    whatever the size of the lake: the rows wait on the disk, in ranges of about so many (decision
    0052). One key with more rows than that is sorted as a whole.

    Raises:
        CannotSort: the disk is full, or a file cannot be read; the table is what it was.
        Fenced: another compactor is at work on the same lake; nothing was changed.
    """
    lake.refresh()
    done = [_rewrite(lake, files, now=now, at_once=at_once) for files in _arrived(lake)]
    done += [_rewrite(lake, files, now=now, at_once=at_once) for files in _overfull(lake, fan_in)]
    return Compacted(
        sum(one.gone for one in done),
        sum(one.come for one in done),
        sum(one.rows for one in done),
    )


def _arrived(lake: Lake) -> list[list[DataFile]]:
    """All files in order of arrival, if there are any."""
    found = [file for file in _held(lake) if file.bucket is None]
    return [found] if found else []


def _overfull(lake: Lake, fan_in: int) -> list[list[DataFile]]:
    """Files of each bucket that has many."""
    buckets: dict[str, list[DataFile]] = {}
    for file in _held(lake):
        if file.bucket is not None:
            buckets.setdefault(file.bucket, []).append(file)
    return [files for _, files in sorted(buckets.items()) if len(files) >= fan_in]


def _held(lake: Lake) -> Iterator[DataFile]:
    found = (data_files.named(path.name) for path in lake.files())
    return (file for file in found if file is not None)


def _rewrite(lake: Lake, gone: Sequence[DataFile], *, now: datetime, at_once: int) -> Compacted:
    try:
        come = _sorted(lake.path, [lake.path / file.name for file in gone], at_once)
    except (OSError, MemoryError, pa.ArrowException) as error:
        raise CannotSort(
            f"the lake could not be sorted and stays as it was ({error}); with the files whole "
            "and room on the disk, `twin lake compact` sorts it"
        ) from error
    lake.rewrite(gone, come, now=now)
    return Compacted(len(gone), len(come), sum(rows for _, _, rows in come))


def _sorted(folder: Path, paths: Sequence[Path], at_once: int) -> list[_Written]:
    """One sorted file of each bucket that some files have rows of, in the order of the buckets."""
    with parted(paths, folder, at_once=at_once) as rows, ThreadPoolExecutor(_SORTERS) as sorters:
        return list(
            sorters.map(
                lambda bucket: data_files.write(folder, rows.rows(bucket), bucket=bucket),
                rows.buckets,
            )
        )
