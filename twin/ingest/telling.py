"""Which facts a message that came means, by what the register knows of its device. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from twin.events.envelope import CLOCK_TOLERANCE, EARLIEST, LATEST, Event, new_event
from twin.events.registry import PremisesFact
from twin.ids import event_id
from twin.ingest.arrivals import Arrival, key_of, moment_of
from twin.ingest.gbcs.facts import facts_of
from twin.ingest.gbcs.header import MessageKind
from twin.ingest.gbcs.meaning.known import Known, KnownExecution
from twin.ingest.gbcs.message import GbcsMessage
from twin.state.register import DeviceRow

SOURCE: Final = "urn:gb:dcc:"
CapableVersion = Callable[[str], str | None]


def is_command(arrival: Arrival) -> bool:
    """Whether a later response may need it to be understood."""
    return arrival.message.header.kind is MessageKind.COMMAND


def facts(
    arrival: Arrival,
    *,
    row: DeviceRow,
    commands: Mapping[str, GbcsMessage],
    capable_version: CapableVersion,
) -> tuple[PremisesFact, ...]:
    """The facts of a message to or from a device, with what its register row adds."""
    device = key_of(arrival)
    capable = None if row.model is None else capable_version(row.model)
    update = row.update
    known = Known(
        device_types={device: row.device_type},
        commands=commands,
        executions={}
        if update is None
        else {
            device: KnownExecution(
                update.campaign_id, update.wave, update.attempt, update.target_version
            )
        },
        capable_versions={} if capable is None else {device: frozenset({capable})},
        device_logs={} if row.log is None else {device: row.log},
        historic_logs={} if row.historic is None else {device: row.historic},
    )
    return facts_of(arrival.message, known=known)


def events(
    arrival: Arrival, told: tuple[PremisesFact, ...], *, premises_id: str, number: int
) -> tuple[Event, ...]:
    """The events of facts, numbered behind `number`, the last that this device's feed told.

    A moment that no event may have (a device's clock that was never set) is that of the arrival.
    """
    at = _usable(moment_of(arrival), arrival.received_at)
    return tuple(
        new_event(
            fact=fact,
            source=SOURCE + key_of(arrival),
            sequence=number + nth,
            key=premises_id,
            occurred_at=at,
            recorded_at=max(at, arrival.received_at),
            provenance="message",
            causation_id=event_id(source=arrival.digest, sequence=1, event_type="message"),
            verification="none",
        )
        for nth, fact in enumerate(told, start=1)
    )


def _usable(at: datetime, received_at: datetime) -> datetime:
    sound = EARLIEST <= at <= LATEST and at <= received_at + CLOCK_TOLERANCE
    return at if sound else received_at
