"""The whole fleet by the bulk fold, range after range; the readable replay takes what is left."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import polars as pl
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from twin.bulk.columns import differing, in_order
from twin.bulk.cut import WHOLE, Cut
from twin.bulk.differences import Difference, difference
from twin.bulk.digest import ColumnsDigest
from twin.bulk.events import Events
from twin.bulk.fold import fold
from twin.bulk.gather import Gathering
from twin.bulk.log_ends import Ends, Log, ends_of, log_of_nameless
from twin.bulk.narrow import Columns, NumberColumn, narrowed, widened
from twin.bulk.project import projected
from twin.bulk.proof import LISTED_MAX, Basis, Rebuilt
from twin.bulk.reading import read, read_together
from twin.bulk.records import by_premises, folded
from twin.bulk.series import premises_texts
from twin.bulk.spans import Span, spans
from twin.state.counts import Outcomes
from twin.state.entry import Entry, Place, Record

AT_ONCE: Final = 2
"""Spans that are folded beside each other."""
RecordsOf: TypeAlias = Callable[[Sequence[str]], Iterator[tuple[Place, list[Record]]]]
"""The records of named premises, in order of their names."""
Seen: TypeAlias = Callable[[Columns], object]
"""Is shown the columns of each range as it goes by."""


class Range(Struct, dict=True):
    """The state's columns of the premises of one range, and how they came about; `ends`: how far
    the log was read for it, where nobody else says so."""

    columns: Columns
    fallbacks: Counter[str]
    ends: Ends = {}

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The columns with their texts."""
        return widened(self.columns)

    @property
    def records(self) -> Outcomes:
        """Records of the premises of the range by what became of them."""
        return Outcomes(*map(self._sum, ("applied", "duplicates", "held", "dead")))

    @property
    def premises(self) -> int:
        """How many premises there are."""
        return len(self._of_premises("applied"))

    def _sum(self, name: str) -> int:
        return int(self._of_premises(name).sum())

    def _of_premises(self, name: str) -> NDArray[np.int64]:
        column = self.columns["premises"][name]
        assert isinstance(column, NumberColumn)
        return column.values


def fold_span(span: Span) -> Range:
    """Fold the premises of a span."""
    return fold_read(span, read(span))


def fold_read(span: Span, events: Events) -> Range:
    """Fold the premises of a span, whose records were read."""
    return fold_range(
        events, lambda names: by_premises(span.files, only=names, where=span.cut.condition())
    )


def fold_range(events: Events, records_of: RecordsOf) -> Range:
    """Fold the premises of a range; the records of those left alone are asked for by name."""
    found = fold(events)
    columns: Columns = Gathering(found).columns()
    left_alone = premises_texts(found.left_alone).to_list()
    if left_alone:
        entries = (folded(name, log) for (name, _), log in records_of(left_alone))
        readable = projected(entries)
        tables = widened(columns)
        tables = {name: pl.concat([table, readable[name]]) for name, table in tables.items()}
        columns = narrowed(in_order(tables))
    ends = ends_of(events.epoch, events.partition, events.offset)
    return Range(columns, found.fallbacks, ends)


def folded_spans(of: Sequence[Span]) -> Iterator[Range]:
    """Spans folded, in order; some at once, for the kernels and the readers of Parquet run freely
    beside each other, and no more than that are in memory."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ahead = deque[Future[Range]]()
        for folding in _begun(of, pool):
            ahead.append(folding)
            if len(ahead) == AT_ONCE:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _begun(of: Sequence[Span], pool: ThreadPoolExecutor) -> Iterator[Future[Range]]:
    """The folding of each span; those that lie in the same rows are read together before."""
    nth = 0
    while nth < len(of):
        some = of[nth : nth + of[nth].together]
        nth += len(some)
        if len(some) == 1:
            yield pool.submit(fold_span, some[0])
        else:
            read_of = read_together(some, pool, at_once=AT_ONCE)
            yield from [pool.submit(fold_read, *pair) for pair in zip(some, read_of, strict=True)]


def rebuilt(files: Sequence[Path], *, seen: Seen | None = None) -> Rebuilt:
    """The fleet's columns from the lake."""
    return gathered(log_of_nameless(files), folded_spans(spans(files)), seen=seen)


