"""Facts that devices' messages in MMC mean: device truth, in the device's own words."""

from collections.abc import Iterator
from typing import Final, TypeVar

from twin.events import firmware, joining, pins
from twin.events.registry import PremisesFact
from twin.ingest.duis import mmc, requests
from twin.ingest.duis.documents import MmcMessage
from twin.ingest.duis.facts_exchanged import answered_by
from twin.ingest.duis.meanings import (
    Register,
    Rule,
    Said,
    Silence,
    Standing,
    System,
    Told,
    Why,
    asked_id,
)
from twin.ingest.duis.values import RequestId
from twin.vocabulary import ActivationOutcome, DeviceType, JoinResponse, UnjoinResponse

B = TypeVar("B", bound=requests.RequestBody)
C = TypeVar("C", bound=mmc.MmcContent)
SYSTEMS: Final[dict[DeviceType | None, System]] = {
    DeviceType.CHF: "chf",
    DeviceType.GPF: "gpf",
    DeviceType.ESME: "esme",
    DeviceType.GSME: "gsme",
}
"""Devices that are sources of their own; for the others the DCC speaks."""
TOLD_BY_DCC: Final = frozenset({firmware.FirmwareVersionRead})
"""Answers that count among the DCC's facts (see the contract between the rooms)."""
OUTCOMES: Final = dict(enumerate(ActivationOutcome, start=1))
"""Outcomes of an activation by their code; 0 is success (CS06)."""


def said_by_device(document: MmcMessage, *, register: Register) -> Iterator[Said]:
    """The facts of a device's response or alert."""
    if document.content is None:
        yield Silence(why=Why.OUTSIDE, device_id=document.device_id)
    elif (rule := BY_DEVICE.get(type(document.content))) is not None:
        for said in rule.say(document, register):
            yield _answered(document) if isinstance(said, Silence) else said
    else:
        yield _answered(document)


def _answered(document: MmcMessage) -> Said:
    """That a device did what it was asked, or did not; an alert answers nothing."""
    if document.alert_code is not None:
        return Silence(why=Why.NO_FACT_TYPE, device_id=document.device_id)
    outcome = getattr(document.content, "outcome", None)
    code = outcome.code if isinstance(outcome, mmc.Status) else None
    succeeded = getattr(document.content, "succeeded", None)
    if isinstance(document.content, mmc.ActivationAnswer) and succeeded is None:
        succeeded = True  # it was taken for a later time
    request = _request(document)
    return answered_by(
        Told(standing=Standing.REPORTED, system="dsp", at=document.at, request=request),
        "device",
        request,
        device_id=document.device_id,
        accepted=succeeded if code is None else code == 0,
        message_code=document.variant,
        code=None if code is None else f"0x{code:02X}",
        firmware_version=getattr(document.content, "firmware_version", None),
    )


def _version(document: MmcMessage, register: Register) -> Iterator[Said]:
    version = _content(document, mmc.FirmwareVersionAnswer).firmware_version
    yield _say(
        document,
        firmware.FirmwareVersionRead,
        register,
        firmware_version=version,
        pairing_capable=register.capable(document.device_id, version),
        request_id=asked_id(_request(document)),
    )


def _activation(document: MmcMessage, register: Register) -> Iterator[Said]:
    """Without an outcome the device took the command for a time, which only the request says."""
    answer = _content(document, mmc.ActivationAnswer)
    if answer.succeeded is False and answer.outcome is None:
        yield Silence(why=Why.NO_FACT_TYPE, device_id=document.device_id)
    elif answer.outcome is None:
        asked = _asked(document, register, requests.ActivateFirmware)
        yield _say(
            document,
            firmware.FirmwareActivationAccepted,
            register,
            execute_at=asked.execute_at if asked is not None else None,
            **register.execution(document.device_id),
        )
    else:
        yield _activated(document, register, answer.outcome.code, answer.firmware_version)


def _alert(document: MmcMessage, register: Register) -> Iterator[Said]:
    details = _content(document, mmc.AlertDetails)
    future_dated = details.future_dated
    if details.verification is not None:
        yield _verified(document, register, details.verification)
    elif future_dated is not None and (activation := future_dated.activation) is not None:
        code = activation.outcome.code if activation.outcome is not None else None
        yield _activated(document, register, code, activation.firmware_version)
    else:
        yield Silence(why=Why.NO_FACT_TYPE, device_id=document.device_id)


