"""The bulk fold in plain Python, row by row with dicts: what the kernels are measured against."""

from collections import defaultdict
from typing import Any

from twin.bulk.effects import EFFECTS, Slot
from twin.bulk.events import Events
from twin.bulk.sequencing import APPLIED, DUPLICATE, HELD
from twin.bulk.sparse import Sparse
from twin.state.ordering import HOLD_MAX

NAMES = list(EFFECTS)
Held = dict[tuple[int, int, Slot], int]


def verdicts(events: Events) -> list[int]:
    """What becomes of each record, by the log's order within each premises (D7 to D11)."""
    found = [0] * len(events)
    rows = sorted(range(len(events)), key=lambda n: (events.epoch[n], events.offset[n]))
    last: defaultdict[Any, int] = defaultdict(int)
    open_numbers: defaultdict[Any, set[int]] = defaultdict(set)
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        home, number = int(events.premises[row]), int(events.sequence[row])
        stream = _stream(events, row)
        if number <= last[stream]:
            found[row] = int(APPLIED if number in open_numbers[stream] else DUPLICATE)
            open_numbers[stream].discard(number)
            continue
        ahead = waiting[home]
        if any((_stream(events, n), events.sequence[n]) == (stream, number) for n in ahead):
            found[row] = int(DUPLICATE)
            continue
        found[row] = int(HELD)
        ahead.append(row)
        if number > last[stream] + 1 and len(ahead) > HOLD_MAX:
            stream = _stream(events, min(ahead, key=lambda n: events.offset[n]))
            least = min(int(events.sequence[n]) for n in ahead if _stream(events, n) == stream)
            open_numbers[stream].update(range(last[stream] + 1, least))
            last[stream] = least - 1
        _release(events, stream, last, ahead, found)
    return found


def _release(events: Events, stream: Any, last: Any, ahead: list[int], found: list[int]) -> None:
    while True:
        following = [
            n
            for n in ahead
            if _stream(events, n) == stream and events.sequence[n] == last[stream] + 1
        ]
        if not following:
            return
        last[stream] += 1
        found[following[0]] = int(APPLIED)
        ahead.remove(following[0])


def _stream(events: Events, row: int) -> tuple[int, int, int]:
    return int(events.premises[row]), int(events.source_kind[row]), int(events.source[row])


def slots(events: Events, applied: list[bool]) -> Held:
    """The row that each slot of each device holds: the newest of those that tell of it."""
    rows: defaultdict[tuple[int, int, Slot], list[int]] = defaultdict(list)
    gpf = dict(zip(events.gpf.rows.tolist(), events.gpf.values.tolist(), strict=True))
    replaced = dict(
        zip(events.replaced.rows.tolist(), events.replaced.values.tolist(), strict=True)
    )
    for row in range(len(events)):
        if not applied[row] or events.breach[row]:
            continue
        home, effect = int(events.premises[row]), EFFECTS[NAMES[events.code[row]]]
        for slot in effect.slots:
            rows[home, int(events.device[row]), slot].append(row)
        of_hub = NAMES[events.code[row]] == "lifecycle.hub-installed"
        if effect.other is not None and (not of_hub or row in gpf):
            other = gpf[row] if of_hub else replaced[row]
            rows[home, int(other), effect.other].append(row)
    return {place: max(told, key=lambda n: _stamp(events, n)) for place, told in rows.items()}


def _by_row(held: Sparse) -> dict[int, int]:
    return dict(zip(held.rows.tolist(), held.values.tolist(), strict=True))


def _stamp(events: Events, row: int) -> tuple[int, int, int, int]:
    return (
        int(events.at[row]),
        int(events.sequence[row]),
        int(events.source_kind[row]),
        int(events.source[row]),
    )
