"""The log of a generated history: it numbers records as Kafka would, and keeps the newest only."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, TypeAlias

from twin.events.envelope import Event, encode
from twin.lake.rows import Logged

PREMISES_EVENTS: Final = "premises.events"
CAMPAIGN_EVENTS: Final = "campaign.events"
PROGRAMME_EVENTS: Final = "programme.events"
CLOCK_TICKS: Final = "clock.ticks"
PartitionOf: TypeAlias = Callable[[bytes], int]
"""The partition of a premises by its key; the twin's producers share one such rule (D6)."""


class Log:
    """Records by topic and partition; mutable, owned by one generated history.

    `epoch` is the epoch of all its records. `rows` are the records since the last `take`.
    """

    def __init__(self, *, partitions: int, partition_of: PartitionOf, epoch: int) -> None:
        """An empty log, whose `premises.events` has so many partitions."""
        self.rows: list[Logged] = []
        self._epoch = epoch
        self._partition_of = partition_of
        self._premises_ends = dict.fromkeys(range(partitions), 0)
        self._ends: dict[str, int] = {}

    @property
    def premises_ends(self) -> dict[int, int]:
        """Where every partition of `premises.events` ends now."""
        return dict(self._premises_ends)

    def end_of(self, topic: str) -> int:
        """Where a topic of one partition ends now."""
        return self._ends.get(topic, 0)

    def tell(self, events: Iterable[Event], *, at: datetime) -> list[tuple[Event, Logged]]:
        """Facts of premises, each to its partition, logged at a moment; with their records."""
        ends, partition_of, epoch = self._premises_ends, self._partition_of, self._epoch
        told = []
        for event in events:
            key = event.key.encode()
            partition = partition_of(key)
            offset = ends[partition]
            ends[partition] = offset + 1
            value = encode(event)
            row = Logged(PREMISES_EVENTS, epoch, partition, offset, key, value, at)
            told.append((event, row))
        self.rows += [row for _, row in told]
        return told

    def put(self, topic: str, *, key: bytes, value: bytes, at: datetime) -> None:
        """A record on a topic of one partition."""
        offset = self._ends.get(topic, 0)
        self._ends[topic] = offset + 1
        self.rows.append(Logged(topic, self._epoch, 0, offset, key, value, at))

    def put_events(self, topic: str, events: Iterable[Event], *, at: datetime) -> None:
        """Events on a topic of one partition, in the order given."""
        for event in events:
            self.put(topic, key=event.key.encode(), value=encode(event), at=at)

    def take(self) -> list[Logged]:
        """The records since the last time; the log forgets them, but not where it ends."""
        rows, self.rows = self.rows, []
        return rows
