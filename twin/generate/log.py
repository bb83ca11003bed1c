"""The log of a generated history beside its premises: it numbers records as Kafka would."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from twin.events.envelope import Event, encode
from twin.lake.rows import Logged

PREMISES_EVENTS: Final = "premises.events"
CAMPAIGN_EVENTS: Final = "campaign.events"
PROGRAMME_EVENTS: Final = "programme.events"
CLOCK_TICKS: Final = "clock.ticks"


class Log:
    """The topics of one partition; mutable, owned by one generated history.

    `epoch` is the epoch of all its records. `rows` are the records since the last `take`.
    """

    def __init__(self, *, epoch: int) -> None:
        """An empty log."""
        self.rows: list[Logged] = []
        self._epoch = epoch
        self._ends: dict[str, int] = {}

    def end_of(self, topic: str) -> int:
        """Where a topic of one partition ends now."""
        return self._ends.get(topic, 0)

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
