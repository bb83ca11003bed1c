"""An answer that names nobody is completed by the request that it answers."""

import pytest
from msgspec.structs import replace

from tests.ingest.duis.duis_alerts import ALERTS
from tests.ingest.duis.duis_documents import (
    CAD,
    ESME,
    HUB,
    USER,
    response,
)
from tests.ingest.duis.duis_messages import MESSAGES
from tests.ingest.duis.duis_register import KNOWN, said
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_responses import RESPONSES
from tests.ingest.duis.duis_values import AT
from twin.events import firmware, joining
from twin.events.messages import ServiceAnswered
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.meanings import Register, Standing, asked_id
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.values import RequestId
from twin.vocabulary import (
    DeviceType,
    JoinResponse,
    UnjoinResponse,
)


def test_a_response_answers_a_request_and_an_alert_does_not():
    (answered,) = said(MESSAGES["activated"][0])
    (alerted,) = said(MESSAGES["activated later"][0])
    assert answered.request == RequestId(USER, ESME, 7)
    assert alerted.request is None


ANSWERS = {
    "joined": ("8.7.2", joining.JoinSucceeded(ESME, DeviceType.ESME, CAD, DeviceType.CAD)),
    "not joined": (
        "8.7.1",
        joining.JoinFailed(
            ESME, DeviceType.ESME, CAD, DeviceType.CAD, JoinResponse.DEVICE_LOG_FULL
        ),
    ),
    "unjoined": (
        "8.8.2",
        joining.DeviceUnjoined(ESME, DeviceType.ESME, CAD, UnjoinResponse.SUCCESS),
    ),
    "activation taken": (
        "11.3",
        firmware.FirmwareActivationAccepted(ESME, DeviceType.ESME, "C1", 2, 1, execute_at=AT),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_completed_by_its_request(name):
    variant, fact = ANSWERS[name]
    asked = read_document(REQUESTS[variant][0])
    assert isinstance(asked, DuisRequest)
    register = replace(KNOWN, requests={asked.request: asked})
    (meaning,) = said(MESSAGES[name][0], register)
    assert meaning.fact == fact
    (alone,) = said(MESSAGES[name][0])
    assert isinstance(alone.fact, ServiceAnswered), "that much it says by itself"
    assert alone.fact.accepted is (name != "not joined")


def test_an_activation_that_a_device_refused_was_not_taken():
    octets = MESSAGES["activation taken"][0].replace(
        b"<ActivateFirmwareRsp", b'<ActivateFirmwareRsp MessageSuccess="0"'
    )
    asked = read_document(REQUESTS["11.3"][0])
    assert isinstance(asked, DuisRequest)
    (one,) = said(octets, replace(KNOWN, requests={asked.request: asked}))
    assert isinstance(one.fact, ServiceAnswered)
    assert one.fact.accepted is False


def test_an_answer_is_not_completed_by_another_request():
    asked = read_document(REQUESTS["8.7.2"][0])
    assert isinstance(asked, DuisRequest)
    register = replace(KNOWN, requests={RequestId(USER, ESME, 8): asked})
    (alone,) = said(MESSAGES["joined"][0], register)
    assert alone.fact == ServiceAnswered(
        device_id=ESME,
        request_id=asked_id(RequestId(USER, ESME, 7)),
        by="device",
        accepted=True,
        message_code="8.7.2",
        answer_code="0x00",
    )


REFUSED = response("", code="E65", response_id="")


@pytest.mark.parametrize(
    ("octets", "device_id", "by", "accepted", "message_code", "code"),
    [
        (REFUSED, ESME, "dcc", False, "11.2", "E65"),
        (REFUSED.replace(b"E65", b"I99"), ESME, "dcc", True, "11.2", "I99"),
        (RESPONSES["device"][0], ESME, "dcc", True, "11.2", "I0"),
        (RESPONSES["to sign"][0], ESME, "dcc", True, "11.3", "I0"),
        (ALERTS["command failed"][0], ESME, "dcc", False, None, "N13"),
        (ALERTS["device log result"][0], HUB, "dcc", None, "8.11", "N24"),
        (MESSAGES["device log"][0], ESME, "device", None, "8.9", None),
        (
            MESSAGES["pin disabled"][0].replace(b'"1"', b'"0"'),
            ESME,
            "device",
            False,
            "3.5",
            None,
        ),
        (MESSAGES["not joined"][0], ESME, "device", False, "8.7.1", "0x04"),
    ],
)
def test_what_was_accepted_and_refused_is_a_fact(
    octets, device_id, by, accepted, message_code, code
):
    """Whoever answers, and whatever the answer: a refusal of the DCC is no answer of a device."""
    for register in (KNOWN, Register()):
        (answered,) = said(octets, register)
        assert isinstance(answered.fact, ServiceAnswered)
        fact = answered.fact
        assert (fact.device_id, fact.by, fact.accepted) == (device_id, by, accepted)
        assert (fact.message_code, fact.answer_code) == (message_code, code)
        assert answered.standing is Standing.REPORTED
