"""What was asked of a device and answered by it, where no fact of its own says it."""

from typing import Any, Final

from twin.events.gbcs_payloads import ReadPayload, device_logs, firmware, joins, plain
from twin.events.messages import ServiceAnswered, ServiceRequested
from twin.ingest.gbcs.codes import code_text
from twin.ingest.gbcs.meaning.known import Known, device_of, party_of, request_uuid
from twin.ingest.gbcs.message import GbcsMessage
from twin.vocabulary import ActivationOutcome, JoinResponse, LogAction, MessageKind, UnjoinResponse

CODE_LENGTHS: Final = frozenset({6, 8, 12, 16})
"""Octets of an install code without its check (BR01)."""
ACTIVATION_ENDS: Final = tuple(ActivationOutcome)
"""Outcomes of an activation from 1 on; 0 is success (CS06)."""
_UNREAD: Final = (plain.Received, plain.Closed)


def exchanged(
    message: GbcsMessage, payload: object, _: Known
) -> ServiceRequested | ServiceAnswered | None:
    """A command whose payload was read was asked; an answer that tells its end is one.

    Raises:
        ValueError: what is asked breaks a rule, such as a join window of two hours (BR20).
    """
    if isinstance(payload, _UNREAD):
        return None
    if message.header.kind is MessageKind.COMMAND:
        return _requested(message)
    return _answered(message) if message.header.kind is MessageKind.RESPONSE else None


def read_payload(message: GbcsMessage) -> ReadPayload | None:
    """The payload of a message where all of it was read and it says anything."""
    payload = message.payload
    return (
        None if isinstance(payload, plain.AlertRaised | plain.Received | plain.Closed) else payload
    )


def _requested(message: GbcsMessage) -> ServiceRequested:
    header = message.header
    return ServiceRequested(
        device_id=device_of(header),
        message_code=code_text(header.message_code),
        request_id=request_uuid(header),
        originator=party_of(header),
        payload=read_payload(message),
        **_details(message.payload),
    )


def _details(payload: object) -> dict[str, Any]:
    """What a command says besides: about which device, until when, which image.

    Raises:
        ValueError: an install code has a length that none may have (BR01).
    """
    match payload:
        case device_logs.AddDevice():
            if payload.install_code_length not in CODE_LENGTHS:
                raise ValueError("no install code has this length")
            return {
                "subject_device_id": payload.device_id,
                "action": LogAction.ADD,
                "window_s": payload.window_s,
                "code_length": payload.install_code_length,
            }
        case device_logs.RemoveDevice():
            return {"subject_device_id": payload.device_id, "action": LogAction.REMOVE}
        case joins.JoinDevice() | joins.UnjoinDevice():
            return {"subject_device_id": payload.partner_device_id}
        case firmware.ActivateFirmware():
            return {"image_hash": payload.image_hash, "execute_at": payload.execute_at}
        case _:
            return {}


def _answered(message: GbcsMessage) -> ServiceAnswered:
    header = message.header
    code = _result(message.payload)
    succeeded = getattr(message.payload, "succeeded", None)
    return ServiceAnswered(
        device_id=device_of(header),
        request_id=request_uuid(header),
        by="device",
        accepted=succeeded if code is None else code == 0,
        message_code=code_text(header.message_code),
        answer_code=None if code is None else f"0x{code:02X}",
        firmware_version=getattr(message.payload, "firmware_version", None),
        payload=read_payload(message),
    )


def _result(payload: object) -> int | None:
    """The one result of an answer, 0 for success; of several the first that is none."""
    match payload:
        case joins.JoinAnswered():
            return list(JoinResponse).index(payload.response)
        case joins.UnjoinAnswered():
            return list(UnjoinResponse).index(payload.response)
        case firmware.ActivationAccepted():
            return 0
        case firmware.ActivationEnded():
            return 0 if payload.outcome is None else ACTIVATION_ENDS.index(payload.outcome) + 1
        case device_logs.DeviceLogAnswered() | device_logs.DeviceLogsRead():
            return next((result for result in payload.results if result), 0)
        case _:
            found: int | None = getattr(payload, "result", None)
            return found
