"""Given facts, when a tick or a command, then facts: the language of the campaign's tests.

One tick is one day; tick 0 is the plan's first day.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from twin.campaign.decide import Command, decide_command, decide_tick
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign, draft, evolve
from twin.campaign.tallies import WaveCount
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState


class Spec:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.campaign: Campaign = draft(plan)
        self.others: dict[str, CampaignState] = {}
        self.facts: tuple[CampaignFact, ...] = ()

    def now(self, tick: int) -> datetime:
        return datetime.combine(self.plan.starts_on, time.min, UTC) + timedelta(days=tick)

    def given(self, *facts: CampaignFact) -> "Spec":
        for fact in facts:
            at = self.now(getattr(fact, "tick", 0))
            self.campaign = evolve(self.campaign, fact, at=at)
        return self

    def tick(self, tick: int, counts: Mapping[int, WaveCount]) -> "Spec":
        """Decide a tick, and prove that every crash between its facts comes to the same."""
        ask = {"others": self.others, "tick": tick, "now": self.now(tick)}
        count_of = lambda wave: counts.get(wave, WaveCount())  # noqa: E731
        self.facts = decide_tick(campaign=self.campaign, counts=count_of, **ask)
        for done in range(len(self.facts) + 1):
            rest = decide_tick(campaign=self.campaign, counts=count_of, **ask)
            assert rest == self.facts[done:]
            self.given(*self.facts[done : done + 1])
        return self

    def command(self, command: Command, tick: int = 0) -> "Spec":
        ask = {"command": command, "now": self.now(tick), "tick": tick}
        self.facts = decide_command(campaign=self.campaign, **ask)
        self.given(*self.facts)
        assert decide_command(campaign=self.campaign, **ask) == ()
        return self

    def then(self, *facts: CampaignFact) -> "Spec":
        assert self.facts == facts
        return self
