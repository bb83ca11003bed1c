"""The premises agent's hands: fold a batch, write it back, report, carry out orders.

For each batch of a partition, in this order (a crash between any two is harmless, D8):
1. fold in memory; 2. dead letters acknowledged; 3. states to changelog, then RocksDB;
4. changed tallies and the standing acknowledged. Only then are the records acknowledged.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import faust

from streams import ledger, topics
from streams.outbox import Outgoing, send_all
from streams.tables import WriteBack
from streams.view import ORDERS_KEY, Change, View
from twin.campaign.executions import Order, TimeOut, due
from twin.campaign.tallies import Cell, encode_tally, tally_key, tally_of
from twin.events.envelope import Event, encode, headers, new_event
from twin.events.firmware import FirmwareUpdateTimedOut
from twin.events.requests import FieldRequest, encode_request
from twin.state.entry import Entry, Record, entry_name
from twin.state.step import step
from twin.state.verdicts import Refused

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

    def forget(self, partitions: Iterable[int]) -> None:
        """Drop what is remembered of partitions that may now be somebody else's."""
        for partition in partitions:
            self._views.pop(partition, None)

    async def fold(self, partition: int, records: list[Record]) -> None:
        """Fold records of one partition, in order of offset."""
        view = await self._view(partition)
        changes, letters = self._folded(view, records)
        await send_all(self._app, letters)
        await self._store.put(partition, view.rows(changes))
        changed = view.absorb(changes, position=max(view.position, records[-1].offset + 1))
        await self._report(view, changed)

    async def carry_out(self, partition: int, order: Order) -> None:
        """Send what an order makes due in a partition, once; a repeated order does nothing."""
        view = await self._view(partition)
        if view.learn(order):
            await self._report(view, set(view.cells))
        if order.tick <= view.tick:
            return
        await send_all(self._app, self._due(view, order))
        view.tick = order.tick
        await self._store.put(partition, [(ORDERS_KEY, str(order.tick).encode())])
        await self._report(view, set())

    async def _view(self, partition: int) -> View:
        view = self._views.get(partition)
        if view is None:
            view = View(partition, store=self._store, capable_version=self._capable_version)
            view.scan()
            self._views[partition] = view
        return view

    def _folded(
        self, view: View, records: list[Record]
    ) -> tuple[dict[str, Change], list[Outgoing]]:
        latest: dict[str, Entry] = {}
        letters = []
        for record in records:
            name = entry_name(record.key)
            held = latest.get(name) or view.entry(name)
            latest[name], verdict = step(held, record)
            if isinstance(verdict, Refused):
                letters.append(_letter(record, name, verdict))
        changes = {name: Change(view.entry(name), after) for name, after in latest.items()}
        return {n: c for n, c in changes.items() if c.before is not c.after}, letters

    async def _report(self, view: View, changed: set[Cell]) -> None:
        waves = sorted({cell.wave_key for cell in changed})
        out = [
            Outgoing(topics.CAMPAIGN_TALLIES, 0, tally_key(tally), encode_tally(tally))
            for tally in (
                tally_of(key, view.cells, partition=view.partition, offset=view.position)
                for key in waves
            )
        ]
        standing = ledger.Standing(
            partition=view.partition,
            epoch=self._epoch,
            offset=view.position,
            tick=view.tick,
            outcomes=view.outcomes,
        )
        key = ledger.standing_key(view.partition)
        out.append(Outgoing(topics.CAMPAIGN_TALLIES, 0, key, ledger.encode(standing)))
        await send_all(self._app, out)

    def _due(self, view: View, order: Order) -> list[Outgoing]:
        out = []
        for name in sorted(view.followed):
            entry = view.entry(name)
            timed_out = 0
            for campaign in order.campaigns:
                for action in due(
                    order=campaign,
                    now=order.now,
                    premises=entry.premises,
                    capable_version=self._capable_version,
                ):
                    if isinstance(action, TimeOut):
                        timed_out += 1
                        event = _timed_out(entry, action, nth=timed_out, now=order.now)
                        out.append(_fact(view.partition, event))
                    else:
                        out.append(_request(view.partition, action))
        return out


def _letter(record: Record, name: str, verdict: Refused) -> Outgoing:
    letter = ledger.dead_letter(
        topic=topics.PREMISES_EVENTS, record=record, premises_id=name, why=verdict.why
    )
    key = name.encode()
    return Outgoing(topics.DEAD_LETTERS, record.partition, key, ledger.encode(letter))


def _request(partition: int, request: FieldRequest) -> Outgoing:
    key = request.premises_id.encode()
    return Outgoing(topics.FIELD_REQUESTS, partition, key, encode_request(request))


def _fact(partition: int, event: Event) -> Outgoing:
    key = event.key.encode()
    return Outgoing(topics.PREMISES_EVENTS, partition, key, encode(event), tuple(headers(event)))


def _timed_out(entry: Entry, action: TimeOut, *, nth: int, now: datetime) -> Event:
    """The twin's own fact: its number follows those folded, so a repeat gets the same number."""
    premises = entry.premises
    source = f"urn:gb:twin:{premises.premises_id}"
    fact = FirmwareUpdateTimedOut(
        device_id=action.device_id,
        device_type=action.device_type,
        campaign_id=action.campaign_id,
        wave=action.wave,
        attempt=action.attempt,
    )
    return new_event(
        fact=fact,
        source=source,
        sequence=premises.sequences.get(source, 0) + nth,
        key=premises.premises_id,
        occurred_at=now,
        provenance="twin",
        correlation_id=f"campaign:{action.campaign_id}",
    )
