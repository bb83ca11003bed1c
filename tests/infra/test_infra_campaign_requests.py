"""`twin campaign requests`: a planned wave as files that a DCC User could sign and send."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.infra.command_line import Said, twin
from tests.ingest.duis.duis_schemas import duis, faults
from tests.lake.lake_records import append_told
from twin.campaign.handing_in import submitted
from twin.campaign.plan import shipped_plans
from twin.events.envelope import Event, new_event
from twin.events.firmware import DeviceEnrolled
from twin.events.lifecycle import DeviceCommissioned, DeviceInstalled
from twin.ingest.catalogue import shipped_catalogue
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.reading import read_document
from twin.lake.table import Lake
from twin.vocabulary import CspRegion, DeviceType

PLAN = shipped_plans()[1]
MEMBERS = 12
AT = datetime(2017, 7, 1, tzinfo=UTC)
PARTIES = ("--originator", "90-B3-D5-1F-30-00-00-01", "--target", "90-B3-D5-1F-30-00-00-02")


def meter_of(nth: int) -> str:
    return f"00-1D-24-00-00-00-01-{nth:02X}"


def events() -> list[tuple[str, Event]]:
    """A plan that was handed in, and meters of its first wave, all of one model."""
    catalogue = shipped_catalogue()
    model = next(
        entry.model
        for entry in catalogue.entries
        if entry.kind is DeviceType.ESME
        and entry.image_hash
        and catalogue.capable_version(entry.model) == entry.firmware_version
    )
    version, old = catalogue.capable_version(model), catalogue.older_version(model)
    assert version is not None
    assert old is not None
    plan = submitted(PLAN, author=PLAN.author, version=1, tick=1)
    key = PLAN.campaign_id
    found = [("campaign.events", new_event(fact=plan, source=f"urn:gb:twin:{key}", sequence=1,
                                           key=key, occurred_at=AT))]  # fmt: skip
    for nth in range(MEMBERS):
        home, meter = f"P{nth:016x}", meter_of(nth)
        facts = (
            DeviceInstalled(meter, DeviceType.ESME, model, old),
            DeviceCommissioned(meter, DeviceType.ESME),
            DeviceEnrolled(meter, DeviceType.ESME, key, 1, 0.5, CspRegion.NORTH, "S01", version),
        )
        for sequence, fact in enumerate(facts, start=1):
            source = f"urn:gb:supplier:{home}"
            event = new_event(fact=fact, source=source, sequence=sequence, key=home, occurred_at=AT)
            found.append(("premises.events", event))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin")
    append_told(Lake(folder / "lake" / "events"), events())
    return folder


def asked(home: Path, out: Path, *more: str, campaign: str = PLAN.campaign_id) -> Said:
    return twin("campaign", "requests", campaign, "--wave", "1", "--out", out, "--home", home,
                *PARTIES, "--at", "2017-07-02", *more)  # fmt: skip


def test_a_wave_is_written_as_documents_that_are_read_back(home: Path, tmp_path: Path) -> None:
    said = asked(home, tmp_path / "out", "--json")
    assert said.status == 0, said
    found = json.loads(said.out)
    assert found["documents"] == {"11.1": 1, "11.2": MEMBERS, "11.3": MEMBERS}
    assert (found["requests"], found["need_an_image"], found["left_out"]) == (3 * MEMBERS, 1, [])
    read = [read_document(path.read_bytes()) for path in sorted((tmp_path / "out").iterdir())]
    documents = [one for one in read if isinstance(one, DuisRequest)]
    assert len(documents) == 1 + 2 * MEMBERS
    counters = [one.request.counter for one in documents]
    assert counters == list(range(1, 2 * MEMBERS + 2))
    assert found["last_counter"] == counters[-1]


def test_documents_are_valid_against_the_published_schema(home: Path, tmp_path: Path) -> None:
    schema = duis()
    assert asked(home, tmp_path / "out").status == 0
    for path in (tmp_path / "out").iterdir():
        assert faults(path.read_bytes(), schema) == []


def test_the_same_wave_is_the_same_bytes(home: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert asked(home, tmp_path / name).status == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


def test_what_cannot_be_written_is_said_in_one_sentence(home: Path, tmp_path: Path) -> None:
    assert (
        "no campaign LCP-NONE is in the lake"
        in asked(home, tmp_path / "out", campaign="LCP-NONE").refusal
    )
    assert "has 4 waves, and no wave 9" in asked(home, tmp_path / "out", "--wave", "9").refusal
    assert "nothing left to ask for" in asked(home, tmp_path / "out", "--wave", "2").refusal
    assert not (tmp_path / "out").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert "is not empty" in asked(home, tmp_path / "full").refusal
    assert asked(home, tmp_path / "out", "--originator", "me").status == 2
