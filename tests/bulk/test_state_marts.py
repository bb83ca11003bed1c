"""Marts counted in the pass that folds the fleet are those that SQL counts from the records."""

import json
from pathlib import Path

import polars as pl
import pytest

from infra.run.as_published import mart_differences
from streams.archive import open_lake
from tests.bulk.homes import HOUSES, archive, installed, log_of, told
from tests.infra.command_line import twin
from tests.marts import sample
from tests.marts.folding import logged, marts_of_files
from tests.marts.test_marts_wild import wild_events
from twin.bulk.cut import WHOLE, Cut
from twin.bulk.standing import marts_of
from twin.bulk.state_marts import COVERAGE, GROUPS, SUMMARY, WAITING
from twin.events.envelope import Event
from twin.events.lifecycle import PremisesRegistered
from twin.lake.rows import Logged
from twin.vocabulary import CspRegion, GspGroup, PremisesType

STANDING = ("installed_premises", "capable_premises", "believed_premises")


def told_apart(files: list[Path]) -> list[str]:
    """Where the two ways differ, in words; both must tell every mart but the cube."""
    theirs, ours = marts_of_files(files), marts_of(files, cut=WHOLE)
    assert set(ours) - set(theirs) == {COVERAGE}
    found = mart_differences(theirs, ours)
    return [told for one in found for told in one.fields]


def in_order(seed: int) -> list[Logged]:
    """Wild histories as their sources numbered them, so that no record waits for another."""
    events = wild_events(seed, premises=400)
    return logged(sorted(events, key=lambda e: (e.key, e.source, e.sequence)))


def unbroken() -> list[Logged]:
    """The sample fleet without its two refused records, behind which a premises is parked."""
    records = sample.sample_records()
    letters = [one for one in records if one.value == b"{broken"]
    assert letters
    parked = {one.key for one in letters}
    return [one for one in records if one.key not in parked]


@pytest.mark.parametrize("seed", range(2))
def test_wild_histories_stand_alike_by_both_ways(tmp_path: Path, seed: int) -> None:
    files = sample.write_lake(tmp_path, in_order(seed))
    ours = marts_of(files, cut=WHOLE)
    assert ours[SUMMARY]["believed_premises"].sum() > 10
    assert ours[SUMMARY][WAITING].sum() == 0
    assert told_apart(files) == []


def test_a_fleet_with_pins_pairings_and_an_air_stands_alike_by_both_ways(tmp_path: Path) -> None:
    files = sample.write_lake(tmp_path, unbroken())
    ours = marts_of(files, cut=WHOLE)
    assert all(len(ours[name]) > 1 for name in GROUPS if name != SUMMARY), ours
    assert told_apart(files) == []


def test_the_cube_adds_up_to_the_marts_of_places_and_to_the_summary(tmp_path: Path) -> None:
    found = marts_of(sample.write_lake(tmp_path, unbroken()), cut=WHOLE)
    cube = found[COVERAGE]
    assert cube["ghz_2_4"].unique().sort().to_list() == [False, True]
    for mart in ("areas_daily", "regions_daily", "suppliers_daily", "region_suppliers"):
        groups = list(GROUPS[mart])
        sums = cube.group_by(groups).agg(pl.col(STANDING).sum()).sort(groups)
        assert sums.equals(found[mart].select(sums.columns))
    total = found[SUMMARY].row(0, named=True)
    for name in (*STANDING, "installed_hubs", "installed_esmes", "capable_hubs", "capable_esmes"):
        assert cube[name].sum() == total[name]


def test_a_cut_is_how_the_fleet_stood_there(tmp_path: Path) -> None:
    log = log_of(a_house(house, n) for n in range(3) for house in HOUSES)
    archive(tmp_path, log)
    files = open_lake(tmp_path).files()
    stood = marts_of(files, cut=Cut({0: (0, 3), 1: (0, 5)}))[SUMMARY].row(0, named=True)
    now = marts_of(files, cut=WHOLE)[SUMMARY].row(0, named=True)
    assert (stood["registered_premises"], stood["installed_hubs"], stood["facts"]) == (6, 2, 8)
    assert (now["registered_premises"], now["installed_hubs"], now["facts"]) == (6, 6, 18)


def a_house(house: str, n: int) -> Event:
    """Registered, given a hub, given another."""
    registered = PremisesRegistered(
        PremisesType.TERRACED, CspRegion.SOUTH, GspGroup.J, "S01", True, False
    )
    facts = (registered, installed("00010001"), installed("00010002", capable=True))
    return told(house, n + 1, facts[n], minute=n)


def test_a_rebuild_writes_the_marts_that_it_counted(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "marts"
    archive(home, log_of(a_house(house, n) for n in range(3) for house in HOUSES))
    said = twin("rebuild", "--home", home, "--marts", out, "--json")
    assert said.status == 0, said
    assert f"12 marts of the fleet as it stands are in {out}" in said.err
    assert json.loads((out / "proof.json").read_text()) == json.loads(said.out)
    cube = pl.read_parquet(out / f"{COVERAGE}.parquet")
    assert cube.select("csp_region", "premises", "capable_hubs").rows() == [("South", 6, 6)]
    assert {one.stem for one in out.glob("*.parquet")} == set(GROUPS)
    again = twin("rebuild", "--home", home, "--marts", out)
    assert again.status == 1
    assert "is no empty folder" in again.err
    readable = twin("rebuild", "--home", home, "--marts", tmp_path / "o", "--engine", "readable")
    assert readable.status == 1
    assert "gives no columns of state" in readable.err
