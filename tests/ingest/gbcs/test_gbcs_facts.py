"""What messages mean: facts where enough is known, and otherwise that they came."""

from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from tests.ingest.gbcs.gbcs_known import (
    KNOWN,
    WITHOUT_CAMPAIGN,
    read,
    told,
)
from tests.ingest.gbcs.gbcs_messages import EVERY
from tests.ingest.gbcs.gbcs_parts import NOON, note
from tests.ingest.gbcs.gbcs_responses import RESPONSES
from twin.events import bands, firmware, joining, lifecycle, pins, sub_ghz
from twin.events.envelope import new_event
from twin.events.gbcs_payloads import plain
from twin.events.messages import MessageReceived, ServiceAnswered, ServiceRequested
from twin.events.registry import PREMISES_TYPES
from twin.ingest.gbcs.codes import code_text
from twin.ingest.gbcs.facts import facts_of, received
from twin.ingest.gbcs.header import Protection
from twin.ingest.gbcs.meaning.known import NOTHING, request_uuid
from twin.vocabulary import (
    DeviceType,
    DutyCycleState,
    JoinMethod,
    JoinResponse,
    LogAction,
    LogChange,
    Role,
    UnjoinResponse,
)


def answered(octets, *, accepted, code):
    """What an answer says by itself, when its command is not known."""
    header = read(octets).header
    return ServiceAnswered(
        device_id=header.originator,
        request_id=request_uuid(header),
        by="device",
        accepted=accepted,
        message_code=code_text(header.message_code),
        answer_code=code,
        payload=read(octets).payload,
    )


@pytest.mark.parametrize("name", EVERY)
def test_all_that_was_read_of_a_message_is_in_a_fact_of_its_own_or_with_it(name):
    """What no fact has a place for goes with the message: nothing that was read is lost."""
    message = read(EVERY[name][0])
    for known in (NOTHING, KNOWN, WITHOUT_CAMPAIGN):
        (fact,) = facts_of(message, known=known)
        if isinstance(fact, MessageReceived | ServiceRequested | ServiceAnswered):
            plain_ones = (plain.AlertRaised, plain.Received, plain.Closed)
            said = None if isinstance(message.payload, plain_ones) else message.payload
            assert fact.payload == said


@pytest.mark.parametrize("name", EVERY)
def test_every_message_means_one_fact_that_its_schema_takes(name):
    message = read(EVERY[name][0])
    for known in (NOTHING, KNOWN, WITHOUT_CAMPAIGN):
        (fact,) = facts_of(message, known=known)
        again = msgspec.json.decode(msgspec.json.encode(fact), type=type(fact))
        assert again == fact
        if not isinstance(fact, MessageReceived):
            assert fact.TYPE in PREMISES_TYPES
            new_event(fact=fact, source="a", sequence=1, key="b", occurred_at=NOON)


def test_an_addition_to_a_device_log():
    expected = joining.DeviceLogUpdateRequested(
        b.METER, b.CAD, DeviceType.CAD, LogAction.ADD, Role.IMPORT_SUPPLIER, 120, 16
    )
    assert told(COMMANDS["CCS01"][0]) == expected
    removed = joining.DeviceLogUpdateRequested(
        b.METER, b.CAD, DeviceType.CAD, LogAction.REMOVE, Role.IMPORT_SUPPLIER
    )
    assert told(COMMANDS["CCS02"][0]) == removed


def test_the_role_is_that_of_the_party_that_a_broker_speaks_for():
    other = b.other_information(0x0002, b.eui(b.PARTY))
    payload = b.request((b.part(3, 104, b.LOG, 2), b.string(b.eui(b.CAD))))
    octets = b.command(0x0002, payload, target=b.HUB, originator=b.BROKER, other=other)
    assert isinstance(told(octets), joining.DeviceLogUpdateRequested)
    alone = b.command(0x0002, payload, target=b.HUB, originator=b.BROKER)
    assert told(alone) == ServiceRequested(
        device_id=b.HUB,
        message_code="0x0002",
        request_id=request_uuid(read(alone).header),
        originator=b.BROKER,
        subject_device_id=b.CAD,
        action=LogAction.REMOVE,
        payload=read(alone).payload,
    )


