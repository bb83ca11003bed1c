"""Where a lost log goes on: the newest moment of which the lake has everything (D23).

The lake has each partition up to some record, but not all up to the same moment. The lockstep
makes a common one: a tick T is settled, the tick after it is closed, and nothing is decided on
that one yet. The log then was a prefix of every partition, and the records of the clock say which.
"""

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import TypeAlias

import msgspec
from msgspec import UNSET, Struct

from streams import clock, ledger, topics
from twin.lake import read
from twin.lake.slices import Slice
from twin.lake.table import Lake

Ends: TypeAlias = dict[str, dict[int, int]]
"""Next offsets by topic and partition."""


class Held(Struct, frozen=True, kw_only=True):
    """What the lake has of a log: how far each partition, and what its small records say.

    `ticks` are the records of `clock.ticks` in order, `settled` the ticks of `clock.settled`,
    `orders` those of `premises.orders` by partition, `letters` the records that the letters of a
    partition are about, each by topic and offset.
    """

    ends: Ends
    ticks: tuple[clock.Tick, ...]
    settled: tuple[int, ...]
    orders: dict[int, tuple[int, ...]]
    letters: dict[int, tuple[tuple[str, int], ...]]


class Cut(Struct, frozen=True):
    """The last settled tick of a restored log (-1: the run begins anew), and where it ends."""

    tick: int
    ends: Ends


class _Ordered(Struct, frozen=True):
    """The one thing that a cut needs of an order."""

    tick: int


_decode_order = msgspec.json.Decoder(_Ordered).decode


def held_in(lake: Lake) -> Held:
    """What a lake holds of the log, over all epochs."""
    ends: Ends = {t.name: dict.fromkeys(range(t.partitions), 0) for t in topics.TOPICS}
    ends = {name: ends[name] for name in topics.KEPT}
    for of, stands in lake.positions().items():
        ends[of.topic][of.partition] = max(ends[of.topic].get(of.partition, 0), stands)
    files = lake.files()
    orders: dict[int, list[int]] = {}
    for record in read.records(files, topic=topics.PREMISES_ORDERS):
        tick = _decode_order(record.value or b"").tick
        orders.setdefault(record.partition, []).append(tick)
    letters: dict[int, list[tuple[str, int]]] = {}
    for record in read.records(files, topic=topics.DEAD_LETTERS):
        letter = ledger.decode_letter(record.value or b"")
        letters.setdefault(record.partition, []).append((letter.topic, letter.offset))
    ticks = read.records(files, topic=topics.CLOCK_TICKS)
    settled = read.records(files, topic=topics.CLOCK_SETTLED)
    return Held(
        ends=ends,
        ticks=tuple(clock.decode_tick(record.value or b"") for record in ticks),
        settled=tuple(clock.decode_settled(record.value or b"").tick for record in settled),
        orders={partition: tuple(found) for partition, found in orders.items()},
        letters={partition: tuple(found) for partition, found in letters.items()},
    )


def cut_of(held: Held, *, over: bool = False) -> Cut:
    """The newest moment of which the lake has everything.

    `over`: the lake had the whole period once, so that every later prefix is as good as any.
    """
    if over:
        return Cut(max(held.settled, default=-1), held.ends)
    for tick in sorted(set(held.settled), reverse=True):
        ends = _ends_at(held, tick)
        if ends is not None:
            return Cut(tick, ends)
    return Cut(-1, {topic: dict.fromkeys(places, 0) for topic, places in held.ends.items()})


def upto(lake: Lake, topic: str, ends: Mapping[int, int]) -> dict[Slice, int]:
    """Positions of the records before some ends of a topic, whatever the epochs they came in."""
    held = {of: stands for of, stands in lake.positions().items() if of.topic == topic}
    return {of: min(stands, ends.get(of.partition, 0)) for of, stands in held.items()}


def _ends_at(held: Held, tick: int) -> Ends | None:
    """Where the log ended with a tick settled and the next one closed; None if some is missing."""
    opened, closed, clock_end = _next_tick(held, tick)
    if opened is None or closed is None or opened.decided is UNSET or opened.commanded is UNSET:
        return None
    orders = {p: _upto(held.orders.get(p, ()), tick) for p in held.ends[topics.PREMISES_ORDERS]}
    if any(held.orders[p][end - 1] != tick if end else True for p, end in orders.items()):
        return None
    found: Ends = {
        topics.PREMISES_EVENTS: _whole(held, topics.PREMISES_EVENTS, closed.basis),
        topics.DEAD_LETTERS: _letters_upto(held, closed.basis),
        topics.CAMPAIGN_EVENTS: {0: opened.decided},
        topics.PROGRAMME_EVENTS: {0: closed.programme},
        topics.CLOCK_TICKS: {0: clock_end},
        topics.PREMISES_ORDERS: orders,
        topics.FIELD_REQUESTS: _whole(held, topics.FIELD_REQUESTS, opened.basis),
        topics.CAMPAIGN_COMMANDS: {0: opened.commanded},
        topics.CLOCK_SETTLED: {0: held.settled.index(tick) + 1},
    }
    return found if _is_held(held, found) else None


def _next_tick(held: Held, tick: int) -> tuple[clock.Tick | None, clock.Tick | None, int]:
    """How the tick after one was opened and closed, and the end of the clock's records then."""
    opened: clock.Tick | None = None
    for offset, mark in enumerate(held.ticks):
        if mark.tick == tick + 1 and mark.phase == "opened":
            opened = mark
        elif mark.tick == tick + 1:
            return opened, mark, offset + 1
    return opened, None, 0


def _upto(ticks: Iterable[int], tick: int) -> int:
    return sum(1 for _ in takewhile(lambda one: one <= tick, ticks))


def _whole(held: Held, topic: str, basis: Mapping[int, int]) -> dict[int, int]:
    """A basis with every partition of its topic."""
    return {partition: basis.get(partition, 0) for partition in held.ends[topic]}


def _letters_upto(held: Held, basis: Mapping[int, int]) -> dict[int, int]:
    """Letters about records before a basis; what comes behind the first other one is told again."""

    def end(partition: int) -> int:
        about = held.letters.get(partition, ())
        before = basis.get(partition, 0)
        kept = takewhile(lambda at: at[0] != topics.PREMISES_EVENTS or at[1] < before, about)
        return sum(1 for _ in kept)

    return {partition: end(partition) for partition in held.ends[topics.DEAD_LETTERS]}


def _is_held(held: Held, ends: Ends) -> bool:
    return all(
        end <= held.ends[topic][partition]
        for topic, places in ends.items()
        for partition, end in places.items()
    )
