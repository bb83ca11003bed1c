"""The reference page of messages: as committed, and true to what is read."""

import re
from pathlib import Path

from twin.events.gbcs_payloads import firmware
from twin.events.registry import PREMISES_TYPES, short_name
from twin.ingest.gbcs.facts import MEANINGS
from twin.ingest.gbcs.page import facts_from, gbcs_page, payloads_of
from twin.ingest.gbcs.refusals import Cause
from twin.ingest.gbcs.use_cases import ALERTS, COMMANDS, RESPONSES

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "gbcs.md"


def test_the_committed_page_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == gbcs_page(), "run: make docs"


def test_every_reader_stands_on_the_page() -> None:
    rows = re.findall(r"^\| `0x([0-9A-F]{4})` \| [^|]+ \| ([a-z]+) \| `(\w+)`", gbcs_page(), re.M)
    told = {(int(code, 16), kind, payload) for code, kind, payload in rows}
    wired = {
        (code, kind, payload.__name__)
        for kind, table in (("command", COMMANDS), ("response", RESPONSES), ("alert", ALERTS))
        for code, read in table.items()
        for payload in payloads_of(read)
    }
    assert told == wired
    assert len(rows) == len(told)


def test_facts_on_the_page_are_facts_of_a_premises() -> None:
    known = {short_name(name) for name in PREMISES_TYPES}
    for payload in MEANINGS:
        found = facts_from(payload)
        assert found
        assert set(found) <= known
    assert facts_from(firmware.FirmwareReceipt) == (
        "firmware.verified",
        "firmware.verification-failed",
    )
    assert facts_from(firmware.ReadFirmwareVersion) == ()


def test_every_cause_stands_on_the_page() -> None:
    assert all(f"- `{cause}`\n" in gbcs_page() for cause in Cause)
