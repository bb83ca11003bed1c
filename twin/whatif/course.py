"""A run day by day: the programme's own rules decide on exact counts, orders ask devices.

Each tick is the first moment of a day: what became known is counted, every campaign decides
(`decide_tick`, as the desk on the log does), orders are carried out, operators command.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from twin.campaign.commands import Standing, decide_command
from twin.campaign.decide import decide_tick
from twin.campaign.handing_in import submitted
from twin.campaign.orders import order_of
from twin.campaign.plan import Plan
from twin.campaign.register import Register
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState
from twin.whatif.campaigning import Running
from twin.whatif.observed import Observed
from twin.whatif.operating import Operators
from twin.whatif.population import midnight
from twin.whatif.scenario import Scenario
from twin.whatif.threads import Crew

Begin = Callable[[Plan, int], Running]
"""Draws the members of a campaign that is handed in on a day."""


class Course:
    """All campaigns of a run; mutable, made for one run."""

    def __init__(
        self,
        scenario: Scenario,
        plans: tuple[Plan, ...],
        *,
        begin: Begin,
        crew: Crew,
        past: Observed | None = None,
    ) -> None:
        """A run that has not begun; with a past it goes on from there."""
        self.running: dict[str, Running] = {}
        self.facts: list[tuple[int, str, CampaignFact]] = []
        self._scenario = scenario
        self._plans = plans
        self._begin = begin
        self._crew = crew
        self._register = Register()
        self._operators = Operators(scenario)
        self._held_since: dict[str, datetime] = {}
        self._start = midnight(scenario.horizon.starts)
        self._first, self._shift = 0, 0
        if past is not None:
            self._first = (past.at - scenario.horizon.starts).days
            self._shift = past.tick - self._first
            self._register.campaigns.update(past.campaigns)
            self.facts += [
                ((on - scenario.horizon.starts).days, name, fact) for on, name, fact in past.facts
            ]

    @property
    def campaigns(self) -> Mapping[str, Campaign]:
        """All campaigns as they stand."""
        return self._register.campaigns

    def whole(self) -> None:
        """Every day of the horizon, and the tick that ends the last one."""
        days = self._scenario.horizon.days
        self._carry_out(self._first)
        for day in range(self._first + 1, days + 1):
            self._tick(day)
            self._crew.reached(f"day {day} of {days}", 0.1 + 0.8 * day / days)

    def _tick(self, day: int) -> None:
        now = self._start + timedelta(days=day)
        for plan in self._plans:
            if plan.campaign_id not in self.campaigns and now >= plan.submitted_at:
                self.running[plan.campaign_id] = self._begin(plan, day)
                fact = submitted(plan, author=plan.author, version=1, tick=day + self._shift)
                self._record(plan.campaign_id, (fact,), day, now)
        for running in self.running.values():
            running.known_on(day)
        for name in list(self.campaigns):
            facts = decide_tick(
                campaign=self.campaigns[name],
                others=self._register.states(),
                counts=self._counts(name, day),
                tick=day + self._shift,
                now=now,
            )
            self._record(name, facts, day, now)
        self._carry_out(day)
        for name in list(self.campaigns):
            self._command(name, day, now)

    def _carry_out(self, day: int) -> None:
        """The orders of a tick; those of a basis were given, and nobody has answered them yet."""
        for name, campaign in self.campaigns.items():
            order = order_of(campaign, tick=day + self._shift)
            self.running[name].carry_out(order, day=day)

    def _counts(self, name: str, day: int) -> CampaignCounts:
        return self.running[name].counts(
            day=day,
            first_day=self._start.toordinal(),
            excluded=self.campaigns[name].excluded_models,
        )

    def _command(self, name: str, day: int, now: datetime) -> None:
        """The operators' commands after a tick, each answered by the campaign's own rules."""
        if self.campaigns[name].state is CampaignState.HELD:
            self._held_since.setdefault(name, now)
        else:
            self._held_since.pop(name, None)
        held_since = self._held_since.get(name)
        for command in self._operators.commands(
            self.campaigns[name], now=now, held_since=held_since
        ):
            standing = Standing(
                others=self._register.states(),
                counts=self._counts(name, day),
                tick=day + self._shift,
            )
            facts = decide_command(
                campaign=self.campaigns[name], command=command, standing=standing
            )
            self._record(name, facts, day, now)

    def _record(self, name: str, facts: tuple[CampaignFact, ...], day: int, now: datetime) -> None:
        self.facts += [(day, name, fact) for fact in facts]
        self._register.record(name, facts, now=now)
