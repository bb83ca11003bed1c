"""The premises of a generated history: folded in order of their sources, carrying out orders.

What the workers do on the log is done here by the same functions; the test of a run's lake and a
generated one compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from msgspec.structs import replace

from twin.campaign.counted import rolls_of
from twin.campaign.executions import CampaignOrder, Mode, Order, all_due
from twin.campaign.member_index import MemberIndex
from twin.campaign.membership import CapableVersion
from twin.campaign.plan import Plan
from twin.campaign.saying import said
from twin.campaign.tally_cells import WaveKey, may_move
from twin.campaign.waiting import quiet_until
from twin.events.envelope import Event, encode, identified
from twin.events.programme import DeadLetterResolved
from twin.events.requests import FieldRequest
from twin.generate.quiet import Quiet
from twin.generate.reports import Counted
from twin.generate.states import States
from twin.generate.told import Told
from twin.state.entry import Entry, Record
from twin.state.evolve import evolve
from twin.state.ordering import ordered
from twin.state.premises import Premises

PACKED_TICKS: Final = 5
"""Ticks after which premises that have heard nothing are packed away."""


News: TypeAlias = list[tuple[Event, int]]
"""Events of one premises with their offsets, in order of the log."""


class Heard(NamedTuple):
    """Of a premises' records: the offset of the last one, and how many ended in each way."""

    offset: int
    applied: int
    duplicates: int


_NOTHING: Final = Heard(-1, 0, 0)


class Keeping:
    """The premises of a share as they stand; mutable, owned by it.

    What waits behind a gap of its source is kept apart, so that the rest is states alone.
    """

    def __init__(self, *, share: int, capable_version: CapableVersion) -> None:
        """No premises is known yet; `share` is the number under which they are counted."""
        self._share = share
        self._capable_version = capable_version
        self._premises = States()
        self._waiting: dict[str, Entry] = {}
        self._heard: dict[str, Heard] = {}
        self._index = MemberIndex()
        self._asked: tuple[CampaignOrder, ...] = ()
        self._unasked: set[str] = set()
        self._quiet = Quiet()
        self._ordered: tuple[tuple[Plan, Mode, tuple[str, ...]], ...] = ()

    @property
    def premises(self) -> Mapping[str, Premises]:
        """Every premises by its id."""
        return self._premises

    def entries(self, names: Iterable[str], *, epoch: int) -> Iterator[Entry]:
        """Premises as a worker's table holds them, whose records are all of one epoch."""
        for name in names:
            offset, applied, duplicates = self._heard[name]
            yield replace(
                self._waiting.get(name) or Entry(self._premises[name]),
                epoch=epoch,
                offset=offset,
                applied=applied,
                duplicates=duplicates,
            )

    def fold(self, told: Iterable[Told], *, tick: int) -> Counted:
        """Fold facts in the order of each partition, as a worker does, and count what has moved."""
        changed: set[WaveKey] = set()
        for run in told:
            for name, news in run.by_premises().items():
                before = self._premises.get(name)
                after = self._after(name, before, news, run.partition)
                self._premises[name] = after
                self._unasked.add(name)
                self._quiet.heard_of(name)
                if before is None or may_move(before, after):
                    changed |= self._index.move(after)
                self._premises.make_room(but=self._index.moving)
        tallies = self._index.tallies(changed, partition=self._share, offset=tick)
        return Counted(share=self._share, tick=tick, tallies=tuple(tallies))

    def learn(self, order: Order) -> Counted:
        """Take over the plans of an order; new ones count everything anew."""
        if not self._index.learns(order):
            return Counted(share=self._share, tick=order.tick)
        self._index.count(self._premises.values())
        tallies = self._index.tallies(partition=self._share, offset=order.tick)
        return Counted(share=self._share, tick=order.tick, anew=True, tallies=tuple(tallies))

    def carry_out(self, order: Order) -> tuple[list[FieldRequest], list[Event]]:
        """The requests and the twin's own words that an order makes due; no word is folded yet."""
        requests: list[FieldRequest] = []
        words: list[Event] = []
        for name in self._concerned(order):
            action, nth, premises = None, 0, self._premises[name]
            for action in all_due(
                order=order, premises=premises, capable_version=self._capable_version
            ):
                if isinstance(action, FieldRequest):
                    requests.append(action)
                else:
                    nth += 1
                    words.append(said(premises, action, nth=nth, now=order.now))
            if action is None and (until := quiet_until(order=order, premises=premises)):
                self._quiet.keep(name, until)
        return requests, words

    def census(self, order: Order) -> Counted:
        """What an order asks to be counted beside the tallies: places of cells, and lots."""
        rolls = [
            roll
            for campaign in order.campaigns
            if campaign.mode == "count"
            for roll in rolls_of(
                plan=campaign.plan,
                fleet=(self._premises[name] for name in sorted(self._premises)),
                partition=self._share,
                tick=order.tick,
            )
        ]
        return Counted(
            share=self._share,
            tick=order.tick,
            censuses=tuple(self._index.censuses(order, partition=self._share)),
            rolls=tuple(rolls),
        )

    def pack(self, order: Order) -> None:
        """Pack away, every few ticks, the premises that nothing is heard of and no order moves."""
        if order.tick % PACKED_TICKS == 0:
            self._premises.pack(but=self._index.moving)

    def _concerned(self, order: Order) -> list[str]:
        """Premises that an order may concern: to enrol, in flight, or awaited and released.

        What enrolling or seating says hangs on the order and the premises alone, not on the time.
        So after the first such tick only those have something to say that have changed.
        """
        asked = tuple(one for one in order.campaigns if one.mode in ("enrol", "seat"))
        rest = tuple((one.plan, one.mode, one.excluded_models) for one in order.campaigns)
        if rest != self._ordered:
            self._ordered = rest
            self._quiet.clear()
        concerned = self._index.concerned(order, but=self._quiet.at(order.now))
        if asked:
            changed = self._unasked if asked == self._asked else self._premises
            concerned = sorted({*concerned, *changed})
            self._unasked = set()
        self._asked = asked
        return concerned

    def _after(self, name: str, known: Premises | None, news: News, partition: int) -> Premises:
        """A premises after some facts; almost always none waits and none comes out of turn."""
        held = known or Premises(name)
        waiting = self._waiting.get(name)
        _, applied, duplicates = self._heard.get(name, _NOTHING)
        _, last = news[-1]
        if waiting is None and (after := _in_turn(held, news)) is not None:
            self._heard[name] = Heard(last, applied + len(news), duplicates)
            return after
        before = entry = waiting or Entry(held)
        for event, offset in news:
            record = Record(event.key.encode(), encode(identified(event)), 0, partition, offset)
            entry, _ = ordered(entry, event, record)
        applied += entry.applied - before.applied
        duplicates += entry.duplicates - before.duplicates
        self._heard[name] = Heard(last, applied, duplicates)
        if entry.waiting:
            self._waiting[name] = entry
        else:
            self._waiting.pop(name, None)
        return entry.premises


def _in_turn(premises: Premises, news: News) -> Premises | None:
    """A premises after facts that are each the next of their source; None if one is not.

    This is `ordered` for what needs no order; the test of folding holds the two together.
    """
    numbers = dict(premises.sequences)
    for event, _ in news:
        if event.sequence != numbers.get(event.source, 0) + 1:
            return None
        numbers[event.source] = event.sequence
        if not isinstance(event.fact, DeadLetterResolved):
            premises = evolve(premises, event, event.fact)  # type: ignore[arg-type]
    return replace(premises, sequences=numbers)
