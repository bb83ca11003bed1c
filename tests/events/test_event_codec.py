"""Reading a record: each bad input is refused by its cause, and no refusal quotes it (D32)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.events.samples import CAMPAIGN, NOON, PREMISES, samples
from twin.events.codec import (
    MAX_BYTES,
    Cause,
    Unreadable,
    decode,
    decode_premises,
    safe_text,
)
from twin.events.envelope import Event, encode, headers, new_event
from twin.events.lifecycle import DeviceInstalled
from twin.events.registry import ALL_TYPES, CAMPAIGN_TYPES, PREMISES_TYPES
from twin.vocabulary import DeviceType

CANARY = "4821"
CODE = "40183946205718356402"
DEVICE = "00-1D-24-00-00-00-00-02"
EVENT = new_event(
    fact=DeviceInstalled(device_id=DEVICE, device_type=DeviceType.ESME),
    source=f"urn:gb:supplier:{PREMISES}",
    sequence=1,
    key=PREMISES,
    occurred_at=NOON,
)
GOOD = encode(EVENT)
KEY = PREMISES.encode()


def record(**changes: Any) -> bytes:
    """The good record with attributes changed, or left out where the new value is `...`."""
    attributes = {**json.loads(GOOD), **changes}
    kept = {name: value for name, value in attributes.items() if value is not ...}
    return json.dumps(kept, separators=(",", ":")).encode()


def facts(**changes: Any) -> bytes:
    """The good record with fields of its data changed, or left out where the new value is `...`."""
    fields = {**json.loads(GOOD)["data"], **changes}
    return record(data={name: value for name, value in fields.items() if value is not ...})


def swap(old: bytes, new: bytes) -> bytes:
    """The good record with some bytes exchanged."""
    assert old in GOOD
    return GOOD.replace(old, new)


def at(time: str, recorded: str | None = None) -> bytes:
    """The good record at another time."""
    return record(time=time, recordedtime=recorded or time)


BAD: dict[str, tuple[bytes | None, Cause]] = {
    "null value": (None, Cause.NULL_VALUE),
    "empty bytes": (b"", Cause.NULL_VALUE),
    "JSON null": (b"null", Cause.ENVELOPE),
    "a list": (b"[4821]", Cause.ENVELOPE),
    "malformed": (b'{"specversion":"1.0", 4821', Cause.MALFORMED),
    "plain text": (b"pin 4821", Cause.MALFORMED),
    "trailing text": (GOOD + b"4821", Cause.MALFORMED),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, Cause.MALFORMED),
    "NaN": (swap(b'"ESME"', b"NaN"), Cause.MALFORMED),
    "infinity": (swap(b"false", b"-Infinity"), Cause.MALFORMED),
    "number out of range": (swap(b"false", b"1e999"), Cause.SCHEMA),
    "huge": (GOOD + b" " * MAX_BYTES, Cause.TOO_LARGE),
    "huge text": (facts(device_type="4821" * MAX_BYTES), Cause.TOO_LARGE),
    "huge integer": (swap(b'"ESME"', b"4821" * 2000), Cause.SCHEMA),
    "deep list": (swap(b'"ESME"', b"[" * 30_000 + b"]" * 30_000), Cause.MALFORMED),
    "deep object": (swap(b'"ESME"', b'{"a":' * 9000 + b"1" + b"}" * 9000), Cause.MALFORMED),
    "nested data": (facts(device_type={"deep": [CANARY]}), Cause.SCHEMA),
    "no UTF-8 in the envelope": (swap(b"urn:gb:supplier", b"urn:gb:\xff4821"), Cause.MALFORMED),
    "no UTF-8 in the data": (swap(b"ESME", b"ES\xff4821"), Cause.MALFORMED),
    "no UTF-8 in a field name": (swap(b"device_type", b"device\xff4821"), Cause.MALFORMED),
    "no UTF-8 in an attribute name": (swap(b"provenance", b"prov\xff4821"), Cause.MALFORMED),
    "lone surrogate": (swap(b"ESME", b"\\ud800"), Cause.MALFORMED),
    "missing attribute": (record(sequence=...), Cause.ENVELOPE),
    "missing id": (record(id=...), Cause.ENVELOPE),
    "missing data": (record(data=...), Cause.ENVELOPE),
    "unknown attribute": (record(pin=CANARY), Cause.ENVELOPE),
    "unknown attribute named so": (record(**{CANARY: 1}), Cause.ENVELOPE),
    "unknown attribute with a backtick": (record(**{"a`4821": 1}), Cause.ENVELOPE),
    "unknown attribute like a path": (record(**{"a` - at `$.4821": 1}), Cause.ENVELOPE),
    "unknown field": (facts(pin=CANARY), Cause.SCHEMA),
    "unknown field named so": (facts(**{CANARY: 1}), Cause.SCHEMA),
    "missing field": (facts(device_id=...), Cause.SCHEMA),
    "no object as data": (record(data=CANARY), Cause.SCHEMA),
    "wrong word": (facts(device_type=CANARY), Cause.SCHEMA),
    "wrong word with a quote": (facts(device_type="a'4821"), Cause.SCHEMA),
    "wrong word with quotes": (facts(device_type="'\"4821\"' - at `$.4821`"), Cause.SCHEMA),
    "wrong type of field": (facts(pairing_capable=4821), Cause.SCHEMA),
    "wrong provenance": (record(provenance=CANARY), Cause.ENVELOPE),
    "other specversion": (record(specversion=CANARY), Cause.ENVELOPE),
    "unknown class of secrecy": (record(dataclassification=CODE), Cause.ENVELOPE),
    "sequence as number": (record(sequence=1), Cause.ENVELOPE),
    "short sequence": (record(sequence="4821"), Cause.ENVELOPE),
    "sequence nought": (record(sequence="0" * 12), Cause.ENVELOPE),
    "sequence with a newline": (record(sequence="000000000001\n"), Cause.ENVELOPE),
    "device with a newline": (facts(device_id=DEVICE + "\n"), Cause.SCHEMA),
    "unknown source": (record(source=f"urn:gb:{CODE}:x"), Cause.ENVELOPE),
    "source named by a code": (record(source=f"urn:gb:consumer:{CODE}"), Cause.ENVELOPE),
    "wrong dataschema": (record(dataschema="urn:gb:schema:pins.pin-set:1"), Cause.SCHEMA),
    "unknown type": (record(type="uk.gb.smart.firmware.melted.v1"), Cause.UNKNOWN_TYPE),
    "unknown family": (record(type="uk.gb.smart.ghosts.activated.v1"), Cause.UNKNOWN_TYPE),
    "type outside the contract": (record(type=f"note {CODE}"), Cause.UNKNOWN_TYPE),
    "empty type": (record(type=""), Cause.UNKNOWN_TYPE),
    "newer version": (
        record(type="uk.gb.smart.lifecycle.device-installed.v99"),
        Cause.NEWER_VERSION,
    ),
    "1970": (at("1970-01-01T00:00:00Z"), Cause.TIME_OUT_OF_RANGE),
    "2099": (at("2099-01-01T00:00:00Z"), Cause.TIME_OUT_OF_RANGE),
    "recorded in 2099": (
        at("2017-07-01T00:00:00Z", "2099-01-01T00:00:00Z"),
        Cause.TIME_OUT_OF_RANGE,
    ),
    "year 1 far east": (at("0001-01-01T00:00:00+14:00"), Cause.TIME_OUT_OF_RANGE),
    "year 9999 far west": (at("9999-12-31T23:59:59-14:00"), Cause.TIME_OUT_OF_RANGE),
    "naive time": (record(time="2017-07-01T12:00:00"), Cause.ENVELOPE),
    "time as number": (record(time=1451606400), Cause.ENVELOPE),
    "no such day": (at("2017-02-30T00:00:00Z"), Cause.ENVELOPE),
    "recorded before it happened": (
        at("2017-07-01T12:00:00Z", "2017-07-01T11:49:59Z"),
        Cause.TIME_OUT_OF_RANGE,
    ),
    "wrong subject": (record(subject=PREMISES), Cause.WRONG_SUBJECT),
    "subject of another device": (
        record(subject=f"{PREMISES}/00-1D-24-00-00-00-00-09"),
        Cause.WRONG_SUBJECT,
    ),
    "other partitionkey": (
        record(partitionkey="Pfedcba9876543210", subject=f"Pfedcba9876543210/{DEVICE}"),
        Cause.WRONG_KEY,
    ),
}


def refusal(value: bytes | None, key: bytes | None = KEY) -> Unreadable:
    """The refusal that a bad record must get."""
    read = decode_premises(key=key, value=value)
    assert isinstance(read, Unreadable), read
    return read


def test_good_record_is_read() -> None:
    assert decode_premises(key=KEY, value=GOOD) == EVENT
    assert decode_premises(key=KEY, value=record()) == EVENT


@pytest.mark.peer_fault("PF-hawkbit-36", "PF-hawkbit-37", "PF-mender-08", "PF-tuf-08", "PF-tuf-10")
@pytest.mark.parametrize("name", BAD)
def test_bad_record_is_refused_by_its_cause(name: str) -> None:
    value, cause = BAD[name]
    assert refusal(value).cause is cause


@pytest.mark.parametrize("name", BAD)
def test_refusal_holds_nothing_of_the_record(name: str) -> None:
    why = refusal(BAD[name][0]).why
    assert 10 < len(why) < 250
    assert CANARY not in why
    assert CODE not in why
    assert PREMISES not in why
    assert DEVICE not in why


def test_newer_version_is_refused_by_name() -> None:
    why = refusal(BAD["newer version"][0]).why
    assert "uk.gb.smart.lifecycle.device-installed.v99 is newer than v1" in why


@pytest.mark.parametrize("key", [None, b"", b"\xff4821", b"Pfedcba9876543210", KEY + b"\n"])
def test_wrong_key_is_refused(key: bytes | None) -> None:
    assert refusal(GOOD, key).cause is Cause.WRONG_KEY
    assert CANARY not in refusal(GOOD, key).why


def test_fact_of_a_premises_needs_the_key_of_a_premises() -> None:
    value = record(partitionkey=CAMPAIGN, subject=f"{CAMPAIGN}/{DEVICE}")
    assert refusal(value, CAMPAIGN.encode()).cause is Cause.WRONG_KEY


def test_partitionkey_with_a_newline_is_refused() -> None:
    key = PREMISES + "\n"
    value = record(partitionkey=key, subject=f"{key}/{DEVICE}")
    assert refusal(value, key.encode()).cause is Cause.ENVELOPE


@pytest.mark.parametrize("event_type", sorted(CAMPAIGN_TYPES))
def test_campaign_facts_have_no_place_at_a_premises(event_type: str) -> None:
    event = next(samples(event_type))
    assert decode(key=event.key.encode(), value=encode(event)) == event
    assert refusal(encode(event), event.key.encode()).cause is Cause.WRONG_TOPIC


def test_campaign_fact_under_another_campaigns_key_is_refused() -> None:
    event = next(samples("uk.gb.smart.programme.wave-passed.v1"))
    value = encode(event).replace(b'"partitionkey":"LCP-HUBS"', b'"partitionkey":"OTHER"')
    value = value.replace(b'"subject":"LCP-HUBS"', b'"subject":"OTHER"')
    read = decode(key=b"OTHER", value=value)
    assert isinstance(read, Unreadable)
    assert read.cause is Cause.WRONG_KEY


def test_numbers_outside_a_list_are_not_quoted() -> None:
    """An integer stands unquoted in the reader's message, so the quotes do not protect it."""
    event = next(samples("uk.gb.smart.pairing.completed.v1"))
    value = encode(event).replace(b'"code_length":6', b'"code_length":4821')
    read = refusal(value, event.key.encode())
    assert read.cause is Cause.SCHEMA
    assert CANARY not in read.why
    assert "code_length" in read.why, "the field is named, so that the refusal is of use"


