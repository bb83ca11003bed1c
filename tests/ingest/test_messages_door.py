"""Documents at the door: each device gets its part, what is inside goes on as what it says."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from tests.ingest.duis import duis_documents as d
from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from twin.events.firmware import FirmwareVersionMismatchFound
from twin.events.messages import MessageReceived
from twin.ingest.arrivals import Arrival, decode_arrival, encode_arrival, key_of
from twin.ingest.door import Refused, duis_in, gbcs_in, messages_in
from twin.ingest.duis.requests import UpdateFirmware
from twin.ingest.telling import told
from twin.state.register import DeviceRow
from twin.vocabulary import DeviceType

CAME = datetime(2017, 8, 1, tzinfo=UTC)
ROW = DeviceRow("P0123456789abcdef", DeviceType.ESME, "1062-0A0B0C0D", None, d.OLDER)


def arrivals(octets: bytes) -> list[Arrival]:
    found = list(messages_in(octets, name="x", received_at=CAME))
    assert all(isinstance(one, Arrival) for one in found), found
    return [one for one in found if isinstance(one, Arrival)]


def test_a_request_for_several_devices_is_parted() -> None:
    parts = arrivals(DOCUMENTS["request 11.1"])
    assert [key_of(part) for part in parts] == [d.ESME, d.PPMID]
    for part in parts:
        body = part.duis.body  # type: ignore[union-attr]
        assert isinstance(body, UpdateFirmware)
        assert body.device_ids == (part.device_id,)
        assert part.digest == parts[0].digest


def test_the_message_inside_a_document_goes_on_by_itself_and_by_its_own_digest() -> None:
    alert = ALERTS["DBCH07"][0]
    inside, around = arrivals(DOCUMENTS["response device alert"].replace(*payloads(alert)))
    alone = next(iter(gbcs_in(alert, name="x", received_at=CAME)))
    assert inside == alone, "whichever way it comes, it is the same message"
    assert around.duis is not None
    assert b64encode(alert) not in encode_arrival(around)


def payloads(octets: bytes) -> tuple[bytes, bytes]:
    """The payload of the built documents, and another in its place."""
    return b64encode(b"\x01\x02\x03"), b64encode(octets)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_goes_through_json_unchanged_and_without_octets(name: str) -> None:
    for found in duis_in(DOCUMENTS[name], name=name, received_at=CAME):
        if isinstance(found, Refused):
            assert found.cause in ("not_gbcs", "no_device")  # a made-up payload; no device at all
            continue
        kept = encode_arrival(found)
        assert decode_arrival(kept) == found
        assert d.METER_POINT.encode() not in kept
        assert d.ADDRESS.encode() not in kept
        assert b64encode(b"\x01\x02\x03") not in kept


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_part_says_a_fact_of_its_own_device(name: str) -> None:
    for found in duis_in(DOCUMENTS[name], name=name, received_at=CAME):
        if isinstance(found, Arrival):
            said = told(found, row=ROW, asked=(), capable_version=lambda _: d.VERSION)
            assert said
            assert {getattr(one.fact, "device_id", None) for one in said} == {found.device_id}


def test_a_document_that_no_fact_says_is_told_as_received() -> None:
    (part,) = arrivals(DOCUMENTS["request 4.16"])
    (one,) = told(part, row=ROW, asked=(), capable_version=lambda _: None)
    assert one.fact == MessageReceived(
        part.device_id, "request", len(DOCUMENTS["request 4.16"]), False, "4.16"
    )
    (alert,) = arrivals(DOCUMENTS["alert mismatch"])
    (one,) = told(alert, row=ROW, asked=(), capable_version=lambda _: d.VERSION)
    assert isinstance(one.fact, FirmwareVersionMismatchFound)


def test_xml_with_a_byte_order_mark_is_xml_and_hex_is_not() -> None:
    document = DOCUMENTS["request 11.2"]
    assert arrivals(b"\xef\xbb\xbf" + document)[0].duis is not None
    assert arrivals(ALERTS["DBCH07"][0].hex().encode())[0].gbcs is not None


@pytest.mark.parametrize(
    "octets",
    [b"<a", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", b"<x/>"],
)
def test_hostile_xml_is_refused_in_a_sentence(octets: bytes) -> None:
    (refused,) = messages_in(octets, name="bad.xml", received_at=CAME)
    assert isinstance(refused, Refused)
    assert refused.where == "bad.xml"
    assert "passwd" not in refused.why


def test_a_broken_payload_is_named_and_its_header_told_all_the_same() -> None:
    """A feed loses nothing by a payload that nobody could read, and its user hears of it."""
    whole = ALERTS["DBCH07"][0]
    code = whole.index(b"\x8f\x26")
    spoilt = whole[: code + 17] + b"\xff" + whole[code + 18 :]
    assert len(list(messages_in(whole, name="x", received_at=CAME))) == 1
    named, told_on = messages_in(spoilt, name="x.bin", received_at=CAME)
    assert named == Refused(
        "x.bin", "payload", "the payload contradicts itself: only the header is told"
    )
    assert isinstance(told_on, Arrival)
    (one,) = told(told_on, row=ROW, asked=(), capable_version=lambda _: None)
    assert isinstance(one.fact, MessageReceived)
    assert one.fact.message_code == "0x0111"


def test_messages_in_octets_may_follow_each_other_as_in_a_log_of_a_gateway() -> None:
    one, other = ALERTS["DBCH07"][0], COMMANDS["CS06 future dated"][0]
    (first, second, again) = arrivals(one + other + one)
    assert (first.gbcs, second.gbcs) == (arrivals(one)[0].gbcs, arrivals(other)[0].gbcs)
    assert again == first, "the same octets are the same message wherever they stand"
    (refused,) = messages_in(one + other[:-1], name="x.bin", received_at=CAME)
    assert isinstance(refused, Refused)
    assert refused.cause == "trailing"
