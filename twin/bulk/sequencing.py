"""Which records count, by the numbers of their sources: the order of `twin.state.ordering`.

Most premises have every number of every source exactly once, and then no order matters. Of the
others the records are taken in the order of the log: duplicates, holding, declared gaps, late
fillers, as the live table does.
"""

from typing import Any, Final

import numpy as np

from twin.compiled import kernel

APPLIED: Final = np.uint8(1)
DUPLICATE: Final = np.uint8(2)
HELD: Final = np.uint8(3)
REDELIVERED: Final = np.uint8(4)
GAPS_MAX: Final = 256
"""Pieces of gaps that the kernel keeps of a premises; more are left to the readable replay."""


@kernel
def irregular(stream: Any, sequence: Any, streams: int) -> Any:
    """Streams whose numbers are not 1, 2, 3 ... with none twice and none missing, in any order."""
    ends = np.zeros(streams + 1, np.int64)
    for row in range(len(stream)):
        ends[stream[row] + 1] += 1
    for one in range(streams):
        ends[one + 1] += ends[one]
    seen = np.zeros(len(stream), np.bool_)
    bad = np.zeros(streams, np.bool_)
    for row in range(len(stream)):
        one = stream[row]
        place = ends[one] + sequence[row] - 1
        if sequence[row] < 1 or place >= ends[one + 1] or seen[place]:
            bad[one] = True
        else:
            seen[place] = True
    return bad


@kernel
def sequenced(
    premises: Any,
    stream: Any,
    sequence: Any,
    place: tuple[Any, Any],
    sizes: tuple[int, int, int],
) -> tuple[Any, Any, Any, Any]:
    """What becomes of records that stand by premises, each in order of the log.

    `place` is epoch and offset; `sizes` the numbers of streams, premises, and the holding limit.
    Gives a verdict a record, and by premises the gaps, the numbers missing, and whether the gaps
    were too many.
    """
    streams, homes, hold_max = sizes
    epoch, offset = place
    verdict = np.zeros(len(stream), np.uint8)
    last = np.zeros(streams, np.int64)
    gaps, missing = np.zeros(homes, np.int64), np.zeros(homes, np.int64)
    too_many = np.zeros(homes, np.bool_)
    waiting = np.empty(hold_max + 2, np.int64)
    gap = np.empty((GAPS_MAX + 2, 3), np.int64)
    sizes_now = np.zeros(2, np.int64)
    log = (stream, sequence, offset)
    for row in range(len(stream)):
        home = premises[row]
        if row == 0 or premises[row - 1] != home:
            sizes_now[:] = 0
        elif epoch[row - 1] == epoch[row] and offset[row - 1] == offset[row]:
            verdict[row] = REDELIVERED
            continue
        _judge(row, log, verdict, last, (waiting, gap, sizes_now), hold_max)
        if sizes_now[1] > GAPS_MAX:
            too_many[home] = True
            sizes_now[1] = GAPS_MAX
        gaps[home] = sizes_now[1]
        missing[home] = 0
        for n in range(sizes_now[1]):
            missing[home] += gap[n, 2] - gap[n, 1] + 1
    return verdict, gaps, missing, too_many


@kernel
def _judge(
    row: int,
    log: tuple[Any, Any, Any],
    verdict: Any,
    last: Any,
    held: tuple[Any, Any, Any],
    hold_max: int,
) -> None:
    """One record of a premises: `log` is stream, sequence and offset of all; `held` are the rows
    that wait, the gaps, and how many there are of each."""
    stream, sequence, offset = log
    waiting, gap, sizes = held
    one, number = stream[row], sequence[row]
    if number <= last[one]:
        sizes[1], filled = _filled(gap, sizes[1], one, number)
        verdict[row] = APPLIED if filled else DUPLICATE
    elif number == last[one] + 1:
        verdict[row] = APPLIED
        last[one] = number
        sizes[0] = _released(one, last, waiting, sizes[0], stream, sequence, verdict)
    elif _is_waiting(waiting, sizes[0], stream, sequence, row):
        verdict[row] = DUPLICATE
    else:
        verdict[row] = HELD
        waiting[sizes[0]] = row
        sizes[0] += 1
        if sizes[0] > hold_max:
            sizes[1], one = _declared(
                gap, sizes[1], last, waiting, sizes[0], stream, sequence, offset
            )
            sizes[0] = _released(one, last, waiting, sizes[0], stream, sequence, verdict)


@kernel
def _filled(gap: Any, pieces: int, stream: int, number: int) -> tuple[int, bool]:
    """The gaps after a number that may fill a part of one."""
    for n in range(pieces):
        if gap[n, 0] != stream or not gap[n, 1] <= number <= gap[n, 2]:
            continue
        first, until = gap[n, 1], gap[n, 2]
        pieces -= 1
        gap[n] = gap[pieces]
        if first < number:
            gap[pieces, 0], gap[pieces, 1], gap[pieces, 2] = stream, first, number - 1
            pieces += 1
        if number < until:
            gap[pieces, 0], gap[pieces, 1], gap[pieces, 2] = stream, number + 1, until
            pieces += 1
        return pieces, True
    return pieces, False


@kernel
def _is_waiting(waiting: Any, waits: int, stream: Any, sequence: Any, row: int) -> bool:
    for n in range(waits):
        other = waiting[n]
        if stream[other] == stream[row] and sequence[other] == sequence[row]:
            return True
    return False


@kernel
def _released(
    one: int, last: Any, waiting: Any, waits: int, stream: Any, sequence: Any, verdict: Any
) -> int:
    """Let through what waited for the number that a stream has come to; how many wait still."""
    found = True
    while found:
        found = False
        for n in range(waits):
            row = waiting[n]
            if stream[row] == one and sequence[row] == last[one] + 1:
                verdict[row] = APPLIED
                last[one] += 1
                waits -= 1
                for later in range(n, waits):
                    waiting[later] = waiting[later + 1]
                found = True
                break
    return waits


@kernel
def _declared(
    gap: Any,
    pieces: int,
    last: Any,
    waiting: Any,
    waits: int,
    stream: Any,
    sequence: Any,
    offset: Any,
) -> tuple[int, int]:
    """Declare the gap before the record that has waited longest; the gaps, and its stream."""
    oldest = waiting[0]
    for n in range(1, waits):
        if offset[waiting[n]] < offset[oldest]:
            oldest = waiting[n]
    one = stream[oldest]
    least = np.int64(2**62)
    for n in range(waits):
        if stream[waiting[n]] == one:
            least = min(least, sequence[waiting[n]])
    gap[pieces, 0], gap[pieces, 1], gap[pieces, 2] = one, last[one] + 1, least - 1
    last[one] = least - 1
    return pieces + 1, one
