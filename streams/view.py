"""What a worker remembers of one partition: decoded entries, position, exact counts."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from streams.tables import WriteBack
from twin.campaign.executions import Order
from twin.campaign.plan import Plan
from twin.campaign.tallies import Cell, cell_of
from twin.state.counts import Outcomes, outcomes_of
from twin.state.entry import Entry, decode_entry, encode_entry, new_entry

ORDERS_KEY: Final = b"!orders"
"""Key beside the premises under which a partition keeps the last tick it carried out."""
CACHE_MAX: Final = 100_000
"""Decoded entries kept in memory for one partition; beyond it the cache starts anew."""

Find = Callable[[str], str | None]


class Change(Struct, frozen=True):
    """An entry before and after a batch."""

    before: Entry
    after: Entry


class View:
    """One assigned partition. Everything here can be made again from the store by `scan`."""

    def __init__(self, partition: int, *, store: WriteBack, capable_version: Find) -> None:
        """A view that knows nothing yet; call `scan` first."""
        self.partition = partition
        self.position = 0
        self.tick = -1
        self.outcomes = Outcomes()
        self.plans: tuple[Plan, ...] = ()
        self.cells: Counter[Cell] = Counter()
        self.followed: dict[str, None] = {}
        self._entries: dict[str, Entry] = {}
        self._store = store
        self._capable_version = capable_version

    def entry(self, name: str) -> Entry:
        """The entry of a premises, from memory or store, or a new one."""
        held = self._entries.get(name)
        if held is None:
            found = self._store.get(self.partition, name.encode())
            held = new_entry(name) if found is None else decode_entry(found)
            self._remember(held)
        return held

    def scan(self) -> None:
        """Read the whole partition: its position, outcomes, cells, and whom to follow."""
        self.position, self.outcomes = 0, Outcomes()
        self.cells.clear()
        self.followed.clear()
        for entry in self._stored():
            self.position = max(self.position, entry.offset + 1)
            self.outcomes += outcomes_of(entry)
            cells = self._cells_of(entry)
            self.cells.update(cells)
            self._follow(entry.premises.premises_id, cells)

    def learn(self, order: Order) -> bool:
        """Take over the plans of an order; True if they are new, so that all was counted anew."""
        plans = tuple(campaign.plan for campaign in order.campaigns)
        if plans == self.plans:
            return False
        self.plans = plans
        self.scan()
        return True

    def absorb(self, changes: dict[str, Change], *, position: int) -> set[Cell]:
        """Take over a written batch; the cells whose counts changed."""
        changed: set[Cell] = set()
        for name, change in changes.items():
            self.outcomes += outcomes_of(change.after) - outcomes_of(change.before)
            before, after = self._cells_of(change.before), self._cells_of(change.after)
            if before != after:
                self.cells.subtract(before)
                self.cells.update(after)
                changed.update(before, after)
            self._remember(change.after)
            self._follow(name, after)
        self.position = position
        return changed

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

    def _cells_of(self, entry: Entry) -> tuple[Cell, ...]:
        found = (
            cell_of(plan=plan, premises=entry.premises, capable_version=self._capable_version)
            for plan in self.plans
        )
        return tuple(cell for cell in found if cell is not None)

    def _follow(self, name: str, cells: tuple[Cell, ...]) -> None:
        """Remember whom an order may concern: members whose execution may still move."""
        if all(cell.is_over for cell in cells):
            self.followed.pop(name, None)
        else:
            self.followed[name] = None
