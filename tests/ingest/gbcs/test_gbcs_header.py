"""Wrapper and grouping header: what they say, and what they are refused for."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_laws import MANY
from tests.ingest.gbcs.gbcs_messages import EVERY
from tests.ingest.gbcs.gbcs_parts import NOON
from twin.ingest.gbcs.header import Protection
from twin.ingest.gbcs.message import OCTETS_MAX, GbcsMessage, read_message
from twin.ingest.gbcs.refusals import Cause, Unreadable
from twin.vocabulary import MessageKind

PLAIN = b.signing(b.COMMAND, 0x0013, b.NULL, signature=None)
EUI64 = st.binary(min_size=8, max_size=8)


def read(octets: bytes) -> GbcsMessage:
    found = read_message(octets)
    assert isinstance(found, GbcsMessage), found
    return found


def refused(octets: bytes) -> Unreadable:
    found = read_message(octets)
    assert isinstance(found, Unreadable), found
    return found


PAYLOADS = st.one_of(
    st.sampled_from([0, 1, 127, 128, 255, 256, 2000]).map(lambda size: b"\xee" * size),
    st.binary(max_size=200),
    st.sampled_from([b"\xd9", b"\xda", b"\x0f", b"\x30", b"\x01\x09\x01"]).flatmap(
        lambda start: st.binary(max_size=80).map(lambda rest: start + rest)
    ),
)
"""Payloads of no kind, of any octets, and of octets that begin as one of the three kinds."""


@MANY
@given(
    kind=st.sampled_from([1, 2, 3]),
    code=st.integers(0, 0xFFFF),
    counter=st.integers(0, 2**64 - 1),
    originator=EUI64,
    target=EUI64,
    payload=PAYLOADS,
    signed=st.sampled_from([None, b"", b.SIGNATURE]),
    maced=st.booleans(),
)
def test_a_header_says_what_was_put_into_it(
    kind, code, counter, originator, target, payload, signed, maced
):
    party, device = (octets.hex("-").upper() for octets in (originator, target))
    signing = b.signing(
        kind, code, payload, counter=counter, originator=party, target=device, signature=signed
    )
    if maced and signed is None:
        signing += b"\x00"
    found = read_message(b.wrapped(signing) if maced else signing)
    assert isinstance(found, GbcsMessage), "what a payload is does not touch the header"
    header = found.header
    assert (header.kind, header.message_code) == (list(MessageKind)[kind - 1], code)
    assert (header.counter, header.originator, header.target) == (counter, party, device)
    assert (found.protection in (Protection.MACED, Protection.SIGNED_AND_MACED)) is maced
    assert (found.protection in (Protection.SIGNED, Protection.SIGNED_AND_MACED)) is bool(signed)
    assert header.date_time is header.supplementary_party is header.certificate_length is None


@pytest.mark.parametrize(
    ("signature", "maced", "protection"),
    [
        (None, False, Protection.NONE),
        (b"", False, Protection.NONE),
        (b.SIGNATURE, False, Protection.SIGNED),
        (b"", True, Protection.MACED),
        (b.SIGNATURE, True, Protection.SIGNED_AND_MACED),
    ],
)
def test_protection_is_told_and_not_verified(signature, maced, protection):
    signing = b.signing(b.COMMAND, 0x0013, b.NULL, signature=signature)
    found = read(b.wrapped(signing) if maced else signing)
    assert found.protection is protection
    assert found.verification == "none"


def test_command_and_response_belong_to_one_request():
    asked = read(b.command(0x0013, b.NULL, counter=7)).header
    told = read(b.response(0x0013, b.sequence(b.integer(1)), counter=7)).header
    assert asked.request_id == told.request_id == f"{b.PARTY}:{b.METER}:7"


def test_a_date_time_of_the_header_is_read():
    found = read(b.response(0x0012, b.NULL, date_time=b.cosem_moment(NOON)))
    assert found.header.date_time == NOON


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ((), (None, None, None, None)),
        ((b.eui(b.PARTY),), (b.PARTY, None, None, None)),
        ((b.eui(b.PARTY), bytes(7) + b"\x05"), (b.PARTY, 5, None, None)),
        ((b.eui(b.PARTY), bytes(7) + b"\x05", bytes(7) + b"\x06"), (b.PARTY, 5, 6, None)),
        ((b.eui(b.PARTY), bytes(7) + b"\x05", bytes(300)), (b.PARTY, 5, None, 300)),
    ],
)
def test_what_a_broker_adds_is_read_and_a_certificate_is_skipped(more, expected):
    other = b.other_information(0x0013, *more)
    header = read(b.command(0x0013, b.NULL, originator=b.BROKER, other=other)).header
    found = (
        header.supplementary_party,
        header.supplementary_party_counter,
        header.supplementary_originator_counter,
        header.certificate_length,
    )
    assert found == expected
    assert header.originator == b.BROKER


@pytest.mark.parametrize("size", [0, 1, 3, 9, 11, 17, 19, 25])
def test_other_information_of_another_length_is_refused(size):
    octets = b.command(0x0013, b.NULL, other=bytes(size))
    assert refused(octets).cause is Cause.OTHER_INFORMATION


@pytest.mark.parametrize("size", [1, 63, 65, 72])
def test_a_signature_of_another_length_is_refused(size):
    octets = b.signing(b.COMMAND, 0x0013, b.NULL, signature=bytes(size))
    assert refused(octets).cause is Cause.SIGNATURE


@pytest.mark.parametrize("flag", [0, 4, 255])
def test_another_flag_is_refused(flag):
    assert refused(b.wrapped(b.signing(flag, 0x0013, b.NULL))).cause is Cause.KIND


def test_each_fixed_octet_of_the_headers_is_looked_at():
    octets = b.command(0x0013, b.NULL)
    fixed = {*range(1, 7), *range(8, 15), 24, 33}
    for place in fixed:
        broken = bytearray(octets)
        broken[place] ^= 0x01
        found = refused(bytes(broken))
        assert found.cause in (Cause.HEADER, Cause.NOT_GBCS), place


@pytest.mark.parametrize(
    ("octets", "cause"),
    [
        (b"", Cause.EMPTY),
        (bytes(OCTETS_MAX + 1), Cause.TOO_LARGE),
        (b"\x00", Cause.NOT_GBCS),
        (b"0xDD", Cause.NOT_GBCS),
        (b"\xe0\x00\x00", Cause.BLOCK_TRANSFER),
        (b"\xdd" + bytes(6) + b"\x80", Cause.LENGTH),
        (b"\xdd" + bytes(6) + b"\x85" + bytes(9), Cause.LENGTH),
        (b"\xdd" + bytes(6) + b"\x84\xff\xff\xff\xff", Cause.TRUNCATED),
        (b"\xdd" + bytes(6) + b"\x05\x11" + bytes(4), Cause.TRUNCATED),
        (b.command(0x0013, b.NULL, date_time=bytes(5)), Cause.DATE_TIME),
        (b.command(0x0013, b.NULL, date_time=b"\x07\xe1" + bytes(10)), Cause.DATE_TIME),
    ],
)
def test_a_refusal_has_its_cause(octets, cause):
    assert refused(octets).cause is cause


@pytest.mark.parametrize("name", EVERY)
def test_a_message_cut_anywhere_is_refused(name):
    octets, _ = EVERY[name]
    for upto in range(len(octets)):
        assert isinstance(read_message(octets[:upto]), Unreadable), upto


def test_a_pre_command_cut_anywhere_is_refused():
    for upto in range(len(PLAIN)):
        assert isinstance(read_message(PLAIN[:upto]), Unreadable), upto


@pytest.mark.parametrize("name", EVERY)
def test_a_message_with_something_behind_it_is_refused(name):
    octets, _ = EVERY[name]
    for tail in (b"\x00", octets[:1], octets):
        assert refused(octets + tail).cause is Cause.TRAILING


@pytest.mark.parametrize("signature", [b"", b.SIGNATURE])
def test_something_behind_a_signature_is_refused(signature):
    signing = b.signing(b.COMMAND, 0x0013, b.NULL, signature=signature)
    assert refused(signing + b"\x00").cause is Cause.TRAILING
    assert refused(b.wrapped(signing + b"\x00")).cause is Cause.TRAILING


@pytest.mark.parametrize("change", [-1, 1, 0x40])
def test_a_wrapper_of_a_wrong_length_is_refused(change):
    octets = bytearray(b.command(0x0013, b.NULL))
    octets[7] += change
    assert refused(bytes(octets)).cause in (Cause.TRUNCATED, Cause.TRAILING)


@pytest.mark.parametrize("change", [-1, 1, 20])
def test_a_payload_of_a_wrong_length_is_refused(change):
    octets = bytearray(b.command(0x0013, b.NULL))
    place = octets.index(b"\x00\x13") + 2
    assert octets[place] == 2
    octets[place] += change
    refused(bytes(octets))


def test_lengths_may_be_said_in_more_octets_than_they_need():
    signing = b.signing(b.COMMAND, 0x0013, b.NULL)
    octets = b"\x11" + bytes(4) + signing + b.MAC
    for prefix in (b"\x81", b"\x82\x00", b"\x84\x00\x00\x00"):
        whole = b"\xdd" + bytes(6) + prefix + bytes((len(octets),)) + octets
        assert read(whole).header == read(b.wrapped(signing)).header


def test_a_moment_before_the_epoch_of_zigbee_is_none_and_after_it_exact():
    def at(seconds):
        return read(b.alert(0x1001, b.gbz_alert(0x8F1F, seconds), originator=b.GAS)).alert.at

    assert at(0) is None
    assert at(0xFFFFFFFF) is None
    assert at(86_400) == datetime(2000, 1, 2, tzinfo=UTC)
