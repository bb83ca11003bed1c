"""A record's bytes are left out of the lake where its columns give them back, to the byte.

Facts about premises are nearly all records and come in one form, our own encoder's: the envelope
of such a record is in the columns already, and its id follows from its source, number and type.
Kept is the JSON of its data. What is not exactly so is kept whole (decision 0015).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

from twin.events.envelope import Event, enveloped, subject_of
from twin.events.programme import DeadLetterResolved
from twin.events.registry import PREMISES_TYPES, type_of
from twin.ids import event_id


class _Said(NamedTuple):
    """What a record says of itself beside its type and data; the lake's times are UTC."""

    key: str
    source: str
    sequence: int
    occurred_at: datetime
    recorded_at: datetime
    provenance: Literal["simulated", "message", "twin"]
    correlation_id: str | None
    causation_id: str | None
    supersedes: str | None
    verification: Literal["none"] | None
    device_id: str | None


COLUMNS: Final = ("value", "data", "event", "type_version", *_Said._fields)
"""What `given_back` needs of a row, in this order."""


def spared(value: bytes | None, event: Event) -> bytes | None:
    """The data of a record whose bytes may be left out; None for one that must be kept whole."""
    event_type = event.fact.TYPE
    if value is None or event_type not in PREMISES_TYPES or type(event.fact) is DeadLetterResolved:
        return None
    # Our own encoder writes the data last; of anything else the comparison finds out.
    data = value.partition(b',"data":')[2][:-1]
    said = _Said(
        key=event.key,
        source=event.source,
        sequence=event.sequence,
        occurred_at=event.occurred_at.astimezone(UTC),
        recorded_at=event.recorded_at.astimezone(UTC),
        provenance=event.provenance,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        supersedes=event.supersedes,
        verification=event.verification,
        device_id=getattr(event.fact, "device_id", None),
    )
    return data if _bytes_of(event_type, data, said) == value else None


def given_back(cells: Sequence[Any]) -> bytes | None:
    """The bytes of a record from its row's `COLUMNS`."""
    value, data, event, version, *said = cells
    whole: bytes | None = value
    return whole if data is None else _bytes_of(type_of(event, version), data, _Said(*said))


def _bytes_of(event_type: str, data: bytes, said: _Said) -> bytes:
    return enveloped(
        event_type=event_type,
        data=data,
        id=event_id(source=said.source, sequence=said.sequence, event_type=event_type),
        source=said.source,
        key=said.key,
        subject=subject_of(said.key, said.device_id),
        sequence=said.sequence,
        occurred_at=said.occurred_at,
        recorded_at=said.recorded_at,
        provenance=said.provenance,
        correlation_id=said.correlation_id,
        causation_id=said.causation_id,
        supersedes=said.supersedes,
        verification=said.verification,
    )
