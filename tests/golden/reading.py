"""Turns the readable lines of a golden case into records, and an entry into readable words."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from twin.events.envelope import encode, new_event
from twin.events.registry import ALL_TYPES, Fact
from twin.ids import event_id
from twin.state.digest import fleet_digest
from twin.state.entry import Entry, Record, new_entry
from twin.state.premises import Device, Premises, is_capable, standing
from twin.state.step import step
from twin.state.verdicts import Verdict

CASES = Path(__file__).parent / "cases"
PREMISES = "P0123456789abcdef"
PARTITION = 3
DEVICES = {
    "hub": ("CHF", "00-1D-24-00-00-00-00-01"),
    "esme": ("ESME", "00-1D-24-00-00-00-00-02"),
    "ihd": ("IHD", "00-1D-24-00-00-00-00-03"),
    "cad": ("CAD", "00-1D-24-00-00-00-00-04"),
    "second hub": ("CHF", "00-1D-24-00-00-00-00-05"),
}
NAME_OF = {device_id: name for name, (_, device_id) in DEVICES.items()}
SOURCES = {
    "supplier": f"urn:gb:supplier:{PREMISES}",
    "dsp": f"urn:gb:dsp:{PREMISES}",
    "hub": f"urn:gb:chf:{DEVICES['hub'][1]}",
    "esme": f"urn:gb:esme:{DEVICES['esme'][1]}",
    "twin": f"urn:gb:twin:{PREMISES}",
    "operator": f"urn:gb:operator:{PREMISES}",
}
DEFAULTS = {"campaign_id": "LCP-2017", "wave": 1, "attempt": 1, "partition": PARTITION}


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
            key=PREMISES,
            occurred_at=at + timedelta(minutes=sequence - int(first)),
        )
        value = encode(event)
        if "type" in line:
            value = value.replace(event.fact.TYPE.encode(), line["type"].encode())
        yield value


def fact_of(event: str, words: dict[str, Any], sequence: int) -> Fact:
    """The fact of a line, with what a reader need not see filled in."""
    cls = ALL_TYPES[f"uk.gb.smart.{event}.v1"]
    named = {field.name for field in msgspec.structs.fields(cls)}
    fields: dict[str, Any] = {
        name: value for name, value in DEFAULTS.items() if name in named
    } | words
    if "device" in fields:
        kind, device_id = DEVICES[fields.pop("device")]
        fields["device_id"] = device_id
        if "device_type" in named:
            fields["device_type"] = kind
    if "request_id" in named:
        fields["request_id"] = event_id(source="case", sequence=sequence, event_type=event)
    if "attempt_id" in named:
        fields["attempt_id"] = attempt_id(fields["attempt_id"])
    fact: Fact = msgspec.convert(fields, cls)
    return fact


def attempt_id(name: str) -> str:
    """The id of a pairing attempt that a case calls by a name."""
    return event_id(source=f"pairing {name}", sequence=1, event_type="attempt")


def folded(case: str) -> tuple[Entry, list[Verdict]]:
    """The entry after a case, and the verdict on each record."""
    entry, verdicts = new_entry(PREMISES), []
    for record in records_of(case):
        entry, verdict = step(entry, record)
        verdicts.append(verdict)
    return entry, verdicts


def story_of(entry: Entry) -> dict[str, Any]:
    """An entry in the words of `expect.json`."""
    premises = entry.premises
    return {
        "records": {
            "applied": entry.applied,
            "duplicate": entry.duplicates,
            "held": entry.held,
            "dead": entry.dead,
        },
        "capable": {
            "truth": is_capable(premises),
            "belief": is_capable(premises, believed=True),
        },
        "truth": versions(premises, "truth"),
        "belief": versions(premises, "belief"),
        "standing": standings(premises),
        "bands": {
            NAME_OF[d.device_id]: f"{d.link.band}, {d.link.reason}"
            for d in premises.devices.values()
            if d.link
        },
        "pairings": {
            words: pairing_words(premises, words)
            for words in ("first", "second")
            if attempt_id(words) in premises.pairings
        },
        "pin": pin_words(premises),
        "gaps": [f"{source_name(g.source)} {g.first} to {g.last}" for g in premises.gaps],
        "parked": parked_words(entry),
    }


def versions(premises: Premises, which: str) -> dict[str, str]:
    """The version that each device runs, or is believed to run."""
    found = {NAME_OF[d.device_id]: getattr(d, which) for d in premises.devices.values()}
    return {name: firmware.version for name, firmware in found.items() if firmware}


def standings(premises: Premises) -> dict[str, str]:
    """Attempt and state of each device's execution in the campaign."""
    return {NAME_OF[d.device_id]: words for d in premises.devices.values() for words in steps(d)}


def steps(device: Device) -> list[str]:
    """A device's executions in words."""
    return [f"attempt {e.attempt}: {standing(device, e)}" for e in device.executions.values()]


def pairing_words(premises: Premises, name: str) -> str:
    """How a pairing attempt ended."""
    attempt = premises.pairings[attempt_id(name)]
    why = attempt.cause or attempt.stage
    rejected = f", {attempt.codes_rejected} codes rejected" if attempt.codes_rejected else ""
    return f"{attempt.route} {attempt.outcome or 'open'}{f': {why}' if why else ''}{rejected}"


def pin_words(premises: Premises) -> str:
    """Whether a PIN is set, as far as is known."""
    if premises.pin is None:
        return "unknown"
    return f"set, {premises.pin.pin_class}" if premises.pin.pin_class else "cleared"


def parked_words(entry: Entry) -> str | None:
    """Why the premises is parked, and how many records queue."""
    parked = entry.parked
    return f"{parked.cause} at {parked.offset}, {len(parked.queue)} queue" if parked else None


def source_name(source: str) -> str:
    """The short name of a source."""
    return next(name for name, urn in SOURCES.items() if urn == source)


if __name__ == "__main__":
    for case in sys.argv[1:] or case_names():
        print(case, fleet_digest([folded(case)[0]]))
