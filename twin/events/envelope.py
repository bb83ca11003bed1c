"""The CloudEvents 1.0 envelope of every record, in structured JSON mode (D1, D3, D4)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec.structs import replace

from twin.events.registry import Fact
from twin.ids import Uuid, event_id

_NAMED = r"(P[0-9a-f]{16}|[0-9A-F]{2}(-[0-9A-F]{2}){7}|[A-Z][A-Z0-9-]{1,30})"
"""What a source is named by: a premises, a device or a campaign; never free text (D32)."""
_SYSTEM = "(supplier|dcc|dsp|csp|chf|gpf|esme|gsme|cad|consumer|twin|operator|programme)"
Source = Annotated[str, Meta(pattern=rf"^urn:gb:{_SYSTEM}:{_NAMED}$(?!\n)")]
Subject = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]+(/[0-9A-F]{2}(-[0-9A-F]{2}){7})?$(?!\n)")]
Key = Annotated[str, Meta(pattern=r"^(P[0-9a-f]{16}|[A-Z][A-Z0-9-]{1,30})$(?!\n)")]
Sequence = Annotated[str, Meta(pattern=r"^(?!0{12})[0-9]{12}$(?!\n)")]
Correlation = Annotated[
    str, Meta(pattern=r"^(campaign:[A-Z][A-Z0-9-]{1,30}|attempt:[0-9a-f-]{36})$(?!\n)")
]
Moment = Annotated[datetime, Meta(tz=True)]

EARLIEST = datetime(2012, 1, 1, tzinfo=UTC)
"""The first smart meter statistics begin in 2012; no fact of this fleet is older."""
LATEST = datetime(2035, 1, 1, tzinfo=UTC)
"""Beyond every date of the programme; a fact dated later is a broken clock."""
CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far a source may have recorded a fact before it happened: skewed clocks, no more."""


class Envelope(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False
):
    """What every record carries around its data.

    `time` is when it happened, `recordedtime` when its source knew; when the twin knew is the
    position in the log, which no producer can set (D4). `sequence` counts per source, from 1.
    `verification` stands on what came of a message: nobody checked its signature or MAC.
    """

    specversion: Literal["1.0"]
    id: Uuid
    source: Source
    type: str
    subject: Subject
    time: Moment
    recordedtime: Moment
    sequence: Sequence
    partitionkey: Key
    correlationid: Correlation | None = None
    causationid: Uuid | None = None
    datacontenttype: Literal["application/json"]
    dataschema: Annotated[str, Meta(pattern=r"^urn:gb:schema:[a-z.-]+:[1-9][0-9]*$(?!\n)")]
    dataclassification: Literal["internal"]
    provenance: Literal["simulated", "message", "twin"]
    verification: Literal["none"] | None = None
    supersedes: Uuid | None = None
    data: Raw


UNNAMED = ""
"""In the place of an id that nobody will ask for; no reader takes a record that has it."""


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """A decoded record: the fact with its place and its times.

    `key` is the premises id (or the campaign id), `sequence` the number that `source` gave it.
    """

    id: str
    source: str
    key: str
    sequence: int
    occurred_at: datetime
    recorded_at: datetime
    fact: Fact
    provenance: Literal["simulated", "message", "twin"] = "simulated"
    correlation_id: str | None = None
    causation_id: str | None = None
    supersedes: str | None = None
    verification: Literal["none"] | None = None

    @property
    def subject(self) -> str:
        """What the event is about, which its key and its fact say."""
        return subject_of(self.key, getattr(self.fact, "device_id", None))


@lru_cache(maxsize=1024)
def schema_urn(event_type: str) -> str:
    """Name of the JSON Schema of an event type."""
    stem, _, version = event_type.removeprefix("uk.gb.smart.").rpartition(".v")
    return f"urn:gb:schema:{stem}:{version}"


def new_event(
    *,
    fact: Fact,
    source: str,
    sequence: int,
    key: str,
    occurred_at: datetime,
    recorded_at: datetime | None = None,
    provenance: Literal["simulated", "message", "twin"] = "simulated",
    correlation_id: str | None = None,
    causation_id: str | None = None,
    verification: Literal["none"] | None = None,
    named: bool = True,
) -> Event:
    """An event with its deterministic id; `recorded_at` is `occurred_at` unless given.

    One that is not `named` has no id: making it takes a third of the time, and a row of the lake
    gives it back without having held it. `identified` gives it one.
    """
    return Event(
        id=event_id(source=source, sequence=sequence, event_type=fact.TYPE) if named else UNNAMED,
        source=source,
        key=key,
        sequence=sequence,
        occurred_at=occurred_at,
        recorded_at=recorded_at or occurred_at,
        fact=fact,
        provenance=provenance,
        correlation_id=correlation_id,
        causation_id=causation_id,
        verification=verification,
    )


def identified(event: Event) -> Event:
    """The event with its id, also where it was made without one."""
    if event.id != UNNAMED:
        return event
    name = event_id(source=event.source, sequence=event.sequence, event_type=event.fact.TYPE)
    return replace(event, id=name)


_encode = msgspec.json.Encoder().encode


def encode(event: Event) -> bytes:
    """The record's value: structured JSON, the same bytes for the same event."""
    return enveloped(
        event_type=event.fact.TYPE,
        data=_encode(event.fact),
        id=event.id,
        source=event.source,
        key=event.key,
        subject=event.subject,
        sequence=event.sequence,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        provenance=event.provenance,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        supersedes=event.supersedes,
        verification=event.verification,
    )


def enveloped(
    *,
    event_type: str,
    data: bytes,
    id: str,
    source: str,
    key: str,
    subject: str,
    sequence: int,
    occurred_at: datetime,
    recorded_at: datetime,
    provenance: Literal["simulated", "message", "twin"],
    correlation_id: str | None,
    causation_id: str | None,
    supersedes: str | None,
    verification: Literal["none"] | None,
) -> bytes:
    """The value of a record from what it says of itself and its fact's own JSON."""
    return _encode(
        Envelope(
            specversion="1.0",
            id=id,
            source=source,
            type=event_type,
            subject=subject,
            time=occurred_at,
            recordedtime=recorded_at,
            sequence=f"{sequence:012d}",
            partitionkey=key,
            correlationid=correlation_id,
            causationid=causation_id,
            datacontenttype="application/json",
            dataschema=schema_urn(event_type),
            dataclassification="internal",
            provenance=provenance,
            verification=verification,
            supersedes=supersedes,
            data=Raw(data),
        )
    )


def subject_of(key: str, device_id: str | None) -> str:
    """What an event is about: the device of a premises, or the premises (or campaign) itself."""
    return f"{key}/{device_id}" if device_id else key


def headers(event: Event) -> list[tuple[str, bytes]]:
    """The attributes that are mirrored as Kafka headers, for tools that do not parse (D1)."""
    return [
        ("ce_id", event.id.encode()),
        ("ce_source", event.source.encode()),
        ("ce_type", event.fact.TYPE.encode()),
        ("ce_partitionkey", event.key.encode()),
        ("ce_sequence", f"{event.sequence:012d}".encode()),
        ("content-type", b"application/cloudevents+json"),
    ]
