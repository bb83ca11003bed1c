"""A newer Central Products List beside a running twin: what it has no more, put on the log."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from kafka import KafkaProducer

from streams import log, topics
from twin.campaign.product import Product
from twin.events.codec import decode
from twin.events.envelope import Event, encode, headers, new_event
from twin.events.oversight import PROGRAMME_ID, CplEntryRemoved
from twin.ingest.cpl_entry import SMETS1, CplEntry
from twin.vocabulary import DeviceType

SOURCE: Final = f"urn:gb:operator:{PROGRAMME_ID}"


def missing(
    held: Iterable[CplEntry], newer: Iterable[CplEntry]
) -> Iterator[tuple[DeviceType, Product]]:
    """Products that were Current on the list held and are not on the newer one, each once."""
    current = _current(newer)
    for product, kind in sorted(_current(held).items()):
        if product not in current:
            yield kind, product


def _current(entries: Iterable[CplEntry]) -> dict[Product, DeviceType]:
    return {
        Product(entry.model, entry.firmware_version): entry.kind
        for entry in entries
        if entry.status == "Current" and entry.specification != SMETS1
    }


def words(
    removed: Iterable[tuple[DeviceType, Product]], known: Iterable[Event], *, now: datetime
) -> Iterator[Event]:
    """The removals that the log does not have yet, numbered behind what operators told of it."""
    told, number = set(), 0
    for event in known:
        if isinstance(event.fact, CplEntryRemoved):
            told.add(Product(event.fact.model, event.fact.firmware_version))
        if event.source == SOURCE:
            number = max(number, event.sequence)
    for kind, product in removed:
        if product in told:
            continue
        number += 1
        yield new_event(
            fact=CplEntryRemoved(kind, product.model, product.firmware_version),
            source=SOURCE,
            sequence=number,
            key=PROGRAMME_ID,
            occurred_at=now,
            provenance="twin",
        )


def known(bootstrap: str, security: Mapping[str, object]) -> list[Event]:
    """What the log has of the programme now."""
    records = log.read_topic(bootstrap, topics.PROGRAMME_EVENTS, security=security)
    found = (decode(key=record.key, value=record.value) for record in records)
    return [event for event in found if isinstance(event, Event)]


def send(producer: KafkaProducer, events: Iterable[Event]) -> int:
    """Put removals on the log, and await every acknowledgement; how many there were."""
    sent = [
        producer.send(
            topics.PROGRAMME_EVENTS,
            key=event.key.encode(),
            value=encode(event),
            partition=0,
            headers=headers(event),
        )
        for event in events
    ]
    for future in sent:
        future.get(timeout=60)
    return len(sent)
