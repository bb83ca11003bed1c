"""Reading firmware: CS06, CS08, CCS08, ECS52, GCS38, receipts and future dated outcomes."""

from typing import Final, TypeVar

from twin.events.gbcs_payloads import firmware as said
from twin.ingest.gbcs import der
from twin.ingest.gbcs.access import AccessKind, answered_in, asked_in
from twin.ingest.gbcs.header import eui64_of
from twin.ingest.gbcs.notification import Raised
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.reading.alerts import parts_in
from twin.ingest.gbcs.refusals import OtherShape
from twin.ingest.gbcs.shapes import named_by, string_in, taken, version_in
from twin.ingest.gbcs.zcl import (
    READ_ATTRIBUTES,
    READ_ATTRIBUTES_RESPONSE,
    attribute_in,
    components_in,
)
from twin.vocabulary import ActivationOutcome, TransferOutcome

_Part = TypeVar("_Part")
_HASH: Final = 32
_VERSION: Final = 4
_OUTCOMES: Final = (None, *ActivationOutcome)
_TRANSFERS: Final = tuple(TransferOutcome)
_GBZ_OUTCOME: Final = 14
"""Octets of a future dated outcome in GBZ, as the octet before them says too."""
_DLMS_OUTCOME: Final = 19


def activate(payload: Octets) -> said.ActivateFirmware:
    """CS06: hash, counter, and for a future dated one the moment; the last moment cancels it."""
    inner = der.sequence(payload)
    payload.expect_end("the command")
    image_hash = der.octet_string(inner, _HASH).hex()
    counter = der.integer(inner)
    if not len(inner):
        return said.ActivateFirmware(
            said.ActivationTiming.IMMEDIATE, image_hash, counter, execute_at=None
        )
    execute_at = der.moment(inner)
    inner.expect_end("the moment")
    timing = (
        said.ActivationTiming.CANCELLATION
        if execute_at is None
        else said.ActivationTiming.FUTURE_DATED
    )
    return said.ActivateFirmware(timing, image_hash, counter, execute_at)


def activation_answered(payload: Octets) -> said.ActivationAccepted | said.ActivationEnded:
    """The answer to CS06: a NULL where it is only accepted, else its outcome."""
    if payload.peek() == der.NULL:
        der.null(payload)
        payload.expect_end("the answer")
        return said.ActivationAccepted()
    return said.ActivationEnded(*_outcome(payload))


def future_activation_ended(content: Octets, _: Raised) -> said.FutureActivationEnded:
    """0x8F66 or 0x8F67 of CS06: the counter of its command, and the outcome."""
    return said.FutureActivationEnded(der.integer(content), *_outcome(content))


def receipt(content: Octets, raised: Raised) -> said.FirmwareReceipt:
    """0x8F72 or 0x8F1C of an electricity meter or hub: the hash that it calculated."""
    (calculated,) = _only(parts_in(content, raised))
    return said.FirmwareReceipt(taken(string_in(calculated, _HASH)).hex())


def gas_receipt(content: Octets, _: Raised) -> said.FirmwareReceipt:
    """The same of a gas meter."""
    if content.take(2) != bytes((9, _HASH)):
        raise OtherShape
    calculated = content.take(_HASH)
    content.expect_end("the hash")
    return said.FirmwareReceipt(calculated.hex())


def transfer_ended(content: Octets, _: Raised) -> said.FirmwareTransferEnded:
    """CCS08: the device, the version that was sent, and the outcome."""
    device = eui64_of(der.octet_string(content, 8))
    version = der.octet_string(content, _VERSION).hex().upper()
    outcome = named_by(_TRANSFERS, der.integer(content))
    content.expect_end("the outcome")
    return said.FirmwareTransferEnded(device, version, outcome)


def read_version(payload: Octets) -> said.ReadFirmwareVersion:
    """ECS52: one attribute is asked for."""
    if [part.kind for part in asked_in(payload)] != [AccessKind.GET]:
        raise OtherShape
    return said.ReadFirmwareVersion()


def version_answered(payload: Octets) -> said.FirmwareVersionAnswered:
    """The answer to ECS52."""
    (part,) = _only(answered_in(payload))
    if part.result:
        return said.FirmwareVersionAnswered(part.result, None)
    return said.FirmwareVersionAnswered(0, version_in(string_in(part.value)))


def read_gas_version(payload: Octets) -> said.ReadFirmwareVersion:
    """GCS38: one attribute is asked for."""
    _of_profile(payload, READ_ATTRIBUTES)
    return said.ReadFirmwareVersion()


def gas_version_answered(payload: Octets) -> said.FirmwareVersionAnswered:
    """The answer to GCS38."""
    content = _of_profile(payload, READ_ATTRIBUTES_RESPONSE)
    _, status, value = attribute_in(content)
    version = None if value is None else version_in(value)
    return said.FirmwareVersionAnswered(status, version)


def read_small_version(payload: Octets) -> said.ReadFirmwareVersion:
    """CS08 to a PPMID or HCALCS: a NULL."""
    der.null(payload)
    payload.expect_end("the command")
    return said.ReadFirmwareVersion()


def small_version_answered(payload: Octets) -> said.FirmwareVersionAnswered:
    """The answer to CS08: the version and a code; without success the version is void."""
    inner = der.sequence(payload)
    payload.expect_end("the answer")
    version = der.content(inner, der.OCTET_STRING)
    result = der.integer(inner)
    inner.expect_end("the code")
    return said.FirmwareVersionAnswered(result, None if result else version_in(version))


def small_version_alerted(content: Octets, _: Raised) -> said.FirmwareVersionAlerted:
    """CS08 as an alert (0x8F8B): the version, and whether activation succeeded."""
    version = der.octet_string(content, _VERSION).hex().upper()
    code = der.integer(content)
    content.expect_end("the code")
    return said.FirmwareVersionAlerted(version, activated=code == 0)


def future_dated(content: Octets, raised: Raised) -> said.FutureDatedOutcome:
    """0x8F66 or 0x8F67 in DLMS: code and counter of the command, then what it acted on."""
    (outcome,) = _only(parts_in(content, raised))
    return _command_of(string_in(outcome, _DLMS_OUTCOME))


def gas_future_dated(content: Octets, _: Raised) -> said.FutureDatedOutcome:
    """The same in GBZ."""
    if content.octet() != _GBZ_OUTCOME:
        raise OtherShape
    outcome = content.part(_GBZ_OUTCOME)
    content.expect_end("the outcome")
    return _command_of(outcome)


def _command_of(outcome: Octets) -> said.FutureDatedOutcome:
    return said.FutureDatedOutcome(outcome.number(2), outcome.number(8))


def _outcome(octets: Octets) -> tuple[ActivationOutcome | None, str]:
    inner = der.sequence(octets)
    octets.expect_end("the outcome")
    outcome = named_by(_OUTCOMES, der.integer(inner))
    version = der.octet_string(inner, _VERSION).hex().upper()
    inner.expect_end("the version")
    return outcome, version


def _of_profile(payload: Octets, command: int) -> Octets:
    """Content of the one component, a command of the profile and not of its cluster."""
    (component,) = _only(components_in(payload))
    if component.own or component.command != command or component.content is None:
        raise OtherShape
    return component.content


def _only(parts: tuple[_Part, ...]) -> tuple[_Part]:
    if len(parts) != 1:
        raise OtherShape
    return (parts[0],)
