"""What the campaign and clock topics say, folded: shared by the desk and by those who watch."""

from streams import clock, ledger, topics
from twin.campaign.censuses import decode_census, is_census
from twin.campaign.counted import decode_roll, is_roll
from twin.campaign.register import campaign_after
from twin.campaign.state import Campaign
from twin.campaign.tallies import TallyBoard, decode_tally
from twin.events.codec import Cause, Unreadable, decode
from twin.events.envelope import Event
from twin.events.programme import CommandAnswered
from twin.refusal import Refusal

REMEMBERED = (
    topics.CAMPAIGN_EVENTS,
    topics.CAMPAIGN_TALLIES,
    topics.CLOCK_TICKS,
    topics.CLOCK_SETTLED,
)
"""Topics that this memory is made of."""
STRAYS = "urn:gb:operator:COMMANDS"
"""Source of answers to commands that named no known campaign; it numbers them by itself."""


class DecisionsLost(Refusal):
    """The log of decisions is not whole, or not for this code; the sentence says where."""


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

    def note(self, topic: str, key: bytes, value: bytes) -> Unreadable | None:
        """Fold one record of a remembered topic; records may come twice.

        Gives why a record of `campaign.events` is set aside, None for all others.

        Raises:
            DecisionsLost: a decision is missing, or was made by a newer twin.
        """
        match topic:
            case topics.CAMPAIGN_EVENTS:
                return self._note_decision(key, value)
            case topics.CAMPAIGN_TALLIES:
                self._note_tally(key, value)
            case topics.CLOCK_TICKS:
                self._note_tick(clock.decode_tick(value))
            case topics.CLOCK_SETTLED:
                self.settled = max(self.settled, clock.decode_settled(value).tick)
            case _:
                raise ValueError(f"{topic} is no part of this memory")
        return None

    def note_event(self, event: Event) -> None:
        """Fold one campaign fact, once: a repeat has a number that is known already.

        Raises:
            DecisionsLost: the fact before it is not on the log.
        """
        fact = event.fact
        if event.source == STRAYS and isinstance(fact, CommandAnswered):
            self.strays.setdefault(fact.command_id, fact)
            return
        held = self.campaigns.get(event.key)
        following = 1 if held is None else held.version + 1
        if event.sequence > following:
            raise DecisionsLost(
                f"{topics.CAMPAIGN_EVENTS} has fact {event.sequence} of {event.key} and not fact "
                f"{following}: what was decided is not known whole, so nothing more is decided"
            )
        if event.sequence < following:
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

    def _note_decision(self, key: bytes, value: bytes) -> Unreadable | None:
        """What nobody can read is no decision of this twin; one that is missing shows as a gap."""
        event = decode(key=key, value=value)
        if isinstance(event, Event):
            self.note_event(event)
            return None
        if event.cause is Cause.NEWER_VERSION:
            raise DecisionsLost(
                f"{topics.CAMPAIGN_EVENTS} has a decision of a newer twin ({event.why}): this one "
                "decides nothing more"
            )
        return event

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
