"""Names of codes: complete for what is read, and those of the tables beside the project."""

import csv
from pathlib import Path

import pytest

from twin.events.gbcs_payloads.device_logs import LoggedType
from twin.ingest.gbcs.codes import (
    alert_codes,
    alert_name,
    code_text,
    message_codes,
    message_name,
)
from twin.ingest.gbcs.reading.channels import CHANNELS
from twin.ingest.gbcs.use_cases import ALERTS, COMMANDS, RESPONSES
from twin.state.legality import CHANNELS as LEGAL_CHANNELS
from twin.vocabulary import ActivationOutcome, JoinResponse, TransferOutcome, UnjoinResponse

SHARED = Path(__file__).parents[3].parent / "shared" / "data"


def rows(name: str) -> list[dict[str, str]]:
    file = SHARED / name
    if not file.is_file():
        pytest.skip(f"{name} is not beside the project, so nothing was compared with it")
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


def test_every_code_that_is_read_has_a_name_and_a_source() -> None:
    for code in {*COMMANDS, *RESPONSES, *ALERTS}:
        found = message_codes()[code]
        assert found.name
        assert found.source
        assert found.status == "published"


def test_names_are_found_and_unknown_codes_have_none() -> None:
    assert message_name(0x0012) == "CS06 Activate Firmware"
    assert message_name(0x00CA) == "Future Dated Firmware Activation Alert"
    assert alert_name(0x8F12) == "CHF Device Log Changed"
    assert message_name(0x7777) == alert_name(0x7777) == "not named in the published lists"
    assert code_text(0x8F) == "0x008F"


def test_codes_are_different_and_alerts_are_alerts() -> None:
    assert list(message_codes()) == sorted(message_codes())
    assert all(0x8000 <= code <= 0x8FFF for code in alert_codes())


def test_message_codes_are_those_beside_the_project() -> None:
    for row in rows("message_codes.csv"):
        found = message_codes()[int(row["code"], 16)]
        assert (found.use_case, found.name.lower()) == (row["use_case"], row["name"].lower())


def test_alert_codes_are_those_beside_the_project() -> None:
    for row in rows("alert_codes.csv"):
        if row["kind"] == "gbcs_alert":
            assert alert_name(int(row["code"], 16)) == row["name"].strip()


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("join_response_codes.csv", [*JoinResponse]),
        ("unjoin_response_codes.csv", [*UnjoinResponse]),
        ("firmware_activation_outcomes.csv", ["success", *ActivationOutcome]),
        ("firmware_transfer_outcomes.csv", [*TransferOutcome]),
    ],
)
def test_numbered_answers_are_in_the_order_of_their_codes(table: str, names: list[str]) -> None:
    told = {int(row["code"]): row["name"].lower() for row in rows(table)}
    assert told == {place: name.replace("_", "") for place, name in enumerate(names)}


def test_device_types_are_in_the_order_of_their_codes() -> None:
    told = {int(row["gbcs_device_type"]): row["abbreviation"] for row in rows("device_types.csv")}
    assert told[6] in ("IHD", "CAD")
    assert [told[code] for code in range(6)] == [*LoggedType][:6]


def test_channels_of_pages_are_those_of_the_rules() -> None:
    assert {page: frozenset(channels) for page, channels in CHANNELS.items()} == LEGAL_CHANNELS
