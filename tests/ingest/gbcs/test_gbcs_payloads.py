"""Every payload that is read, from messages built octet by octet."""

from collections.abc import Mapping
from typing import get_args

import pytest

from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_messages import EVERY
from tests.ingest.gbcs.gbcs_parts import NOON
from twin.events.gbcs_payloads import Payload
from twin.events.gbcs_payloads.plain import Closed, Received
from twin.ingest.gbcs.message import GbcsMessage, read_message
from twin.ingest.gbcs.use_cases import ALERTS as READ_ALERTS
from twin.ingest.gbcs.use_cases import COMMANDS as READ_COMMANDS
from twin.ingest.gbcs.use_cases import RESPONSES as READ_RESPONSES
from twin.vocabulary import MessageKind


def read(octets: bytes) -> GbcsMessage:
    found = read_message(octets)
    assert isinstance(found, GbcsMessage), found
    return found


@pytest.mark.parametrize("name", EVERY)
def test_a_payload_is_read_whole(name: str) -> None:
    octets, expected = EVERY[name]
    found = read(octets)
    assert found.payload == expected
    assert name.endswith(found.header.kind.value)
    assert (found.alert is not None) is (found.header.kind is MessageKind.ALERT)
    assert found.verification == "none"


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_tells_its_code_and_moment_in_each_form(name: str) -> None:
    found = read(ALERTS[name][0])
    assert found.alert is not None
    assert found.alert.at == NOON
    assert found.alert.code >= 0x8000
    assert found.alert.name != "not named in the published lists"
    if "0x" in name:
        assert f"0x{found.alert.code:04X}" in name


def test_every_reader_reads_a_built_message() -> None:
    tables: tuple[tuple[MessageKind, Mapping[int, object]], ...] = (
        (MessageKind.COMMAND, READ_COMMANDS),
        (MessageKind.RESPONSE, READ_RESPONSES),
        (MessageKind.ALERT, READ_ALERTS),
    )
    wired = {(code, kind) for kind, table in tables for code in table}
    built = [read(octets).header for octets, _ in EVERY.values()]
    assert {(header.message_code, header.kind) for header in built} == wired


def test_every_payload_is_built_once_at_least() -> None:
    built = {type(expected) for _, expected in EVERY.values()}
    assert built | {Closed, Received} == set(get_args(Payload))
