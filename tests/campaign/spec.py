"""Given facts, when a tick or a command, then facts: the language of the campaign's tests.

One tick is one day; tick 0 is the plan's first day.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import msgspec

from tests.campaign.campaign_samples import FACTS_TO, PLAN, counts_of, submitted_as
from twin.campaign.commands import Command, Standing, decide_command
from twin.campaign.decide import decide_tick
from twin.campaign.plan import Plan, plan_of_text
from twin.campaign.state import Campaign, drafted, evolve
from twin.campaign.tallies import CampaignCounts, WaveCount
from twin.events.programme import CampaignSubmitted
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState

Counts = CampaignCounts | Mapping[int, WaveCount]


def fold(campaign: Campaign | None, fact: CampaignFact, *, at: datetime) -> Campaign | None:
    """What a reader of the log does with one fact."""
    if isinstance(fact, CampaignSubmitted):
        return drafted(plan_of_text(fact.plan), fact, before=campaign)
    return None if campaign is None else evolve(campaign, fact, at=at)


class Spec:
    """One campaign; nothing is handed in yet."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.plan = plan
        self.known: Campaign | None = None
        self.others: dict[str, CampaignState] = {}
        self.counts: CampaignCounts = counts_of()
        self.facts: tuple[CampaignFact, ...] = ()

    @property
    def campaign(self) -> Campaign:
        assert self.known is not None
        return self.known

    def now(self, tick: int) -> datetime:
        return datetime.combine(self.plan.starts_on, time.min, UTC) + timedelta(days=tick)

    def given(self, *facts: CampaignFact) -> "Spec":
        for fact in facts:
            self.known = fold(self.known, fact, at=self.now(getattr(fact, "tick", 0)))
        return self

    def tick(self, tick: int, counts: Counts | None = None) -> "Spec":
        """Decide a tick, and prove that every crash between its facts comes to the same."""
        found = _counts(counts, self.counts)
        self.facts = self._decide(tick, found)
        for done in range(len(self.facts) + 1):
            assert self._decide(tick, found) == self.facts[done:]
            self.given(*self.facts[done : done + 1])
        return self

    def _decide(self, tick: int, counts: CampaignCounts) -> tuple[CampaignFact, ...]:
        return decide_tick(
            campaign=self.campaign,
            others=self.others,
            counts=counts,
            tick=tick,
            now=self.now(tick),
        )

    def command(self, command: Command, tick: int = 2, counts: Counts | None = None) -> "Spec":
        """Answer a command, and prove that the same one again makes no fact."""
        standing = Standing(self.others, _counts(counts, self.counts), tick)
        self.facts = decide_command(campaign=self.known, command=command, standing=standing)
        self.given(*self.facts)
        if self.known is not None:
            assert decide_command(campaign=self.known, command=command, standing=standing) == ()
        return self

    def then(self, *facts: CampaignFact) -> "Spec":
        assert self.facts == facts
        return self

    @property
    def answer(self) -> tuple[str, str]:
        """The last answer and its reason."""
        answered = self.facts[-1]
        return answered.answer, answered.why


def _counts(given: Counts | None, otherwise: CampaignCounts) -> CampaignCounts:
    if given is None:
        return otherwise
    return given if isinstance(given, CampaignCounts) else counts_of(given)


def valid_on_the_wire(facts: tuple[CampaignFact, ...]) -> None:
    """Facts are not checked when they are made, so that the log would take bad ones."""
    for fact in facts:
        assert msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)) == fact


def in_state(state: CampaignState, plan: Plan = PLAN) -> Spec:
    """A campaign in a state, by the short history of the samples."""
    _, *rest = FACTS_TO[state]
    spec = Spec(plan).given(submitted_as(plan), *rest)
    assert spec.campaign.state is state
    return spec
