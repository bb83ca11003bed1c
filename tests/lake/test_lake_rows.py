"""From a record to its row: typed columns, and the bytes unchanged whatever they are."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.events.samples import CAMPAIGN, ESME, HUB, NOON, PREMISES, placed, samples
from tests.lake.lake_records import LOGGED, logged
from twin.events.envelope import encode
from twin.events.firmware import FirmwareActivated
from twin.events.lifecycle import CommsHubInstalled, CommsHubReplaced
from twin.events.programme import MembershipFrozen, WaveReleased
from twin.events.registry import (
    ALL_TYPES,
    CAMPAIGN_TYPES,
    OVERSIGHT_TYPES,
    PREMISES_TYPES,
    Fact,
)
from twin.events.sub_ghz import SubGhzChannelChanged
from twin.lake.facets import facets_of
from twin.lake.rows import Logged, to_table
from twin.lake.schema import ENVELOPE, EVENTS, FACETS
from twin.lake.spared import given_back
from twin.vocabulary import DeviceType, HubVariant, ReturnReason

TOPIC_OF = {
    **dict.fromkeys(ALL_TYPES, "premises.events"),
    **dict.fromkeys(CAMPAIGN_TYPES, "campaign.events"),
    **dict.fromkeys(OVERSIGHT_TYPES, "programme.events"),
}
ENVELOPE_NAMES = [field.name for field in ENVELOPE]
FACET_NAMES = [field.name for field in FACETS]


def row(record: Logged) -> dict[str, Any]:
    """The columns of a record that hold something."""
    (found,) = to_table([record]).to_pylist()
    return {name: held for name, held in found.items() if held is not None}


def rest_of(fact: Fact) -> bytes | None:
    """The JSON of the fields that have no column of their own."""
    whole = json.loads(msgspec.json.encode(fact))
    left = {name: said for name, said in whole.items() if name not in facets_of(type(fact))}
    return json.dumps(left, separators=(",", ":")).encode() if left else None


def good(fact: Fact, *, sequence: int = 7, **place: Any) -> tuple[Logged, dict[str, Any]]:
    """A record of a fact, and what its envelope's columns must be."""
    event = placed(fact, sequence=sequence)
    record = logged(encode(event), key=event.key.encode(), offset=42, partition=3, **place)
    spared = event.fact.TYPE in PREMISES_TYPES
    columns = {
        "topic": record.topic,
        "epoch": record.epoch,
        "partition": 3,
        "offset": 42,
        "key": event.key,
        "logged_at": LOGGED,
        "value": None if spared else encode(event),
        "rest": rest_of(event.fact) if spared else None,
        "event_id": None if spared else event.id,
        "source": event.source,
        "sequence": sequence,
        "occurred_at": event.occurred_at,
        "delay_us": (event.recorded_at - event.occurred_at) // timedelta(microseconds=1),
        "provenance": event.provenance,
        "type_version": 1,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
    }
    return record, {name: held for name, held in columns.items() if held is not None}


def test_hub_installed() -> None:
    record, columns = good(
        CommsHubInstalled(
            device_id=HUB,
            model="1062-0A0B0C0D",
            hub_variant=HubVariant.DUAL_BAND,
            firmware_version="0001000A",
            pairing_capable=False,
        )
    )
    assert row(record) == columns | {
        "event": "lifecycle.hub-installed",
        "family": "lifecycle",
        "device_id": HUB,
        "model": "1062-0A0B0C0D",
        "hub_variant": "dual_band",
        "firmware_version": "0001000A",
        "pairing_capable": False,
    }


def test_activated() -> None:
    record, columns = good(
        FirmwareActivated(
            device_id=ESME,
            device_type=DeviceType.ESME,
            campaign_id=CAMPAIGN,
            wave=2,
            attempt=1,
            firmware_version="0002000B",
            pairing_capable=True,
            response_lost=True,
        ),
        epoch=4,
    )
    assert row(record) == columns | {
        "event": "firmware.activated",
        "family": "firmware",
        "device_id": ESME,
        "device_type": "ESME",
        "campaign_id": CAMPAIGN,
        "wave": 2,
        "attempt": 1,
        "firmware_version": "0002000B",
        "pairing_capable": True,
        "response_lost": True,
    }


def test_campaign_fact() -> None:
    fact = WaveReleased(campaign_id=CAMPAIGN, wave=1, upto=0.25, complete=False, tick=91)
    record, columns = good(fact, topic="campaign.events")
    assert row(record) == columns | {
        "event": "programme.wave-released",
        "family": "programme",
        "campaign_id": CAMPAIGN,
        "wave": 1,
        "upto": 0.25,
        "complete": False,
        "tick": 91,
    }


@pytest.mark.parametrize("event_type", sorted(ALL_TYPES))
def test_every_type_fills_its_own_facets_and_no_other(event_type: str) -> None:
    events = list(samples(event_type))
    topic = TOPIC_OF[event_type]
    records = [
        logged(encode(event), key=event.key.encode(), offset=offset, topic=topic)
        for offset, event in enumerate(events)
    ]
    table = to_table(records)
    assert table.schema == EVENTS
    for event, found in zip(events, table.to_pylist(), strict=True):
        assert found["refusal"] is None
        plain = msgspec.to_builtins(event.fact, builtin_types=(date, datetime))
        expected = {name: plain.get(name) for name in FACET_NAMES}
        if event_type == SubGhzChannelChanged.TYPE:
            expected["channel"] = None  # a number here, and text in the column of that name
        if event_type == MembershipFrozen.TYPE:
            expected["members"] = None  # one number a wave here, and one in the column
        assert {name: found[name] for name in FACET_NAMES} == expected


