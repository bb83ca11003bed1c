"""What may not go on is in nothing that reading gives: no field, text, refusal, log or cause."""

import logging
import pickle
import traceback
import typing
from base64 import b64encode

import msgspec
import pytest
from lxml import etree

from tests.ingest.duis.duis_documents import (
    ESME,
    HUB,
    USER,
    admission,
    alert,
    answer,
    device_alert,
    elements,
    made_code,
    message,
    request,
    response,
)
from twin.ingest.duis import documents
from twin.ingest.duis.alerts import AlertContent
from twin.ingest.duis.elements import fields_of, structs_in
from twin.ingest.duis.facts import facts_of
from twin.ingest.duis.mmc import MmcContent
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Refusal
from twin.ingest.duis.requests import RequestBody
from twin.ingest.duis.responses import ResponseContent
from twin.ingest.duis.values import GbcsPayload
from twin.rules.secrecy import fields_open_to_a_secret


def traces(octets: bytes, caplog: pytest.LogCaptureFixture) -> str:
    """Everything that reading a document leaves behind, as one text in capitals."""
    with caplog.at_level(logging.DEBUG):
        found = read_document(octets)
    left = [repr(found), str(found), msgspec.json.encode(found).decode(), caplog.text]
    left.append(pickle.dumps(found).decode("latin-1"))
    # an error of lxml carries along what its parsers complained of before
    left.append(str(etree.LxmlError("any").error_log))
    if not isinstance(found, Refusal):
        left += [repr(facts_of(found)), str(facts_of(found))]
    return "\n".join(left).upper()


def forms(code: str) -> tuple[str, ...]:
    """A code as it may show: hexadecimal, its octets, base64, and its number."""
    octets = bytes.fromhex(code)
    return (
        code,
        repr(octets)[2:-1].upper(),
        octets.decode("latin-1").upper(),
        b64encode(octets).decode().rstrip("=").upper(),
        str(int(code, 16)),
    )


@pytest.mark.parametrize("octets", [6, 8, 12, 16])
def test_an_install_code_is_counted_and_gone(octets, caplog):
    code = made_code(octets)
    left = traces(request(admission(code), variant="8.11", target=HUB), caplog)
    assert f"CODE_LENGTH={octets}" in left
    assert [form for form in forms(code) if form in left] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: admission(code + "00"),
        lambda code: admission(code[:-1]),
        lambda code: admission(code + "Z"),
        lambda code: admission(f"{code[:8]} {code[8:]}"),
        lambda code: admission(code).replace("InstallCode>", "InstallCodes>"),
        lambda code: admission(code).replace(code, f"<{'A' + code}/>"),
        lambda code: admission(code).replace("Add<", f"{code}<"),
        lambda code: admission(code).replace("</DeviceID>", f"{code}</DeviceID>"),
        lambda code: admission(code).replace("JoinTimePeriod>90", f"JoinTimePeriod>{code}"),
        lambda code: admission(code).replace("</UpdateHANDeviceLog>", code),
        lambda code: admission(code).replace("<InstallCode>", f"<InstallCode a='{code}' a='1'>"),
        lambda code: admission(code).replace("InstallCode>", f"x{code}:InstallCode>"),
        lambda code: admission(code).replace(code, f"&{'A' + code};"),
        lambda code: admission(code) + f"<!-- {code} -- -->",
        lambda code: admission(code) + f"<{'A' + code}/>",
    ],
)
def test_a_spoilt_document_does_not_quote_the_code(spoil, caplog):
    code = made_code(16)
    left = traces(request(spoil(code), variant="8.11", target=HUB), caplog)
    assert "REFUSAL" in left
    assert [form for form in forms(code) if form in left] == []


def test_the_parser_s_own_log_would_hold_a_code(monkeypatch, caplog):
    code = made_code(16)
    monkeypatch.setattr(etree, "clear_error_log", lambda: None)
    left = traces(request(admission(code) + f"</A{code}>", variant="8.11"), caplog)
    monkeypatch.undo()
    etree.clear_error_log()
    assert code in left


def test_a_code_in_a_header_or_an_attribute_is_not_quoted(caplog):
    code = made_code(16)
    right = request("<DisablePrivacyPIN/>", variant="3.5", target=ESME)
    for old, new in (
        (b"3.5</ServiceReferenceV", f"{code}</ServiceReferenceV".encode()),
        (b'"5.4"', f'"{code}"'.encode()),
        (b"CommandVariant>1", f"CommandVariant>{code}".encode()),
        (USER.encode(), code.encode()),
        (b'encoding="UTF-8"', f'encoding="{code}"'.encode()),
        (b"Gateway", code.encode()),
    ):
        spoilt = right.replace(old, new)
        assert spoilt != right
        left = traces(spoilt, caplog)
        assert "REFUSAL" in left
        assert code not in left


