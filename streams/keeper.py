"""The premises agent's hands: fold a batch, write it back, report, carry out orders.

For each batch of a partition, in this order (a crash between any two is harmless, D8):
1. fold in memory; 2. dead letters and changed rows of the register acknowledged; 3. states to
changelog, then RocksDB; 4. changed tallies and the standing acknowledged. Only then are the
records acknowledged.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import faust
from faust.types import TP

from streams import ledger, topics
from streams.folding import folded, letter_out, register_rows
from streams.outbox import Outgoing, send_all, send_in_turn
from streams.stored import ORDERS_KEY
from streams.tables import WriteBack
from streams.view import Change, View
from twin.campaign.censuses import census_key, encode_census
from twin.campaign.counted import encode_roll, roll_key
from twin.campaign.executions import Order, all_due
from twin.campaign.saying import said
from twin.campaign.tallies import encode_tally, tally_key
from twin.campaign.tally_cells import WaveKey
from twin.events.envelope import Event, encode, headers
from twin.events.requests import FieldRequest, encode_request
from twin.state.entry import Record

CapableVersion = Callable[[str], str | None]


class Keeper:
    """All assigned partitions of one worker."""

    def __init__(
        self, app: faust.App, store: WriteBack, *, epoch: int, capable_version: CapableVersion
    ) -> None:
        """A keeper that owns no partition yet; views are made on first use."""
        self._app = app
        self._store = store
        self._epoch = epoch
        self._capable_version = capable_version
        self._views: dict[int, View] = {}
        self._told: set[int] = set()
        self._lock = asyncio.Lock()
        self._whole = False

    async def recovered(self) -> None:
        """The tables of all assigned partitions are whole: from here on positions are known."""
        self._whole = True

    async def positions(self, places: Iterable[TP]) -> dict[TP, int]:
        """The next record of each assigned partition; none while tables are being recovered."""
        async with self._lock:
            if not self._whole:
                return {}
            own = (tp for tp in places if tp.topic == topics.PREMISES_EVENTS)
            return {tp: self._view(tp.partition).position for tp in own}

    async def forget(self, partitions: Iterable[int]) -> None:
        """Drop what is remembered of partitions that were or may now be somebody else's."""
        self._whole = False
        async with self._lock:
            for partition in partitions:
                self._views.pop(partition, None)
                self._told.discard(partition)

    async def fold(self, batch: Mapping[int, list[Record]]) -> dict[int, int]:
        """Fold the records of a batch, by partition and there in order of offset.

        Of a partition whose records leave a hole nothing is folded: its position is given back.
        """
        async with self._lock:
            stands = {p: self._view(p).position for p in batch}
            reached = {p: _reached(stands[p], records) for p, records in batch.items()}
            holes = {p: at for p, at in stands.items() if reached[p] is None}
            batch = {p: records for p, records in batch.items() if p not in holes}
            folded = {p: self._folded(self._view(p), records) for p, records in batch.items()}
            letters = [out for _, found in folded.values() for out in found]
            rows = [out for changes, _ in folded.values() for out in register_rows(changes)]
            await send_all(self._app, [*letters, *rows])
            await self._write(
                {p: self._view(p).rows(changes) for p, (changes, _) in folded.items()}
            )
            reports = []
            for p, (changes, _) in folded.items():
                view = self._view(p)
                position = reached[p] or view.position
                reports += self._report(view, view.absorb(changes, position=position))
            await send_in_turn(self._app, reports)
            return holes

    async def carry_out(self, orders: Mapping[int, Order]) -> None:
        """Send what orders make due, by partition; a repeated order does nothing."""
        async with self._lock:
            await self._learn(orders)
            new = {p: order for p, order in orders.items() if order.tick > self._view(p).tick}
            sent = await send_all(
                self._app, [out for p, order in new.items() for out in self._due(p, order)]
            )
            self._note_words(sent)
            await self._mark({p: order.tick for p, order in new.items()})
            reports = [
                out
                for p, order in orders.items()
                for out in (*_censuses(self._view(p), order), *self._report(self._view(p), set()))
            ]
            await send_in_turn(self._app, reports)

    async def _learn(self, orders: Mapping[int, Order]) -> None:
        """Take over the plans of orders; partitions that have new ones report all they count."""
        learned = [view for p, order in orders.items() if (view := self._view(p)).learn(order)]
        self._told |= orders.keys()
        reports = [out for view in learned for out in self._report(view, None)]
        await send_in_turn(self._app, reports)

    def _note_words(self, sent: Iterable[Any]) -> None:
        """Remember up to where the twin's own words stand in each partition."""
        for place in sent:
            if place is not None and place.topic == topics.PREMISES_EVENTS:
                view = self._view(place.partition)
                view.said = max(view.said, place.offset + 1)

    async def _mark(self, ticks: Mapping[int, int]) -> None:
        """Remember for each partition the tick whose order it has carried out."""
        await self._write({p: [(ORDERS_KEY, str(tick).encode())] for p, tick in ticks.items()})
        for p, tick in ticks.items():
            self._view(p).tick = tick

    async def _write(self, rows: Mapping[int, list[tuple[bytes, bytes]]]) -> None:
        """Write back all partitions of a batch at once; each is whole or not at all."""
        await asyncio.gather(*(self._store.put(p, changed) for p, changed in rows.items()))

    def _view(self, partition: int) -> View:
        view = self._views.get(partition)
        if view is None:
            view = View(partition, store=self._store)
            view.scan()
            self._views[partition] = view
        return view

    def _folded(
        self, view: View, records: list[Record]
    ) -> tuple[dict[str, Change], list[Outgoing]]:
        latest, letters = folded(view.entry, records)
        changes = {name: Change(view.entry(name), after) for name, after in latest.items()}
        changed = {n: c for n, c in changes.items() if c.before is not c.after}
        return changed, [letter_out(letter) for letter in letters]

    def _report(self, view: View, changed: set[WaveKey] | None) -> list[Outgoing]:
        """The changed tallies of a partition (None: all), then its standing, which vouches.

        A partition that was taken over counts by no plan until it is told one, which the desk does
        after every assignment. Until then it must not vouch for tallies of an earlier position.
        An order is carried out when its own words are counted, too: who stops or aborts a campaign
        between two ticks is told of what is in flight after them.
        """
        if view.tick >= 0 and view.partition not in self._told:
            return []
        out = [] if changed is not None else [_recount(view)]
        out += [
            Outgoing(topics.CAMPAIGN_TALLIES, 0, tally_key(tally), encode_tally(tally))
            for tally in view.tallies(changed)
        ]
        standing = ledger.Standing(
            partition=view.partition,
            epoch=self._epoch,
            offset=view.position,
            tick=view.tick if view.position >= view.said else view.tick - 1,
            outcomes=view.outcomes,
        )
        key = ledger.standing_key(view.partition)
        return [*out, Outgoing(topics.CAMPAIGN_TALLIES, 0, key, ledger.encode(standing))]

    def _due(self, partition: int, order: Order) -> list[Outgoing]:
        view = self._view(partition)
        out = []
        for name in view.concerned(order):
            entry = view.entry(name)
            if entry.parked is not None:
                continue  # what it would be told queues behind the parked record, unseen
            nth = 0
            for action in all_due(
                order=order, premises=entry.premises, capable_version=self._capable_version
            ):
                if isinstance(action, FieldRequest):
                    out.append(_request(partition, action))
                else:
                    nth += 1
                    out.append(
                        _fact(partition, said(entry.premises, action, nth=nth, now=order.now))
                    )
        return out


