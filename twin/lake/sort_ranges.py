"""Ranges of rows that are sorted one after the other: so many rows at once, none across a bucket.

Premises are counted by the first hex digits of their ids, so that ids that crowd together make
narrow ranges. Every other record is parted by topic and key, at places that a sample tells.
"""

from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from twin.lake import data_files

BUCKETS: Final[tuple[str, ...]] = (*"0123456789abcdef", data_files.OTHER)
"""Buckets in the order in which their rows stand."""
_PREMISES: Final = "^P[0-9a-f]{16}$"
_ID_BYTES: Final = 17
_DIGITS: Final = 4
_CELLS: Final = 16**_DIGITS
_VALUE_OF_DIGIT: Final = np.zeros(256, dtype=np.int64)
_VALUE_OF_DIGIT[list(b"0123456789abcdef")] = range(16)
_SAMPLES: Final = 64
"""Of the other records of a range; a range is then some eighth longer or shorter than meant."""
COLUMNS: Final = ["topic", "key"]
"""What a range is told by."""
_COUNTED: Final = 1 << 20
Numbers: TypeAlias = NDArray[np.int64]
_Place: TypeAlias = tuple[str, bool, str]


class Ranges:
    """Ranges of about `at_once` rows of some files, numbered in the order of the rows.

    One is longer where a single key, or ids that agree in four hex digits, have more rows.
    """

    def __init__(self, paths: Iterable[Path], *, at_once: int) -> None:
        """Count the rows by their topics and keys, the only columns that are read for that."""
        counts = np.zeros(_CELLS, dtype=np.int64)
        sample: list[_Place] = []
        every, others = max(1, at_once // _SAMPLES), 0
        for batch in _read(paths):
            cells = _cells(batch)
            counts += np.bincount(cells[cells >= 0], minlength=_CELLS)
            (rest,) = np.nonzero(cells < 0)
            sample += _places(batch, rest[-others % every :: every])
            others += len(rest)
        by_bucket = counts.reshape(16, -1)
        parts = (by_bucket.cumsum(axis=1) - by_bucket) // at_once
        self._width = int(parts.max()) + 1
        self._of_cell = (np.arange(16)[:, None] * self._width + parts).ravel()
        self._splits = sorted(sample)[_SAMPLES::_SAMPLES]

    def of(self, rows: pa.Table) -> Numbers:
        """The number of the range of each row."""
        cells = _cells(rows)
        found: Numbers = self._of_cell[cells]
        (rest,) = np.nonzero(cells < 0)
        found[rest] = 16 * self._width
        if self._splits:
            parts = [bisect_right(self._splits, place) for place in _places(rows, rest)]
            found[rest] += np.array(parts, dtype=np.int64)
        return found

    def bucket(self, number: int) -> str:
        """The bucket that a range lies in."""
        return BUCKETS[min(number // self._width, 16)]


def _read(paths: Iterable[Path]) -> Iterable[pa.RecordBatch]:
    for path in paths:
        yield from pq.ParquetFile(path).iter_batches(_COUNTED, columns=COLUMNS)


def _cells(rows: pa.Table | pa.RecordBatch) -> Numbers:
    """The first digits of each row's premises as a number; -1 for what is no fact of one."""
    keys = rows["key"]
    is_fact = pc.and_kleene(
        pc.equal(rows["topic"], "premises.events"), pc.match_substring_regex(keys, _PREMISES)
    ).fill_null(False)
    ids = keys.filter(is_fact)
    if isinstance(ids, pa.ChunkedArray):
        ids = ids.combine_chunks()
    found = np.full(rows.num_rows, -1, dtype=np.int64)
    _, content = ids.cast(pa.binary(_ID_BYTES)).buffers()
    if content is None or not len(ids):
        return found
    letters = np.frombuffer(content, dtype=np.uint8)[: len(ids) * _ID_BYTES]
    digits = _VALUE_OF_DIGIT[letters.reshape(-1, _ID_BYTES)[:, 1 : 1 + _DIGITS]]
    found[np.asarray(is_fact)] = digits @ (16 ** np.arange(_DIGITS - 1, -1, -1))
    return found


def _places(rows: pa.Table | pa.RecordBatch, at: Numbers) -> list[_Place]:
    """Topic and key of some rows, to compare: by their bytes, and a row without a key is last.

    UTF-8 sorts as its code points do, so Python's order of texts is that of their bytes.
    """
    topics, keys = (rows[name].take(pa.array(at)).to_pylist() for name in COLUMNS)
    return [(topic, key is None, key or "") for topic, key in zip(topics, keys, strict=True)]