def _verified(document: MmcMessage, register: Register, found: mmc.VerificationAlert) -> Said:
    """0x8F72 found the hash right, 0x8F1C wrong; the version is the one that was sent."""
    device_id = document.device_id
    execution = register.execution(device_id)
    if document.alert_code == "0x8F1C":
        return _say(document, firmware.FirmwareVerificationFailed, register, **execution)
    if document.alert_code != "0x8F72":
        return Silence(why=Why.NO_FACT_TYPE, device_id=device_id)
    sent = register.executions.get(device_id)
    return _say(
        document,
        firmware.FirmwareVerified,
        register,
        firmware_version=sent.firmware_version if sent is not None else None,
        image_hash=found.image_hash,
        **execution,
    )


def _activated(
    document: MmcMessage, register: Register, code: int | None, version: str | None
) -> Said:
    """How an activation ended, and the version that runs now."""
    execution = register.execution(document.device_id)
    if code == 0:
        return _say(
            document,
            firmware.FirmwareActivated,
            register,
            firmware_version=version,
            pairing_capable=register.capable(document.device_id, version),
            response_lost=False,
            **execution,
        )
    return _say(
        document,
        firmware.FirmwareActivationFailed,
        register,
        outcome=OUTCOMES.get(code) if code is not None else None,
        firmware_version=version,
        **execution,
    )


def _join(document: MmcMessage, register: Register) -> Iterator[Said]:
    """How a join ended; with whom, only the request says."""
    code = _content(document, mmc.JoinAnswer).outcome.code
    asked = _asked(document, register, requests.JoinService)
    partner = asked.other_device_id if asked is not None else None
    known = {
        "partner_device_id": partner,
        "partner_device_type": register.device_types.get(partner) if partner else None,
    }
    if code == 0:
        yield _say(document, joining.JoinSucceeded, register, **known)
        return
    codes = dict(enumerate(JoinResponse))
    yield _say(document, joining.JoinFailed, register, response=codes.get(code), **known)


def _unjoin(document: MmcMessage, register: Register) -> Iterator[Said]:
    """How an unjoin ended; from whom, only the request says."""
    code = _content(document, mmc.UnjoinAnswer).outcome.code
    asked = _asked(document, register, requests.UnjoinService)
    yield _say(
        document,
        joining.DeviceUnjoined,
        register,
        partner_device_id=asked.other_device_id if asked is not None else None,
        response=dict(enumerate(UnjoinResponse)).get(code),
    )


def _pin(document: MmcMessage, register: Register) -> Iterator[Said]:
    """That a meter disabled its Privacy PIN, as its supplier asked (BR10)."""
    if not _content(document, mmc.PrivacyPinAnswer).succeeded:
        yield Silence(why=Why.NO_FACT_TYPE, device_id=document.device_id)
        return
    role = register.roles.get(document.target) or register.supplier_of(document.device_id)
    yield _say(document, pins.PrivacyPinDisabled, register, role=role)


def _say(
    document: MmcMessage, kind: type[PremisesFact], register: Register, **known: object
) -> Said:
    device_type = register.device_types.get(document.device_id)
    told = Told(
        standing=Standing.REPORTED,
        system="dsp" if kind in TOLD_BY_DCC else SYSTEMS.get(device_type, "dsp"),
        at=document.at,
        request=_request(document) if document.alert_code is None else None,
    )
    return told.say(kind, document.device_id, device_type=device_type, **known)


def _request(document: MmcMessage) -> RequestId:
    """The request that a response answers: its counter is the asking user's."""
    return RequestId(document.target, document.device_id, document.counter)


def _asked(document: MmcMessage, register: Register, kind: type[B]) -> B | None:
    """The body of the request that a response answers, where it is known."""
    asked = register.requests.get(_request(document))
    return asked.body if asked is not None and isinstance(asked.body, kind) else None


def _content(document: MmcMessage, kind: type[C]) -> C:
    """The content, of the type that the table below has chosen by."""
    assert isinstance(document.content, kind)
    return document.content


BY_DEVICE: Final[dict[type[mmc.MmcContent], Rule[MmcMessage]]] = {
    mmc.FirmwareVersionAnswer: Rule((firmware.FirmwareVersionRead,), _version),
    mmc.ActivationAnswer: Rule(
        (
            firmware.FirmwareActivationAccepted,
            firmware.FirmwareActivated,
            firmware.FirmwareActivationFailed,
        ),
        _activation,
    ),
    mmc.JoinAnswer: Rule((joining.JoinSucceeded, joining.JoinFailed), _join),
    mmc.UnjoinAnswer: Rule((joining.DeviceUnjoined,), _unjoin),
    mmc.PrivacyPinAnswer: Rule((pins.PrivacyPinDisabled,), _pin),
    mmc.AlertDetails: Rule(
        (
            firmware.FirmwareVerified,
            firmware.FirmwareVerificationFailed,
            firmware.FirmwareActivated,
            firmware.FirmwareActivationFailed,
        ),
        _alert,
    ),
}
