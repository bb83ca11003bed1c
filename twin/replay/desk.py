"""The campaigns of a replay: plans handed in, ticks decided, commands given again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.commands import Standing
from twin.campaign.executions import Order
from twin.campaign.guarded import answered, decided
from twin.campaign.handing_in import submitted
from twin.campaign.orders import order_at
from twin.campaign.plan import Plan
from twin.campaign.product import Product
from twin.campaign.register import Register
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.campaign.targets import CapableVersion
from twin.events.envelope import Event
from twin.events.programme import CommandAnswered
from twin.events.registry import CampaignFact
from twin.replay.commanded import BY_GATES, Commanded, HandedIn, Programme, command_again
from twin.vocabulary import CampaignState

NO_GATE_HOLDS: Final = "no_gate_holds"
"""Why an answer to a gate's hold is not given again: no gate holds the campaign now."""
OTHER_HOLD: Final = "other_hold"
"""Why a resumption is not given again: the campaign is held for something else, or for more."""


class Unapplied(Struct, frozen=True):
    """A command that did something then and does nothing in the replay, and why."""

    told: Commanded
    why: str


class Desk:
    """Decides ticks and commands; `plans` take the place of what was handed in, by campaign."""

    def __init__(
        self,
        programme: Programme,
        *,
        plans: Mapping[str, Plan],
        counts: Callable[[str], CampaignCounts],
        capable_version: CapableVersion,
        failures: Mapping[tuple[str, int], str] | None = None,
    ) -> None:
        """A desk that knows no campaign yet.

        Ticks whose decision failed then (`failures`) fail again, but for a campaign whose plan is
        another: what broke is mended by now perhaps, and belonged to the plan of that time.
        """
        self._register = Register()
        self.campaigns = self._register.campaigns
        self.events: list[Event] = []
        self.unapplied: list[Unapplied] = []
        self._programme = programme
        self._plans = {(name, len(programme.versions(name))): plan for name, plan in plans.items()}
        self._counts = counts
        self._capable_version = capable_version
        self._failures = {
            place: error for place, error in (failures or {}).items() if place[0] not in plans
        }
        self._waiting: list[Commanded] = []

    def decide(self, *, tick: int, now: datetime, removed: tuple[Product, ...] = ()) -> None:
        """What is handed in and decided on a closed tick; `removed` is what left the list."""
        for told in self._programme.handed_in:
            if told.tick == tick:
                self._hand_in(told, now)
        for campaign_id in list(self.campaigns):
            facts = decided(
                campaign=self.campaigns[campaign_id],
                others=self._register.states(),
                counts=self._counts(campaign_id),
                tick=tick,
                now=now,
                removed=removed,
                capable_version=self._capable_version,
                failed=self._failures.get((campaign_id, tick)),
            )
            self._record(campaign_id, facts, now)

    def order(self, *, tick: int, now: datetime) -> Order:
        """What partitions may do now, the campaign of the highest priority first."""
        return order_at(self.campaigns.values(), tick=tick, now=now)

    def command(self, *, tick: int) -> None:
        """Give the commands again that were given after a tick; those of no use now are noted.

        A word on a plan whose members are not frozen yet, as lots are drawn for it, waits for that.
        """
        due = [*self._waiting, *(told for told in self._programme.commanded if told.tick == tick)]
        self._waiting = []
        for told in due:
            if self._is_early(told):
                self._waiting.append(told)
            elif told.is_accepted:
                self._command(told, tick)
            else:
                self._echo(told)

    def _is_early(self, told: Commanded) -> bool:
        campaign = self.campaigns.get(told.answered.campaign_id)
        validating = campaign is not None and campaign.state is CampaignState.VALIDATING
        return validating and told.is_accepted and told.answered.command in ("approve", "deny")

    def _command(self, told: Commanded, tick: int) -> None:
        campaign_id = told.answered.campaign_id
        campaign = self.campaigns.get(campaign_id)
        pointless = None if campaign is None else _pointless(told, campaign)
        if pointless is not None:
            self.unapplied.append(Unapplied(told, pointless))
            return
        version = 1 if campaign is None else campaign.plan_version + 1
        command = command_again(
            told,
            plan=self._plans.get((campaign_id, version), told.plan),
            plan_hash=None if campaign is None else campaign.plan_hash,
        )
        counts = self._counts(campaign_id)
        standing = Standing(others=self._register.states(), counts=counts, tick=tick)
        facts = answered(campaign=campaign, command=command, standing=standing)
        answer = facts[-1]
        assert isinstance(answer, CommandAnswered)
        if answer.answer == "ACCEPTED":
            self._record(campaign_id, facts, told.at)
        else:
            self.unapplied.append(Unapplied(told, answer.why))

    def _echo(self, told: Commanded) -> None:
        """What was refused then changes nothing but the number of the campaign's facts."""
        campaign = self.campaigns.get(told.answered.campaign_id)
        if campaign is None:
            return
        fact = replace(told.answered, version=campaign.version + 1)
        self._record(told.answered.campaign_id, (fact,), told.at)

    def _hand_in(self, told: HandedIn, now: datetime) -> None:
        plan = self._plans.get((told.campaign_id, told.version), told.plan)
        fact = submitted(plan, author=told.author, version=told.version, tick=told.tick)
        self._record(told.campaign_id, (fact,), now)

    def _record(self, campaign_id: str, facts: tuple[CampaignFact, ...], now: datetime) -> None:
        self.events += self._register.record(campaign_id, facts, now=now)


def _pointless(told: Commanded, campaign: Campaign) -> str | None:
    """Why an operator would not say this now; a resumption overrides only what its giver saw."""
    holds = set(campaign.holds)
    if told.is_reaction and not holds & set(BY_GATES):
        return NO_GATE_HOLDS
    if told.answered.command == "resume" and not holds <= set(told.holds):
        return OTHER_HOLD
    return None
