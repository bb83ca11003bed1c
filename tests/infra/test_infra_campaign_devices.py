"""`twin campaign devices`: where each device stands, from the lake, on any date."""

import csv
import json
from pathlib import Path

import pytest

from tests.infra.command_line import Said, twin
from tests.infra.test_infra_campaign_requests import MEMBERS, PLAN, events, meter_of
from tests.lake.lake_records import append_told
from twin.lake.table import Lake

NAME = PLAN.campaign_id


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin")
    append_told(Lake(folder / "lake" / "events"), events())
    return folder


def asked(home: Path, *more: str | Path, campaign: str = NAME) -> Said:
    return twin("campaign", "devices", campaign, "--home", home, *more)


def test_every_device_stands_once_and_can_be_taken_away_as_a_table(
    home: Path, tmp_path: Path
) -> None:
    said = asked(home, "--out", tmp_path / "devices.csv")
    assert said.status == 0, said
    assert f"wave 1 canary: {MEMBERS} members: {MEMBERS} PLANNED" in said.out
    assert f"all waves: {MEMBERS} members, not frozen yet" in said.out
    with (tmp_path / "devices.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["device_id"] for row in rows} == {meter_of(nth) for nth in range(MEMBERS)}
    assert {row["state"] for row in rows} == {"PLANNED"}


def test_what_is_chosen_is_what_is_counted(home: Path) -> None:
    found = json.loads(asked(home, "--state", "QUEUED", "--state", "CONFIRMED", "--json").out)
    assert [wave["members"] for wave in found["waves"]] == [0, 0, 0, 0]
    found = json.loads(asked(home, "--wave", "1", "--json").out)
    assert found["waves"][0]["states"] == {"PLANNED": MEMBERS}


def test_one_device_is_told_with_all_that_happened_to_it(home: Path) -> None:
    said = asked(home, "--device", meter_of(3))
    assert said.status == 0
    assert "state: PLANNED" in said.out
    assert "2017-07-01 00:00  firmware.device-enrolled  wave=1 place=0.5 region=North" in said.out
    found = json.loads(asked(home, "--device", meter_of(3), "--json").out)
    assert [one["fact"] for one in found["history"]] == ["firmware.device-enrolled"]


def test_what_is_not_there_is_said_in_one_sentence(home: Path) -> None:
    assert asked(home, campaign="LCP-NOBODY").refusal == (
        f"no campaign LCP-NOBODY is in the lake; those known: {NAME}"
    )
    assert asked(home, "--valid", "2017-06-01").refusal == (
        f"no campaign {NAME} is in the lake by then; those known: none"
    )
    assert asked(home, "--device", "00-1D-24-00-00-00-01-FF").refusal == (
        f"device 00-1D-24-00-00-00-01-FF has no word of {NAME}: it is neither member nor excluded"
    )
    assert asked(home, "--state", "DONE").status == 2
