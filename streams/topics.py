"""Topics as the contract has them (D6, D16, F10); `streams.cluster` makes and checks them."""

from typing import Final

from msgspec import Struct

PARTITIONS: Final = 12
"""Partitions of every topic keyed by premises; fixed at creation, never altered (D6)."""
FOR_EVER: Final = "-1"
MAX_RECORD: Final = 4 * 1024 * 1024


class Topic(Struct, frozen=True):
    """A topic: its name, partitions and the settings that the twin relies on."""

    name: str
    partitions: int
    cleanup: str = "delete"

    @property
    def configs(self) -> dict[str, str]:
        """The settings the topic is made with and must still have."""
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": FOR_EVER,
            "retention.bytes": FOR_EVER,
            "message.timestamp.type": "LogAppendTime",
            "max.message.bytes": str(MAX_RECORD),
        }


PREMISES_EVENTS: Final = "premises.events"
DEAD_LETTERS: Final = "premises.dead-letters"
PREMISES_ORDERS: Final = "premises.orders"
FIELD_REQUESTS: Final = "field.requests"
CAMPAIGN_COMMANDS: Final = "campaign.commands"
CAMPAIGN_EVENTS: Final = "campaign.events"
CAMPAIGN_TALLIES: Final = "campaign.tallies"
PROGRAMME_EVENTS: Final = "programme.events"
DCC_MESSAGES: Final = "dcc.messages"
DEVICE_REGISTER: Final = "device.register"
CLOCK_TICKS: Final = "clock.ticks"
CLOCK_SETTLED: Final = "clock.settled"

TOPICS: Final = (
    Topic(PREMISES_EVENTS, PARTITIONS),
    Topic(DEAD_LETTERS, PARTITIONS),
    Topic(PREMISES_ORDERS, PARTITIONS),
    Topic(FIELD_REQUESTS, PARTITIONS),
    Topic(CAMPAIGN_COMMANDS, 1),
    Topic(CAMPAIGN_EVENTS, 1),
    Topic(CAMPAIGN_TALLIES, 1, cleanup="compact"),
    Topic(PROGRAMME_EVENTS, 1),
    Topic(DCC_MESSAGES, PARTITIONS),
    Topic(DEVICE_REGISTER, PARTITIONS, cleanup="compact"),
    Topic(CLOCK_TICKS, 1),
    Topic(CLOCK_SETTLED, 1),
)
ARCHIVED: Final = (PREMISES_EVENTS, DEAD_LETTERS, CAMPAIGN_EVENTS, PROGRAMME_EVENTS)
"""Topics of facts, and of letters about records, that are kept for ever in the lake."""
KNOWN: Final = (*ARCHIVED, CLOCK_TICKS)
"""What a basis is made of: with the clock, by which a moment leads to positions."""
KEPT: Final = (*KNOWN, PREMISES_ORDERS, FIELD_REQUESTS, CAMPAIGN_COMMANDS, CLOCK_SETTLED)
"""All that the lake keeps: with what a lost log is restored from, so that a run goes on (D23)."""
