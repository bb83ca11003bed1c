"""What is not read as its use case: received, closed or refused, and never guessed."""

import pytest

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_parts import NOON, SECONDS, note
from twin.events.gbcs_payloads.plain import Closed, Reading, Received
from twin.events.gbcs_payloads.sub_ghz import OperatingChannel, SubGhzChannelRead
from twin.events.messages import MessageReceived
from twin.ingest.gbcs.facts import facts_of
from twin.ingest.gbcs.message import GbcsMessage, read_message


def read(octets: bytes) -> GbcsMessage:
    found = read_message(octets)
    assert isinstance(found, GbcsMessage), found
    return found


def test_an_alert_of_another_use_case_tells_code_moment_and_length_and_no_more() -> None:
    payload = note(0x8F36, b.string(b.cosem_moment(NOON)))
    found = read(b.alert(0x0067, payload, originator=b.METER))
    assert found.alert is not None
    assert (found.alert.code, found.alert.at) == (0x8F36, NOON)
    assert isinstance(found.payload, Received)
    assert (found.payload.code, found.payload.length) == (0x0067, len(payload))
    assert found.payload.name == "ECS80 Supply Outage Restore Alert from ESME"
    assert found.payload.reading is Reading.NOT_READ


def test_a_command_of_another_use_case_is_received() -> None:
    found = read(b.command(0x0019, b.request((b.part(1, 1, "0000000201FF", 2), b.NOTHING))))
    assert isinstance(found.payload, Received)
    assert found.payload.reading is Reading.NOT_READ
    assert found.name == "ECS01a Set Tariff and Price on ESME"


def test_a_code_that_no_list_names_is_received_without_a_name() -> None:
    found = read(b.command(0x7777, b"\x30\x00"))
    assert isinstance(found.payload, Received)
    assert found.name == "not named in the published lists"


def shape(
    code: int, index: int, instance: str, value: bytes, *, class_id: int = 104
) -> tuple[int, bytes]:
    """A command with one part, an action at the network or a set of another class."""
    choice = 3 if class_id > 100 else 2
    return code, b.request((b.part(choice, class_id, instance, index), value))


SETTINGS_AT, PIN_AT = "00005E2C0A00", "00005E2C0302"
DEVICE = b.string(b.eui(b.CAD))
OTHER_SHAPES = {
    "an addition without its window": shape(0x0001, 1, b.LOG, b.NOTHING),
    "an addition with a flag for its window": (
        0x0001,
        b.add_device().replace(b.long_unsigned(120), b.boolean(True)),
    ),
    "a removal from the historic log": shape(0x0002, 2, b.HISTORIC, DEVICE),
    "a removal by another method": shape(0x0002, 3, b.LOG, DEVICE),
    "a removal of a short identifier": shape(0x0002, 2, b.LOG, b.string(bytes(7))),
    "a removal by another class": shape(0x0002, 2, b.LOG, DEVICE, class_id=105),
    "a hash of 31 octets": (0x0012, b.sequence(b.octet_string(bytes(31)), b.integer(1))),
    "an activation of nothing": (0x0012, b.NULL),
    "a join method beyond the list": (0x000D, b.join(4)),
    "a device type beyond the list": (0x000D, b.join(0, kind=7)),
    "masks of one page": shape(
        0x010D, 2, SETTINGS_AT, b.settings(masks=(0xE8000001,) * 4), class_id=1
    ),
    "a channel that a page has not": shape(
        0x010D,
        2,
        SETTINGS_AT,
        b.settings(masks=(b.MASKS[0], 0xE8000200, *b.MASKS[2:])),
        class_id=1,
    ),
    "a setting too few": shape(0x010D, 2, SETTINGS_AT, b.settings(values=(1,) * 10), class_id=1),
    "a gas payload to another meter": (0x0059, b.gbz(b.component(0x0702, 0, 0, b"\x06\x02"))),
    "a command of the cluster": (0x0084, b.gbz(b.component(0x0702, 1, 0, b"\x06\x02"))),
    "another object than the PIN's": shape(0x0023, 2, PIN_AT, b.NOTHING, class_id=1),
    "another cluster than the PIN's": (0x0073, b.gbz(b.component(0x0702, 9, 2, b""))),
}


@pytest.mark.parametrize("name", OTHER_SHAPES)
def test_a_payload_of_another_shape_is_received_and_not_guessed(name: str) -> None:
    code, payload = OTHER_SHAPES[name]
    found = read(b.command(code, payload))
    assert found.payload == Received(code, found.name, len(payload), Reading.OTHER_SHAPE)


