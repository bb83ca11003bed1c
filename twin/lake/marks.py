"""Marks on every offset of every slice: which are missing, doubled, or out of its bounds."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from twin.lake.slices import Slice, Span

_COORDINATES: Final = ["topic", "epoch", "partition", "offset"]
_BATCH: Final = 1 << 20
_MANY: Final = 255
Offsets: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]
Seen: TypeAlias = np.ndarray[tuple[int], np.dtype[np.uint8]]


class Marks:
    """How often each offset was seen, one byte an offset; `_MANY` stands for that or more."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.rows = 0
        self._seen: dict[Slice, Seen] = {}

    def add(self, file: Path) -> None:
        """Mark the coordinates of a file's rows."""
        for batch in pq.ParquetFile(file).iter_batches(columns=_COORDINATES, batch_size=_BATCH):
            self.rows += batch.num_rows
            for of, offsets in _by_slice(batch):
                self._mark(of, offsets)

    def judge(
        self, positions: Mapping[Slice, int], starts: Mapping[Slice, int]
    ) -> Iterator[tuple[str, Slice, list[Span]]]:
        """What does not fill a slice exactly, with the spans.

        Words: `missing`, `doubled`, `beyond` the position, or `before` the start.
        """
        for of in sorted({*positions, *self._seen}):
            stands, start = positions.get(of, 0), starts.get(of, 0)
            seen = self._seen.get(of, np.zeros(0, np.uint8))
            within = np.zeros(stands, np.uint8)
            within[: min(stands, len(seen))] = seen[:stands]
            found = {
                "before": np.flatnonzero(within[:start]),
                "missing": start + np.flatnonzero(within[start:] == 0),
                "doubled": start + np.flatnonzero(within[start:] > 1),
                "beyond": stands + np.flatnonzero(seen[stands:]),
            }
            for word, offsets in found.items():
                if len(offsets):
                    yield word, of, spans(offsets)

    def _mark(self, of: Slice, offsets: Offsets) -> None:
        seen = self._seen.get(of, np.zeros(0, np.uint8))
        needed = int(offsets.max()) + 1
        if needed > len(seen):
            more = max(needed, 2 * len(seen)) - len(seen)
            seen = np.concatenate([seen, np.zeros(more, np.uint8)])
        found, times = np.unique(offsets, return_counts=True)
        seen[found] = np.minimum(seen[found] + times, _MANY)
        self._seen[of] = seen


def spans(offsets: Offsets | Sequence[int]) -> list[Span]:
    """Rising numbers as the runs that they make."""
    numbers = np.asarray(offsets, np.int64)
    breaks = np.flatnonzero(np.diff(numbers) != 1) + 1
    return [Span(int(run[0]), int(run[-1]) + 1) for run in np.split(numbers, breaks) if len(run)]


def _by_slice(batch: pa.RecordBatch) -> Iterator[tuple[Slice, Offsets]]:
    grouped = (
        pa.Table.from_batches([batch])
        .group_by(_COORDINATES[:3])
        .aggregate([("offset", "list")])
        .to_batches()
    )
    for piece in grouped:
        for row in range(piece.num_rows):
            topic, epoch, partition = (piece[name][row].as_py() for name in _COORDINATES[:3])
            yield Slice(topic, epoch, partition), np.asarray(piece["offset_list"][row].values)