@pytest.mark.parametrize("event_type", sorted(PREMISES_TYPES))
def test_every_single_byte_cut_is_a_refusal_not_a_crash(event_type: str) -> None:
    value = encode(next(samples(event_type)))
    for length in range(0, len(value), 7):
        assert isinstance(decode_premises(key=KEY, value=value[:length]), Unreadable)


@pytest.mark.parametrize(
    "time", ["2017-03-26T01:30:00Z", "2017-10-29T02:30:00+01:00", "2016-12-31T23:59:59.999999Z"]
)
def test_clock_changes_are_times_like_others(time: str) -> None:
    assert isinstance(decode_premises(key=KEY, value=at(time)), Event)


@pytest.mark.peer_fault("PF-ours-09")
def test_clocks_may_differ_by_ten_minutes() -> None:
    value = at("2017-07-01T12:00:00Z", "2017-07-01T11:50:00Z")
    assert isinstance(decode_premises(key=KEY, value=value), Event)


@pytest.mark.parametrize("event_type", sorted(ALL_TYPES))
def test_what_is_encoded_is_read_back(event_type: str) -> None:
    for event in samples(event_type):
        value = encode(event)
        assert decode(key=event.key.encode(), value=value) == event
        assert encode(event) == value
        named = dict(headers(event))
        assert named["ce_type"] == event_type.encode()
        assert named["ce_id"] == event.id.encode()


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (f"code {CODE} there", "code … there"),
        ("code 40 183 946 205 there", "code … there"),
        ("invalid '4821'", "invalid …"),
        ('invalid "4821"', "invalid …"),
        ("invalid 'a'4821'", "invalid …"),
        ("Object contains unknown field `4821` - at `$.x`", "Object contains unknown field …"),
        ("Invalid enum value 4821 - at `$.length`", "Invalid enum value … - at `$.length`"),
        ("missing field `sequence`", "missing field `sequence`"),
    ],
)
def test_safe_text(text: str, safe: str) -> None:
    assert safe_text(text) == safe


@pytest.mark.parametrize("change", [lambda s: s, str.upper])
def test_safe_text_is_short(change: Callable[[str], str]) -> None:
    assert len(safe_text(change("x" * 5000))) == 200
