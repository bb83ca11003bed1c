"""What the campaign desk hears of the programme: versions removed from the products list.

And the moment that counts for whoever puts a word on the log of a running twin.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from kafka import KafkaConsumer
from msgspec import Struct

from streams import clock, topics
from streams.log import consumer_at_beginning, read_topic
from twin.campaign.product import Product
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.oversight import CplEntryRemoved


class Removed(Struct, frozen=True):
    """A product that was removed from the list, and when that was recorded."""

    recorded_at: datetime
    product: Product


def removal_in(key: bytes | None, value: bytes | None) -> Removed | None:
    """The removal that a record of `programme.events` tells, None for every other record."""
    event = decode(key=key, value=value)
    if not isinstance(event, Event) or not isinstance(event.fact, CplEntryRemoved):
        return None
    fact = event.fact
    return Removed(event.recorded_at, Product(fact.model, fact.firmware_version))


def moment(bootstrap: str, security: Mapping[str, object]) -> datetime:
    """The run's own time: just behind the last tick that is closed, or now if there is none."""
    ticks = (
        clock.decode_tick(record.value)
        for record in read_topic(bootstrap, topics.CLOCK_TICKS, security=security)
    )
    closed = [tick.now for tick in ticks if tick.phase == "closed"]
    return max(closed) + timedelta(seconds=1) if closed else datetime.now(UTC)


class ProductsReader:
    """Reads `programme.events` once, from its beginning, as far as it is asked to."""

    def __init__(self, bootstrap: str, security: Mapping[str, object]) -> None:
        """A reader that has not asked the broker yet."""
        self._bootstrap, self._security = bootstrap, security
        self._consumer: KafkaConsumer | None = None
        self._position = 0
        self._removed: list[tuple[int, Removed]] = []

    def upto(self, end: int) -> tuple[Removed, ...]:
        """All removals before an end offset, in the order of the log."""
        if self._position < end:
            self._read(end)
        return tuple(removed for offset, removed in self._removed if offset < end)

    def _read(self, end: int) -> None:
        if self._consumer is None:
            self._consumer = consumer_at_beginning(
                self._bootstrap, self._security, topics.PROGRAMME_EVENTS
            )
        while self._position < end:
            for records in self._consumer.poll(timeout_ms=200).values():
                for record in records:
                    self._position = record.offset + 1
                    if (removed := removal_in(record.key, record.value)) is not None:
                        self._removed.append((record.offset, removed))
