"""The lake's columns as the kernels want them, a range of premises at a time or several at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from twin.bulk.collected import collected
from twin.bulk.collecting import Collector
from twin.bulk.cut import Cut
from twin.bulk.events import BEYOND, COLUMNS, PLACE, Events
from twin.bulk.ids import Flags
from twin.bulk.parquet.chunks import File, columns, opened
from twin.bulk.parquet.column import Column, of_arrow
from twin.bulk.spans import Span, bounds
from twin.bulk.vocabulary import Vocabulary

_OTHERS = tuple(name for name in COLUMNS if name not in PLACE)
_Group: TypeAlias = tuple[File, int]


def read(span: Span) -> Events:
    """The records of the premises of a span."""
    groups = list(_groups(span))
    into = Collector(_rows(groups), Vocabulary())
    for file, group in groups:
        _begin(into, file, group)
        inside = _inside(into, span.cut) & _of_span(into, span)
        into.keep(inside)
        if inside.any():
            _take_others(file, group, [into])
    return collected([into])


def read_together(of: Sequence[Span], pool: Executor, *, at_once: int) -> list[Events]:
    """The records of spans that lie in the same rows, which are read once, by several threads."""
    groups = list(_groups(Span(of[0].first, of[-1].end, of[0].files)))
    vocabulary = Vocabulary()
    shares = [groups[nth::at_once] for nth in range(at_once)]
    found = list(pool.map(lambda share: _parted(share, of, vocabulary), shares))
    return list(pool.map(collected, zip(*found, strict=True)))


def _parted(
    groups: Sequence[_Group], of: Sequence[Span], vocabulary: Vocabulary
) -> list[Collector]:
    """Some row groups, parted by spans."""
    rows = _rows(groups)
    all_of_group = Collector(max((_rows([one]) for one in groups), default=0), vocabulary)
    intos = [Collector(rows, vocabulary) for _ in of]
    for file, group in groups:
        _begin(all_of_group, file, group)
        inside = _inside(all_of_group, of[0].cut)
        for into, span in zip(intos, of, strict=True):
            into.keep_of(all_of_group, inside & _of_span(all_of_group, span))
        _take_others(file, group, intos)
    return intos


def events_of(table: pa.Table) -> Events:
    """The records of a table of `COLUMNS` and `BEYOND`, all of them of premises."""
    into = Collector(len(table), Vocabulary())
    into.begin(len(table))
    for name in COLUMNS:
        _take([into], name, of_arrow(table[name]))
    cancelled = into.cancelled()
    for name in BEYOND if len(cancelled) else ():
        into.say_more(cancelled, of_arrow(table[name]))
    into.end(is_old=False)
    return collected([into])


def _groups(span: Span) -> Iterator[_Group]:
    for path in span.files:
        file = opened(path)
        for group in range(file.told.num_row_groups):
            low, high = bounds(file, group)
            if low < span.end and high >= span.first:
                yield file, group


def _rows(groups: Sequence[_Group]) -> int:
    return sum(file.told.row_group(group).num_rows for file, group in groups)


def _begin(into: Collector, file: File, group: int) -> None:
    into.begin(file.told.row_group(group).num_rows)
    for name, column in columns(file, group, PLACE):
        _take([into], name, column)


def _inside(into: Collector, cut: Cut) -> Flags:
    """Which records of a row group are of premises, and before a cut."""
    inside: Flags = into.lying("ours") & into.lying("is_premises")
    if cut.ends:
        inside &= cut.keeps(*map(into.lying, ("epoch", "partition", "offset")))
    return inside


def _of_span(into: Collector, span: Span) -> Flags:
    premises = into.lying("premises")
    found: Flags = (premises >= np.uint64(span.first)) & (premises <= np.uint64(span.end - 1))
    return found


def _take_others(file: File, group: int, intos: Sequence[Collector]) -> None:
    for name, column in columns(file, group, _OTHERS):
        _take(intos, name, column)
    cancelled = [into.cancelled() for into in intos]
    for _, column in columns(file, group, BEYOND) if any(map(len, cancelled)) else ():
        for into, rows in zip(intos, cancelled, strict=True):
            into.say_more(rows, column)
    for into in intos:
        into.end(is_old=not file.names.issuperset(COLUMNS))


def _take(intos: Sequence[Collector], name: str, column: Column) -> None:
    meaning = intos[0].vocabulary.meaning(name, column.texts)
    for into in intos:
        into.take(name, column, meaning)