@pytest.mark.parametrize(
    "payload",
    [
        b.add_device(window=0),
        b.add_device(window=3601),
        b.add_device(code=bytes(7)),
        b.add_device(code=b""),
    ],
)
def test_a_request_that_a_rule_forbids_is_told_as_received(payload):
    assert isinstance(told(b.command(0x0001, payload)), MessageReceived)


@pytest.mark.parametrize(
    ("before", "change", "subject"),
    [
        ((b.METER,), LogChange.ADDED, b.CAD),
        ((b.METER, b.CAD, b.SMALL), LogChange.REMOVED, b.SMALL),
        ((b.METER, b.CAD), LogChange.TOLD, None),
        ((), LogChange.TOLD, None),
        ((b.SMALL,), LogChange.TOLD, None),
    ],
)
def test_what_changed_in_a_hubs_log_shows_beside_the_log_before(before, change, subject):
    known = replace(KNOWN, device_logs={b.HUB: before})
    expected = joining.ChfDeviceLogChanged(b.HUB, subject, change, (b.METER, b.CAD), (b.SMALL,))
    assert told(ALERTS["CS14"][0], known) == expected


@pytest.mark.rule("BR24")
def test_the_first_log_that_a_hub_tells_is_told_though_not_what_changed_in_it():
    fact = told(ALERTS["CS14"][0], NOTHING)
    assert fact == joining.ChfDeviceLogChanged(b.HUB, None, LogChange.TOLD, (b.METER, b.CAD), ())


def test_the_log_of_a_gas_proxy_needs_nothing_else():
    expected = joining.GpfDeviceLogChanged(b.PROXY, (b.GAS, b.CAD))
    assert told(ALERTS["GCS62"][0], NOTHING) == expected


def test_a_join_is_requested_and_ends():
    asked = COMMANDS["CS03A1"][0]
    assert told(asked) == joining.JoinRequested(
        b.METER, DeviceType.ESME, b.SMALL, DeviceType.PPMID, JoinMethod.A, Role.IMPORT_SUPPLIER
    )
    assert told(RESPONSES["CS03A1"][0], after=asked) == joining.JoinSucceeded(
        b.METER, DeviceType.ESME, b.SMALL, DeviceType.PPMID
    )
    refused = b.response(0x000D, b.integer(4))
    assert told(refused, after=asked) == joining.JoinFailed(
        b.METER, DeviceType.ESME, b.SMALL, DeviceType.PPMID, JoinResponse.DEVICE_LOG_FULL
    )
    alone = answered(refused, accepted=False, code="0x04")
    assert told(refused) == alone


def test_a_signed_join_is_its_supplier_s_whoever_signs_it():
    """Critical commands are only signed by IS and GS (BR27), and a meter has one of them."""
    asked = COMMANDS["CS03A1"][0]
    nobody = replace(KNOWN, roles={})
    signed = read(asked).protection in (Protection.SIGNED, Protection.SIGNED_AND_MACED)
    fact = told(asked, nobody)
    assert isinstance(fact, joining.JoinRequested if signed else ServiceRequested)
    other = COMMANDS["CS03B"][0]
    assert read(other).protection is Protection.MACED
    assert told(other, nobody) == ServiceRequested(
        device_id=b.METER,
        message_code="0x000E",
        request_id=request_uuid(read(other).header),
        originator=read(other).header.originator,
        subject_device_id=b.CAD,
        payload=read(other).payload,
    )


def test_of_a_type_2_partner_only_the_inventory_tells_which_it_is():
    asked = COMMANDS["CS03B"][0]
    assert told(asked).partner_device_type is DeviceType.CAD
    unknown = replace(KNOWN, device_types={b.METER: DeviceType.ESME})
    assert isinstance(told(asked, unknown), ServiceRequested)


def test_an_unjoin_ends():
    asked, ended = COMMANDS["CS04B"][0], RESPONSES["CS04B"][0]
    expected = joining.DeviceUnjoined(b.METER, DeviceType.ESME, b.CAD, UnjoinResponse.OTHER_FAILURE)
    assert told(ended, after=asked) == expected
    alone = answered(ended, accepted=False, code="0x02")
    assert told(ended) == told(ended, after=COMMANDS["CS03B"][0]) == alone


