"""The premises of a generated history: folded in order of their sources, carrying out orders."""

from collections.abc import Iterable, Mapping

from twin.campaign.executions import Order
from twin.campaign.membership import CapableVersion
from twin.campaign.tallies import CampaignCounts
from twin.events.envelope import Event
from twin.events.requests import FieldRequest
from twin.lake.rows import Logged
from twin.replay.fleet import Fleet
from twin.state.entry import Entry, Record, new_entry
from twin.state.ordering import ordered
from twin.state.premises import Premises


class Keeping:
    """All premises as they stand; mutable, owned by one lockstep.

    What waits behind a gap of its source is kept apart, so that the rest is states alone.
    """

    def __init__(self, *, capable_version: CapableVersion) -> None:
        """No premises is known yet."""
        self._fleet = Fleet(capable_version=capable_version, parked={})
        self._waiting: dict[str, Entry] = {}

    @property
    def premises(self) -> Mapping[str, Premises]:
        """Every premises by its id."""
        return self._fleet.premises

    def counts(self, campaign_id: str) -> CampaignCounts:
        """The exact counts of a campaign."""
        return self._fleet.counts(campaign_id)

    def fold(self, told: Iterable[tuple[Event, Logged]], *, tick: int) -> None:
        """Fold facts in the order of the log, as a worker does, and count what has moved."""
        latest: dict[str, Entry] = {}
        for event, row in told:
            name = event.key
            held = latest.get(name) or self._entry(name)
            record = Record(row.key, row.value, row.epoch, row.partition, row.offset)
            latest[name], _ = ordered(held, event, record)
        for name, entry in latest.items():
            if entry.waiting:
                self._waiting[name] = entry
            else:
                self._waiting.pop(name, None)
        self._fleet.stand({name: entry.premises for name, entry in latest.items()}, tick=tick)

    def carry_out(self, order: Order) -> tuple[list[FieldRequest], list[Event]]:
        """The requests and the twin's own words that an order makes due; no word is folded yet."""
        return self._fleet.carry_out(order)

    def _entry(self, name: str) -> Entry:
        waiting = self._waiting.get(name)
        if waiting is not None:
            return waiting
        held = self._fleet.premises.get(name)
        return new_entry(name) if held is None else Entry(held)
