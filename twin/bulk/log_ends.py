"""What can be said of all records of the log without reading what they say."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.cut import WHOLE, Cut
from twin.bulk.events import PLACE, TOPIC
from twin.bulk.grouping import grouped
from twin.bulk.ids import premises_numbers
from twin.bulk.parquet.chunks import File, columns, opened
from twin.compiled import kernel
from twin.lake.buckets import holding

Ends: TypeAlias = dict[tuple[int, int], int]
"""The next offset by epoch and partition."""
_AT_ONCE: Final = 2
"""Files that are read beside each other."""


class Log(Struct):
    """How far the log was read (next offset by epoch and partition), and its records without a
    premises, which are dead letters."""

    ends: Ends
    unaddressed: int

    def reach(self, ends: Ends) -> None:
        """The log was read so far as well."""
        for place, end in ends.items():
            self.ends[place] = max(self.ends.get(place, 0), end)


def log_of_nameless(files: Sequence[Path], *, cut: Cut = WHOLE) -> Log:
    """As `log_of`, of the files alone that may hold records without a premises.

    Compaction puts none of them into the buckets of premises, whose ends the fold tells by itself.
    """
    return log_of(holding(files, topic=TOPIC, key=""), cut=cut)


def log_of(files: Sequence[Path], *, cut: Cut = WHOLE) -> Log:
    """What can be said of all records before a cut without reading what they say."""
    log = Log({}, 0)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for found in pool.map(lambda path: _of_file(opened(path), cut), files):
            log.unaddressed += found.unaddressed
            log.reach(found.ends)
    return log


def _of_file(file: File, cut: Cut) -> Log:
    log = Log({}, 0)
    for group in range(file.told.num_row_groups):
        count = file.told.row_group(group).num_rows
        epoch, partition, offset = np.zeros((3, count), np.int64)
        numbers = {"epoch": epoch, "partition": partition, "offset": offset}
        ours, known = np.zeros((2, count), np.bool_)
        for name, column in columns(file, group, PLACE):
            if name == "topic":
                texts = column.texts.to_list()
                column.dense_of(np.array([text == TOPIC for text in texts], np.bool_), ours)
            elif name == "key":
                column.dense_of(premises_numbers(column.texts)[1], known)
            else:
                column.dense(numbers[name])
        here = ours & cut.keeps(epoch, partition, offset)
        log.unaddressed += int(np.count_nonzero(here & ~known))
        log.reach(ends_of(epoch[here], partition[here], offset[here]))
    return log


def ends_of(epoch: NDArray[Any], partition: NDArray[Any], offset: NDArray[Any]) -> Ends:
    """The next offset of each epoch and partition of some records."""
    group, first = grouped(epoch.astype(np.uint64), partition.astype(np.uint64))
    last = _greatest(group, offset, len(first)).tolist()
    return {
        (int(epoch[row]), int(partition[row])): end + 1
        for row, end in zip(first, last, strict=True)
    }


@kernel
def _greatest(group: Any, offset: Any, groups: int) -> Any:
    found = np.full(groups, -1, np.int64)
    for row in range(len(group)):
        found[group[row]] = max(found[group[row]], offset[row])
    return found
