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
from twin.events.registry import PREMISES_TYPES, short_name, type_of, version_of
from twin.ids import event_id


class _Row(NamedTuple):
    value: bytes | None
    data: bytes | None
    key: str
    event: str
    type_version: int
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


COLUMNS: Final = _Row._fields
"""What `given_back` needs of a row, in this order."""


def spared(value: bytes | None, event: Event) -> bytes | None:
    """The data of a record whose bytes may be left out; None for one that must be kept whole."""
    event_type = event.fact.TYPE
    if value is None or event_type not in PREMISES_TYPES or type(event.fact) is DeadLetterResolved:
        return None
    # Our own encoder writes the data last; of anything else the comparison finds out.
    data = value.partition(b',"data":')[2][:-1]
    row = _Row(
        value=None,
        data=data,
        key=event.key,
        event=short_name(event_type),
        type_version=version_of(event_type),
        source=event.source,
        sequence=event.sequence,
        # The lake's times are UTC, whatever zone a record names.
        occurred_at=event.occurred_at.astimezone(UTC),
        recorded_at=event.recorded_at.astimezone(UTC),
        provenance=event.provenance,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        supersedes=event.supersedes,
        verification=event.verification,
        device_id=getattr(event.fact, "device_id", None),
    )
    return data if _bytes_of(row, data) == value else None


def given_back(cells: Sequence[Any]) -> bytes | None:
    """The bytes of a record from its row's `COLUMNS`."""
    row = _Row(*cells)
    return row.value if row.data is None else _bytes_of(row, row.data)


def _bytes_of(row: _Row, data: bytes) -> bytes:
    event_type = type_of(row.event, row.type_version)
    return enveloped(
        event_type=event_type,
        data=data,
        id=event_id(source=row.source, sequence=row.sequence, event_type=event_type),
        source=row.source,
        key=row.key,
        subject=subject_of(row.key, row.device_id),
        sequence=row.sequence,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        provenance=row.provenance,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        supersedes=row.supersedes,
        verification=row.verification,
    )