MASK = 29 << 27 | 1 << 8


@pytest.mark.parametrize(
    "value", [b.bits(MASK), b.double_long_unsigned(MASK), b.string(MASK.to_bytes(4, "big"))]
)
def test_a_channel_is_the_one_bit_of_its_mask(value: bytes) -> None:
    found = read(b.response(0x010A, b.answer((1, 0, value))))
    assert found.payload == SubGhzChannelRead(0, OperatingChannel(29, 62))


@pytest.mark.parametrize(
    "value",
    [
        b.bits(29 << 27),
        b.bits(29 << 27 | 3),
        b.bits(29 << 27 | 1 << 9),
        b.bits(27 << 27 | 1),
        b.unsigned(62),
        b.string(bytes(3)),
        b.structure(b.unsigned(29), b.unsigned(26)),
        b.NOTHING,
    ],
)
def test_what_names_no_channel_is_received_and_not_guessed(value: bytes) -> None:
    found = read(b.response(0x010A, b.answer((1, 0, value))))
    assert isinstance(found.payload, Received)
    assert found.payload.reading is Reading.OTHER_SHAPE


@pytest.mark.parametrize("version", [b"", bytes(5), b"01F0A0B", b"01F0A0B00", b"01F0A0G0"])
def test_a_version_of_another_form_is_received_and_not_guessed(version: bytes) -> None:
    found = read(b.response(0x0059, b.answer((1, 0, b.string(version)))))
    assert isinstance(found.payload, Received)
    assert found.payload.reading is Reading.OTHER_SHAPE


def test_a_generic_alert_that_says_more_is_received_with_its_code() -> None:
    found = read(b.alert(0x1000, note(0x8F69, b.unsigned(1)), originator=b.METER))
    assert isinstance(found.payload, Received)
    assert found.alert is not None
    assert found.alert.code == 0x8F69


def test_an_answer_to_another_command_is_received_and_not_guessed() -> None:
    payload = b.gbz(b.component(0x0708, 0, 0x0B, b"\x03\x00"))
    found = read(b.response(0x0073, payload, originator=b.GAS))
    assert found.payload == Received(0x0073, found.name, len(payload), Reading.OTHER_SHAPE)


@pytest.mark.parametrize("code", [-1, 0x10000])
def test_a_number_that_is_no_alert_code_is_none(code: int) -> None:
    said = b.sequence(b.integer(code), b.generalized(NOON), b.typed((b.GAS, 0)))
    found = read(b.alert(0x00B2, said, originator=b.PROXY))
    assert found.alert is None
    assert isinstance(found.payload, Received)


@pytest.mark.parametrize(
    "payload",
    [
        b.answer((2, 0, b.NOTHING)) + b"\x00",
        b.answer((2, 0, b.NOTHING))[:-1],
        b.answer((2, 0, b.NOTHING))[:-3] + b"\x02\x02\x00\x02\x00",
    ],
)
def test_an_answer_that_contradicts_itself_is_not_read(payload: bytes) -> None:
    found = read_message(b.response(0x0023, payload))
    assert isinstance(found, GbcsMessage)
    assert found.is_broken
    assert found.header.message_code


@pytest.mark.parametrize("code", [14, -1, 256])
def test_an_unknown_response_code_is_received_and_not_guessed(code: int) -> None:
    found = read(b.response(0x000E, b.integer(code)))
    assert isinstance(found.payload, Received)
    assert found.payload.reading is Reading.OTHER_SHAPE


