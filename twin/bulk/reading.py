"""The lake's columns as the kernels want them, a range of premises at a time."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from twin.bulk.collecting import Collector
from twin.bulk.events import BEYOND, COLUMNS, PLACE, Events
from twin.bulk.parquet.chunks import File, columns, opened
from twin.bulk.parquet.column import of_arrow
from twin.bulk.spans import Span, bounds

_OTHERS = tuple(name for name in COLUMNS if name not in PLACE)


def read(span: Span) -> Events:
    """The records of the premises of a span."""
    groups = list(_groups(span))
    into = Collector(sum(file.told.row_group(group).num_rows for file, group in groups))
    for file, group in groups:
        _collect(into, file, group, span)
    return into.events()


def events_of(table: pa.Table) -> Events:
    """The records of a table of `COLUMNS` and `BEYOND`, all of them of premises."""
    into = Collector(len(table))
    into.begin(len(table))
    for name in COLUMNS:
        into.take(name, of_arrow(table[name]))
    cancelled = into.cancelled()
    for name in BEYOND if len(cancelled) else ():
        into.say_more(cancelled, of_arrow(table[name]))
    into.end(is_old=False)
    return into.events()


def _groups(span: Span) -> Iterator[tuple[File, int]]:
    for path in span.files:
        file = opened(path)
        for group in range(file.told.num_row_groups):
            low, high = bounds(file.told, group)
            if low < span.end and high >= span.first:
                yield file, group


def _collect(into: Collector, file: File, group: int, span: Span) -> None:
    """Take a row group's records of the premises of a span."""
    into.begin(file.told.row_group(group).num_rows)
    for name, column in columns(file, group, PLACE):
        into.take(name, column)
    premises = into.lying("premises")
    inside = into.lying("ours") & into.lying("is_premises")
    inside &= (premises >= np.uint64(span.first)) & (premises <= np.uint64(span.end - 1))
    if span.cut.ends:
        inside &= span.cut.keeps(*map(into.lying, ("epoch", "partition", "offset")))
    if not inside.any():
        return
    if not inside.all():
        into.keep(inside)
    for name, column in columns(file, group, _OTHERS):
        into.take(name, column)
    cancelled = into.cancelled()
    for _, column in columns(file, group, BEYOND) if len(cancelled) else ():
        into.say_more(cancelled, column)
    into.end(is_old=not file.names.issuperset(COLUMNS))
