import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from twin.ingest.catalogue import Catalogue, read_catalogue, shipped_catalogue, write_catalogue
from twin.ingest.cpl import read_cpl
from twin.ingest.cpl_entry import CplEntry
from twin.vocabulary import DeviceType

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "cpl_v2.051.csv"
ENTRY = CplEntry(
    "000001",
    "Current",
    "Communications Hub",
    DeviceType.CHF,
    "FA00-A000000A",
    "01F00000",
    "CHTS V1.0",
    "GBCS Version 1.0",
    None,
)


def catalogue(*versions: str, **changes) -> Catalogue:
    return Catalogue(replace(ENTRY, firmware_version=version, **changes) for version in versions)


def test_the_newest_current_version_is_the_capable_one():
    found = catalogue("02F00000", "0AF00000", "01F00000")
    assert found.versions(ENTRY.model) == ("01F00000", "02F00000", "0AF00000")
    assert found.capable_version(ENTRY.model) == "0AF00000"
    assert found.older_version(ENTRY.model) == "02F00000"
    assert found.is_capable(model_id=ENTRY.model, version="0AF00000")
    assert not found.is_capable(model_id=ENTRY.model, version="02F00000")


def test_a_model_with_one_version_has_no_capable_one():
    found = catalogue("01F00000")
    assert found.capable_version(ENTRY.model) is None
    assert found.older_version(ENTRY.model) == "01F00000"
    assert found.models(DeviceType.CHF) == (ENTRY.model,)
    assert found.upgradable(DeviceType.CHF) == ()


def test_a_version_that_is_listed_twice_is_one_version():
    again = replace(ENTRY, number="000002", gbcs="GBCS Version 1.1")
    assert Catalogue([ENTRY, again]).capable_version(ENTRY.model) is None


@pytest.mark.peer_fault("PF-hawkbit-10", "PF-nerveshub-02")
def test_removed_and_first_generation_entries_are_no_part_of_the_fleet():
    removed = replace(ENTRY, firmware_version="09F00000", status="Removed")
    assert Catalogue([ENTRY, removed]).versions(ENTRY.model) == ("01F00000",)
    old = catalogue("01F00000", "02F00000", specification="SMETS V1.2")
    assert old.models(DeviceType.CHF) == ()
    assert len(old.entries) == 2


@pytest.mark.peer_fault("PF-mender-06")
def test_an_unknown_model_has_nothing():
    found = catalogue("01F00000")
    assert found.versions("FA00-FFFFFFFF") == ()
    assert found.capable_version("FA00-FFFFFFFF") is None
    assert found.older_version("FA00-FFFFFFFF") is None
    assert not found.is_capable(model_id="FA00-FFFFFFFF", version="01F00000")


def test_the_shipped_catalogue_has_hubs_meters_and_gas_meters_to_choose_from():
    found = shipped_catalogue()
    assert len(found.upgradable(DeviceType.CHF)) >= 10
    assert len(found.upgradable(DeviceType.ESME)) >= 10
    assert len(found.models(DeviceType.GSME)) >= 5
    assert found.models(DeviceType.IHD) == found.models(DeviceType.CAD) == ()


def test_the_published_list_makes_a_catalogue():
    if not PUBLISHED.exists():
        pytest.skip(f"the published list is not beside the repository: {PUBLISHED.name}")
    found = Catalogue(read_cpl(PUBLISHED).entries)
    assert len(found.upgradable(DeviceType.CHF)) == 21
    for model in found.upgradable(DeviceType.ESME):
        assert found.older_version(model) < found.capable_version(model)


def test_a_catalogue_comes_back_from_its_file_as_it_was(tmp_path):
    path = tmp_path / "catalogue.json"
    write_catalogue(path, shipped_catalogue().entries)
    assert read_catalogue(path).entries == shipped_catalogue().entries
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_catalogue_that_is_not_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "catalogue.json"
    write_catalogue(path, [ENTRY])

    def crash(_descriptor):
        raise OSError("power cut")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="power cut"):
        write_catalogue(path, shipped_catalogue().entries)
    assert read_catalogue(path).entries == (ENTRY,)


def test_a_file_that_is_no_catalogue_is_named(tmp_path):
    path = tmp_path / "catalogue.json"
    path.write_text('[{"number": 1}]', "utf-8")
    with pytest.raises(ValueError, match=r"catalogue\.json is no catalogue"):
        read_catalogue(path)
