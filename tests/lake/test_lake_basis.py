"""A basis: the same name, the same records, for ever; names are given once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.lake.lake_records import append, logged, run_of
from twin.lake import read
from twin.lake.basis import Bases, Basis, BasisRefused, basis_of, require_within
from twin.lake.compact import compact
from twin.lake.slices import Slice
from twin.lake.table import Lake

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FIRST, SECOND = Slice("premises.events", 0, 0), Slice("premises.events", 0, 1)


def basis(first: int = 4, second: int = 0, *, code: str = "1", reference: str = "shipped") -> Basis:
    return basis_of(
        {FIRST: first, SECOND: second},
        starts={},
        code_version=code,
        reference=reference,
        resolved="a test",
    )


@pytest.fixture
def bases(tmp_path: Path) -> Bases:
    return Bases(tmp_path / "bases")


def test_id_is_made_of_positions_code_and_reference_and_of_nothing_else() -> None:
    assert basis().id == basis().id == replace(basis(), name="x", resolved="otherwise").id
    others = [basis(5), basis(4, 1), basis(code="2"), basis(reference="other")]
    assert len({one.id for one in [basis(), *others]}) == 5
    assert (basis().records, basis().positions) == (4, {FIRST: 4})


def test_name_is_kept_and_given_once(bases: Bases) -> None:
    assert (bases.find("2017-Q2 return"), bases.all()) == (None, [])
    named = bases.name(basis(), "2017-Q2 return", now=NOW)
    assert (named.name, named.named_at, named.id) == ("2017-Q2 return", NOW, basis().id)
    assert bases.find("2017-Q2 return") == named
    assert bases.name(basis(), "2017-Q2 return", now=datetime(2027, 1, 1, tzinfo=UTC)) == named
    with pytest.raises(BasisRefused, match="names are given once"):
        bases.name(basis(5), "2017-Q2 return", now=NOW)
    other = bases.name(basis(5), "2017-Q2 return, issue 2", now=datetime(2026, 3, 1, tzinfo=UTC))
    assert bases.all() == [named, other]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb", "a\x00", "MPAN 1200012345678"])
def test_name_that_is_none(bases: Bases, name: str) -> None:
    with pytest.raises(BasisRefused, match="a basis needs a name"):
        bases.name(basis(), name, now=NOW)
    assert bases.all() == []


@pytest.mark.parametrize("name", ["../../x", "a/b", ".", "Käfig 50 %", "2017-06-30"])
def test_name_is_no_path(bases: Bases, tmp_path: Path, name: str) -> None:
    bases.name(basis(), name, now=NOW)
    (file,) = (tmp_path / "bases").iterdir()
    assert file.suffix == ".json"
    assert bases.find(name) is not None


def test_file_that_cannot_be_read_is_one_sentence(bases: Bases, tmp_path: Path) -> None:
    bases.name(basis(), "x", now=NOW)
    (file,) = (tmp_path / "bases").iterdir()
    file.write_text("{")
    with pytest.raises(BasisRefused, match="cannot be read as a basis"):
        bases.find("x")


def test_basis_of_another_lake_is_refused() -> None:
    require_within(basis(4), {FIRST: 4, SECOND: 0})
    require_within(basis(4), {FIRST: 9})
    with pytest.raises(BasisRefused, match=r"reaches to offset 4 of .* holds 3: it is another"):
        require_within(basis(4), {FIRST: 3})


def test_records_up_to_a_basis_stay_the_same(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "events")
    append(lake, [*run_of(0, 4), *run_of(0, 3, partition=1), *run_of(0, 2, epoch=1)])
    positions = {FIRST: 3, SECOND: 3, Slice("premises.events", 1, 0): 1}
    before = list(read.records(lake.files(), upto=positions))
    assert [(r.epoch, r.partition, r.offset) for r in before] == [
        (0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0), (0, 1, 0), (0, 1, 1), (0, 1, 2),
    ]  # fmt: skip
    append(lake, [*run_of(4, 6), logged(b"{}", offset=3, partition=1), *run_of(0, 1, partition=2)])
    compact(lake, now=NOW)
    assert list(read.records(lake.files(), upto=positions)) == before
    assert list(read.records(Lake(lake.path).files(), upto=lake.positions())) == list(
        read.records(lake.files())
    )
    assert list(read.records(lake.files(), upto={})) == []


def test_positions_are_those_of_the_version_in_view(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "events")
    assert lake.positions() == {}
    append(lake, run_of(0, 4))
    stale = Lake(lake.path)
    append(lake, [*run_of(4, 5), logged(b"{}", topic="campaign.events", offset=0)])
    assert stale.positions() == {FIRST: 4}
    assert lake.positions() == {FIRST: 5, Slice("campaign.events", 0, 0): 1}
