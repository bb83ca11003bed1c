"""How the premises are parted: spans of ids that are folded one after the other."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from twin.bulk.cut import WHOLE, Cut
from twin.bulk.parquet.chunks import File, opened
from twin.lake.data_files import OTHER, named

ROWS_MIN: Final = 400_000
"""Rows that a span should have: enough for the kernels, few enough that memory is used again."""
ROWS_MAX: Final = 6_000_000
"""Rows that are read at once; some 150 bytes each are in memory at a time."""
PARTS: Final = 2
"""Spans of rows that lie in no order; more are smaller, and cost more to be told apart."""
PARTED_FROM: Final = 50_000
"""Rows from which on they are worth it."""
STRADDLING: Final = 4
"""How many times the rows a span grows before it is cut in a premises that two row groups share,
for the first of them is then read twice."""
END: Final = 2**64
_ID: Final = re.compile(r"P([0-9a-f]{16})")


class Span(Struct, frozen=True):
    """Premises numbers from `first` up to and without `end`, and the files that may hold them.

    `together`: this span and so many less one behind it lie in the same rows, which are read once.
    """

    first: int
    end: int
    files: tuple[Path, ...]
    cut: Cut = WHOLE
    together: int = 1


class _Rows(Struct, frozen=True, order=True):
    """Rows whose premises numbers lie from `low` to `high`; `is_mixed`: in no order."""

    low: int
    high: int
    count: int
    files: frozenset[Path]
    is_mixed: bool = False

    def __or__(self, other: "_Rows") -> "_Rows":
        return _Rows(
            min(self.low, other.low),
            max(self.high, other.high),
            self.count + other.count,
            self.files | other.files,
            self.is_mixed or other.is_mixed or other.low < self.high,
        )


def spans(
    files: Sequence[Path],
    *,
    rows_min: int = ROWS_MIN,
    rows_max: int = ROWS_MAX,
    parted_from: int = PARTED_FROM,
    cut: Cut = WHOLE,
) -> list[Span]:
    """Spans of all premises, in order.

    Sorted files are cut where one bucket ends and the next begins, as their statistics tell. Rows
    in order of arrival hold all premises everywhere: they are one span if they are few, else some
    of equal width, for ids are random (D5), which are read together.
    """
    buckets = list(_joined(sorted(_row_groups(files)), rows_min))
    found: list[Span] = []
    for place, bucket in enumerate(buckets):
        first = bucket.low if place else 0
        end = buckets[place + 1].low if place + 1 < len(buckets) else END
        together = PARTS if bucket.is_mixed and bucket.count >= parted_from else 1
        parts = together * max(1, -(-bucket.count // rows_max))
        cuts = [first + part * (end - first) // parts for part in range(parts + 1)]
        of = tuple(file for file in files if file in bucket.files)
        found += [
            Span(low, high, of, cut, together - nth % together)
            for nth, (low, high) in enumerate(pairwise(cuts))
        ]
    return found or [Span(0, END, tuple(files), cut)]


def _joined(rows: Sequence[_Rows], rows_min: int) -> Iterator[_Rows]:
    """Rows that cannot be parted, or are too few alone, together."""
    now: _Rows | None = None
    for one in rows:
        if now is None:
            now = one
        elif one.low < now.high or now.count < rows_min * (1 if one.low > now.high else STRADDLING):
            now |= one
        else:
            yield now
            # the last premises of a row group may go on in the next, and belongs there
            now = replace(
                one, files=one.files | (now.files if one.low == now.high else frozenset())
            )
    if now is not None:
        yield now


def _row_groups(files: Sequence[Path]) -> Iterator[_Rows]:
    """Row groups that may hold facts of premises; compaction puts none into the bucket `other`.

    Keys of requests and commands stand there beside one another, so its statistics would tell that
    it holds every premises, and make one span of a whole lake.
    """
    for file in files:
        told_by_name = named(file.name)
        if told_by_name is not None and told_by_name.bucket == OTHER:
            continue
        footer = opened(file)
        for group in range(footer.told.num_row_groups):
            low, high = bounds(footer, group)
            yield _Rows(low, high, footer.told.row_group(group).num_rows, frozenset({file}))


def bounds(file: File, group: int) -> tuple[int, int]:
    """The lowest and highest premises number that a row group may hold."""
    told = file.keys[group]
    if told is None:
        return 0, END - 1
    low, high = map(_ID.fullmatch, told)
    return int(low[1], 16) if low else 0, int(high[1], 16) if high else END - 1
