"""An answer that names nobody is completed by the request that it answers."""

import pytest
from msgspec.structs import replace

from tests.ingest.duis.duis_documents import (
    CAD,
    ESME,
    USER,
)
from tests.ingest.duis.duis_messages import MESSAGES
from tests.ingest.duis.duis_register import KNOWN, said
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_values import AT
from twin.events import firmware, joining
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.meanings import (
    Silence,
    Why,
)
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
    (silence,) = said(MESSAGES[name][0])
    assert isinstance(silence, Silence)
    assert silence.why is Why.NOT_SAID


def test_an_answer_is_not_completed_by_another_request():
    asked = read_document(REQUESTS["8.7.2"][0])
    assert isinstance(asked, DuisRequest)
    register = replace(KNOWN, requests={RequestId(USER, ESME, 8): asked})
    (silence,) = said(MESSAGES["joined"][0], register)
    assert silence.lacking == ("partner_device_id", "partner_device_type")
