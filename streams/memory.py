"""What the campaign and clock topics say, folded: shared by the desk and by those who watch."""

from collections.abc import Iterable

from streams import clock, ledger, topics
from twin.campaign.plan import Plan, plan_hash
from twin.campaign.state import Campaign, evolve, submitted
from twin.campaign.tallies import TallyBoard, decode_tally
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.programme import CampaignSubmitted

REMEMBERED = (
    topics.CAMPAIGN_EVENTS,
    topics.CAMPAIGN_TALLIES,
    topics.CLOCK_TICKS,
    topics.CLOCK_SETTLED,
)
"""Topics that this memory is made of."""


class PlanChanged(RuntimeError):
    """A plan differs from the one that its campaign was submitted with; plans are immutable."""


class Memory:
    """Campaigns, tally board, standings of partitions, and the clock, as the log has them."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        """A memory of nothing, that knows the plans which campaigns may be submitted with."""
        self.plans = {plan.campaign_id: plan for plan in plans}
        self.campaigns: dict[str, Campaign] = {}
        self.board = TallyBoard()
        self.standings: dict[int, ledger.Standing] = {}
        self.closed: clock.Tick | None = None
        self.settled = -1

    def note(self, topic: str, key: bytes, value: bytes) -> None:
        """Fold one record of a remembered topic; records may come twice."""
        match topic:
            case topics.CAMPAIGN_EVENTS:
                self.note_event(_campaign_event(key, value))
            case topics.CAMPAIGN_TALLIES:
                self._note_tally(key, value)
            case topics.CLOCK_TICKS:
                self._note_tick(clock.decode_tick(value))
            case topics.CLOCK_SETTLED:
                self.settled = max(self.settled, clock.decode_settled(value).tick)
            case _:
                raise ValueError(f"{topic} is no part of this memory")

    def note_event(self, event: Event) -> None:
        """Fold one campaign fact, once: a repeat has a number that is known already."""
        fact = event.fact
        held = self.campaigns.get(event.key)
        if isinstance(fact, CampaignSubmitted):
            if held is None:
                self.campaigns[event.key] = submitted(self._plan_of(fact), fact)
        elif held is not None and event.sequence == held.version + 1:
            self.campaigns[event.key] = evolve(held, fact, at=event.occurred_at)  # type: ignore[arg-type]

    def stands_at(self, basis: dict[int, int]) -> bool:
        """Whether every partition has folded all records before a basis."""
        return all(
            end == 0 or (p in self.standings and self.standings[p].offset >= end)
            for p, end in basis.items()
        )

    def carried_out(self, tick: int, *, partitions: int) -> bool:
        """Whether every partition has carried out the order of a tick."""
        return len(self.standings) == partitions and all(
            standing.tick >= tick for standing in self.standings.values()
        )

    def _note_tick(self, tick: clock.Tick) -> None:
        newer = self.closed is None or tick.tick > self.closed.tick
        if tick.phase == "closed" and newer:
            self.closed = tick

    def _note_tally(self, key: bytes, value: bytes) -> None:
        if not key.startswith(b"standing|"):
            self.board.take(decode_tally(value))
            return
        standing = ledger.decode_standing(value)
        held = self.standings.get(standing.partition)
        if held is None or (standing.offset, standing.tick) >= (held.offset, held.tick):
            self.standings[standing.partition] = standing

    def _plan_of(self, fact: CampaignSubmitted) -> Plan:
        plan = self.plans.get(fact.campaign_id)
        if plan is None or plan_hash(plan) != fact.plan_hash:
            raise PlanChanged(
                f"the plan of campaign {fact.campaign_id} is not the one it was submitted with; "
                "plans are immutable: give the changed plan another campaign id"
            )
        return plan


def _campaign_event(key: bytes, value: bytes) -> Event:
    event = decode(key=key, value=value)
    if not isinstance(event, Event):
        raise RuntimeError(f"campaign.events holds a record that is none: {event.why}")
    return event