TWICE = b.part(1, 1, "0000000201FF", 2) * 2
READ_GAS = b.component(0x0702, 0, 0, b"\x06\x02")
CONTRADICTIONS = {
    "octets behind an activation": (0x0012, b.activate() + b"\x00"),
    "an activation cut short": (0x0012, b.activate()[:-1]),
    "the 31st of September": (0x0012, b.activate(moment="20170931000000Z")),
    "a letter in a moment": (0x0012, b.activate(moment="2017090412301XZ")),
    "an addition cut short": (0x0001, b.add_device()[:-1]),
    "octets behind an addition": (0x0001, b.add_device() + b"\x00"),
    "two parts and one value": (0x0059, b"\xd9\x20\x00\x03\xe8\x00\x02" + TWICE + b"\x01\x00"),
    "more parts than octets": (0x0059, b"\xd9\x20\x00\x03\xe8\x00\xff"),
    "octets behind a component": (0x0084, b.gbz(READ_GAS) + b"\x00"),
    "a component too few": (0x0084, b"\x01\x09\x02" + READ_GAS),
    "octets behind a certificate": (
        0x00AF,
        b.sequence(
            b.integer(3), b.octet_string(b.eui(b.SMALL)), b.integer(5), b.sequence(), b.NULL
        ),
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_payload_that_contradicts_itself_is_not_read(name: str) -> None:
    found = read_message(b.command(*CONTRADICTIONS[name]))
    assert isinstance(found, GbcsMessage)
    assert found.is_broken
    assert found.header.message_code


def test_octets_behind_the_parts_of_an_alert_leave_its_code() -> None:
    payload = note(0x8F20, b.string(b.eui(b.GAS))) + b"\x00"
    found = read_message(b.alert(0x0110, payload))
    assert isinstance(found, GbcsMessage)
    assert found.is_broken
    assert found.alert is not None
    assert found.alert.code == 0x8F20
    (fact,) = facts_of(found)
    assert isinstance(fact, MessageReceived), "nothing is made of what contradicts itself"


@pytest.mark.parametrize("tag", [1, 2])
def test_a_value_that_nests_without_end_is_not_read(tag: int) -> None:
    value = bytes((tag, 1)) * 2000 + b"\x00"
    payload = b.request((b.part(3, 104, b.LOG, 2), value))
    found = read_message(b.command(0x0002, payload))
    assert isinstance(found, GbcsMessage)
    assert found.is_broken


def test_encrypted_dlms_content_stays_closed_and_says_so() -> None:
    agreed = b.structure(b.enum(2), b.structure(b.string(b"\x0e"), b.string(b"")))
    options = b.structure(
        b.string(bytes(9)), b.string(bytes(8)), b.string(bytes(8)), b.string(b""), agreed
    )
    parameters = b.array(b.structure(b.enum(2), options))
    protected = b.structure(parameters, b.string(b"\x31" + bytes(60)))
    payload = b.answer((3, 0, protected))
    found = read(b.response(0x0027, payload))
    assert found.payload == Closed(0x0027, found.name, len(payload))
    told = read(b.alert(0x0061, note(0x8F0A, protected), originator=b.METER))
    assert isinstance(told.payload, Closed)
    assert told.alert is not None
    assert told.alert.code == 0x8F0A


def test_an_encrypted_zigbee_component_stays_closed_and_says_so() -> None:
    plain = b.component(0x0705, 0, 1, bytes(4), control=0)
    closed = b.component(0x0705, 9, 1, bytes(30), control=3)
    payload = b.gbz(plain, closed)
    assert read(b.response(0x0075, payload)).payload == Closed(
        0x0075, "GCS14 Read GSME Prepayment Registers", len(payload)
    )
    assert isinstance(read(b.response(0x0075, b.gbz(plain))).payload, Received)
    told = b.gbz_alert(0x8F0A, SECONDS, closed, count=1)
    assert isinstance(read(b.alert(0x008B, told, originator=b.GAS)).payload, Closed)


def test_an_alert_of_no_known_form_has_no_code_and_is_received() -> None:
    found = read(b.alert(0x1000, b"\x05\x00\x00"))
    assert found.alert is None
    assert isinstance(found.payload, Received)
    assert found.payload.reading is Reading.OTHER_SHAPE


def test_a_moment_that_is_left_open_is_none() -> None:
    open_moment = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x80\x00\xff"
    said = b.structure(b.long_unsigned(0x8F69), b.string(open_moment))
    found = read(b.alert(0x1000, b"\x0f\x20\x00\x0f\xa0\x00" + said))
    assert found.alert is not None
    assert found.alert.at is None


@pytest.mark.parametrize("moment", ["07E1020DFF000000008000FF", "07E10104FF000000000E10FF"])
def test_a_moment_that_exists_nowhere_is_not_read(moment: str) -> None:
    octets = bytes.fromhex(moment)
    if moment.startswith("07E1020D"):
        octets = octets[:3] + b"\x1e" + octets[4:]  # the 30th of February
    said = b.structure(b.long_unsigned(0x8F69), b.string(octets))
    found = read_message(b.alert(0x1000, b"\x0f\x20\x00\x0f\xa0\x00" + said))
    assert isinstance(found, GbcsMessage)
    assert found.is_broken
    assert found.header.message_code