def verified(
    files: Sequence[Path],
    live: Iterator[tuple[Place, Entry]],
    *,
    cut: Cut = WHOLE,
    seen: Seen | None = None,
) -> Rebuilt:
    """The fleet's columns from the lake, compared with those of the tables' entries.

    `live` comes in order of place, as the tables hold it; they stand at the cut.
    """
    of = spans(files, cut=cut)
    parts = zip((span.end for span in of), folded_spans(of), strict=True)
    log = log_of_nameless(files, cut=cut)
    return compared(log, parts, live, files=files, cut=cut, seen=seen)


def gathered(log: Log, parts: Iterable[Range], *, seen: Seen | None = None) -> Rebuilt:
    """What the ranges come to; they come in order and hold all premises."""
    total = _Gathered(log, seen)
    for part in parts:
        total.add(part)
    return total.rebuilt()


def compared(
    log: Log,
    parts: Iterable[tuple[int, Range]],
    live: Iterator[tuple[Place, Entry]],
    *,
    files: Sequence[Path],
    cut: Cut = WHOLE,
    seen: Seen | None = None,
) -> Rebuilt:
    """As `gathered`, compared with the tables' entries; each range comes with its end.

    `files` are asked what the records of a premises say whose columns differ.
    """
    total, theirs = _Gathered(log, seen), ColumnsDigest()
    found = 0
    listed: list[Difference] = []
    tables = _Ahead(live)
    for end, part in parts:
        total.add(part)
        entries = tables.below(end)
        held = projected(entries.values())
        theirs.add(narrowed(held))
        names = differing(part.tables, held)
        found += len(names)
        listed += _differences(files, names[: LISTED_MAX - len(listed)], entries, cut)
    return replace(
        total.rebuilt(),
        live_digest=theirs.hexdigest(),
        differing=found,
        differences=tuple(listed),
    )


class _Gathered:
    """Counts and digest over the ranges."""

    def __init__(self, log: Log, seen: Seen | None) -> None:
        self._seen = seen
        self._digest, self._basis = ColumnsDigest(), Basis()
        self._basis.reach(log.ends)
        self._records, self._premises = Outcomes(dead=log.unaddressed), 0
        self._fallbacks: Counter[str] = Counter()

    def add(self, part: Range) -> None:
        if self._seen is not None:
            self._seen(part.columns)
        self._digest.add(part.columns)
        self._records += part.records
        self._premises += part.premises
        self._fallbacks += part.fallbacks
        self._basis.reach(part.ends)

    def rebuilt(self) -> Rebuilt:
        return Rebuilt(
            basis=self._basis.ends,
            premises=self._premises,
            records=self._records,
            digest=self._digest.hexdigest(),
            fallbacks=dict(sorted(self._fallbacks.items())),
        )


class _Ahead:
    """Entries in order, taken range by range."""

    def __init__(self, live: Iterator[tuple[Place, Entry]]) -> None:
        self._live = live
        self._next = next(live, None)

    def below(self, number: int) -> dict[Place, Entry]:
        """The next entries, up to and without a premises number; `?` stands before all."""
        bound = f"P{number:016x}" if number < 2**64 else "Q"
        found: dict[Place, Entry] = {}
        while self._next is not None and self._next[0][0] < bound:
            place, entry = self._next
            found[place] = entry
            self._next = next(self._live, None)
        return found


def _differences(
    files: Sequence[Path], names: Sequence[str], entries: dict[Place, Entry], cut: Cut
) -> Iterator[Difference]:
    """What the readable replay says of premises whose columns differ."""
    if not names:
        return
    logs = dict(by_premises(files, only=names, where=cut.condition()))
    wanted = set(names)
    for name, partition in sorted({place for place in (*logs, *entries) if place[0] in wanted}):
        found = difference(
            premises_id=name,
            partition=partition,
            live=entries.get((name, partition)),
            records=logs.get((name, partition), []),
        )
        yield found or Difference(premises_id=name, partition=partition, why="kernel")
