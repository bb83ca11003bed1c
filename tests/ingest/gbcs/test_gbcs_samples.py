"""The published test messages beside the project: header and payload as folder and file say."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from twin.events.gbcs_payloads import device_logs, firmware, joins, plain, privacy_pins, sub_ghz
from twin.events.gbcs_payloads.firmware import ActivationTiming
from twin.ingest.gbcs.codes import message_codes
from twin.ingest.gbcs.facts import facts_of
from twin.ingest.gbcs.header import Protection
from twin.ingest.gbcs.hex_text import messages_in
from twin.ingest.gbcs.message import GbcsMessage, read_message
from twin.vocabulary import MessageKind

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "gbcs"
SAMPLES = sorted(FOLDER.glob("*/*.HEX"))
COUNT = 67
UNUSUAL = {
    ("DBCH04", "ALERT"): "DBCH09",
    ("CS06", "ALERT"): "",
    ("FDRA-DLMS", "ALERT"): "",
}
"""Use case of a message where the file is named after the one that caused it."""
MISLABELLED = {"CS04B_8.8.2_ERROR_COMMAND_GBCS"}
"""Files whose message is of a neighbouring use case: this one unjoins by Method A or C."""
EXPECTED = {
    ("CCS01", "COMMAND"): device_logs.AddDevice,
    ("CCS02", "COMMAND"): device_logs.RemoveDevice,
    ("CCS03", "COMMAND"): device_logs.RestoreDeviceLog,
    ("CCS05CCS04", "COMMAND"): device_logs.ReadDeviceLog,
    ("CCS06", "COMMAND"): device_logs.ReadDeviceLog,
    ("CCS07", "COMMAND"): device_logs.ReadDeviceLog,
    ("CCS08", "ALERT"): firmware.FirmwareTransferEnded,
    ("CS03", "COMMAND"): joins.JoinDevice,
    ("CS03", "RESPONSE"): joins.JoinAnswered,
    ("CS04", "COMMAND"): joins.UnjoinDevice,
    ("CS04", "RESPONSE"): joins.UnjoinAnswered,
    ("CS06", "COMMAND"): firmware.ActivateFirmware,
    ("CS06", "ALERT"): firmware.FutureActivationEnded,
    ("CS07", "COMMAND"): device_logs.ReadJoinDetails,
    ("CS08", "COMMAND"): firmware.ReadFirmwareVersion,
    ("CS14", "ALERT"): device_logs.ChfDeviceLogBackedUp,
    ("ECS14", "RESPONSE"): privacy_pins.PrivacyPinAnswered,
    ("GCS11", "RESPONSE"): privacy_pins.PrivacyPinAnswered,
    ("ECS52", "COMMAND"): firmware.ReadFirmwareVersion,
    ("GCS38", "COMMAND"): firmware.ReadFirmwareVersion,
    ("ECS80", "ALERT"): plain.Received,
    ("FDRA-DLMS", "ALERT"): firmware.FirmwareReceipt,
    ("GCS62", "ALERT"): device_logs.GpfDeviceLogBackedUp,
    ("DBCH01", "COMMAND"): sub_ghz.ReadSubGhzChannel,
    ("DBCH02", "COMMAND"): sub_ghz.ReadSubGhzChannelLog,
    ("DBCH03", "COMMAND"): sub_ghz.ReadSubGhzConfiguration,
    ("DBCH04", "COMMAND"): sub_ghz.SetSubGhzConfiguration,
    ("DBCH04", "RESPONSE"): sub_ghz.SubGhzConfigurationAnswered,
    ("DBCH04", "ALERT"): sub_ghz.SubGhzConfigurationChanged,
    ("DBCH05", "COMMAND"): sub_ghz.RequestChannelScan,
    ("DBCH06", "ALERT"): sub_ghz.DutyCycleAlerted,
}
pytestmark = pytest.mark.skipif(
    not SAMPLES, reason="the published test messages are not beside the project: nothing compared"
)


def words_of(path: Path) -> tuple[str, str]:
    """Use case and kind by the name of a file."""
    use_case = path.stem.split("_")[0]
    (kind,) = re.findall(r"_((?:PRE)?COMMAND|RESPONSE|ALERT)_", path.stem)
    return use_case, kind


def plain_case(use_case: str) -> str:
    return re.sub(r"(Non)?Critical$", "", use_case).upper()


@lru_cache
def read(path: Path) -> GbcsMessage:
    (octets,) = messages_in(path.read_text("ascii"))
    assert isinstance(octets, bytes)
    found = read_message(octets)
    assert isinstance(found, GbcsMessage), found
    return found


NAMED = [pytest.param(path, id=path.stem) for path in SAMPLES]


def test_all_of_them_are_there() -> None:
    assert len(SAMPLES) == COUNT


@pytest.mark.parametrize("path", NAMED)
def test_a_header_is_as_folder_and_file_say(path: Path) -> None:
    use_case, kind = words_of(path)
    header = read(path).header
    assert header.kind is MessageKind[kind.removeprefix("PRE")]
    told = message_codes()[header.message_code].use_case.upper().replace("/", "")
    expected = UNUSUAL.get((use_case, kind), plain_case(use_case))
    assert told == expected or path.stem in MISLABELLED
    assert path.parent.name.endswith(use_case)
    assert header.counter > 0
    assert header.originator != header.target


@pytest.mark.parametrize("path", NAMED)
def test_protection_is_as_the_file_says(path: Path) -> None:
    found = read(path)
    if "PRECOMMAND" in path.stem:
        assert found.protection is Protection.NONE
    else:
        assert found.protection is not Protection.NONE
    if "Critical_8.7.1" in path.stem and "RESPONSE" in path.stem:
        assert found.protection is Protection.SIGNED


@pytest.mark.parametrize("path", NAMED)
def test_an_alert_has_the_code_of_its_file(path: Path) -> None:
    found = read(path)
    assert (found.alert is not None) is ("ALERT" in path.stem)
    codes = re.findall(r"_(8[0-9A-F]{3})_", path.stem)
    if codes:
        assert found.alert is not None
        assert f"{found.alert.code:04X}" == codes[0]


@pytest.mark.parametrize("path", NAMED)
def test_a_payload_is_the_one_expected(path: Path) -> None:
    use_case, kind = words_of(path)
    plain_kind = kind.removeprefix("PRE")
    family = re.match(r"CS0[34]", use_case)
    key = (family[0] if family else use_case, plain_kind)
    payload = read(path).payload
    if key == ("CS06", "RESPONSE"):
        immediate = "IMMEDIATE" in path.stem
        wanted = firmware.ActivationEnded if immediate else firmware.ActivationAccepted
        assert type(payload) is wanted
    else:
        assert type(payload) is EXPECTED[key]


@pytest.mark.parametrize("path", NAMED)
def test_every_message_means_something_and_a_failure_no_success(path: Path) -> None:
    found = read(path)
    told = facts_of(found)
    assert told
    payload = found.payload
    if "RESPONSE" in path.stem and isinstance(payload, privacy_pins.PrivacyPinAnswered):
        assert (payload.result == 0) is ("SUCCESS" in path.stem)
        assert (told[0].TYPE == "uk.gb.smart.pins.pin-disabled.v1") is (payload.result == 0)


def test_the_variants_of_an_activation_are_told_apart() -> None:
    timings = {
        path.stem: payload.timing
        for path in SAMPLES
        if isinstance(payload := read(path).payload, firmware.ActivateFirmware)
    }
    assert len(timings) == 5
    for stem, timing in timings.items():
        assert timing is ActivationTiming[stem.split("_")[2].replace("FUTURE", "FUTURE_DATED")]


def test_all_of_them_in_one_text_are_the_same_messages() -> None:
    text = "\n".join(path.read_text("ascii") for path in SAMPLES)
    assert [read_message(octets) for octets in messages_in(text)] == [read(p) for p in SAMPLES]
