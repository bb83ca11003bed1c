"""Every kind of document is read with all its fields, and built as the schemas have it."""

from datetime import timedelta

import msgspec
import pytest

from tests.ingest.duis import duis_schemas
from tests.ingest.duis.duis_alerts import ALERTS
from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.duis.duis_documents import (
    CAD,
    CERTIFICATE,
    DCC,
    ESME,
    HUB,
    PPMID,
    USER,
    answer,
    elements,
    request,
    response,
)
from tests.ingest.duis.duis_messages import MESSAGES
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_responses import RESPONSES
from tests.ingest.duis.duis_values import ASKED, AT, PAYLOAD
from twin.ingest.duis import names, requests, responses
from twin.ingest.duis.documents import (
    Acknowledgement,
    DccAlert,
    DuisRequest,
    DuisResponse,
    MmcMessage,
    payload_of,
)
from twin.ingest.duis.names import REQUESTS as ELEMENTS
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Cause, Refusal
from twin.ingest.duis.values import RequestId


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_built_document_is_valid_by_the_published_schema(name):
    by = duis_schemas.mmc() if name.startswith("mmc") else duis_schemas.duis()
    assert duis_schemas.faults(DOCUMENTS[name], by) == []


def test_every_element_that_is_read_is_built_so_that_the_schemas_check_it():
    built = {getattr(read_document(octets), "name", None) for octets in DOCUMENTS.values()}
    for table in (names.REQUESTS, names.RESPONSES, names.ALERTS, names.ANSWERS):
        assert set(table) <= built


@pytest.mark.parametrize("name", REQUESTS)
def test_a_service_request_is_read(name):
    octets, body = REQUESTS[name]
    document = read_document(octets)
    assert isinstance(document, DuisRequest), document
    assert document.body == body
    assert document.variant == name.split()[-1 if name.startswith("signed") else 0]
    assert document.request.originator == USER
    assert document.request.counter == 7
    assert document.unread == ()


def test_every_service_request_of_this_domain_is_built_here():
    built = {name.split()[0] for name in REQUESTS} - {"signed", "4.16"}
    assert built == {asked.variant for asked in ELEMENTS.values()}


@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_is_read(name):
    octets, content = RESPONSES[name]
    document = read_document(octets)
    assert isinstance(document, DuisResponse), document
    assert document.content == content
    assert document.at == AT


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_of_the_dcc_is_read(name):
    octets, content = ALERTS[name]
    document = read_document(octets)
    assert isinstance(document, DccAlert), document
    assert document.content == content
    assert document.at == AT


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_in_mmc_is_read(name):
    octets, content = MESSAGES[name]
    document = read_document(octets)
    assert isinstance(document, MmcMessage), document
    assert document.content == content
    assert (document.target, document.counter, document.at) == (USER, 7, AT)


def test_a_document_outside_this_domain_has_its_name_only():
    document = read_document(REQUESTS["4.16"][0])
    assert isinstance(document, DuisRequest)
    assert (document.reference, document.name) == ("4.16", "ReadActivePowerImport")
    document = read_document(ALERTS["another domain"][0])
    assert isinstance(document, DccAlert)
    assert (document.alert_code, document.name) == ("N42", "QuarantinedRequest")


@pytest.mark.parametrize(
    ("code", "accepted"), [("I0", True), ("I99", True), ("W081401", True), ("E65", False)]
)
def test_a_response_without_content_is_an_acknowledgement(code, accepted):
    document = read_document(response("", code=code, response_id=""))
    assert document == Acknowledgement(
        schema_version="5.4", request=ASKED, code=code, at=AT, reference="11.2", variant="11.2"
    )
    assert document.accepted is accepted
    assert read_document(response("", code=code)) == document


def test_devices_are_named_in_capitals():
    for name in ("8.7.2", "11.1", "8.11 remove"):
        octets = REQUESTS[name][0]
        spoken = octets.decode()
        for device_id in (USER, DCC, ESME, HUB, CAD, PPMID):
            spoken = spoken.replace(device_id, device_id.lower())
        assert spoken.encode() != octets
        assert read_document(spoken.encode()) == read_document(octets)


def test_an_alert_in_mmc_has_its_own_time():
    octets = MESSAGES["verified"][0]
    first, last = octets.index(b"Timestamp>"), octets.rindex(b"<Timestamp>")
    assert first < last
    later = octets[:last] + octets[last:].replace(b"T10:15:00Z", b"T11:15:00Z")
    document = read_document(later)
    assert isinstance(document, MmcMessage)
    assert document.at == AT + timedelta(hours=1)


def test_a_variant_of_hub_that_is_not_known_is_unread():
    octets = RESPONSES["inventory"][0].replace(b"Dual Band", b"Triple Band")
    document = read_document(octets)
    assert isinstance(document, DuisResponse)
    assert isinstance(document.content, responses.Inventory)
    assert document.content.entries[1].hub_variant is None
    assert document.unread[-1] == "HANVariant"


def test_a_signature_changes_nothing():
    plain = request("<DisablePrivacyPIN/>", variant="3.5", target=ESME)
    signed = request("<DisablePrivacyPIN/>", variant="3.5", target=ESME, after=CERTIFICATE)
    assert read_document(signed) == read_document(plain)
    assert isinstance(read_document(plain), DuisRequest)


