"""`twin basis`, and as it was and as it was known: the same bytes whatever came since (F19)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from streams.archive import open_lake
from tests.infra.command_line import twin
from tests.lake.lake_records import NOON, PREMISES, append, logged, run_of
from twin.events.envelope import encode, new_event
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.events.pins import PrivacyPinSet
from twin.ingest.catalogue import (
    read_catalogue,
    shipped_catalogue,
    write_catalogue,
)
from twin.lake.compact import compact
from twin.lake.epochs import open_epoch
from twin.lake.slices import Slice
from twin.vocabulary import DeviceType, HubVariant, PinClass

OTHER = "Pfedcba9876543210"
NAME = "2017-Q2 return, issue 1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A TWIN_HOME with the histories of two premises, facts a minute apart from 12:01 on."""
    append(open_lake(tmp_path), [*run_of(0, 4), *run_of(0, 2, partition=1, premises=OTHER)])
    return tmp_path


def more(home: Path) -> None:
    """Later facts come, and all files are sorted anew."""
    lake = open_lake(home)
    append(lake, [*run_of(4, 9), *run_of(2, 3, partition=1, premises=OTHER)])
    compact(lake, now=datetime(2026, 1, 2, tzinfo=UTC))


def out(home: Path, *words: str) -> str:
    said = twin(*words, "--home", home)
    assert (said.status, said.err) == (0, "")
    return said.out


def test_named_basis_gives_the_same_bytes_for_ever(home: Path) -> None:
    assert "6 records" in out(home, "basis", "name", NAME)
    asked = (
        ("fleet", "summary", "--known", NAME, "--json"),
        ("fleet", "summary", "--known", NAME, "--valid", "2017-07-01T12:02:00"),
        ("premises", "show", PREMISES, "--known", NAME),
        ("premises", "history", PREMISES, "--known", NAME, "--json"),
        ("basis", "show", NAME),
    )
    before = [out(home, *words) for words in asked]
    more(home)
    assert [out(home, *words) for words in asked] == before
    today = json.loads(out(home, "fleet", "summary", "--valid", "2030-01-01", "--json"))
    then = json.loads(before[0])
    assert (then["records"]["applied"], today["records"]["applied"]) == (6, 12)
    assert then["basis"]["id"] != today["basis"]["id"]
    assert then["digest"] != today["digest"]


def test_same_records_are_the_same_basis_under_any_name(home: Path) -> None:
    first = json.loads(out(home, "basis", "name", "one", "--json"))
    again = json.loads(out(home, "basis", "name", "one", "--json"))
    other = json.loads(out(home, "basis", "name", "two", "--json"))
    assert first == again
    assert first["id"] == other["id"]
    more(home)
    said = twin("basis", "name", "one", "--home", home)
    assert said.refusal == f"'one' names basis {first['id']} already; names are given once"
    assert out(home, "basis", "list").splitlines()[-1] == "2 named"


def test_as_it_was_counts_what_had_happened(home: Path) -> None:
    for minute, facts in ((1, 1), (2, 2), (4, 4)):
        shown = out(
            home, "premises", "show", PREMISES, "--valid", f"2017-07-01T12:0{minute}:00", "--json"
        )
        assert max(json.loads(shown)["state"]["sequences"].values()) == facts
    said = twin("premises", "show", PREMISES, "--valid", "2017-07-01T12:00:59", "--home", home)
    assert said.refusal == f"premises {PREMISES} had no event by then"


def test_what_is_no_basis(home: Path) -> None:
    said = twin("fleet", "summary", "--known", "nobody named it", "--home", home)
    assert "is neither the name of a basis (`twin basis list`) nor a moment" in said.refusal
    said = twin("basis", "show", "nobody named it", "--home", home)
    assert said.refusal == "no basis is named 'nobody named it'; `twin basis list` names them"
    said = twin("premises", "show", PREMISES, "--known", "2017-01-01", "--home", home)
    assert said.refusal.startswith(f"premises {PREMISES} is not in the lake by basis ")


