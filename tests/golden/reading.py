"""Turns the readable lines of a golden case into records, and folds them."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from twin.events.envelope import encode, new_event
from twin.events.oversight import PROGRAMME_ID
from twin.events.registry import ALL_TYPES, Fact
from twin.ids import event_id
from twin.state.digest import fleet_digest
from twin.state.entry import Entry, Record, new_entry
from twin.state.step import step
from twin.state.verdicts import Verdict

CASES = Path(__file__).parent / "cases"
PREMISES = "P0123456789abcdef"
PARTITION = 3
_KINDS = {
    "hub": "CHF",
    "esme": "ESME",
    "ihd": "IHD",
    "cad": "CAD",
    "second hub": "CHF",
    "gpf": "GPF",
    "second gpf": "GPF",
    "gsme": "GSME",
    "ppmid": "PPMID",
    "hcalcs": "HCALCS",
    **{f"cad {number}": "CAD" for number in range(2, 6)},
    **{f"old cad {number}": "CAD" for number in range(1, 17)},
}
DEVICES = {
    name: (kind, f"00-1D-24-00-00-00-00-{number:02X}")
    for number, (name, kind) in enumerate(_KINDS.items(), start=1)
}
SOURCES = {
    **{who: f"urn:gb:{who}:{PREMISES}" for who in ("supplier", "dsp", "twin", "operator")},
    **{name: f"urn:gb:{kind.lower()}:{device_id}" for name, (kind, device_id) in DEVICES.items()},
    "programme": f"urn:gb:programme:{PROGRAMME_ID}",
}
ATTEMPTS = ("first", "second", "third", "fourth", "fifth")
"""What a case may call an attempt to pair."""
DEFAULTS = {"campaign_id": "LCP-2017", "wave": 1, "attempt": 1, "partition": PARTITION}
ONE = ("device", "subject_device", "partner_device", "replaced_device", "suspended_device", "gpf")
"""Words of a fact that stand for the id of one device, and for its type where it is told."""
MANY = ("entries", "historic")
"""Words of a fact that stand for the ids of several devices."""


def case_names() -> list[str]:
    """The folders of the golden cases."""
    return sorted(path.name for path in CASES.iterdir() if path.is_dir())


def lines_of(case: str) -> list[dict[str, Any]]:
    """The readable lines of a case."""
    text = (CASES / case / "events.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def records_of(case: str) -> list[Record]:
    """The records of a case, at offsets from 0."""
    values = [value for line in lines_of(case) for value in values_of(line)]
    return [
        Record(PREMISES.encode(), value, 0, PARTITION, offset)
        for offset, value in enumerate(values)
    ]


def values_of(line: dict[str, Any]) -> Iterator[bytes | None]:
    """The record of a line; `"seq": "3-9"` is one for each number, a minute apart."""
    if "raw" in line:
        yield line["raw"].encode() if line["raw"] is not None else None
        return
    first, _, last = str(line["seq"]).partition("-")
    at = datetime.fromisoformat(line["at"]).replace(tzinfo=UTC)
    for sequence in range(int(first), int(last or first) + 1):
        event = new_event(
            fact=fact_of(line["event"], line.get("data", {}), sequence),
            source=SOURCES[line["source"]],
            sequence=sequence,
            key=PROGRAMME_ID if line["source"] == "programme" else PREMISES,
            occurred_at=at + timedelta(minutes=sequence - int(first)),
        )
        value = encode(event)
        if "type" in line:
            value = value.replace(event.fact.TYPE.encode(), line["type"].encode())
        yield spoilt(value, line["spoilt"]) if "spoilt" in line else value


def spoilt(value: bytes, words: dict[str, Any]) -> bytes:
    """A record with words in its data that this code would never put there."""
    record = json.loads(value)
    return json.dumps(record | {"data": record["data"] | words}).encode()


def fact_of(event: str, words: dict[str, Any], sequence: int) -> Fact:
    """The fact of a line, with what a reader need not see filled in."""
    cls = ALL_TYPES[f"uk.gb.smart.{event}.v1"]
    named = {field.name for field in msgspec.structs.fields(cls)}
    fields: dict[str, Any] = {n: value for n, value in DEFAULTS.items() if n in named}
    fields |= words
    for word in ONE:
        if word in fields:
            fields |= device_fields(word, fields.pop(word), named)
    for word in MANY:
        if word in fields:
            fields[word] = [DEVICES[name][1] for name in fields[word]]
    if "request_id" in named:
        fields["request_id"] = event_id(source="case", sequence=sequence, event_type=event)
    if "attempt_id" in named:
        fields["attempt_id"] = attempt_id(fields["attempt_id"])
    fact: Fact = msgspec.convert(fields, cls)
    return fact


def device_fields(word: str, name: str | None, named: set[str]) -> dict[str, str | None]:
    """The id that a device's name stands for, and its type where the fact tells it."""
    kind, device_id = DEVICES[name] if name is not None else (None, None)
    told = {f"{word}_type": kind} if f"{word}_type" in named else {}
    return {f"{word}_id": device_id, **told}


def attempt_id(name: str) -> str:
    """The id of a pairing attempt that a case calls by one of `ATTEMPTS`."""
    assert name in ATTEMPTS, f"an attempt is called one of {ATTEMPTS}"
    return event_id(source=f"pairing {name}", sequence=1, event_type="attempt")


def folded(case: str) -> tuple[Entry, list[Verdict]]:
    """The entry after a case, and the verdict on each record."""
    entry, verdicts = new_entry(PREMISES), []
    for record in records_of(case):
        entry, verdict = step(entry, record)
        verdicts.append(verdict)
    return entry, verdicts


if __name__ == "__main__":
    for case in sys.argv[1:] or case_names():
        print(case, fleet_digest([folded(case)[0]]))
