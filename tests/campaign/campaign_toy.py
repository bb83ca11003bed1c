"""Whole campaigns in plain Python over the toy field: what the agents do, without a broker."""

from collections import Counter
from datetime import datetime
from typing import Any, Final, NamedTuple

from tests.campaign.campaign_field import BEGIN, ToyField, capable_version
from tests.campaign.campaign_samples import DAY, command, fields_of
from tests.campaign.spec import fold
from twin.campaign.censuses import censuses_of
from twin.campaign.commands import Command, Standing, decide_command
from twin.campaign.counted import decode_roll, encode_roll, rolls_of
from twin.campaign.decide import decide_tick
from twin.campaign.executions import Order, all_due
from twin.campaign.handing_in import submitted
from twin.campaign.orders import order_at
from twin.campaign.plan import Plan, content_hash
from twin.campaign.product import Product
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts, TallyBoard, WaveCount, tally_of
from twin.campaign.tally_cells import Place, places_of
from twin.events.programme import CommandAnswered
from twin.events.registry import CampaignFact
from twin.events.requests import FieldRequest
from twin.state.premises import Premises
from twin.vocabulary import CampaignState

PARTITIONS: Final = 3


class Decision(NamedTuple):
    """What was decided for a campaign, when, and what it was asked with (None: handed in)."""

    campaign_id: str
    at: datetime
    asked: dict[str, Any] | None
    facts: tuple[CampaignFact, ...]


