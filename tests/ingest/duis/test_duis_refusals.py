"""Values and elements that do not fit are refused by name, with the element they are about."""

import pytest

from tests.ingest.duis.duis_documents import (
    CERTIFICATE,
    DCC,
    ESME,
    VERSION,
    alert,
    elements,
    made_code,
    request,
    response,
)
from tests.ingest.duis.duis_messages import MESSAGES
from twin.ingest.duis.documents import (
    MmcMessage,
)
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Cause, Refusal


def update(**changed: str) -> str:
    """An 11.1 with some elements changed."""
    right = {"FirmwareImage": "", "FirmwareVersion": VERSION, "DeviceIDList": ESME}
    return elements(UpdateFirmware=elements(**{**right, **changed}))


def log_update(**changed: str) -> str:
    """An 8.11 that adds a device with some elements changed."""
    right = {"JoinTimePeriod": "90", "InstallCode": made_code(8)}
    inside = elements(**{**right, **changed})
    asked = elements(DeviceID=ESME, RequestType="Add", AddDeviceToCHFWhitelist=inside)
    return elements(UpdateHANDeviceLog=asked)


def activation(hashed: str = "5A" * 32, at: str = "2017-07-03T10:15:00Z") -> str:
    """An 11.3."""
    return elements(ActivateFirmware=elements(ExecutionDateTime=at, FirmwareHash=hashed))


@pytest.mark.parametrize(
    ("variant", "body", "element"),
    [
        ("8.11", log_update(JoinTimePeriod="0"), "JoinTimePeriod"),
        ("8.11", log_update(JoinTimePeriod="3601"), "JoinTimePeriod"),
        ("8.11", log_update(JoinTimePeriod="ninety"), "JoinTimePeriod"),
        ("8.11", log_update(InstallCode=made_code(5)), "InstallCode"),
        ("8.11", log_update(InstallCode=made_code(7)), "InstallCode"),
        ("8.11", log_update(InstallCode=made_code(17)), "InstallCode"),
        ("8.11", log_update(InstallCode=made_code(8)[1:]), "InstallCode"),
        ("8.11", log_update(InstallCode="zz" * 8), "InstallCode"),
        ("11.3", activation("5A" * 31), "FirmwareHash"),
        ("11.3", activation("5A" * 33), "FirmwareHash"),
        ("11.3", activation("5Z" * 32), "FirmwareHash"),
        ("11.3", activation(at="2017-07-03T10:15:00"), "ExecutionDateTime"),
        ("11.3", activation(at="2017-02-30T10:15:00Z"), "ExecutionDateTime"),
        ("11.1", update(DeviceIDList=",".join([ESME] * 50_001)), "DeviceIDList"),
        ("11.1", update(DeviceIDList=f"{ESME},"), "DeviceIDList"),
        ("11.1", update(DeviceIDList=""), "DeviceIDList"),
        ("11.1", update(FirmwareImage="?"), "FirmwareImage"),
        ("11.1", update(FirmwareImage="A" * (4 * 3_413_334)), "FirmwareImage"),
        ("8.7.2", elements(JoinServiceNonCritical=elements(OtherDeviceID="0B")), "OtherDeviceID"),
        (
            "8.4",
            elements(UpdateInventory=elements(DeviceID=ESME, UpdateDeviceStatusCH="Gone")),
            "UpdateDeviceStatusCH",
        ),
    ],
)
def test_a_value_that_the_schema_or_a_rule_forbids_is_refused(variant, body, element):
    refusal = read_document(request(body, variant=variant, target=ESME))
    assert isinstance(refusal, Refusal)
    assert (refusal.cause, refusal.element) == (Cause.VALUE, element)