def test_a_privacy_pin_is_disabled_where_the_meter_says_so():
    done = b.response(0x0023, b.answer((2, 0, b.NOTHING)))
    expected = pins.PrivacyPinDisabled(b.METER, DeviceType.ESME, Role.IMPORT_SUPPLIER)
    assert told(done) == told(done, NOTHING) == expected
    refused = told(RESPONSES["ECS14"][0])
    assert isinstance(refused, ServiceAnswered)
    assert refused.accepted is False
    gas = b.response(0x0073, b.gbz(b.component(0x0708, 0, 0x0B, b"\x02\x00")), originator=b.GAS)
    gas_expected = pins.PrivacyPinDisabled(b.GAS, DeviceType.GSME, Role.GAS_SUPPLIER)
    assert told(gas, NOTHING) == gas_expected


def test_the_shared_air():
    assert told(ALERTS["DBCH07"][0], NOTHING) == sub_ghz.SubGhzChannelChanged(b.HUB, 29, 62)
    assert told(ALERTS["DBCH10"][0], NOTHING) == sub_ghz.MessageDiscarded(b.HUB, b.GAS)
    assert told(ALERTS["DBCH11"][0], NOTHING) == bands.HighBandwidthLinkRefused(
        b.GAS, DeviceType.GSME, 4
    )
    changed = told(ALERTS["DBCH09"][0], NOTHING)
    assert isinstance(changed, sub_ghz.SubGhzConfigurationChanged)
    assert changed.device_id == b.HUB
    assert (changed.normal_limited_percent, changed.local_retry_percent) == (1.2, 10.5)


def test_a_threshold_is_crossed_up_and_down_between_the_same_states():
    """DBCH06 names the device that is suspended; the other five alerts are bare."""
    assert told(ALERTS["DBCH06"][0], NOTHING) == sub_ghz.DutyCycleAlerted(
        b.HUB, DutyCycleState.NORMAL, DutyCycleState.LIMITED, b.GAS
    )
    facts = [told(b.alert(0x1001, note(code)), NOTHING) for code in range(0x8F20, 0x8F26)]
    states = [(fact.from_state, fact.to_state) for fact in facts]
    assert states[::2] == list(pairwise(DutyCycleState))
    assert [crossed[::-1] for crossed in states[1::2]] == states[::2]


def test_whose_answer_was_discarded_names_no_suspended_device():
    parts = (b.string(b"\x02" + bytes(8)), b.string(b.eui(b.GAS)), b.string(b.eui(b.PARTY)))
    assert isinstance(told(b.alert(0x0114, note(0x8F2C, *parts))), MessageReceived)


@pytest.mark.parametrize(("place", "value"), [(0, 240), (2, 0), (2, 8), (5, 21), (7, 49)])
def test_settings_that_a_rule_forbids_are_told_as_received(place, value):
    numbers = [*b.SETTINGS]
    numbers[place] = value
    octets = b.alert(0x0113, note(0x8F2A, b.settings(values=numbers)))
    assert isinstance(told(octets), MessageReceived)


def test_an_alert_whose_code_is_a_fact_is_that_fact_in_whatever_message_it_comes():
    commissioned = lifecycle.DeviceCommissioned(b.METER, DeviceType.ESME)
    assert told(b.alert(0x1000, note(0x8F69), originator=b.METER)) == commissioned
    more = note(0x8F69, b.unsigned(1))
    assert told(b.alert(0x1001, more, originator=b.METER)) == commissioned
    failed = firmware.FirmwareVerificationFailedAtPowerOn(b.GAS, DeviceType.GSME)
    assert told(ALERTS["generic of a gas meter"][0]) == failed
    assert isinstance(told(b.alert(0x1000, note(0x8F43), originator=b.METER)), MessageReceived)
    assert isinstance(
        told(b.alert(0x1000, note(0x8F69), originator=b.CAD), NOTHING), MessageReceived
    )


def test_a_message_that_is_received_says_code_length_and_that_nothing_was_verified():
    octets = b.alert(0x0067, note(0x8F36), originator=b.METER)
    found = told(octets)
    assert found == received(read(octets))
    assert found == MessageReceived(
        device_id=b.METER,
        kind="alert",
        message_code="0x0067",
        length=len(octets),
        closed=False,
        alert_code="0x8F36",
    )


def test_facts_depend_on_nothing_but_message_and_knowledge():
    for octets, _ in EVERY.values():
        assert facts_of(read(octets), known=KNOWN) == facts_of(read(octets), known=KNOWN)
    assert datetime(2017, 9, 4, 12, 30, 15, tzinfo=UTC) == NOON