FORGOTTEN = {
    "meter points of an 8.11": lambda one: request(
        admission(made_code(8), more=elements(ImportMPxN=one, SecondaryImportMPAN=one)),
        variant="8.11",
        target=HUB,
    ),
    "a name in free text": lambda one: request(
        elements(
            CHFInstallSuccessSMWAN=elements(
                DeviceID=HUB,
                CHFInstallType="New CHF Install",
                UserRefID=one,
                MPxN=one,
                GISData=one,
                AerialInstall="true",
                CHFLocation="Outside Premises",
                AdditionalInformation=one,
            )
        ),
        variant="8.14.1",
    ),
    "an address in an inventory": lambda one: response(
        elements(
            DSPInventory=elements(
                Device=elements(
                    DeviceID=ESME,
                    DeviceType="ESME",
                    DeviceManufacturer=one,
                    DeviceModel=one,
                    SMETSCHTSVersion=one,
                    DeviceFirmwareVersion=one,
                    ImportMPxN=one,
                    UPRN=one,
                    PropertyFilter=elements(PostCode=one, AddressIdentifier=one),
                    DeviceGBCSVersion=one,
                    HANVariant=one,
                )
            )
        ),
        variant="8.2",
    ),
    "a number that is shown to a consumer": lambda one: response(
        elements(CINMessage=elements(GBCSPayload="AQID", CustomerIdentificationNumber=one)),
        variant="9.1",
    ),
    "meter points of an outage": lambda one: alert(
        elements(
            PowerOutageEvent=elements(
                CommsHubDeviceID=HUB, StartDateTime="2017-07-03T10:15:00Z", MPxN=one
            )
        ),
        code="AD1",
    ),
    "a request of another domain": lambda one: request(
        elements(TopUpDevice=elements(UTRN=one)), variant="2.2", target=ESME
    ),
    "a certificate": lambda one: alert(
        elements(SecurityCredentialsUpdated=elements(Certificates=one)), code="N42"
    ),
    "a signature": lambda one: request(
        "<DisablePrivacyPIN/>",
        variant="3.5",
        after=f'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><A{one}>{one}</A{one}>'
        "</Signature>",
    ),
    "what a device tells in words": lambda one: device_alert("", code="8F43").replace(
        b"words", one.encode()
    ),
    "what only its addressee may read": lambda one: message(
        f'<ResponseMessage><GBCSData format="plain" sequence="0" name="{one}" type="gbcs">{one}'
        "</GBCSData></ResponseMessage>"
    ),
}


@pytest.mark.parametrize("case", FORGOTTEN)
def test_what_names_a_person_or_a_place_is_forgotten(case, caplog):
    one = made_code(8).translate(str.maketrans("0123456789", "GHIJKLMNOP"))
    octets = FORGOTTEN[case](one)
    assert one.encode() in octets
    left = traces(octets, caplog)
    assert "REFUSAL" not in left
    assert one not in left


@pytest.mark.parametrize("element", ["PreCommand", "LocalCommand"])
def test_a_command_that_holds_an_install_code_is_closed(element, caplog):
    code = made_code(16)
    octets = b64encode(b"\xdf\x09\x01" + bytes.fromhex(code)).decode()
    inside = elements(**{element: elements(GBCSPayload=octets)})
    left = traces(response(inside, variant="8.11"), caplog)
    assert "LENGTH=19, WITHHELD=TRUE" in left
    assert [form for form in (*forms(code), octets.upper()) if form in left] == []


def test_a_payload_that_goes_on_is_not_printed():
    octets = bytes.fromhex(made_code(16))
    body = elements(
        DeviceAlertMessage=elements(AlertCode="8F12", GBCSPayload=b64encode(octets).decode())
    )
    document = read_document(answer(body, request_id="", response_id=f"{HUB}:{USER}:1"))
    assert isinstance(document, documents.DuisResponse)
    assert document.content.payload.octets == octets
    assert repr(octets)[2:-1] not in f"{document} {document!r} {facts_of(document)}"


def test_no_code_is_in_the_traceback_of_what_is_caught():
    code = made_code(16)
    with pytest.raises(AssertionError) as caught:
        raise AssertionError(read_document(request(admission(code + "0"), variant="8.11")))
    text = "".join(traceback.format_exception(caught.value))
    assert code not in text
    assert caught.value.__context__ is None


def plain(document: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """A document without its body, which is one of several structs and is looked at by itself."""
    hints = typing.get_type_hints(document, include_extras=True)
    fields = [(name, hint) for name, hint in hints.items() if name not in {"body", "content"}]
    return msgspec.defstruct(document.__name__, fields)


def structs() -> set[type[msgspec.Struct]]:
    """Every struct that a document can be made of."""
    found: set[type[msgspec.Struct]] = set()
    queue = [plain(one) for one in typing.get_args(documents.Document)]
    for bodies in (RequestBody, ResponseContent, AlertContent, MmcContent):
        queue += typing.get_args(bodies)
    while queue:
        one = queue.pop()
        if one not in found:
            found.add(one)
            queue += [part for field in fields_of(one) for part in structs_in(field.type)]
    return found


def test_no_field_of_a_document_has_room_for_a_secret():
    found = structs()
    assert len(found) > 60
    open_fields = {(one, field) for one in found for field in fields_open_to_a_secret(fact=one)}
    # octets that the decoder of GBCS is handed; it holds to the same rule
    assert open_fields == {(GbcsPayload, "octets")}
