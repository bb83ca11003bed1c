"""Watching a running twin from outside: the clock, campaigns, standings, ends and lags."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from streams import topics
from streams.log import consumer_at_beginning, ends_of
from streams.memory import REMEMBERED, Memory
from twin.state.counts import Outcomes


class PartitionHealth(Struct, frozen=True):
    """One partition of `premises.events`: where it ends and where the worker stands."""

    partition: int
    end: int
    folded: int

    @property
    def lag(self) -> int:
        """Records that wait to be folded."""
        return max(0, self.end - self.folded)


class Health(Struct, frozen=True, kw_only=True):
    """A look at the running twin; `now` is the virtual time of the last closed tick."""

    tick: int
    now: datetime | None
    settled: int
    final: bool
    outcomes: Outcomes
    partitions: tuple[PartitionHealth, ...]

    @property
    def produced(self) -> int:
        """Records on `premises.events`."""
        return sum(partition.end for partition in self.partitions)

    @property
    def lag(self) -> int:
        """Records that wait to be folded, over all partitions."""
        return sum(partition.lag for partition in self.partitions)


class Watch:
    """Follows the campaign and clock topics; call `look` as often as the picture is wanted."""

    def __init__(self, bootstrap: str, *, security: Mapping[str, object]) -> None:
        """A watch that stands at the beginning of every topic."""
        self.memory = Memory()
        self._consumer = consumer_at_beginning(bootstrap, security, *REMEMBERED)

    def look(self, *, timeout_ms: int = 100) -> Health:
        """Take in what is new, and say how things stand."""
        while polled := self._consumer.poll(timeout_ms=timeout_ms):
            for place, records in polled.items():
                for record in records:
                    self.memory.note(place.topic, record.key, record.value)
            timeout_ms = 0
        return self._health()

    def ends(self, topic: str) -> dict[int, int]:
        """Where each partition of a topic ends."""
        return ends_of(self._consumer, topic)

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    def _health(self) -> Health:
        memory = self.memory
        standings = memory.standings
        partitions = tuple(
            PartitionHealth(p, end, standings[p].offset if p in standings else 0)
            for p, end in sorted(self.ends(topics.PREMISES_EVENTS).items())
        )
        return Health(
            tick=memory.closed.tick if memory.closed else -1,
            now=memory.closed.now if memory.closed else None,
            settled=memory.settled,
            final=memory.closed.final if memory.closed else False,
            outcomes=sum((s.outcomes for s in standings.values()), Outcomes()),
            partitions=partitions,
        )