class Run:
    """All campaigns over one toy field, tick by tick; an approver says yes to every plan."""

    def __init__(self, plans: tuple[Plan, ...], field: ToyField, *, approver: bool = True) -> None:
        self.field = field
        self.board = TallyBoard()
        self.campaigns: dict[str, Campaign] = {}
        self.log: list[tuple[datetime, CampaignFact]] = []
        self.decisions: list[Decision] = []
        self.tick = -1
        self.plans = list(plans)
        self.withdrawn: tuple[Product, ...] = ()
        self._approver = approver
        self._reported: list[set[Any]] = [set() for _ in range(PARTITIONS)]
        self._places: dict[str, tuple[Premises, tuple[Plan, ...], tuple[Place, ...]]] = {}
        self._commands = 1000

    @property
    def now(self) -> datetime:
        return BEGIN + self.tick * DAY

    def counts(self, campaign_id: str) -> CampaignCounts:
        return self.board.of(campaign_id)

    def total(self, campaign_id: str) -> WaveCount:
        waves = range(1, len(self.campaigns[campaign_id].waves) + 1)
        return sum((self.counts(campaign_id).of_wave(n) for n in waves), WaveCount())

    def of(self, kind: type) -> list[Any]:
        return [fact for _, fact in self.log if isinstance(fact, kind)]

    def go_on(self, days: int = 1) -> None:
        for _ in range(days):
            self.tick += 1
            self.field.advance(self.now)
            self._report()
            self._hand_in()
            for campaign_id in list(self.campaigns):
                self._decide(campaign_id)
            self._order()
            if self._approver:
                self._approve()

    def until(self, *states: CampaignState, days: int = 100) -> None:
        for _ in range(days):
            self.go_on()
            if all(found.state in states for found in self.campaigns.values()):
                return
        raise AssertionError({name: found.state for name, found in self.campaigns.items()})

    def told(self, name: Any, campaign_id: str, **changes: Any) -> CommandAnswered:
        """Command something, with a new id; the answer."""
        self._commands += 1
        given = command(name, self._commands, campaign_id=campaign_id, **changes)
        return self.command(given)

    def command(self, given: Command) -> CommandAnswered:
        self._report()  # the twin's own words of the tick are counted by then
        others = {other: found.state for other, found in self.campaigns.items()}
        contents = {other: content_hash(found.plan) for other, found in self.campaigns.items()}
        standing = Standing(others, self.counts(given.campaign_id), self.tick, contents)
        ask = {"command": given, "standing": standing}
        facts = decide_command(campaign=self.campaigns.get(given.campaign_id), **ask)
        self.decisions.append(Decision(given.campaign_id, self.now, ask, facts))
        self._record(given.campaign_id, facts)
        answered = facts[-1]
        assert isinstance(answered, CommandAnswered)
        return answered

    def _hand_in(self) -> None:
        for plan in self.plans:
            if plan.campaign_id not in self.campaigns:
                fact = submitted(plan, author=plan.author, version=1, tick=self.tick)
                self.decisions.append(Decision(plan.campaign_id, self.now, None, (fact,)))
                self._record(plan.campaign_id, (fact,))

    def _approve(self) -> None:
        for campaign_id, found in list(self.campaigns.items()):
            if found.state is CampaignState.AWAITING_APPROVAL:
                answered = self.told("approve", campaign_id, plan_hash=found.plan_hash)
                assert answered.answer == "ACCEPTED"

    def _decide(self, campaign_id: str) -> None:
        """Decide, and prove that after a crash behind any fact the same facts follow."""
        ask = {
            "others": {other: found.state for other, found in self.campaigns.items()},
            "counts": self.counts(campaign_id),
            "tick": self.tick,
            "now": self.now,
            "withdrawn": self.withdrawn,
        }
        facts = decide_tick(campaign=self.campaigns[campaign_id], **ask)
        self.decisions.append(Decision(campaign_id, self.now, ask, facts))
        for done, fact in enumerate(facts):
            assert decide_tick(campaign=self.campaigns[campaign_id], **ask) == facts[done:]
            self._record(campaign_id, (fact,))
        assert decide_tick(campaign=self.campaigns[campaign_id], **ask) == ()

    def _record(self, campaign_id: str, facts: tuple[CampaignFact, ...]) -> None:
        if campaign_id not in self.campaigns and isinstance(facts[0], CommandAnswered):
            return  # an answer that names no campaign is in no campaign's log
        for fact in facts:
            self.log.append((self.now, fact))
            found = fold(self.campaigns.get(campaign_id), fact, at=self.now)
            assert found is not None
            self.campaigns[campaign_id] = found

    def _report(self) -> None:
        everything = list(self.field.premises.values())
        for partition, reported in enumerate(self._reported):
            places = [
                place
                for premises in everything[partition::PARTITIONS]
                for place in self._places_of(premises)
            ]
            for plan in self._enrolling():
                for census in censuses_of(plan=plan, places=places, partition=partition):
                    self.board.censuses.take(census)
            cells = Counter(place.cell for place in places)
            reported |= {cell.wave_key for cell in cells}
            for key in reported:
                found = fields_of(cells, key)
                self.board.take(tally_of(key, found, partition=partition, offset=self.tick))

    def _enrolling(self) -> list[Plan]:
        """Plans whose members' places are counted: afterwards no place moves."""
        found = (c for c in self.campaigns.values() if c.state is CampaignState.VALIDATING)
        return [campaign.plan for campaign in found if campaign.plan.is_paced]

    def _places_of(self, premises: Premises) -> tuple[Place, ...]:
        """Counted anew only where the premises or a plan has changed."""
        plans = tuple(campaign.plan for campaign in self.campaigns.values())
        held = self._places.get(premises.premises_id)
        if held is None or held[0] is not premises or held[1] != plans:
            places = (p for plan in plans for p in places_of(plan=plan, premises=premises))
            held = premises, plans, tuple(places)
            self._places[premises.premises_id] = held
        return held[2]

    def _order(self) -> None:
        given = order_at(self.campaigns.values(), tick=self.tick, now=self.now)
        for premises_id, premises in list(self.field.premises.items()):
            found = all_due(order=given, premises=premises, capable_version=capable_version)
            for action in found:
                if isinstance(action, FieldRequest):
                    self.field.take(action)
                else:
                    self.field.apply(premises_id, action, self.now)
        self._say_lots(given)

    def _say_lots(self, given: Order) -> None:
        everything = list(self.field.premises.values())
        for plan in (one.plan for one in given.campaigns if one.mode == "count"):
            for partition in range(PARTITIONS):
                fleet = everything[partition::PARTITIONS]
                for roll in rolls_of(plan=plan, fleet=fleet, partition=partition, tick=given.tick):
                    self.board.rolls.take(decode_roll(encode_roll(roll)))
