"""Which facts a message that came means, by what the register knows of its device. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from twin.events.envelope import CLOCK_TOLERANCE, EARLIEST, LATEST, Event, new_event
from twin.events.messages import MessageReceived
from twin.events.registry import PremisesFact
from twin.ids import Eui64, event_id
from twin.ingest.arrivals import Arrival, Message, key_of, moment_of
from twin.ingest.duis import facts as duis
from twin.ingest.duis.documents import DccAlert, Document, DuisRequest, MmcMessage
from twin.ingest.duis.meanings import Execution, Meaning, Register
from twin.ingest.gbcs import facts as gbcs
from twin.ingest.gbcs.meaning.known import Known, KnownExecution
from twin.ingest.gbcs.message import GbcsMessage
from twin.state.register import DeviceRow
from twin.vocabulary import MessageKind, Role

SOURCE: Final = "urn:gb:dcc:"
CapableVersion: TypeAlias = Callable[[str], str | None]
Roles: TypeAlias = Mapping[Eui64, Role]
NOBODY: Final[Roles] = {}


class Told(Struct, frozen=True):
    """A fact that a message means, and when it happened."""

    fact: PremisesFact
    at: datetime


def is_asked(message: Message) -> bool:
    """Whether a later answer may need the message to be understood."""
    if isinstance(message, GbcsMessage):
        return message.header.kind is MessageKind.COMMAND
    return isinstance(message, DuisRequest)


def told(
    arrival: Arrival,
    *,
    row: DeviceRow,
    asked: Iterable[Message],
    capable_version: CapableVersion,
    roles: Roles = NOBODY,
) -> tuple[Told, ...]:
    """The facts of a message about a device, with what its row and what was asked before add.

    `roles` are those of the DCC Users whose addresses are known. There is always one fact: a
    message that no other says is told as received.
    """
    message = arrival.message
    if isinstance(message, GbcsMessage):
        known = replace(_known(arrival, row, asked, capable_version), roles=roles)
        said = gbcs.facts_of(message, known=known)
        return tuple(Told(fact, moment_of(arrival)) for fact in said)
    register = replace(_register(arrival, row, asked, capable_version), roles=roles)
    found = tuple(
        Told(one.fact, one.at or arrival.received_at)
        for one in duis.facts_of(message, register=register)
        if isinstance(one, Meaning) and one.device_id == arrival.device_id
    )
    return found or (Told(_received(arrival, message), moment_of(arrival)),)


def events(
    arrival: Arrival, facts: Iterable[Told], *, premises_id: str, number: int
) -> tuple[Event, ...]:
    """The events of facts, numbered behind `number`, the last that this device's feed told.

    A moment that no event may have (a device's clock that was never set) is that of the arrival.
    """
    found = []
    for nth, one in enumerate(facts, start=1):
        at = _usable(one.at, arrival.received_at)
        found.append(
            new_event(
                fact=one.fact,
                source=SOURCE + key_of(arrival),
                sequence=number + nth,
                key=premises_id,
                occurred_at=at,
                recorded_at=max(at, arrival.received_at),
                provenance="message",
                causation_id=event_id(source=arrival.digest, sequence=1, event_type="message"),
                verification="none",
            )
        )
    return tuple(found)


def _known(
    arrival: Arrival, row: DeviceRow, asked: Iterable[Message], capable_version: CapableVersion
) -> Known:
    device, update = key_of(arrival), row.update
    running = None if update is None else KnownExecution(*_fields(row))
    return Known(
        device_types={**row.others, device: row.device_type},
        commands={one.header.request_id: one for one in asked if isinstance(one, GbcsMessage)},
        executions={} if running is None else {device: running},
        capable_versions=_capable(device, row, capable_version),
        device_logs={} if row.log is None else {device: row.log},
        historic_logs={} if row.historic is None else {device: row.historic},
    )


def _register(
    arrival: Arrival, row: DeviceRow, asked: Iterable[Message], capable_version: CapableVersion
) -> Register:
    device, update = key_of(arrival), row.update
    if update is None:
        running: dict[str, Execution] = {}
    else:
        campaign_id, wave, attempt, version = _fields(row)
        running = {
            device: Execution(
                campaign_id=campaign_id, wave=wave, attempt=attempt, firmware_version=version
            )
        }
    return Register(
        device_types={**row.others, device: row.device_type},
        models={} if row.model is None else {device: row.model},
        versions={} if row.version is None else {device: row.version},
        hub_variants={} if row.hub_variant is None else {device: row.hub_variant},
        executions=running,
        capable_versions=_capable(device, row, capable_version),
        requests={one.request: one for one in asked if isinstance(one, DuisRequest)},
    )


def _fields(row: DeviceRow) -> tuple[str, int, int, str]:
    assert row.update is not None  # the caller looked
    return row.update.campaign_id, row.update.wave, row.update.attempt, row.update.target_version


def _capable(
    device: str, row: DeviceRow, capable_version: CapableVersion
) -> dict[str, frozenset[str]]:
    found = None if row.model is None else capable_version(row.model)
    return {} if found is None else {device: frozenset({found})}


def _received(arrival: Arrival, document: Document) -> MessageReceived:
    alert_code = getattr(document, "alert_code", None)
    return MessageReceived(
        device_id=arrival.device_id,
        kind=_kind(document, alert_code),
        length=arrival.length,
        closed=False,
        message_code=getattr(document, "variant", None) or getattr(document, "message_code", None),
        alert_code=alert_code,
    )


def _kind(
    document: Document, alert_code: str | None
) -> Literal["command", "response", "alert", "request"]:
    if isinstance(document, DuisRequest):
        return "request"
    is_alert = isinstance(document, DccAlert) or (
        isinstance(document, MmcMessage) and alert_code is not None
    )
    return "alert" if is_alert else "response"


def _usable(at: datetime, received_at: datetime) -> datetime:
    sound = EARLIEST <= at <= LATEST and at <= received_at + CLOCK_TOLERANCE
    return at if sound else received_at
