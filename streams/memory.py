"""What the campaign and clock topics say, folded: shared by the desk and by those who watch."""

from streams import clock, ledger, topics
from twin.campaign.censuses import decode_census, is_census
from twin.campaign.counted import decode_roll, is_roll
from twin.campaign.register import campaign_after
from twin.campaign.state import Campaign
from twin.campaign.tallies import TallyBoard, decode_tally
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.programme import CommandAnswered

REMEMBERED = (
    topics.CAMPAIGN_EVENTS,
    topics.CAMPAIGN_TALLIES,
    topics.CLOCK_TICKS,
    topics.CLOCK_SETTLED,
)
"""Topics that this memory is made of."""
STRAYS = "urn:gb:operator:COMMANDS"
"""Source of answers to commands that named no known campaign; it numbers them by itself."""


class Memory:
    """Campaigns, tally board, standings of partitions, and the clock, as the log has them."""

    def __init__(self) -> None:
        """A memory of nothing."""
        self.campaigns: dict[str, Campaign] = {}
        self.strays: dict[str, CommandAnswered] = {}
        """Answers to commands that named no known campaign, by command id."""
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
        if event.source == STRAYS and isinstance(fact, CommandAnswered):
            self.strays.setdefault(fact.command_id, fact)
            return
        held = self.campaigns.get(event.key)
        if event.sequence != (1 if held is None else held.version + 1):
            return
        after = campaign_after(held, event)
        if after is not None:
            self.campaigns[event.key] = after

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
        if is_census(key):
            self.board.censuses.take(decode_census(value))
            return
        if is_roll(key):
            self.board.rolls.take(decode_roll(value))
            return
        if key.startswith(b"recount|"):
            said = ledger.decode_recount(value)
            self.board.recount(partition=said.partition, offset=said.offset)
            # It does not vouch for its counts before it has said them all again.
            self.standings.pop(said.partition, None)
            return
        if not key.startswith(b"standing|"):
            self.board.take(decode_tally(value))
            return
        standing = ledger.decode_standing(value)
        held = self.standings.get(standing.partition)
        if held is None or (standing.offset, standing.tick) >= (held.offset, held.tick):
            self.standings[standing.partition] = standing


def _campaign_event(key: bytes, value: bytes) -> Event:
    event = decode(key=key, value=value)
    if not isinstance(event, Event):
        raise RuntimeError(f"campaign.events holds a record that is none: {event.why}")
    return event
