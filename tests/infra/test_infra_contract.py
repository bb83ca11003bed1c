"""The generated documents: equal to what is committed, complete, and true to the fact tables."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from infra.contract.__main__ import scenario_schema
from infra.contract.asyncapi import asyncapi, encoded
from infra.contract.campaign_page import campaign_page
from infra.contract.events_page import events_page
from streams.topics import TOPICS
from twin.campaign.transitions import moves
from twin.events.counterparts import COUNTERPARTS
from twin.events.registry import ALL_TYPES, CAMPAIGN_TYPES, short_name, topic_of
from twin.vocabulary import CampaignState
from twin.vocabulary.service_requests import SERVICE_REQUESTS

DOCS = Path(__file__).parents[2] / "docs"
SHARED = Path(__file__).parents[3] / "shared" / "data"
TODAY = "run: make docs"


def test_the_committed_events_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "events.md").read_text("utf-8") == events_page(), TODAY


def test_the_committed_campaign_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "campaign.md").read_text("utf-8") == campaign_page(), TODAY


def test_the_campaign_page_has_every_move_and_every_fact() -> None:
    page = campaign_page()
    rows = re.findall(r"^\| ([A-Z_]+) \| `([a-z.-]+)` \| ([A-Z_]+) \|", page, re.MULTILINE)
    told = [(move.before.value, short_name(move.fact.TYPE), move.after.value) for move in moves()]
    assert rows == told
    idle = re.findall(r"^- `([a-z.-]+)`$", page, re.MULTILINE)
    facts = [name for _, name, _ in rows]
    assert {*facts, *idle} == {short_name(name) for name in CAMPAIGN_TYPES}
    assert not set(facts) & set(idle)
    arrows = set(re.findall(r"^    ([A-Z_]+) --> ([A-Z_]+):", page, re.MULTILINE))
    assert arrows == {(before, after) for before, _, after in rows if before != after}
    assert {state for pair in arrows for state in pair} == set(CampaignState)


def test_the_committed_asyncapi_file_is_what_the_code_says() -> None:
    assert (DOCS / "asyncapi.json").read_bytes() == encoded(), TODAY


def test_every_type_stands_on_the_page_once() -> None:
    sections = Counter(re.findall(r"^### `(.+)`$", events_page(), re.MULTILINE))
    assert sections == Counter(short_name(name) for name in ALL_TYPES)


def test_every_type_is_a_message_of_exactly_one_channel_that_exists() -> None:
    channels = asyncapi()["channels"]
    carried = Counter(name for channel in channels.values() for name in channel["messages"])
    assert carried == Counter(short_name(name) for name in ALL_TYPES)
    topics = {topic.name: topic.partitions for topic in TOPICS}
    for name, channel in channels.items():
        assert channel["bindings"]["kafka"]["partitions"] == topics[name]
    assert {topic_of(name) for name in ALL_TYPES} == set(channels)


def test_every_payload_is_a_committed_schema() -> None:
    for message in asyncapi()["components"]["messages"].values():
        schema = json.loads((DOCS / message["payload"]["$ref"]).read_bytes())
        assert schema["title"] == message["name"]


def test_every_type_has_a_counterpart_and_no_other() -> None:
    assert set(COUNTERPARTS) == set(ALL_TYPES.values())
    for fact, found in COUNTERPARTS.items():
        assert any((found.service_request, found.use_case, found.alert, found.source)), fact


def test_service_requests_of_counterparts_are_known() -> None:
    named = {
        reference
        for found in COUNTERPARTS.values()
        for reference in filter(None, found.service_request.split(", "))
    }
    assert named <= set(SERVICE_REQUESTS)
    assert "8.11" in named


def test_alert_codes_of_counterparts_are_published() -> None:
    file = SHARED / "alert_codes.csv"
    if not file.exists():
        pytest.skip("the shared fact tables are not beside the project")
    published = {
        row["code"].upper() for row in csv.DictReader(file.read_text("utf-8").splitlines())
    }
    named = {
        code.upper()
        for found in COUNTERPARTS.values()
        for code in re.findall(r"0x8[0-9A-Fa-f]{3}", found.alert)
    }
    assert named <= published
    assert len(named) > 20


def test_the_committed_schema_of_a_scenario_is_what_the_code_says() -> None:
    committed = (DOCS / "reference" / "whatif-scenario.schema.json").read_bytes()
    assert committed == scenario_schema(), TODAY
