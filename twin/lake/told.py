"""Events that were never records on their way into columns: what a generated history tells.

The rows are those that `twin.lake.rows` makes of the same events' records. There a record is read
and judged, which costs more than all else; here the event is at hand. So every row's times are
judged, and of its other sides a sample is: written out, read back, and compared with its columns.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from twin.events.codec import Unreadable, decode_premises
from twin.events.envelope import CLOCK_TOLERANCE, EARLIEST, LATEST, Event, encode, identified
from twin.events.registry import Fact
from twin.lake.rows import columns_of
from twin.lake.schema import EVENTS
from twin.lake.slices import Slice
from twin.lake.spared import Spare, spare_of, spared

JUDGED: Final = 64
"""One row of so many is written out and read back, and the first of each type in every table."""


class NotAsTold(ValueError):
    """An event that the log would not have taken, or that its columns do not give back."""


def told_table(
    events: Sequence[Event], *, of: Slice, first: int, logged: Sequence[tuple[datetime, int]]
) -> pa.Table:
    """A table of schema `EVENTS` of facts of premises, one row an event, from offset `first` on.

    `logged` are the log's own times, each with the number of rows in a row that have it.

    Raises:
        NotAsTold: an event that was judged is no record of the log, or not what its row says.
    """
    spares = [spare_of(event) for event in events]
    for row in _suspects(events):
        _judge(events[row], spares[row], of, first + row)
    count = len(events)
    coordinates = (
        pa.repeat(of.topic, count),
        pa.repeat(pa.scalar(of.epoch, pa.int32()), count),
        pa.repeat(pa.scalar(of.partition, pa.int32()), count),
        pa.array(np.arange(first, first + count)),
        [event.key for event in events],
        _logged_at(logged),
        None,
        None,
    )
    return pa.Table.from_arrays(columns_of(coordinates, events, spares), schema=EVENTS)


def _logged_at(logged: Sequence[tuple[datetime, int]]) -> pa.Array:
    moments, counts = zip(*logged, strict=True)
    rows = pa.array(np.repeat(np.arange(len(moments)), counts))
    return pa.array(moments, EVENTS.field("logged_at").type).take(rows)


def _suspects(events: Sequence[Event]) -> Iterator[int]:
    """Rows to judge: the sample, and every one whose times the log may not take."""
    seen: set[type[Fact]] = set()
    for row, event in enumerate(events):
        at, known = event.occurred_at, event.recorded_at
        in_time = EARLIEST <= at <= known <= LATEST or _is_late_clock(at, known)
        kind = type(event.fact)
        if row % JUDGED == 0 or kind not in seen or not in_time:
            seen.add(kind)
            yield row


def _is_late_clock(at: datetime, known: datetime) -> bool:
    return EARLIEST <= known < at <= min(LATEST, known + CLOCK_TOLERANCE)


def _judge(event: Event, spare: Spare, of: Slice, offset: int) -> None:
    """Read an event's record as the twin would, and compare what its row gives back with it."""
    where = f"{of.topic}, partition {of.partition}: {offset}"
    value = encode(identified(event))
    read = decode_premises(key=event.key.encode(), value=value)
    if isinstance(read, Unreadable):
        raise NotAsTold(f"record {where} would be refused ({read.cause.value})")
    if read != identified(event) or spared(of.topic, value, read) != spare:
        raise NotAsTold(f"record {where} is not what its row gives back")