def test_comments_instructions_and_prefixes_change_nothing():
    plain = REQUESTS["8.7.2"][0]
    noted = plain.replace(b"<Body>", b"<!-- a <note> --><?note x?><Body>")
    prefixed = plain.replace(b"<", b"<q:").replace(b"<q:/", b"</q:").replace(b"<q:?", b"<?")
    prefixed = prefixed.replace(b"xmlns=", b"xmlns:q=")
    assert noted != plain != prefixed
    assert read_document(noted) == read_document(prefixed) == read_document(plain)


def test_a_preceding_request_is_kept():
    octets = request("<DisablePrivacyPIN/>", variant="3.5", target=ESME).replace(
        b"<CommandVariant>",
        f"<FirstInSequence>true</FirstInSequence><PrecedingServiceRequestID>{USER}:{HUB}:6"
        "</PrecedingServiceRequestID><CommandVariant>".encode(),
    )
    document = read_document(octets)
    assert isinstance(document, DuisRequest)
    assert document.preceding == RequestId(USER, HUB, 6)


def test_what_has_no_form_here_is_named_as_unread():
    document = read_document(RESPONSES["inventory"][0])
    assert isinstance(document, DuisResponse)
    assert document.unread == (
        "DeviceManufacturer",
        "DeviceModel",
        "DeviceFirmwareVersion",
        "CSPRegion",
    )
    half = elements(DeviceID=ESME, UpdateDeviceDetails=elements(DeviceModel="010A030B"))
    document = read_document(request(elements(UpdateInventory=half), variant="8.4"))
    assert isinstance(document, DuisRequest)
    assert document.unread == ("DeviceModel",)


def test_the_gbcs_message_inside_is_handed_on():
    found = {name: payload_of(read_document(octets)) for name, octets in DOCUMENTS.items()}
    with_one = {name for name, payload in found.items() if payload is not None}
    assert with_one == {
        *("request signed 11.3", "request signed 7.1", "response device", "response schedule"),
        *("response to sign", "response to deliver", "response to deliver with a code"),
        *("response to deliver of another domain", "response future dated"),
        "response device alert",
    }
    assert found["response device"] == PAYLOAD
    assert payload_of(read_document(response("", response_id=""))) is None


@pytest.mark.parametrize(
    ("channel", "page", "refused"),
    [
        ("<OperatingLowerBandSubGHzChannel><Channel0/>", (28, 0), None),
        ("<OperatingLowerBandSubGHzChannel><Channel26/>", (28, 26), None),
        ("<OperatingLowerBandSubGHzChannel><Channel34/>", (29, 34), None),
        ("<OperatingLowerBandSubGHzChannel><Channel35/>", (30, 35), None),
        ("<OperatingLowerBandSubGHzChannel><Channel61/>", (30, 61), None),
        ("<OperatingLowerBandSubGHzChannel><Channel62/>", None, Cause.UNKNOWN_ELEMENT),
        ("<OperatingUpperBandSubGHzChannel><Channel26/>", (31, 26), None),
        ("<OperatingUpperBandSubGHzChannel><Channel27/>", None, Cause.VALUE),
        ("<OperatingUpperBandSubGHzChannel>", None, Cause.CONTRADICTION),
        ("<OperatingUpperBandSubGHzChannel><Header/>", None, Cause.UNKNOWN_ELEMENT),
    ],
)
def test_a_channel_has_its_page(channel, page, refused):
    octets = MESSAGES["channel"][0].replace(
        b"<OperatingUpperBandSubGHzChannel><Channel4/></OperatingUpperBandSubGHzChannel>",
        f"{channel}</{channel[1:].partition('>')[0]}>".encode(),
    )
    document = read_document(octets)
    if refused is None:
        assert isinstance(document, MmcMessage)
        assert document.content.channel == page
    else:
        assert isinstance(document, Refusal)
        assert document.cause is refused


@pytest.mark.parametrize("zone", ["", "Z", "+01:00"])
def test_a_day_is_read_with_or_without_a_zone(zone):
    octets = RESPONSES["inventory"][0].replace(b"2017-06-30Z", f"2017-06-30{zone}".encode())
    assert read_document(octets) == read_document(RESPONSES["inventory"][0])


def test_the_largest_counter_is_read():
    octets = request("<DisablePrivacyPIN/>", variant="3.5").replace(
        f"{DCC}:7".encode(), f"{DCC}:18446744073709551615".encode()
    )
    document = read_document(octets)
    assert isinstance(document, DuisRequest)
    assert document.request.counter == 2**64 - 1


def test_an_answer_of_the_first_generation_has_its_name_only():
    inside = "<SMETS1ResponseMessage><ServiceReference>2.2</ServiceReference><Any/>"
    body = f"{inside}</SMETS1ResponseMessage>"
    document = read_document(answer(body, request_id=f"{USER}:{ESME}:7", response_id=""))
    assert isinstance(document, DuisResponse)
    assert (document.name, document.content) == ("SMETS1ResponseMessage", None)


def test_obstructions_of_a_hub_are_its_flags():
    body = REQUESTS["8.14.2"][1]
    assert isinstance(body, requests.HubInstalled)
    assert body.obstructions == ("aerial", "metal")


def test_documents_are_frozen_and_comparable():
    first, second = (read_document(REQUESTS["11.3"][0]) for _ in range(2))
    assert first == second
    with pytest.raises(AttributeError):
        first.counter = 1  # type: ignore[union-attr]
    assert msgspec.json.encode(first)