def _reached(position: int, records: Iterable[Record]) -> int | None:
    """Where a partition stands after some records; None if one between was not delivered.

    The twin's producers leave no holes in the log.
    """
    for record in records:
        if record.offset > position:
            return None
        position = max(position, record.offset + 1)
    return position


def _recount(view: View) -> Outgoing:
    said = ledger.Recount(partition=view.partition, offset=view.position)
    key = ledger.recount_key(view.partition)
    return Outgoing(topics.CAMPAIGN_TALLIES, 0, key, ledger.encode(said))


def _censuses(view: View, order: Order) -> list[Outgoing]:
    """What an order asks to be counted beside the tallies: places of cells, and lots."""
    censuses = [(census_key(one), encode_census(one)) for one in view.censuses(order)]
    rolls = [(roll_key(one), encode_roll(one)) for one in view.rolls(order)]
    return [Outgoing(topics.CAMPAIGN_TALLIES, 0, *row) for row in (*censuses, *rolls)]


def _request(partition: int, request: FieldRequest) -> Outgoing:
    key = request.premises_id.encode()
    return Outgoing(topics.FIELD_REQUESTS, partition, key, encode_request(request))


def _fact(partition: int, event: Event) -> Outgoing:
    key = event.key.encode()
    return Outgoing(topics.PREMISES_EVENTS, partition, key, encode(event), tuple(headers(event)))
