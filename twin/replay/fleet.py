"""The premises of a replay: folded in memory, counted exactly, and carrying out orders.

What the workers do on the log is done here in one place, by the same functions and in the same
order; the fidelity test compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from twin.campaign.counted import rolls_of
from twin.campaign.executions import Order, Word, all_due
from twin.campaign.member_index import MemberIndex
from twin.campaign.membership import CapableVersion
from twin.campaign.saying import said
from twin.campaign.tallies import CampaignCounts, TallyBoard
from twin.campaign.tally_cells import WaveKey, may_move
from twin.events.envelope import Event
from twin.events.requests import FieldRequest
from twin.state.evolve import evolve
from twin.state.premises import Premises


class Fleet:
    """All premises as they stand; mutable, owned by one replay."""

    def __init__(
        self,
        *,
        capable_version: CapableVersion,
        parked: Mapping[str, tuple[tuple[int, int], ...]],
    ) -> None:
        """No premises is known yet; orders pass by premises that are `parked` on their tick."""
        self.premises: dict[str, Premises] = {}
        self._capable_version = capable_version
        self._parked = parked
        self._board = TallyBoard()
        self._summed: dict[str, CampaignCounts] = {}
        self._index = MemberIndex()

    def tell(self, events: Iterable[Event], *, tick: int) -> None:
        """Fold facts in the order given, and count what has moved."""
        states: dict[str, Premises] = {}
        for event in events:
            name = event.key
            held = states.get(name) or self.premises.get(name) or Premises(name)
            states[name] = evolve(held, event, event.fact)  # type: ignore[arg-type]
        self.stand(states, tick=tick)

    def stand(self, states: Mapping[str, Premises], *, tick: int) -> None:
        """Take over premises as they stand now, and count what has moved."""
        changed: set[WaveKey] = set()
        for name, after in states.items():
            before = self.premises.get(name)
            self.premises[name] = after
            if before is None or may_move(before, after):
                changed |= self._index.move(after)
        self._report(changed, tick)

    def say(self, events: Iterable[Event], *, tick: int) -> None:
        """Fold the twin's own words, which are numbered by what is folded already."""
        told = tuple(events)
        self.tell(told, tick=tick)
        for event in told:
            held = self.premises[event.key]
            numbers = {**held.sequences, event.source: event.sequence}
            self.premises[event.key] = replace(held, sequences=numbers)

    def counts(self, campaign_id: str) -> CampaignCounts:
        """The exact counts of a campaign, summed anew only where something has moved."""
        if campaign_id not in self._summed:
            self._summed[campaign_id] = self._board.of(campaign_id)
        return self._summed[campaign_id]

    def carry_out(self, order: Order) -> tuple[list[FieldRequest], list[Event]]:
        """The requests and the twin's own words that an order makes due, neither folded yet."""
        self._learn(order)
        requests: list[FieldRequest] = []
        words: list[Event] = []
        for name in self._concerned(order):
            nth = 0
            for action in self._actions(name, order):
                if isinstance(action, FieldRequest):
                    requests.append(action)
                else:
                    nth += 1
                    words.append(said(self.premises[name], action, nth=nth, now=order.now))
        self._census(order)
        return requests, words

    def _actions(self, name: str, order: Order) -> Iterator[FieldRequest | Word]:
        if any(first <= order.tick < last for first, last in self._parked.get(name, ())):
            return
        yield from all_due(
            order=order, premises=self.premises[name], capable_version=self._capable_version
        )

    def _learn(self, order: Order) -> None:
        """Take over the plans of an order; new ones count everything anew."""
        if self._index.learns(order):
            self._index.count(self.premises.values())
            self._report(None, order.tick)

    def _concerned(self, order: Order) -> list[str]:
        """Premises that an order may concern: to enrol, in flight, or awaited and released."""
        if any(campaign.mode in ("enrol", "seat") for campaign in order.campaigns):
            return sorted(self.premises)
        return self._index.concerned(order)

    def _census(self, order: Order) -> None:
        for campaign in order.campaigns:
            if campaign.mode == "count":
                fleet = (self.premises[name] for name in sorted(self.premises))
                for roll in rolls_of(plan=campaign.plan, fleet=fleet, partition=0, tick=order.tick):
                    self._board.rolls.take(roll)
        for census in self._index.censuses(order, partition=0):
            self._board.censuses.take(census)

    def _report(self, changed: set[WaveKey] | None, tick: int) -> None:
        """Take the changed counts (None: all) into the board."""
        for tally in self._index.tallies(changed, partition=0, offset=tick):
            self._summed.pop(tally.campaign_id, None)
            self._board.take(tally)
