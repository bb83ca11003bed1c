"""The cut: whatever suffixes are lost, what goes on is a moment that the log once stood at."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from streams import clock, topics
from streams.cut import Cut, Held, cut_of

START: Final = datetime(2017, 4, 1, tzinfo=UTC)
PARTITIONS: Final = 2
SPREAD: Final = (
    topics.PREMISES_EVENTS, topics.DEAD_LETTERS, topics.PREMISES_ORDERS, topics.FIELD_REQUESTS,
)  # fmt: skip
OPENED, CLOSED, SETTLED = range(3)
"""Stages of a tick: until it is opened, until it is closed, until it is settled."""


class Made(NamedTuple):
    """A record of a log that was never lost: the stage at which it came, and what it says."""

    stage: int
    what: object = None


def at(tick: int, stage: int) -> int:
    return 3 * tick + stage


class TrueLog:
    """A log in lockstep, as a run writes it; `counts` say how many records come of each kind."""

    def __init__(self, counts: list[list[int]]) -> None:
        self.records: defaultdict[tuple[str, int], list[Made]] = defaultdict(list)
        for tick, of in enumerate(counts):
            self._tick(tick, iter(of))

    def end(self, topic: str, partition: int = 0) -> int:
        return len(self.records[topic, partition])

    def ends(self, topic: str) -> dict[int, int]:
        return {partition: self.end(topic, partition) for partition in range(PARTITIONS)}

    def put(self, topic: str, stage: int, times: int, *, partition: int = 0) -> None:
        self.records[topic, partition] += [Made(stage)] * times

    def _tick(self, tick: int, counts: "iter[int]") -> None:  # type: ignore[valid-type]
        now = START + timedelta(days=tick)
        self.put(topics.CAMPAIGN_COMMANDS, at(tick, OPENED), some := next(counts))
        self.put(topics.CAMPAIGN_EVENTS, at(tick, OPENED), some)
        opened = clock.Tick(
            tick=tick, phase="opened", now=now, basis=self.ends(topics.FIELD_REQUESTS),
            decided=self.end(topics.CAMPAIGN_EVENTS), commanded=self.end(topics.CAMPAIGN_COMMANDS),
        )  # fmt: skip
        self.records[topics.CLOCK_TICKS, 0].append(Made(at(tick, OPENED), opened))
        self.put(topics.PROGRAMME_EVENTS, at(tick, CLOSED), next(counts))
        for p in range(PARTITIONS):
            self._tell(at(tick, CLOSED), p, next(counts))
        closed = clock.Tick(
            tick=tick, phase="closed", now=now, basis=self.ends(topics.PREMISES_EVENTS),
            programme=self.end(topics.PROGRAMME_EVENTS),
        )  # fmt: skip
        self.records[topics.CLOCK_TICKS, 0].append(Made(at(tick, CLOSED), closed))
        self.put(topics.CAMPAIGN_EVENTS, at(tick, SETTLED), next(counts))
        for p in range(PARTITIONS):
            self.records[topics.PREMISES_ORDERS, p] += [Made(at(tick, SETTLED), tick)] * (
                1 + next(counts) % 2
            )
            self.put(topics.FIELD_REQUESTS, at(tick, SETTLED), next(counts), partition=p)
            self._tell(at(tick, SETTLED), p, next(counts))
        self.records[topics.CLOCK_SETTLED, 0].append(Made(at(tick, SETTLED), tick))

    def _tell(self, stage: int, partition: int, times: int) -> None:
        """Facts, and of every second one a letter."""
        for _ in range(times):
            offset = self.end(topics.PREMISES_EVENTS, partition)
            self.put(topics.PREMISES_EVENTS, stage, 1, partition=partition)
            if offset % 2:
                about = Made(stage, (topics.PREMISES_EVENTS, offset))
                self.records[topics.DEAD_LETTERS, partition].append(about)

    def places(self) -> list[tuple[str, int]]:
        return [(t, p) for t in topics.KEPT for p in range(PARTITIONS if t in SPREAD else 1)]

    def held(self, lost: dict[tuple[str, int], int]) -> Held:
        """What the lake has if of each partition so many last records are not archived."""
        kept = {
            place: self.records[place][: max(0, len(self.records[place]) - lost.get(place, 0))]
            for place in self.places()
        }
        ends: dict[str, dict[int, int]] = {}
        for (topic, partition), records in kept.items():
            ends.setdefault(topic, {})[partition] = len(records)

        def said(topic: str) -> dict[int, tuple[object, ...]]:
            return {p: tuple(r.what for r in rs) for (t, p), rs in kept.items() if t == topic}

        return Held(
            ends=ends,
            ticks=said(topics.CLOCK_TICKS)[0],  # type: ignore[arg-type]
            settled=said(topics.CLOCK_SETTLED)[0],  # type: ignore[arg-type]
            orders=said(topics.PREMISES_ORDERS),  # type: ignore[arg-type]
            letters=said(topics.DEAD_LETTERS),  # type: ignore[arg-type]
        )

    def natural(self, tick: int) -> Cut:
        """The log at the moment when a tick was settled and the next one closed."""
        last = at(tick + 1, CLOSED) if tick >= 0 else -1
        ends: dict[str, dict[int, int]] = {}
        for topic, partition in self.places():
            made = self.records[topic, partition]
            ends.setdefault(topic, {})[partition] = sum(one.stage <= last for one in made)
        return Cut(tick, ends)


KINDS: Final = 5 + 4 * PARTITIONS
TICKS = st.lists(st.lists(st.integers(0, 3), min_size=KINDS, max_size=KINDS), max_size=5)


@settings(max_examples=300, deadline=None)
@given(counts=TICKS, data=st.data())
def test_any_lost_suffixes_leave_a_moment_that_the_log_stood_at(
    counts: list[list[int]], data: st.DataObject
) -> None:
    log = TrueLog(counts)
    lost = {place: data.draw(st.integers(0, 6)) for place in log.places()}
    held = log.held(lost)
    found = cut_of(held)
    assert found == within(log.natural(found.tick), held)
    for topic, partition in log.places():
        assert found.ends[topic][partition] <= held.ends[topic][partition]
    for partition, said in held.orders.items():
        kept = said[: found.ends[topics.PREMISES_ORDERS][partition]]
        assert max(kept, default=-1) == found.tick
    # and it is the newest: of every later one something is missing
    for tick in range(found.tick + 1, len(counts) - 1):
        wanted = log.natural(tick)
        unordered = [p for p, said in held.orders.items() if tick not in said]
        assert unordered or any(
            end > held.ends[topic][p]
            for topic, of in wanted.ends.items()
            for p, end in of.items()
            if topic not in SPARE
        )


SPARE: Final = (topics.PREMISES_ORDERS, topics.DEAD_LETTERS)


def within(cut: Cut, held: Held) -> Cut:
    """Of repeats of an order, and of letters, which are told again, as many as are held."""
    ends = {
        topic: {
            p: min(end, held.ends[topic][p]) if topic in SPARE else end for p, end in of.items()
        }
        for topic, of in cut.ends.items()
    }
    return Cut(cut.tick, ends)


def test_nothing_lost_is_cut_at_the_last_tick_that_was_closed() -> None:
    log = TrueLog([[1] * KINDS] * 4)
    assert cut_of(log.held({})) == log.natural(2)


def test_without_a_settled_tick_nothing_stays() -> None:
    log = TrueLog([[2] * KINDS] * 2)
    held = log.held({(topics.CLOCK_SETTLED, 0): 2})
    found = cut_of(held)
    assert found.tick == -1
    assert {end for places in found.ends.values() for end in places.values()} == {0}


def test_period_that_was_archived_whole_keeps_all() -> None:
    held = TrueLog([[1] * KINDS] * 4).held({})
    assert cut_of(held, over=True) == Cut(3, held.ends)


def test_letters_that_are_not_archived_hinder_nothing() -> None:
    log = TrueLog([[3] * KINDS] * 4)
    held = log.held({(topics.DEAD_LETTERS, 0): 99})
    found = cut_of(held)
    assert found.tick == 2
    assert found.ends[topics.DEAD_LETTERS][0] == 0
    assert found.ends[topics.DEAD_LETTERS][1] == log.natural(2).ends[topics.DEAD_LETTERS][1] > 0


@pytest.mark.parametrize("name", ["decided", "commanded"])
def test_tick_of_an_earlier_version_is_no_place_to_go_on(name: str) -> None:
    held = TrueLog([[1] * KINDS] * 4).held({})
    ticks = tuple(
        replace(one, **{name: msgspec.UNSET}) if one.tick == 3 else one for one in held.ticks
    )
    assert cut_of(replace(held, ticks=ticks)).tick == 1


def test_mark_of_an_earlier_version_is_written_as_it_was() -> None:
    """The two new fields are not there, instead of being null."""
    old = b'{"tick":0,"phase":"opened","now":"2017-04-01T00:00:00Z","basis":{},"programme":0'
    read = clock.decode_tick(old + b',"final":false}')
    assert (read.decided, clock.encode(read)) == (msgspec.UNSET, old + b',"final":false}')