def test_basis_of_a_lake_that_was_lost(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out(home, "basis", "name", "mine")
    poorer = tmp_path_factory.mktemp("poorer")
    append(open_lake(poorer), run_of(0, 2))
    (home / "lake" / "bases").rename(poorer / "lake" / "bases")
    said = twin("fleet", "summary", "--known", "mine", "--home", poorer)
    assert "basis mine reaches to offset 4 of premises.events" in said.refusal


def late_pin(home: Path) -> None:
    """A Privacy PIN that was set at 12:03, of which the log hears after all else."""
    event = new_event(
        fact=PrivacyPinSet(pin_class=PinClass.OTHER),
        source=f"urn:gb:twin:{OTHER}",
        sequence=1,
        key=OTHER,
        occurred_at=NOON + timedelta(minutes=3),
    )
    row = logged(encode(event), offset=2, partition=1, key=OTHER.encode())
    append(open_lake(home), [row, *run_of(4, 6)])


def test_restated_figure_names_the_facts_responsible(home: Path) -> None:
    assert "figures as at 01 July 2017 12:04" in out(home, "basis", "name", NAME, "--figures")
    late_pin(home)
    found = json.loads(out(home, "restate", NAME, "--measure", "pins-set", "--json"))
    parts = {"published": 0, "before": 0, "after": 1, "late_arrivals": 1, "code": 0}
    assert {name: found["parts"][name] for name in parts} == parts
    (responsible,) = found["responsible"]
    assert (responsible["premises_id"], responsible["event"]) == (OTHER, "pins.pin-set")
    assert (found["changed_nothing"], found["later_facts"]) == (0, 2)
    said = out(home, "restate", NAME, "--measure", "pins-set")
    assert f"+1  {OTHER}  pins.pin-set of 2017-07-01 12:03  late arrival" in said
    earlier = json.loads(
        out(
            home,
            "restate",
            NAME,
            "--measure",
            "pins-set",
            "--valid",
            "2017-07-01T12:02:00",
            "--json",
        )
    )
    assert (earlier["parts"]["after"], earlier["parts"]["code"]) == (0, None)


def test_code_that_counts_otherwise_is_told_from_what_the_log_brought(home: Path) -> None:
    """What an earlier version published stands in the file of the basis."""
    out(home, "basis", "name", NAME, "--figures")
    (file,) = (home / "lake" / "bases").iterdir()
    basis = json.loads(file.read_text())
    basis["figures"]["pins-set"] = 2
    file.write_text(json.dumps(basis))
    late_pin(home)
    parts = json.loads(out(home, "restate", NAME, "--measure", "pins-set", "--json"))["parts"]
    assert (parts["published"], parts["before"], parts["after"]) == (2, 0, 1)
    assert (parts["code"], parts["late_arrivals"]) == (-2, 1)


def test_what_cannot_be_restated(home: Path) -> None:
    out(home, "basis", "name", NAME)
    more(home)
    out(home, "basis", "name", "issue 2")
    said = twin("restate", "issue 2", NAME, "--home", home)
    assert said.refusal.startswith("the second basis must hold every record of the first")
    said = twin("restate", NAME, "--measure", "happiness", "--home", home)
    assert said.refusal.startswith("there is no measure 'happiness'; they are: registered, ")


def test_what_a_lost_log_took_back_is_a_withdrawal(home: Path) -> None:
    """A restored log goes on before the newest record, which the first basis knew."""
    late_pin(home)
    out(home, "basis", "name", NAME, "--figures")
    open_epoch(
        open_lake(home),
        {Slice("premises.events", 1, 0): 6, Slice("premises.events", 1, 1): 2},
        now=datetime(2026, 1, 2, tzinfo=UTC),
    )
    parts = {"before": 1, "after": 0, "withdrawals": -1, "late_arrivals": 0, "code": 0}
    asked = ("restate", NAME, "--measure", "pins-set")
    found = json.loads(out(home, *asked, "--json"))
    assert {name: found["parts"][name] for name in parts} == parts
    (responsible,) = found["responsible"]
    assert (responsible["premises_id"], responsible["why"]) == (OTHER, "withdrawal")
    # the field tells it again in the new epoch: nothing is lost, and the parts say so
    pin = new_event(
        fact=PrivacyPinSet(pin_class=PinClass.OTHER),
        source=f"urn:gb:twin:{OTHER}",
        sequence=1,
        key=OTHER,
        occurred_at=NOON + timedelta(minutes=3),
    )
    row = logged(encode(pin), offset=2, partition=1, key=OTHER.encode(), epoch=1)
    append(open_lake(home), [row])
    said = out(home, *asked)
    assert f"-1  {OTHER}  pins.pin-set of 2017-07-01 12:03  withdrawal" in said
    assert f"+1  {OTHER}  pins.pin-set of 2017-07-01 12:03  withdrawal" in said
    again = json.loads(out(home, *asked, "--json"))["parts"]
    assert (again["before"], again["after"], again["withdrawals"]) == (1, 1, 0)


def listed(home: Path, version: str) -> None:
    """A products list by which a version of the installed models has local pairing."""
    models = {kind: shipped_catalogue().models(kind) for kind in (DeviceType.CHF, DeviceType.ESME)}
    entries = [
        replace(entry, firmware_version=one)
        for kind in (DeviceType.CHF, DeviceType.ESME)
        for entry in [
            next(
                e
                for e in shipped_catalogue().entries
                if e.model in models[kind] and e.status == "Current"
            )
        ]
        for one in ("00000001", version)
    ]
    write_catalogue(home / "catalogue.json", entries)


def equipped(home: Path) -> None:
    """A hub and a meter on version 00000005 at the other premises."""
    models = read_catalogue(home / "catalogue.json")
    hub = CommsHubInstalled(
        device_id="00-1D-24-00-00-00-00-01",
        model=models.models(DeviceType.CHF)[0],
        hub_variant=HubVariant.SINGLE_BAND,
        firmware_version="00000005",
        pairing_capable=True,
    )
    meter = DeviceInstalled(
        device_id="00-1D-24-00-00-00-00-02",
        device_type=DeviceType.ESME,
        model=models.models(DeviceType.ESME)[0],
        firmware_version="00000005",
        pairing_capable=True,
    )
    source = f"urn:gb:supplier:{OTHER}"
    for number, fact in enumerate((hub, meter), start=1):
        event = new_event(
            fact=fact,
            source=source,
            sequence=number,
            key=OTHER,
            occurred_at=NOON + timedelta(minutes=number),
        )
        row = logged(encode(event), offset=1 + number, partition=1, key=OTHER.encode())
        append(open_lake(home), [row])


def test_another_products_list_is_reference_data(home: Path) -> None:
    """The list that a named basis was made with is kept, also when another one is ingested."""
    listed(home, "00000005")
    equipped(home)
    out(home, "basis", "name", NAME, "--figures")
    listed(home, "00000009")
    asked = ("restate", NAME, "--measure", "capable-by-list")
    found = json.loads(out(home, *asked, "--json"))
    parts = {"published": 1, "before": 1, "after": 0, "reference_data": -1, "code": 0}
    assert {name: found["parts"][name] for name in parts} == parts
    assert found["relisted"] == [{"premises_id": OTHER, "change": -1}]
    assert f"-1  {OTHER}  by the list " in out(home, *asked)
    unread = json.loads(out(home, "restate", NAME, "--measure", "capable", "--json"))
    assert (unread["parts"]["reference_data"], unread["parts"]["after"]) == (0, 1)
    for file in (home / "lake" / "bases" / "lists").iterdir():
        file.unlink()
    assert "is not here" in twin(*asked, "--home", home).refusal
