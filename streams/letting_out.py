"""An operator's word that a device which kept failing may be asked again, put on the log."""

from collections.abc import Mapping
from datetime import datetime

from kafka import KafkaProducer

from streams import log, topics
from streams.partitioner import partition_of
from twin.events.attempts import QuarantineLifted
from twin.events.envelope import Event, encode, headers, new_event
from twin.state.entry import Record
from twin.state.premises import Premises
from twin.state.replay import replay


def read_premises(
    premises_id: str, *, bootstrap: str, security: Mapping[str, object]
) -> Premises | None:
    """A premises by all that is on the log now, None where nothing is."""
    name = premises_id.encode()
    found = replay(
        Record(r.key, r.value, 0, r.partition, r.offset)
        for r in log.read_topic(bootstrap, topics.PREMISES_EVENTS, security=security)
        if r.key == name
    )
    return next((entry.premises for entry in found.values()), None)


def word(premises: Premises, device_id: str, *, actor: str, now: datetime) -> Event:
    """The event that lets a device of a premises out; its number follows those of operators."""
    source = f"urn:gb:operator:{premises.premises_id}"
    device = premises.devices[device_id]
    return new_event(
        fact=QuarantineLifted(device_id=device_id, device_type=device.device_type, actor=actor),
        source=source,
        sequence=premises.sequences.get(source, 0) + 1,
        key=premises.premises_id,
        occurred_at=now,
        provenance="twin",
    )


def send(producer: KafkaProducer, event: Event) -> None:
    """Put it behind the premises' own records and await the acknowledgement."""
    key = event.key.encode()
    producer.send(
        topics.PREMISES_EVENTS,
        key=key,
        value=encode(event),
        partition=partition_of(key),
        headers=headers(event),
    ).get(timeout=60)
