"""What can be said of all records of the log without reading what they say."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from twin.bulk.arrow import by_dictionary, whole
from twin.bulk.cut import WHOLE, Cut
from twin.bulk.ids import premises_numbers
from twin.bulk.reading import BATCH_ROWS, TOPIC


class Log(Struct):
    """How far the log was read (next offset by epoch and partition), and its records without a
    premises, which are dead letters."""

    ends: dict[tuple[int, int], int]
    unaddressed: int


def log_of(files: Sequence[Path], *, cut: Cut = WHOLE) -> Log:
    """What can be said of all records before a cut without reading what they say."""
    log = Log({}, 0)
    columns = ["topic", "key", "epoch", "partition", "offset"]
    for file in files:
        source = pq.ParquetFile(file, read_dictionary=["topic", "key"])
        for batch in source.iter_batches(BATCH_ROWS, columns=columns):
            table = pa.Table.from_batches([batch])
            table = table.filter(pc.equal(table["topic"], TOPIC))
            place = (whole(table[name]) for name in ("epoch", "partition", "offset"))
            table = table.filter(pa.array(cut.keeps(*place))).combine_chunks()
            _, known = by_dictionary(table["key"], premises_numbers)
            log.unaddressed += int(np.count_nonzero(~known))
            _reach(log.ends, table)
    return log


def _reach(ends: dict[tuple[int, int], int], table: pa.Table) -> None:
    epoch, part, offset = (whole(table[name]) for name in ("epoch", "partition", "offset"))
    places = epoch.astype(np.int64) << 32 | part
    found, group = np.unique(places, return_inverse=True)
    last = np.full(len(found), -1, np.int64)
    np.maximum.at(last, group, offset)
    for place, end in zip(found.tolist(), last.tolist(), strict=True):
        key = place >> 32, place & 0xFFFFFFFF
        ends[key] = max(ends.get(key, 0), end + 1)
