"""What messages on firmware mean, within a campaign and outside one."""

import pytest
from msgspec.structs import replace

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from tests.ingest.gbcs.gbcs_known import (
    ESME,
    HASH,
    KNOWN,
    STEP,
    VERSION,
    WITHOUT_CAMPAIGN,
    read,
    told,
)
from tests.ingest.gbcs.gbcs_parts import NOON, note
from tests.ingest.gbcs.gbcs_responses import RESPONSES
from twin.events import firmware
from twin.events.messages import MessageReceived, ServiceAnswered, ServiceRequested
from twin.ingest.gbcs.meaning.known import NOTHING, request_uuid
from twin.vocabulary import (
    ActivationOutcome,
    DeviceType,
    TransferOutcome,
)


def test_an_image_is_received_by_campaign():
    assert told(ALERTS["receipt 0x8F72"][0]) == firmware.FirmwareVerified(
        **ESME, **STEP, firmware_version=VERSION, image_hash=HASH
    )
    wrong = b.alert(0x00CE, note(0x8F1C, b.string(b.IMAGE_HASH)), originator=b.METER)
    assert told(wrong) == firmware.FirmwareVerificationFailed(**ESME, **STEP)
    assert isinstance(told(ALERTS["receipt 0x8F72"][0], WITHOUT_CAMPAIGN), MessageReceived)


def test_a_transfer_is_told_by_the_hub_of_another_device():
    assert told(ALERTS["CCS08"][0]) == firmware.FirmwareTransferred(
        device_id=b.SMALL,
        device_type=DeviceType.PPMID,
        **STEP,
        transfer=TransferOutcome.FILE_TRANSFER_FAILURE,
    )


@pytest.mark.parametrize(
    ("name", "execute_at"), [("CS06 immediate", None), ("CS06 future dated", NOON)]
)
def test_an_activation_is_requested(name, execute_at):
    octets = COMMANDS[name][0]
    assert told(octets) == firmware.FirmwareActivationRequested(
        **ESME,
        **STEP,
        request_id=request_uuid(read(octets).header),
        execute_at=execute_at,
        image_hash=HASH,
    )


def test_an_acceptance_means_what_its_command_asked_for():
    accepted = RESPONSES["CS06 accepted"][0]
    dated, cancelled = COMMANDS["CS06 future dated"][0], COMMANDS["CS06 cancellation"][0]
    assert told(accepted, after=dated) == firmware.FirmwareActivationAccepted(
        **ESME, **STEP, execute_at=NOON
    )
    assert told(accepted, after=cancelled) == firmware.FirmwareActivationCancelled(**ESME, **STEP)
    for before in (None, COMMANDS["CS06 immediate"][0], COMMANDS["CS04B"][0]):
        alone = told(accepted, after=before)
        assert isinstance(alone, ServiceAnswered)
        assert (alone.accepted, alone.answer_code) == (True, "0x00")
    asked = told(cancelled)
    assert isinstance(asked, ServiceRequested)
    assert (asked.image_hash, asked.execute_at) == (HASH, None)


@pytest.mark.parametrize("name", ["CS06 succeeded", "CS06 0x8F66"])
def test_an_activation_succeeds(name):
    octets = {**RESPONSES, **ALERTS}[name][0]
    expected = firmware.FirmwareActivated(
        **ESME, **STEP, firmware_version=VERSION, pairing_capable=True, response_lost=False
    )
    assert told(octets) == expected
    assert told(octets, WITHOUT_CAMPAIGN) == firmware.ExecutingFirmwareChanged(
        **ESME, firmware_version=VERSION, pairing_capable=True
    )
    assert not told(octets, replace(KNOWN, capable_versions={})).pairing_capable
    alone = told(octets, NOTHING)
    if name == "CS06 succeeded":
        assert isinstance(alone, ServiceAnswered)
        assert (alone.accepted, alone.firmware_version) == (True, VERSION)
    else:
        assert isinstance(alone, MessageReceived)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("CS06 failed", ActivationOutcome.HASH_MISMATCH),
        ("CS06 0x8F67", ActivationOutcome.NO_IMAGE_HELD),
    ],
)
def test_an_activation_fails(name, outcome):
    octets = {**RESPONSES, **ALERTS}[name][0]
    assert told(octets) == firmware.FirmwareActivationFailed(
        **ESME, **STEP, outcome=outcome, firmware_version=VERSION
    )
    alone = told(octets, WITHOUT_CAMPAIGN)
    if name == "CS06 failed":
        assert isinstance(alone, ServiceAnswered)
        assert (alone.accepted, alone.answer_code, alone.firmware_version) == (
            False,
            "0x02",
            VERSION,
        )
    else:
        assert isinstance(alone, MessageReceived)


def test_a_version_is_read():
    octets = RESPONSES["ECS52"][0]
    asked = b.command(0x0059, b.request((b.part(1, 1, "0000000201FF", 2), b.NOTHING)))
    assert told(octets, WITHOUT_CAMPAIGN) == firmware.FirmwareVersionRead(
        **ESME,
        firmware_version=VERSION,
        pairing_capable=True,
        request_id=request_uuid(read(asked).header),
    )
    alone = told(octets, NOTHING)
    assert isinstance(alone, ServiceAnswered)
    assert (alone.accepted, alone.firmware_version) == (True, VERSION)
    failed = told(RESPONSES["ECS52 failed"][0])
    assert isinstance(failed, ServiceAnswered)
    assert failed.accepted is False


def test_a_small_device_tells_its_new_version_where_activation_succeeded():
    expected = firmware.ExecutingFirmwareChanged(b.SMALL, DeviceType.PPMID, VERSION, False)
    assert told(ALERTS["CS08"][0]) == expected
    failed = b.sequence(
        b.integer(0x8F8B), b.generalized(NOON), b.octet_string(b.VERSION), b.integer(1)
    )
    assert isinstance(told(b.alert(0x0129, failed, originator=b.SMALL)), MessageReceived)
