"""What was asked, accepted and refused, where no fact of its own says it: never more than that."""

from typing import Final, Literal

from twin.events.messages import ServiceAnswered, ServiceRequested
from twin.ids import Eui64
from twin.ingest.duis import requests
from twin.ingest.duis.documents import Acknowledgement, DuisRequest
from twin.ingest.duis.meanings import Said, Standing, Told, asked_id
from twin.ingest.duis.values import RequestId

_SUBJECTS: Final = ("other_device_id", "old_hub_id", "old_gpf_id")
"""Fields of bodies that name the other device that a request is about."""


def requested(document: DuisRequest, device_id: Eui64) -> Said:
    """That a request was made, with all that it says of a device and the log has a place for."""
    body = document.body
    subject = next((found for name in _SUBJECTS if (found := getattr(body, name, None))), None)
    details: dict[str, object] = {
        "subject_device_id": subject,
        "execute_at": getattr(body, "execute_at", None),
        "image_hash": getattr(body, "image_hash", None),
    }
    if isinstance(body, requests.UpdateFirmware):
        details["firmware_version"] = body.firmware_version
    if isinstance(body, requests.UpdateHanDeviceLog):
        admission = body.admission
        details |= {
            "subject_device_id": body.device_id,
            "action": body.action,
            "window_s": admission.window_s if admission else None,
            "code_length": admission.code_length if admission else None,
        }
    told = Told(standing=Standing.ASKED, system="dsp", at=None, request=document.request)
    return told.say(
        ServiceRequested,
        device_id,
        message_code=document.variant,
        request_id=asked_id(document.request),
        originator=document.request.originator,
        **details,
    )


def acknowledged(document: Acknowledgement) -> Said:
    """The DCC took a request, or refused it; what it is to do is not done by that."""
    told = Told(standing=Standing.REPORTED, system="dsp", at=document.at, request=document.request)
    return answered_by(
        told,
        "dcc",
        document.request,
        device_id=document.request.target,
        accepted=document.accepted,
        message_code=document.variant,
        code=document.code,
    )


def answered_by(
    told: Told,
    by: Literal["dcc", "device"],
    request: RequestId,
    *,
    device_id: Eui64,
    accepted: bool | None,
    message_code: str | None = None,
    code: str | None = None,
    firmware_version: str | None = None,
) -> Said:
    """That a request was accepted or refused, by whom, and by which code."""
    return told.say(
        ServiceAnswered,
        device_id,
        request_id=asked_id(request),
        by=by,
        accepted=accepted,
        message_code=message_code,
        answer_code=code,
        firmware_version=firmware_version,
    )
