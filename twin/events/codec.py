"""Reading a record: bytes in, an `Event` or a refusal by name out; nothing is ever ignored."""

import re
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from twin.events.envelope import (
    CLOCK_TOLERANCE,
    EARLIEST,
    LATEST,
    Envelope,
    Event,
    schema_urn,
    subject_of,
)
from twin.events.oversight import PROGRAMME_ID
from twin.events.registry import (
    ALL_TYPES,
    CAMPAIGN_TYPES,
    OVERSIGHT_TYPES,
    PREMISES_TYPES,
    TYPE_PATTERN,
    Fact,
    newest_version,
)
from twin.events.rule_marks import rule_broken

MAX_BYTES: Final = 64 * 1024
"""No fact of this domain comes near; a larger record is refused unread."""
REDACT: Final = re.compile(
    r"'.*'|\".*\"|(?<=unknown field )`.*`|(?<=enum value )-?[0-9]+|[0-9][0-9 -]{7,}[0-9]", re.DOTALL
)
"""What a message may quote of a record: from the first to the last quotation mark, names of
unknown fields with all that follows, numbers outside a list, digit runs."""
_PREMISES_KEY: Final = re.compile(r"P[0-9a-f]{16}")


class Cause(StrEnum):
    """Why a record was refused."""

    NULL_VALUE = "null_value"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    ENVELOPE = "envelope"
    UNKNOWN_TYPE = "unknown_type"
    NEWER_VERSION = "newer_version"
    SCHEMA = "schema"
    WRONG_KEY = "wrong_key"
    WRONG_SUBJECT = "wrong_subject"
    WRONG_TOPIC = "wrong_topic"
    TIME_OUT_OF_RANGE = "time_out_of_range"
    RULE = "rule"
    QUEUE_FULL = "queue_full"


class Unreadable(Struct, frozen=True):
    """A refusal: the cause and one sentence that holds none of the record's own text (D32)."""

    cause: Cause
    why: str


_decode_envelope = msgspec.json.Decoder(Envelope).decode
_decode_fact = {name: msgspec.json.Decoder(cls).decode for name, cls in ALL_TYPES.items()}


def safe_text(text: str) -> str:
    """`text` without what it quotes and without digit runs, so that no secret can leak by it."""
    return REDACT.sub("…", text)[:200]


def decode(*, key: bytes | None, value: bytes | None) -> Event | Unreadable:
    """The event in a record, or why it cannot be one.

    Checks, in order: presence, size, JSON and envelope, type and version, data against its
    schema, key, subject, times. Any type of the registry is accepted; see `decode_premises`.
    """
    if not value:
        return Unreadable(Cause.NULL_VALUE, "the record has no value")
    if len(value) > MAX_BYTES:
        return Unreadable(Cause.TOO_LARGE, f"the record is larger than {MAX_BYTES} bytes")
    envelope = _envelope_of(value)
    if isinstance(envelope, Unreadable):
        return envelope
    fact = _fact_of(envelope)
    if isinstance(fact, Unreadable):
        return fact
    return _placed(envelope, fact, key)


def decode_premises(*, key: bytes | None, value: bytes | None) -> Event | Unreadable:
    """As `decode`, for a record of `premises.events`: campaign facts have no place there."""
    event = decode(key=key, value=value)
    if isinstance(event, Event) and event.fact.TYPE not in PREMISES_TYPES:
        return Unreadable(Cause.WRONG_TOPIC, f"{event.fact.TYPE} is no fact of a premises")
    return event


def _envelope_of(value: bytes) -> Envelope | Unreadable:
    try:
        return _decode_envelope(value)
    except msgspec.ValidationError as error:
        return Unreadable(Cause.ENVELOPE, f"the envelope is wrong: {safe_text(str(error))}")
    except UnicodeDecodeError:
        return Unreadable(Cause.MALFORMED, "the record's envelope is no UTF-8")
    except (msgspec.DecodeError, RecursionError) as error:
        return Unreadable(Cause.MALFORMED, f"the record is no JSON: {safe_text(str(error))}")


def _fact_of(envelope: Envelope) -> Fact | Unreadable:
    read = _decode_fact.get(envelope.type)
    if read is None:
        return _unknown(envelope.type)
    if envelope.dataschema != schema_urn(envelope.type):
        return Unreadable(Cause.SCHEMA, f"dataschema does not belong to {envelope.type}")
    try:
        return read(envelope.data)
    except UnicodeDecodeError:
        return Unreadable(Cause.MALFORMED, "the record's data is no UTF-8")
    except msgspec.DecodeError as error:
        rule = rule_broken(ALL_TYPES[envelope.type], str(error))
        named = f" ({rule})" if rule else ""
        return Unreadable(Cause.SCHEMA, f"{envelope.type}: {safe_text(str(error))}{named}")


def _unknown(event_type: str) -> Unreadable:
    matched = TYPE_PATTERN.match(event_type)
    if matched is None:
        return Unreadable(Cause.UNKNOWN_TYPE, "the type is no name of this contract")
    newest = newest_version(event_type)
    if newest is not None and int(matched["version"]) > newest:
        why = f"{event_type} is newer than v{newest}, the newest this code knows"
        return Unreadable(Cause.NEWER_VERSION, why)
    return Unreadable(Cause.UNKNOWN_TYPE, f"{event_type} is unknown to this code")


def _placed(envelope: Envelope, fact: Fact, key: bytes | None) -> Event | Unreadable:
    if key is None or key != envelope.partitionkey.encode():
        return Unreadable(Cause.WRONG_KEY, "the record's key is not its partitionkey")
    if not _owns(envelope, fact):
        return Unreadable(Cause.WRONG_KEY, "the partitionkey does not name the owner of the fact")
    subject = subject_of(envelope.partitionkey, getattr(fact, "device_id", None))
    if envelope.subject != subject:
        return Unreadable(Cause.WRONG_SUBJECT, "the subject does not name the premises and device")
    if not EARLIEST <= envelope.time <= LATEST or not EARLIEST <= envelope.recordedtime <= LATEST:
        why = f"a time lies outside {EARLIEST:%Y} to {LATEST:%Y}"
        return Unreadable(Cause.TIME_OUT_OF_RANGE, why)
    if envelope.recordedtime + CLOCK_TOLERANCE < envelope.time:
        return Unreadable(Cause.TIME_OUT_OF_RANGE, "recorded before it happened")
    return Event(
        id=envelope.id,
        source=envelope.source,
        key=envelope.partitionkey,
        sequence=int(envelope.sequence),
        occurred_at=envelope.time,
        recorded_at=envelope.recordedtime,
        fact=fact,
        provenance=envelope.provenance,
        correlation_id=envelope.correlationid,
        causation_id=envelope.causationid,
        supersedes=envelope.supersedes,
        verification=envelope.verification,
    )


def _owns(envelope: Envelope, fact: Fact) -> bool:
    """Whether the key names what the fact is about: the programme, its campaign, a premises."""
    if envelope.type in OVERSIGHT_TYPES:
        return envelope.partitionkey == PROGRAMME_ID
    if envelope.type in CAMPAIGN_TYPES:
        return envelope.partitionkey == getattr(fact, "campaign_id", None)
    return _PREMISES_KEY.fullmatch(envelope.partitionkey) is not None
