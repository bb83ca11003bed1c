"""What a worker remembers of one partition: decoded entries, position, exact counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from streams.stored import ORDERS_KEY
from twin.campaign.censuses import Census
from twin.campaign.counted import Roll, rolls_of
from twin.campaign.executions import Order
from twin.campaign.member_index import MemberIndex
from twin.campaign.tallies import Tally
from twin.campaign.tally_cells import WaveKey, may_move
from twin.state.counts import Outcomes, outcomes_of
from twin.state.entry import Entry, decode_entry, encode_entry, new_entry
from twin.state.premises import Premises

if TYPE_CHECKING:
    from streams.tables import WriteBack

CACHE_MAX: Final = 100_000
"""Decoded entries kept in memory for one partition; beyond it the cache starts anew."""


def position_of(key: bytes, value: bytes) -> tuple[int, int]:
    """How far a row of the table stands: epoch and offset, or the last order of `ORDERS_KEY`."""
    if key == ORDERS_KEY:
        return 0, int(value)
    entry = decode_entry(value)
    return entry.epoch, entry.offset


class Change(Struct, frozen=True):
    """An entry before and after a batch."""

    before: Entry
    after: Entry


class View:
    """One assigned partition. Everything here can be made again from the store by `scan`."""

    def __init__(self, partition: int, *, store: WriteBack) -> None:
        """A view that knows nothing yet; call `scan` first."""
        self.partition = partition
        self.position = 0
        self.tick = -1
        self.said = 0
        """End of what the twin itself has said here, as far as this process knows."""
        self.outcomes = Outcomes()
        self._index = MemberIndex()
        self._entries: dict[str, Entry] = {}
        self._store = store

    def entry(self, name: str) -> Entry:
        """The entry of a premises, from memory or store, or a new one."""
        held = self._entries.get(name)
        if held is None:
            found = self._store.get(self.partition, name.encode())
            held = new_entry(name) if found is None else decode_entry(found)
            self._remember(held)
        return held

    def scan(self) -> None:
        """Read the whole partition: its position, outcomes, counts, and whom to follow."""
        self.position, self.outcomes = 0, Outcomes()
        self._index.count(self._scanned())

    def _scanned(self) -> Iterator[Premises]:
        for entry in self._stored():
            self.position = max(self.position, entry.offset + 1)
            self.outcomes += outcomes_of(entry)
            yield entry.premises

    def learn(self, order: Order) -> bool:
        """Take over the plans of an order; True if they are new, so that all was counted anew."""
        if not self._index.learns(order):
            return False
        self.scan()
        return True

    def absorb(self, changes: dict[str, Change], *, position: int) -> set[WaveKey]:
        """Take over a written batch; the waves whose counts changed."""
        changed: set[WaveKey] = set()
        for change in changes.values():
            self.outcomes += outcomes_of(change.after) - outcomes_of(change.before)
            self._remember(change.after)
            if may_move(change.before.premises, change.after.premises):
                changed |= self._index.move(change.after.premises)
        self.position = position
        return changed

    def concerned(self, order: Order) -> list[str]:
        """Premises that an order may concern: to enrol, in flight, or awaited and released."""
        if any(campaign.mode in ("enrol", "seat") for campaign in order.campaigns):
            return sorted(entry.premises.premises_id for entry in self._stored())
        return self._index.concerned(order)

    def tallies(self, keys: set[WaveKey] | None = None) -> list[Tally]:
        """Absolute counts of some waves, or of all, at this view's position."""
        return self._index.tallies(keys, partition=self.partition, offset=self.position)

    def censuses(self, order: Order) -> list[Census]:
        """The censuses of paced campaigns that are being enrolled; later no place moves."""
        return self._index.censuses(order, partition=self.partition)

    def rolls(self, order: Order) -> list[Roll]:
        """The lots of campaigns that draw them now, of all whom this partition has enrolled."""
        return [
            roll
            for campaign in order.campaigns
            if campaign.mode == "count"
            for roll in rolls_of(
                plan=campaign.plan,
                fleet=(entry.premises for entry in self._stored()),
                partition=self.partition,
                tick=order.tick,
            )
        ]

    def rows(self, changes: dict[str, Change]) -> list[tuple[bytes, bytes]]:
        """A batch of changes as keys and values of the table."""
        return [(name.encode(), encode_entry(change.after)) for name, change in changes.items()]

    def _stored(self) -> Iterator[Entry]:
        for key, value in self._store.items(self.partition):
            if key == ORDERS_KEY:
                self.tick = int(value)
            else:
                yield decode_entry(value)

    def _remember(self, entry: Entry) -> None:
        if len(self._entries) >= CACHE_MAX:
            self._entries.clear()
        self._entries[entry.premises.premises_id] = entry
