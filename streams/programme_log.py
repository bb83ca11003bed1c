"""A look at all campaigns: their facts, states and exact counts, as the log has them now."""

from collections.abc import Mapping

from msgspec import Struct

from streams import topics
from streams.log import read_topic
from streams.memory import Memory
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.events.codec import decode
from twin.events.envelope import Event


class Look(Struct, frozen=True):
    """All campaigns at one moment; `events` are their facts in the order of the log."""

    campaigns: dict[str, Campaign]
    counts: dict[str, CampaignCounts]
    events: tuple[Event, ...]


def look(bootstrap: str, security: Mapping[str, object]) -> Look:
    """All campaigns by what is on the log now."""
    memory = Memory()
    events: list[Event] = []
    for record in read_topic(bootstrap, topics.CAMPAIGN_EVENTS, security=security):
        memory.note(topics.CAMPAIGN_EVENTS, record.key, record.value)
        event = decode(key=record.key, value=record.value)
        if isinstance(event, Event):
            events.append(event)
    for record in read_topic(bootstrap, topics.CAMPAIGN_TALLIES, security=security):
        memory.note(topics.CAMPAIGN_TALLIES, record.key, record.value)
    campaigns = memory.campaigns
    return Look(campaigns, {name: memory.board.of(name) for name in campaigns}, tuple(events))
