"""`twin campaign plan FILE`: what it prints of a plan over a lake, and what it refuses."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.infra.command_line import twin
from tests.lake.lake_records import append, logged
from twin.campaign import plan as plans
from twin.events.envelope import Event, encode, new_event
from twin.events.lifecycle import CommsHubInstalled, DeviceCommissioned, PremisesRegistered
from twin.ingest.catalogue import shipped_catalogue
from twin.lake.table import Lake
from twin.vocabulary import CspRegion, DeviceType, GspGroup, HubVariant, PremisesType

HOMES = 40

HUBS = (Path(plans.__file__).parent / "plans" / "lcp-hubs.toml").read_text()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin")
    append(
        Lake(folder / "lake" / "events"),
        [
            logged(encode(event), offset=offset, key=event.key.encode())
            for offset, event in enumerate(event for nth in range(HOMES) for event in a_home(nth))
        ],
    )
    return folder


def a_home(nth: int) -> Iterator[Event]:
    """A commissioned hub on the firmware before the one with local pairing."""
    catalogue = shipped_catalogue()
    model = catalogue.upgradable(DeviceType.CHF)[0]
    version = catalogue.older_version(model)
    assert version is not None
    hub, premises = f"00-1D-24-00-00-00-00-{nth:02X}", f"P{nth:016x}"
    facts = (
        PremisesRegistered(PremisesType.TERRACED, CspRegion.NORTH, GspGroup.A, "S01", False, False),
        CommsHubInstalled(hub, model, HubVariant.SINGLE_BAND, version, False),
        DeviceCommissioned(hub, DeviceType.CHF),
    )
    for sequence, fact in enumerate(facts, start=1):
        yield new_event(
            fact=fact,
            source=f"urn:gb:dsp:{premises}",
            sequence=sequence,
            key=premises,
            occurred_at=datetime(2017, 5, 1, tzinfo=UTC),
        )


def file_of(folder: Path, text: str) -> Path:
    file = folder / "own.toml"
    file.write_text(text.replace('"LCP-HUBS"', '"OWN-HUBS"'))
    return file


def test_members_waves_and_days_are_told(home: Path, tmp_path: Path) -> None:
    said = twin("campaign", "plan", file_of(tmp_path, HUBS), "--home", home)
    assert said.status == 0, said
    assert (
        "OWN-HUBS: Local pairing on installed communications hubs; nothing was changed" in said.out
    )
    assert "wave 2 north: " in said.out
    assert "wave 1 is released 2017-07-01 to 2017-07-01, " in said.out
    (foreseen,) = [line for line in said.out.splitlines() if line.startswith("end foreseen: ")]
    assert "P10 2017-" in foreseen
    assert "it supposes: the plan is approved by 2017-07-01; nothing was observed of it" in said.out


def test_json_and_the_table_of_devices_count_the_same(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "devices.csv"
    plan = file_of(tmp_path, HUBS)
    said = twin("campaign", "plan", plan, "--home", home, "--json", "--devices", table)
    found = json.loads(said.out)
    with table.open(newline="") as rows:
        words = list(csv.DictReader(rows))
    assert found["devices"] == len(words) == HOMES
    assert sum(found["members"]) == sum(word["reason"] == "" for word in words)
    assert sum(found["excluded"].values()) == sum(word["reason"] != "" for word in words)
    end = found["forecast"]
    assert found["earliest"] <= end["p10"] <= end["p50"] <= end["p90"]
    assert (end["basis"], end["simulated"]) == ("prior", True)
    assert {row["name"] for row in end["assumed"]} >= {"hold_share", "advance_lag_more"}


def test_a_pace_that_cannot_be_kept_is_told(home: Path, tmp_path: Path) -> None:
    seldom = '[[windows]]\ndays = ["sun"]\nopens = "05:00"\ncloses = "05:01"\n\n[gate]'
    paced = HUBS.replace("[gate]", f"[pacing]\nper_day = 1\n\n{seldom}", 1)
    said = twin("campaign", "plan", file_of(tmp_path, paced), "--home", home)
    assert "is not all released within three years at this pace" in said.out
    assert "not within three years at the earliest" in said.out


def test_a_mistake_is_told_with_its_line_and_nothing_is_counted(home: Path, tmp_path: Path) -> None:
    said = twin("campaign", "plan", file_of(tmp_path, HUBS.replace("0.02", "1.2")), "--home", home)
    assert said.status == 1
    assert "own.toml: line 28: share must be a share above 0 and at most 1" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (15, "wave 1 canary: 15 members, 1 requests 11.1"),
        (41, "refused: wave 1 canary takes 41 devices and would find 40"),
        (40, "refused: waves by count take all, nothing is left for the others"),
    ],
)
def test_a_wave_by_count_is_foreseen(home: Path, tmp_path: Path, count: int, said: str) -> None:
    plan = file_of(tmp_path, HUBS.replace("share = 0.02", f"count = {count}"))
    told = twin("campaign", "plan", plan, "--home", home)
    assert told.status == 0, told
    assert said in told.out
    assert ("refused" in told.out) is (count >= HOMES)


@pytest.mark.peer_fault("PF-azure-03")
@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("older", None),
        ("newest", "is the newest firmware of {model}, which is no way back"),
        ("FFFFFFFF", "FFFFFFFF is not Current on the products list for {model}, and the DCC sends"),
    ],
)
def test_a_way_back_says_what_is_unverified_and_names_what_the_list_has(
    home: Path, tmp_path: Path, version: str, said: str | None
) -> None:
    catalogue = shipped_catalogue()
    model = catalogue.upgradable(DeviceType.CHF)[0]
    known = {"older": catalogue.older_version(model), "newest": catalogue.capable_version(model)}
    back = f'rolls_back = "LCP-BEFORE"\ntargets = {{ "{model}" = "{known.get(version, version)}" }}'
    plan = file_of(tmp_path, HUBS.replace("[gate]", f"{back}\n\n[gate]", 1))
    told = twin("campaign", "plan", plan, "--home", home)
    assert told.status == 0, told
    assert "a way back of LCP-BEFORE: whether a device takes an image older than" in told.out
    assert "UNVERIFIED" in told.out
    assert "this plan would be refused: it has no member" in told.out, "nobody was asked there"
    if said is None:
        assert told.out.count("this plan would be refused") == 1
        return
    assert f"this plan would be refused: {known.get(version, version)} is" in told.out
    sent = twin("campaign", "submit", plan, "--home", home)
    assert sent.status == 1
    assert said.format(model=model) in sent.err