@pytest.mark.parametrize(
    ("octets", "cause", "element"),
    [
        (request("<DisablePrivacyPIN/>", variant="11.2"), Cause.CONTRADICTION, "DisablePrivacyPIN"),
        (
            request("<DisablePrivacyPIN/>", variant="3.5", reference="3.50"),
            Cause.CONTRADICTION,
            "ServiceReferenceVariant",
        ),
        (
            request("<DisablePrivacyPIN/>", variant="3.5", reference="3"),
            Cause.VALUE,
            "ServiceReference",
        ),
        (request("", variant="3.5"), Cause.CONTRADICTION, "Body"),
        (request("<DisablePrivacyPIN/>" * 2, variant="3.5"), Cause.REPEATED, "DisablePrivacyPIN"),
        (
            request("<DisablePrivacyPIN/><ReadFirmwareVersion/>", variant="3.5"),
            Cause.CONTRADICTION,
            "Body",
        ),
        (
            request("<DisablePrivacyPIN>x</DisablePrivacyPIN>", variant="3.5"),
            Cause.STRAY_TEXT,
            "DisablePrivacyPIN",
        ),
        (request("<Unheard/>", variant="3.5"), Cause.UNKNOWN_ELEMENT, "Body"),
        (request("<PowerOutageEvent/>", variant="3.5"), Cause.UNKNOWN_ELEMENT, "Body"),
        (
            request("<DisablePrivacyPIN><DeviceID/></DisablePrivacyPIN>", variant="3.5"),
            Cause.VALUE,
            "DeviceID",
        ),
        (
            request(
                elements(DisablePrivacyPIN=elements(DeviceID=ESME)), variant="3.5", target=ESME
            ),
            Cause.UNKNOWN_ELEMENT,
            "DeviceID",
        ),
        (
            request(elements(JoinServiceNonCritical=""), variant="8.7.2"),
            Cause.MISSING,
            "OtherDeviceID",
        ),
        (
            request(elements(UpdateInventory=elements(DeviceID=ESME)), variant="8.4"),
            Cause.CONTRADICTION,
            "",
        ),
        (
            request(
                elements(UpdateHANDeviceLog=elements(DeviceID=ESME, RequestType="Add")),
                variant="8.11",
            ),
            Cause.CONTRADICTION,
            "",
        ),
        (response("<GBCSPayload/><DSPInventory/>"), Cause.CONTRADICTION, "ResponseMessage"),
        (response("<DSPInventory/>"), Cause.MISSING, "Device"),
        (response("<PowerOutageEvent/>"), Cause.UNKNOWN_ELEMENT, "ResponseMessage"),
        (response("", request_id="", response_id=""), Cause.MISSING, "RequestID"),
        (response("", code="X1"), Cause.VALUE, "ResponseCode"),
        (alert(""), Cause.CONTRADICTION, "DCCAlert"),
        (alert("<UpdateInventory/>"), Cause.UNKNOWN_ELEMENT, "DCCAlert"),
        (alert("<QuarantinedRequest/>", code="N1111"), Cause.VALUE, "DCCAlertCode"),
        (
            request("<DisablePrivacyPIN/>", variant="3.5", version="five"),
            Cause.VALUE,
            "schemaVersion",
        ),
        (
            request("<DisablePrivacyPIN/>", variant="3.5").replace(
                f"{DCC}:7".encode(), f"{DCC}:18446744073709551616".encode()
            ),
            Cause.VALUE,
            "RequestID",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(octets, cause, element):
    refusal = read_document(octets)
    assert isinstance(refusal, Refusal), refusal
    assert (refusal.cause, refusal.element) == (cause, element)
    assert refusal.why


def test_a_signature_stands_beside_elements_and_nowhere_else():
    inside = request("<DisablePrivacyPIN/>", variant="3.5").replace(
        b"<RequestID>", b"<RequestID>" + CERTIFICATE.encode()
    )
    refusal = read_document(inside)
    assert isinstance(refusal, Refusal)
    assert (refusal.cause, refusal.element) == (Cause.UNKNOWN_ELEMENT, "RequestID")
    refusal = read_document(CERTIFICATE.encode())
    assert isinstance(refusal, Refusal)
    assert refusal.cause is Cause.NOT_DUIS


@pytest.mark.parametrize("counter", ["-1", "18446744073709551616", "seven", "1.0", ""])
def test_a_counter_of_mmc_has_64_bits(counter):
    right = MESSAGES["version"][0]
    refusal = read_document(right.replace(b"Counter>7<", f"Counter>{counter}<".encode()))
    assert isinstance(refusal, Refusal)
    assert (refusal.cause, refusal.element) == (Cause.VALUE, "OriginatorCounter")
    largest = read_document(right.replace(b"Counter>7<", b"Counter>18446744073709551615<"))
    assert isinstance(largest, MmcMessage)
    assert largest.counter == 2**64 - 1
