"""What can be said of all records of the log without reading what they say."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import Struct

from twin.bulk.cut import WHOLE, Cut
from twin.bulk.events import PLACE, TOPIC
from twin.bulk.grouping import grouped
from twin.bulk.ids import premises_numbers
from twin.bulk.parquet.chunks import File, columns, opened

_AT_ONCE: Final = 2
"""Files that are read beside each other."""


class Log(Struct):
    """How far the log was read (next offset by epoch and partition), and its records without a
    premises, which are dead letters."""

    ends: dict[tuple[int, int], int]
    unaddressed: int


def log_of(files: Sequence[Path], *, cut: Cut = WHOLE) -> Log:
    """What can be said of all records before a cut without reading what they say."""
    log = Log({}, 0)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for found in pool.map(lambda path: _of_file(opened(path), cut), files):
            log.unaddressed += found.unaddressed
            for place, end in found.ends.items():
                log.ends[place] = max(log.ends.get(place, 0), end)
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
        _reach(log.ends, epoch[here], partition[here], offset[here])
    return log


def _reach(ends: dict[tuple[int, int], int], epoch: Any, partition: Any, offset: Any) -> None:
    group, first = grouped(epoch.astype(np.uint64), partition.astype(np.uint64))
    last = np.full(len(first), -1, np.int64)
    np.maximum.at(last, group, offset)
    for row, end in zip(first.tolist(), last.tolist(), strict=True):
        key = int(epoch[row]), int(partition[row])
        ends[key] = max(ends.get(key, 0), end + 1)
