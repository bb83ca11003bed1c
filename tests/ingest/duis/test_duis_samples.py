"""The shared samples are read; the closed lists of names are those of the published schemas."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from tests.ingest.duis import duis_schemas
from twin.ingest.duis import names, requests
from twin.ingest.duis.documents import Acknowledgement, DuisRequest, DuisResponse, payload_of
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Cause, Refusal
from twin.ingest.duis.responses import DeviceAnswer, Inventory
from twin.vocabulary import ChfLocation, DeviceType, HubInstallType, LogAction, PremisesType

FILES = (
    *(
        (f"{srv}_{rest}_REQUEST_DUIS.XML", srv)
        for srv, rest in (
            ("11.1", "UPDATE_FIRMWARE"),
            ("12.2", "DEVICE_PRE_NOTIFICATION"),
            ("8.14.2", "COMMUNICATIONS_HUB_STATUS_UPDATE_INSTALL_NO_SM_WAN"),
            ("8.14.4", "COMMUNICATIONS_HUB_STATUS_UPDATE_NO_FAULT_RETURN"),
        )
    ),
    *(
        (f"{case}_{srv}_SUCCESS_REQUEST_DUIS.XML", srv)
        for case, srv in (
            ("CCS01", "8.11"),
            ("CCS03", "8.12.1"),
            ("CCS06", "8.9"),
            ("CS03A1", "8.7.1"),
            ("CS03A2NonCritical", "8.7.2"),
            ("CS03CCritical", "8.7.1"),
            ("CS04ACCritical", "8.8.1"),
            ("CS04B", "8.8.2"),
            ("CS07", "8.9"),
            ("DBCH01", "6.31"),
            ("DBCH03", "6.30"),
            ("DBCH05", "6.29"),
            ("ECS52", "11.2"),
            ("GCS11", "3.5"),
            ("GCS38", "11.2"),
        )
    ),
    ("CS06_11.3_FUTURE_DATED_SUCCESS_REQUEST_DUIS.XML", "11.3"),
)
OTHERS = (
    *("acknowledgement-error.xml", "read-inventory-response-5.4.xml", "readfw-response.xml"),
    *("DUIS_Schema_V5.4.xsd", "MMC_Schema_V5.4.xsd"),
)


def sample(name: str) -> bytes:
    """A shared sample."""
    return duis_schemas.shared(name).read_bytes()


def asked(name: str) -> DuisRequest:
    """The request in a shared sample."""
    document = read_document(sample(name))
    assert isinstance(document, DuisRequest), document
    return document


def test_every_sample_is_read_and_none_that_is_known_is_gone():
    found = {
        path.name: read_document(path.read_bytes()) for path in duis_schemas.shared().iterdir()
    }
    assert found.keys() >= {name for name, _ in FILES} | set(OTHERS)
    refused = {name for name, one in found.items() if isinstance(one, Refusal)}
    assert refused == {name for name in found if name.endswith(".xsd")}


@pytest.mark.parametrize(("name", "variant"), FILES)
def test_a_request_template_is_read(name, variant):
    document = asked(name)
    assert document.variant == variant
    assert document.body is not None
    assert document.unread == ()
    text = etree.fromstring(sample(name)).findtext(f".//{{{names.DUIS}}}RequestID")
    assert document.request.text == text


def test_fields_of_the_templates_are_read():
    body = asked(FILES[2][0]).body
    assert isinstance(body, requests.HubInstalled)
    assert (body.install_type, body.location, body.premises_type) == (
        HubInstallType.NO_SM_WAN,
        ChfLocation.BASEMENT,
        PremisesType.LOW_RISE,
    )
    assert body.obstructions == ("aerial",)
    body = asked("CCS01_8.11_SUCCESS_REQUEST_DUIS.XML").body
    assert isinstance(body, requests.UpdateHanDeviceLog)
    assert body.action is LogAction.ADD
    assert body.admission == requests.Admission(window_s=90, code_length=16)
    body = asked("CS06_11.3_FUTURE_DATED_SUCCESS_REQUEST_DUIS.XML").body
    assert isinstance(body, requests.ActivateFirmware)
    assert body.execute_at == datetime(2030, 1, 15, 9, tzinfo=UTC)


def test_the_responses_are_read():
    document = read_document(sample("acknowledgement-error.xml"))
    assert isinstance(document, Acknowledgement)
    assert (document.code, document.accepted) == ("E65", False)
    document = read_document(sample("readfw-response.xml"))
    assert isinstance(document, DuisResponse)
    assert isinstance(document.content, DeviceAnswer)
    payload = payload_of(document)
    assert payload is not None
    assert payload.length == len(payload.octets) == 93
    document = read_document(sample("read-inventory-response-5.4.xml"))
    assert isinstance(document, DuisResponse)
    assert isinstance(document.content, Inventory)
    assert [entry.device_type for entry in document.content.entries] == [
        DeviceType.CHF,
        DeviceType.CAD,
        DeviceType.GPF,
    ]
    # its firmware versions have four digits, and those of a CAD no form at all
    assert set(document.unread) == {
        "DeviceFirmwareVersion",
        "DeviceManufacturer",
        "DeviceModel",
    }


@pytest.mark.parametrize("name", ["DUIS_Schema_V5.4.xsd", "MMC_Schema_V5.4.xsd"])
def test_a_schema_is_no_document(name):
    refusal = read_document(sample(name))
    assert isinstance(refusal, Refusal)
    assert refusal.cause is Cause.NOT_DUIS


XS = "{http://www.w3.org/2001/XMLSchema}"


def choice(file: str, kind: str, *, below: str = "") -> set[str]:
    """Names of the elements in a type of a schema, or in an element of it."""
    root = etree.fromstring(sample(file))
    (found,) = (one for one in root.iter(f"{XS}complexType") if one.get("name") == kind)
    if below:
        (found,) = (one for one in found.iter(f"{XS}element") if one.get("name") == below)
    listed = {one.get("name") for one in found.iter(f"{XS}element")} - {below, None}
    return {str(name) for name in listed}


def test_the_names_of_bodies_are_those_of_the_schemas():
    duis, mmc = "DUIS_Schema_V5.4.xsd", "MMC_Schema_V5.4.xsd"
    known = {*names.REQUESTS, *names.OTHER_REQUESTS, names.SIGNED}
    assert choice(duis, "Request", below="Body") == known
    service = {"ServiceReference", "ServiceReferenceVariant"}
    known = {*names.RESPONSES, *names.OTHER_RESPONSES} - {"SMETS1ResponseMessage"}
    assert choice(duis, "ResponseMessage") - service == known
    assert choice(duis, "DCCAlert") == {*names.ALERTS, *names.OTHER_ALERTS}
    published = choice(mmc, "ResponsePayload", below="SMETSData")
    answers = {name for name in published if name.endswith("Rsp")}
    assert answers <= {*names.ANSWERS, *names.OTHER_ANSWERS}
    assert set(names.ANSWERS) <= answers
