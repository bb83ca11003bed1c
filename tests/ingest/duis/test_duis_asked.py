"""What was asked is a fact, whoever asked: what its own type of fact lacks does not silence it."""

import pytest

from tests.ingest.duis.duis_documents import (
    CAD,
    DCC,
    ESME,
    GPF,
    HASH,
    HUB,
    OLD_GPF,
    OLD_HUB,
    PPMID,
    USER,
    VERSION,
    elements,
    request,
)
from tests.ingest.duis.duis_register import KNOWN, TYPES, said
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_values import AT
from twin.events import joining
from twin.events.messages import ServiceRequested
from twin.ingest.duis.meanings import Meaning, Register, Silence, Standing, asked_id
from twin.ingest.duis.values import RequestId
from twin.vocabulary import DeviceType, JoinMethod, LogAction, Role

TYPED = Register(device_types=TYPES)
"""The register of a device outside any campaign, asked by somebody whose role nobody knows."""


def asked(device_id: str, message_code: str, *, target: str | None = None, **more: object):
    """The fact of a request by the user to a target, which is the device unless given."""
    return ServiceRequested(
        device_id=device_id,
        message_code=message_code,
        request_id=asked_id(RequestId(USER, target or device_id, 7)),
        originator=USER,
        **more,  # type: ignore[arg-type]
    )


WINDOW = {"action": LogAction.ADD, "window_s": 90, "code_length": 12}
ASKED = {
    "3.5": (asked(ESME, "3.5"),),
    "6.29": (asked(HUB, "6.29"),),
    "8.1.1": (asked(ESME, "8.1.1"),),
    "8.4 delete": (asked(CAD, "8.4", target=DCC),),
    "8.7.2": (asked(ESME, "8.7.2", subject_device_id=CAD),),
    "8.8.1": (asked(ESME, "8.8.1", subject_device_id=CAD),),
    "8.9": (asked(HUB, "8.9", execute_at=AT),),
    "8.11 add": (asked(HUB, "8.11", subject_device_id=CAD, **WINDOW),),
    "8.11 remove": (
        asked(HUB, "8.11", subject_device_id=CAD, action=LogAction.REMOVE, execute_at=AT),
    ),
    "8.12.1": (asked(HUB, "8.12.1", subject_device_id=OLD_HUB),),
    "8.12.2": (asked(GPF, "8.12.2", subject_device_id=OLD_GPF),),
    "11.1": (
        asked(ESME, "11.1", target=DCC, firmware_version=VERSION),
        asked(PPMID, "11.1", target=DCC, firmware_version=VERSION),
    ),
    "11.2": (asked(ESME, "11.2", execute_at=AT),),
    "11.3": (asked(ESME, "11.3", execute_at=AT, image_hash=HASH.lower()),),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_request_is_asked_though_nobody_knows_who_asks_and_for_what_campaign(name):
    found = said(REQUESTS[name][0], TYPED)
    assert tuple(one.fact for one in found) == ASKED[name]
    assert {one.standing for one in found} == {Standing.ASKED}


@pytest.mark.parametrize("name", REQUESTS)
def test_no_request_of_this_domain_is_silent(name):
    for one in (*said(REQUESTS[name][0], Register()), *said(REQUESTS[name][0], KNOWN)):
        outside = name == "4.16" or name.startswith("signed")
        assert isinstance(one, Silence if outside else Meaning)


def test_a_critical_join_is_its_supplier_s_whoever_signs_it():
    """Only IS and GS may send an 8.7.1 (BR27), and a meter has one of them."""
    octets = request(
        elements(JoinServiceCritical=elements(OtherDeviceID=PPMID)), variant="8.7.1", target=ESME
    )
    (one,) = said(octets, TYPED)
    assert one.fact == joining.JoinRequested(
        ESME, DeviceType.ESME, PPMID, DeviceType.PPMID, JoinMethod.A, Role.IMPORT_SUPPLIER
    )


def test_a_join_of_two_that_never_join_was_asked_all_the_same():
    octets = request(
        elements(JoinServiceNonCritical=elements(OtherDeviceID=HUB)), variant="8.7.2", target=CAD
    )
    (one,) = said(octets)
    assert one.fact == asked(CAD, "8.7.2", subject_device_id=HUB)
