"""One tick after the other, field and twin together, as a run has them (decision 0001).

Each tick: the operator commands on what is settled; the field gets the requests of the tick
before; fleet and programme tell; all is folded; the desk decides; orders are carried out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from twin.campaign.membership import CapableVersion
from twin.campaign.plan import Plan
from twin.campaign.product import Product
from twin.events.envelope import Event
from twin.events.oversight import CplEntryRemoved
from twin.generate.actors import Operator, Oversight
from twin.generate.crew import Crew
from twin.generate.desk import Desk
from twin.generate.log import CAMPAIGN_EVENTS, PROGRAMME_EVENTS, Log
from twin.generate.reports import Reported


class Ticked(Struct, frozen=True, kw_only=True):
    """A tick that is over: `since` to `now`, and the bases that the run's clock would write.

    `opened` is where each partition of the requests ended, `closed` where `premises.events` did
    before the tick's own orders, `programme` where `programme.events` did. `decided` is where
    `campaign.events` ended when the tick was opened, `commanded` how many commands were given.
    """

    tick: int
    since: datetime
    now: datetime
    opened: dict[int, int]
    closed: dict[int, int]
    programme: int
    decided: int
    commanded: int


class Lockstep:
    """Everybody of a run beside the shares; mutable, and made for one history."""

    def __init__(
        self,
        *,
        crew: Crew,
        oversight: Oversight,
        operator: Operator,
        plans: Iterable[Plan],
        capable_version: CapableVersion,
        partitions: int,
        epoch: int = 0,
    ) -> None:
        """Everybody before the first tick; `partitions` are those of all topics of premises."""
        self.log = Log(epoch=epoch)
        self.reported = Reported()
        self._crew = crew
        self._oversight = oversight
        self._operator = operator
        self._desk = Desk(plans, counts=self.reported.counts, capable_version=capable_version)
        self._nowhere = dict.fromkeys(range(partitions), 0)
        self._removed: list[Event] = []
        self._commanded = 0

    def run(self, moments: Iterable[tuple[int, datetime]], *, starts: datetime) -> Iterator[Ticked]:
        """Every tick by its number and end; whoever iterates takes the rows from the log."""
        before = since = starts
        for tick, now in moments:
            self._command(after=before, until=since, tick=max(tick - 1, 0))
            yield self._tick(tick, since=since, now=now)
            before, since = since, now

    def _command(self, *, after: datetime, until: datetime, tick: int) -> None:
        """The operator's commands, answered one by one while the tick before is settled."""
        commands = self._operator.commands(
            after=after, until=until, campaigns=dict(self._desk.campaigns)
        )
        for command in commands:
            self._commanded += 1
            answered = self._desk.answer(command, tick=tick, now=until)
            self.log.put_events(CAMPAIGN_EVENTS, answered, at=until)

    def _tick(self, tick: int, *, since: datetime, now: datetime) -> Ticked:
        opened, before = self._nowhere | self.reported.asked, self.log.end_of(CAMPAIGN_EVENTS)
        self._hear(self._oversight.advance(until=now), now=now)
        self.reported.take(self._crew.tell(tick=tick, now=now))
        closed = self._nowhere | self.reported.ends
        decided = self._desk.decide(tick=tick, now=now, removed=tuple(self._removals(now)))
        self.log.put_events(CAMPAIGN_EVENTS, decided, at=now)
        order = self._desk.order(tick=tick, now=now)
        self.reported.take(self._crew.carry_out(order))
        heard = self.log.end_of(PROGRAMME_EVENTS)
        return Ticked(
            tick=tick,
            since=since,
            now=now,
            opened=opened,
            closed=closed,
            programme=heard,
            decided=before,
            commanded=self._commanded,
        )

    def _hear(self, overseen: Iterable[Event], *, now: datetime) -> None:
        """What the programme tells goes on the log; the desk hears of removals from the list."""
        told = tuple(overseen)
        self.log.put_events(PROGRAMME_EVENTS, told, at=now)
        self._removed += [event for event in told if isinstance(event.fact, CplEntryRemoved)]

    def _removals(self, now: datetime) -> Iterator[Product]:
        """What has left the products list, by what was recorded before the tick's end."""
        for event in self._removed:
            if isinstance(event.fact, CplEntryRemoved) and event.recorded_at <= now:
                yield Product(event.fact.model, event.fact.firmware_version)
