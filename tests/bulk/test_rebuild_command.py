"""`twin rebuild --verify`: equality, and planted differences that are found and named."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from streams.archive import open_lake
from tests.bulk.homes import HOUSES, archive, entries_of, house_of, installed, keep, log_of, told
from tests.infra.command_line import twin
from twin.bulk.digest import columns_digest
from twin.bulk.project import projected
from twin.bulk.proof import last_proof
from twin.events.envelope import Event
from twin.events.firmware import ExecutingFirmwareChanged
from twin.events.pins import PrivacyPinCleared
from twin.lake.rows import to_table
from twin.lake.slices import Slice
from twin.lake.table import spans_of
from twin.state.digest import fleet_digest
from twin.state.entry import Entry
from twin.state.premises import Premises
from twin.vocabulary import DeviceType

HUB = "00-1D-24-00-00-00-00-01"
PLACE = (house_of(HOUSES[2]), HOUSES[2])
"""The house whose entry is spoilt."""


def runs(version: str) -> ExecutingFirmwareChanged:
    return ExecutingFirmwareChanged(
        device_id=HUB,
        device_type=DeviceType.CHF,
        firmware_version=version,
        pairing_capable=True,
    )


EVENTS: list[Event] = [
    told(house, number, fact, minute=number)
    for number, fact in enumerate(
        (installed("00010001"), PrivacyPinCleared(), runs("00010002"), PrivacyPinCleared()), start=1
    )
    for house in HOUSES
]
"""Four facts of each house, told by turns."""
LOG = log_of(EVENTS)


def home_of(tmp_path: Path, entries: dict[tuple[int, str], Entry]) -> Path:
    archive(tmp_path, LOG)
    keep(tmp_path, entries)
    return tmp_path


def columns_of(entries: Iterable[Entry]) -> str:
    return columns_digest(projected(entries))


@pytest.mark.parametrize(("engine", "digest"), [("readable", fleet_digest), ("bulk", columns_of)])
def test_tables_that_are_what_the_lake_folds_to_are_equal(
    tmp_path: Path, engine: str, digest: Callable[[Iterable[Entry]], str]
) -> None:
    home = home_of(tmp_path, entries_of(LOG))
    said = twin("rebuild", "--verify", "--engine", engine, "--home", home, "--json")
    assert said.status == 0, said
    proof = json.loads(said.out)
    assert (proof["equal"], proof["premises"], proof["records"]["applied"]) == (True, 6, 24)
    assert proof["digest"] == proof["live_digest"] == digest(entries_of(LOG).values())
    assert proof["basis"] == {"0/0": 12, "0/1": 12}
    kept = last_proof(home)
    assert kept is not None
    assert (kept.engine, kept.digest) == (engine, proof["digest"])


def spoilt_version(entry: Entry) -> Entry:
    """Another version than any event told."""
    hub = entry.premises.devices[HUB]
    assert hub.truth is not None
    hub = replace(hub, truth=replace(hub.truth, version="0000FFFF"))
    return replace(entry, premises=replace(entry.premises, devices={HUB: hub}))


def lost_event(_: Entry) -> Entry:
    """The entry as if the third record had changed nothing but its place."""
    kept = [record for record in LOG if record.key == HOUSES[2].encode()]
    place = kept[-1].offset
    (entry,) = entries_of(kept[:2]).values()
    return replace(entry, offset=place)


def stopped(_: Entry) -> Entry:
    """The entry before the last two records."""
    (entry,) = entries_of([r for r in LOG if r.key == HOUSES[2].encode()][:2]).values()
    return entry


def stranger(entry: Entry) -> Entry:
    """A device of which no record tells."""
    device = replace(entry.premises.devices[HUB], device_id="00-1D-24-00-00-00-00-99")
    devices = {**entry.premises.devices, device.device_id: device}
    return replace(entry, premises=replace(entry.premises, devices=devices))


@pytest.mark.parametrize("engine", ["readable", "bulk"])
@pytest.mark.parametrize(
    ("spoil", "why", "number", "field"),
    [
        (spoilt_version, "state", 3, f"premises.devices.{HUB}.truth.version"),
        (lost_event, "state", 3, "applied"),
        (stopped, "behind", 3, None),
        (stranger, "state", None, "premises.devices.00-1D-24-00-00-00-00-99.device_id"),
    ],
)
def test_a_planted_difference_is_found_with_its_first_event(
    tmp_path: Path,
    spoil: Callable[[Entry], Entry],
    why: str,
    number: int | None,
    field: str | None,
    engine: str,
) -> None:
    entries = entries_of(LOG)
    home = home_of(tmp_path, {**entries, PLACE: spoil(entries[PLACE])})
    said = twin("rebuild", "--verify", "--engine", engine, "--home", home, "--json")
    assert said.status == 3, said
    proof = json.loads(said.out)
    assert (proof["equal"], proof["differing"]) == (False, 1)
    (found,) = proof["differences"]
    assert (found["premises_id"], found["partition"], found["why"]) == (HOUSES[2], PLACE[0], why)
    assert (found["event"] or {"sequence": None})["sequence"] == number
    assert field is None or field in found["fields"]


def test_a_difference_is_told_in_words(tmp_path: Path) -> None:
    entries = entries_of(LOG)
    home = home_of(tmp_path, {**entries, PLACE: lost_event(entries[PLACE])})
    said = twin("rebuild", "--verify", "--home", home)
    assert said.status == 3
    assert "equal: NO, 1 premises differ" in said.out
    assert f"number 3 of urn:gb:supplier:{HOUSES[2]}" in said.out


def test_premises_on_one_side_only_are_differences(tmp_path: Path) -> None:
    entries = entries_of(LOG)
    unknown = f"P{99:016x}"
    strange = {(0, unknown): Entry(Premises(unknown), 0, 5, 1)}
    kept = {place: entry for place, entry in entries.items() if place != PLACE}
    home = home_of(tmp_path, kept | strange)
    proof = json.loads(twin("rebuild", "--verify", "--home", home, "--json").out)
    told_of = {(d["premises_id"], d["why"]) for d in proof["differences"]}
    assert told_of == {(HOUSES[2], "not_live"), (unknown, "not_in_lake")}


def test_a_table_is_taken_from_the_worker_that_came_furthest(tmp_path: Path) -> None:
    home = home_of(tmp_path, entries_of(LOG))
    keep(home, entries_of(LOG[:5]), worker="w2")
    assert twin("rebuild", "--verify", "--home", home).status == 0


def test_without_lake_or_tables_it_is_refused(tmp_path: Path) -> None:
    assert "no lake" in twin("rebuild", "--home", tmp_path).refusal
    archive(tmp_path, LOG)
    assert "no live tables" in twin("rebuild", "--verify", "--home", tmp_path).refusal
    assert twin("rebuild", "--home", tmp_path).status == 0


def planted(home: Path, column: str, was: str | None, other: str) -> None:
    """A lake in which a column of the firmware's facts says something else than the tables know."""
    table = to_table(LOG)
    place = table.schema.get_field_index(column)
    rows = zip(table["firmware_version"].to_pylist(), table[column].to_pylist(), strict=True)
    wrong = [other if word == was and version == "00010002" else word for version, word in rows]
    lake = open_lake(home)
    spans = spans_of((Slice(r.topic, r.epoch, r.partition), r.offset) for r in LOG)
    lake.append(table.set_column(place, table.schema.field(place), [wrong]), spans)
    keep(home, entries_of(LOG))


def test_judgement_that_is_not_what_the_rules_say_is_found(tmp_path: Path) -> None:
    """The bulk fold trusts the column `breach`, so a wrong one is the kernels' difference."""
    planted(tmp_path, "breach", None, "BR05")
    said = twin("rebuild", "--verify", "--home", tmp_path, "--json")
    assert said.status == 3
    proof = json.loads(said.out)
    assert proof["differing"] == len(HOUSES)
    assert {found["why"] for found in proof["differences"]} == {"kernel"}
    assert twin("rebuild", "--verify", "--engine", "readable", "--home", tmp_path).status == 0


def test_wrong_column_is_a_wrong_record_and_every_engine_finds_it(tmp_path: Path) -> None:
    """A fact's columns give its bytes back, so no engine can read past a wrong one."""
    planted(tmp_path, "firmware_version", "00010002", "0000EEEE")
    said = twin("rebuild", "--verify", "--home", tmp_path, "--json")
    assert said.status == 3
    proof = json.loads(said.out)
    assert proof["differing"] == len(HOUSES)
    assert {found["why"] for found in proof["differences"]} == {"state"}
    assert twin("rebuild", "--verify", "--engine", "readable", "--home", tmp_path).status == 3