REFUSED = {
    "no JSON": (b'{"specversion"', "malformed"),
    "no UTF-8": (b"\xff\xfe\x00", "malformed"),
    "nothing": (None, "null_value"),
    "empty": (b"", "null_value"),
    "other envelope": (b'{"a": 1}', "envelope"),
    "large": (b" " * 70_000, "too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_record_keeps_its_bytes_and_says_why(name: str) -> None:
    value, cause = REFUSED[name]
    (found,) = to_table([logged(value, offset=5)]).to_pylist()
    assert found["value"] == value
    assert found["refusal"] == cause
    assert found["offset"] == 5
    assert [found[name] for name in ENVELOPE_NAMES + FACET_NAMES] == [None] * (
        len(ENVELOPE_NAMES) + len(FACET_NAMES)
    )


def test_newer_version_is_refused_and_kept() -> None:
    event = next(samples(FirmwareActivated.TYPE))
    newer = encode(event).replace(b"activated.v1", b"activated.v99")
    assert row(logged(newer, offset=1))["refusal"] == "newer_version"
    assert row(logged(newer, offset=1))["value"] == newer


@pytest.mark.parametrize(
    ("key", "held"), [(None, None), (b"", ""), (b"P\xff", "P\N{REPLACEMENT CHARACTER}")]
)
def test_wrong_key_is_refused_and_kept_as_text(key: bytes | None, held: str | None) -> None:
    value = encode(next(samples(FirmwareActivated.TYPE)))
    (found,) = to_table([logged(value, key=key, offset=0)]).to_pylist()
    assert (found["key"], found["refusal"]) == (held, "wrong_key")


def test_dead_letters_are_no_events_and_no_refusals() -> None:
    value = json.dumps({"topic": "premises.events", "offset": 3}).encode()
    record = logged(value, topic="premises.dead-letters", offset=9)
    assert row(record) == {
        "topic": "premises.dead-letters",
        "epoch": 0,
        "partition": 0,
        "offset": 9,
        "key": PREMISES,
        "logged_at": LOGGED,
        "value": value,
    }


def test_rows_stand_in_the_order_given_good_and_bad_mixed() -> None:
    good_value = encode(next(samples(FirmwareActivated.TYPE)))
    values = [good_value, b"bad", None, good_value, b"\xff"]
    table = to_table([logged(value, offset=nth) for nth, value in enumerate(values)])
    assert table.column("offset").to_pylist() == [0, 1, 2, 3, 4]
    assert table.column("value").to_pylist() == [None, b"bad", None, None, b"\xff"]
    assert given_back(table) == values
    assert table.column("wave").to_pylist() == [1, None, None, 1, None]


def test_no_records_make_an_empty_table_of_the_same_schema() -> None:
    table = to_table([])
    assert table.num_rows == 0
    assert table.schema == EVENTS


def test_times_keep_their_microseconds() -> None:
    fact = WaveReleased(campaign_id=CAMPAIGN, wave=1, upto=1.0, complete=True, tick=0)
    record, columns = good(fact, topic="campaign.events", sequence=999)
    found = row(record)
    assert found["delay_us"] == columns["delay_us"]
    assert found["delay_us"] % 1_000_000 == 999
    assert found["occurred_at"] > NOON


def test_campaign_fact_has_no_place_among_premises_events() -> None:
    """As the fold refuses it there, the lake does not count it as an event either."""
    record, columns = good(WaveReleased(CAMPAIGN, wave=1, upto=0.25, complete=False, tick=1))
    found = row(record)
    assert (found["refusal"], found["value"]) == ("wrong_topic", columns["value"])
    assert "event" not in found
    assert "wave" not in found


@pytest.mark.parametrize(
    ("tick", "held"), [(2**31, 2**31), (2**63 - 1, 2**63 - 1), (2**63, None), (10**30, None)]
)
def test_number_of_any_size_that_the_contract_allows_is_archived(
    tick: int, held: int | None
) -> None:
    """An archiver that stops at a record would stop at it for ever."""
    fact = WaveReleased(campaign_id=CAMPAIGN, wave=1, upto=1.0, complete=True, tick=tick)
    record, columns = good(fact, topic="campaign.events")
    other, _ = good(WaveReleased(CAMPAIGN, 2, 1.0, True, 7), topic="campaign.events")
    table = to_table([record, other])
    assert table.column("tick").to_pylist() == [held, 7]
    assert table.column("value")[0].as_py() == columns["value"]


@pytest.mark.parametrize("topic", ["campaign.events", "programme.events", "premises.events"])
def test_fact_has_its_place_on_one_topic(topic: str) -> None:
    for event_type, placed_on in TOPIC_OF.items():
        event = next(samples(event_type))
        found = row(logged(encode(event), key=event.key.encode(), offset=0, topic=topic))
        assert found.get("refusal") == (None if placed_on == topic else "wrong_topic"), event_type


@pytest.mark.rule("BR43")
def test_fact_against_a_rule_is_an_event_that_names_the_rule() -> None:
    replaced = CommsHubReplaced(HUB, HUB, ReturnReason.FAULT, True, True)
    record, _ = good(replaced)
    found = row(record)
    assert (found["breach"], found["event"]) == ("BR43", "lifecycle.hub-replaced")
    assert "refusal" not in found
    keeping, _ = good(CommsHubReplaced(HUB, ESME, ReturnReason.FAULT, True, True))
    assert "breach" not in row(keeping)
