"""Decided facts become events, and events make campaigns: numbered and folded in one place. Pure.

The desk on the log, the replay of a finished run and the bulk generator share it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from twin.campaign.guarded import folded
from twin.campaign.plan import plan_of_text
from twin.campaign.state import Campaign, drafted
from twin.events.envelope import Event, new_event
from twin.events.programme import CampaignSubmitted
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState

SOURCE: Final = "urn:gb:twin:"
"""Before the id of a campaign: the source of its facts."""


def numbered(
    facts: Iterable[CampaignFact], *, campaign_id: str, source: str, version: int, now: datetime
) -> list[Event]:
    """The events of decided facts, numbered after `version`, the last number of the source."""
    return [
        new_event(
            fact=fact,
            source=source,
            sequence=sequence,
            key=campaign_id,
            occurred_at=now,
            provenance="twin",
        )
        for sequence, fact in enumerate(facts, start=version + 1)
    ]


def campaign_after(held: Campaign | None, event: Event) -> Campaign | None:
    """A campaign after its next fact; what comes before any plan makes none."""
    fact = event.fact
    if isinstance(fact, CampaignSubmitted):
        return drafted(plan_of_text(fact.plan), fact, before=held)
    if held is None:
        return None
    return folded(held, fact, at=event.occurred_at)  # type: ignore[arg-type]


class Register:
    """All campaigns as their facts have made them; mutable, owned by one desk in process."""

    def __init__(self) -> None:
        """No campaign is known yet."""
        self.campaigns: dict[str, Campaign] = {}

    def record(
        self, campaign_id: str, facts: Iterable[CampaignFact], *, now: datetime
    ) -> list[Event]:
        """Take decided facts into a campaign, which begins with its plan; gives their events."""
        held = self.campaigns.get(campaign_id)
        events = numbered(
            facts,
            campaign_id=campaign_id,
            source=SOURCE + campaign_id,
            version=0 if held is None else held.version,
            now=now,
        )
        for event in events:
            held = campaign_after(held, event)
        if held is not None:
            self.campaigns[campaign_id] = held
        return events

    def states(self) -> dict[str, CampaignState]:
        """How every campaign stands."""
        return {name: found.state for name, found in self.campaigns.items()}
