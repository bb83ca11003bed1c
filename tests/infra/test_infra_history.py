"""One TWIN_HOME holds one history; another is refused, each difference named (D23)."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from infra.run.history import FORMAT, OWN, History, Home, HomeRefused, adopt, bind_cluster
from streams.epochs import Birth
from twin.fleet.living.policy import Policy
from twin.vocabulary import ProgrammeOption

WANTED = History(
    premises=100,
    seed=1,
    starts=date(2017, 4, 1),
    ends=date(2018, 1, 1),
    tick_hours=24,
    broker="local",
    plans={"LCP-HUBS": "5f" * 32},
    catalogue="shipped",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "twin")
    home.prepare()
    return home


def test_new_folder_takes_the_history_that_is_wanted(home: Home) -> None:
    assert home.history() is None
    assert adopt(home, WANTED) == WANTED
    assert home.history() == WANTED


def test_same_history_goes_on(home: Home) -> None:
    adopt(home, WANTED)
    assert adopt(home, WANTED) == WANTED


def test_cluster_and_epoch_are_the_folders_own(home: Home) -> None:
    """Nobody asks for them on the command line."""
    birth = Birth(1, "lost", {"premises.events": {0: 7}})
    held = replace(
        WANTED,
        cluster_id="abc",
        epoch=1,
        births=(birth,),
        topic_ids={"premises.events": "x"},
        archived_whole=True,
    )
    home.write(held)
    assert adopt(home, WANTED) == held


OTHER: dict[str, tuple[Any, str]] = {
    "premises": (200, "premises 100 there, 200 asked"),
    "seed": (2, "seed 1 there, 2 asked"),
    "starts": (date(2017, 5, 1), "starts 2017-04-01 there, 2017-05-01 asked"),
    "ends": (date(2017, 12, 1), "ends 2018-01-01 there, 2017-12-01 asked"),
    "tick_hours": (12, "tick_hours 24 there, 12 asked"),
    "broker": ("127.0.0.1:9092", "broker local there, 127.0.0.1:9092 asked"),
    "plans": ({}, "other plans"),
    "catalogue": ("0123456789abcdef", "other catalogue"),
    "policy": (
        Policy(ProgrammeOption.NO_LOCAL_PAIRING),
        "another option or PIN intervention",
    ),
}


@pytest.mark.parametrize("name", OTHER)
def test_other_history_is_refused_and_the_difference_named(home: Home, name: str) -> None:
    adopt(home, WANTED)
    value, said = OTHER[name]
    with pytest.raises(HomeRefused) as refused:
        adopt(home, replace(WANTED, **{name: value}))
    assert f"holds another history ({said}): go on with its own settings" in str(refused.value)
    assert home.history() == WANTED, "a refusal changes nothing"


def test_every_difference_is_named(home: Home) -> None:
    adopt(home, WANTED)
    changes = {name: value for name, (value, _) in OTHER.items()}
    with pytest.raises(HomeRefused) as refused:
        adopt(home, replace(WANTED, **changes))
    for _, said in OTHER.values():
        assert said in str(refused.value)


def test_every_field_that_is_asked_for_is_compared() -> None:
    assert set(OTHER) == set(WANTED.__struct_fields__) - {"format", *OWN}


def test_folder_of_another_version_is_refused(home: Home) -> None:
    adopt(home, WANTED)
    content = json.loads(home.history_file.read_text())
    home.history_file.write_text(json.dumps({**content, "format": 99}))
    with pytest.raises(HomeRefused, match=f"has format 99, this twin writes format {FORMAT}"):
        home.history()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": 1}', b'{"format": "one"}', b"null"]
)
def test_description_that_cannot_be_read_is_refused(home: Home, content: bytes) -> None:
    home.history_file.write_bytes(content)
    with pytest.raises(HomeRefused, match="cannot be read as a history of this version"):
        home.history()
    with pytest.raises(HomeRefused):
        adopt(home, WANTED)
    assert home.history_file.read_bytes() == content


def test_description_in_a_later_format_is_refused_by_its_number(home: Home) -> None:
    """A later version may have other fields; its number is what a person can act on."""
    home.history_file.write_text('{"format": 2, "fleet": 7}')
    with pytest.raises(HomeRefused):
        home.history()


def test_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeRefused, match=r"is not writable .Not a directory.: choose another"):
        Home(tmp_path / "file" / "twin").prepare()


def test_what_cannot_be_reached_holds_no_history_that_a_command_may_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeRefused):
        Home(tmp_path / "file" / "twin").history()


def test_description_is_written_in_one_piece(home: Home) -> None:
    home.write(WANTED)
    home.write(replace(WANTED, cluster_id="abc"))
    assert [path.name for path in home.path.glob("history*")] == ["history.json"]


def test_history_is_tied_to_the_cluster_that_it_met_first(home: Home) -> None:
    adopt(home, WANTED)
    bound = bind_cluster(home, WANTED, cluster_id="first", topic_ids={})
    assert bound.cluster_id == "first"
    assert home.history() == bound
    assert bind_cluster(home, bound, cluster_id="first", topic_ids={}) == bound


def test_log_on_another_cluster_is_refused(home: Home) -> None:
    bound = bind_cluster(home, WANTED, cluster_id="first", topic_ids={})
    with pytest.raises(
        HomeRefused,
        match="on cluster first, but cluster second answers: give the right --broker",
    ):
        bind_cluster(home, bound, cluster_id="second", topic_ids={})
    assert home.history() == bound


@pytest.mark.parametrize(
    ("tick_hours", "ends", "ticks"),
    [
        (24, date(2018, 1, 1), 275),
        (24, date(2017, 4, 2), 1),
        (12, date(2017, 4, 2), 2),
        (168, date(2017, 4, 9), 2),
        (36, date(2017, 4, 3), 2),
    ],
)
def test_ticks_cover_the_period(tick_hours: int, ends: date, ticks: int) -> None:
    assert replace(WANTED, tick_hours=tick_hours, ends=ends).ticks == ticks


def test_moments_are_in_utc() -> None:
    assert WANTED.starts_at == datetime(2017, 4, 1, tzinfo=UTC)
    assert WANTED.ends_at == datetime(2018, 1, 1, tzinfo=UTC)
