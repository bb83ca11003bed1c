"""A generated lake: the same bytes for the same seed, whole, and read like any other."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import rocksdict
from msgspec.structs import replace

from infra.run import generating
from infra.run.equipment import Equipment
from infra.run.generating import generate
from infra.run.history import Home
from streams.archive import open_lake
from tests.infra.command_line import process, twin
from twin.events.codec import decode
from twin.events.envelope import Event, encode
from twin.generate.crew import Crew
from twin.generate.lockstep import Ticked
from twin.generate.shelf import Unwritable
from twin.lake import data_files, read
from twin.lake.table import Lake
from twin.lake.verify import verify
from twin.state.entry import decode_entry, encode_entry

PLAN = """
campaign_id = "LCP-HUBS"
title = "Hubs that were there in June"
device_type = "CHF"
submitted_on = 2017-06-02
starts_on = 2017-06-05
installed_before = 2017-06-01

[gate]
success_at_least = 0.5
errors_above = 0.5
evidence_at_least = 1
settled_at_least = 0.5

[policy]
follow_up_days = 9
attempts_max = 2
read_after_days = 2

[[waves]]
name = "all"
rest = true
release_days = 1
soak_days = 1
planned_from = 2017-06-05
planned_to = 2017-06-20
"""
TICKS = 52
PERIOD = ("--premises", "60", "--seed", "5", "--from", "2017-05-20", "--to", "2017-07-10")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("plans") / "hubs.toml"
    file.write_text(PLAN)
    return file


@pytest.fixture(scope="module")
def words(plan: Path) -> tuple[str, ...]:
    return ("fleet", "generate", *PERIOD, "--plan", str(plan), "--json", "--tables", "--to-lake")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, words: tuple[str, ...]) -> Path:
    home = tmp_path_factory.mktemp("generated") / "home"
    said = twin(*words, home)
    assert said.status == 0, said
    (home / "said.json").write_text(said.out)
    return home


def told(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "said.json").read_bytes())
    return found


def names(home: Path) -> list[str]:
    """Files of the lake, whose names are digests of their bytes."""
    return [file.name for file in open_lake(home).files()]


def test_is_whole_and_sorted_and_says_what_it_holds(made: Path) -> None:
    found = verify(made / "lake" / "events")
    assert found.faults == ()
    assert found.rows == told(made)["records"] > 1_000
    said = told(made)
    assert said["sorted_files"] == said["files"] == len(names(made)) == len(buckets(made))


def buckets(home: Path) -> set[str]:
    """Buckets of the sorted files of the lake."""
    found = [data_files.named(name) for name in names(home)]
    return {one.bucket for one in found if one is not None and one.bucket is not None}


def test_same_seed_gives_the_same_bytes_from_other_processes(
    made: Path, words: tuple[str, ...], tmp_path: Path
) -> None:
    """Two shares, each in a process of its own, write the files that one wrote in this process."""
    said = process(*words, tmp_path / "again", "--processes", "2", PYTHONHASHSEED="4711")
    assert said.status == 0, said
    assert names(tmp_path / "again") == names(made)


def test_lake_folds_to_the_states_that_decided(made: Path) -> None:
    said = twin("fleet", "summary", "--known", "2017-12-31", "--json", "--home", made)
    found = json.loads(said.out)
    assert found["digest"] == told(made)["digest"]
    assert found["records"]["held"] == found["records"]["dead"] == 0


def test_rebuild_equals_the_states_that_decided(made: Path) -> None:
    """Bulk columns, then whole states byte by byte; without tables there is nothing to compare."""
    for engine in ("bulk", "readable"):
        said = twin("rebuild", "--verify", "--engine", engine, "--json", "--home", made)
        assert said.status == 0, said
        proof = json.loads(said.out)
        assert (proof["equal"], proof["premises"]) == (True, 60)
    assert proof["live_digest"] == told(made)["digest"]


def test_states_that_differ_are_found(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    copytree(made, home)
    states = next(path for path in sorted(home.glob("worker/*/v1/tables/*")) if _rows(path))
    with closing(_opened(states)) as store:
        name, value = next(iter(store.items()))
        store[name] = encode_entry(replace(decode_entry(bytes(value)), applied=7))
    said = twin("rebuild", "--verify", "--engine", "readable", "--home", home)
    assert said.status == 3, said
    assert bytes(name).decode() in said.out


def test_states_are_kept_also_of_a_history_that_stands(made: Path, tmp_path: Path) -> None:
    """A death after the lake's end leaves a draft; the same command makes the tables anew."""
    home = tmp_path / "home"
    copytree(made, home)
    tables = next(home.glob("worker/*/v1/tables"))
    tables.rename(tables.with_name("draft"))
    before = names(home)
    generate(Home(home), Equipment.of(home), told=_unheard, tables=True)
    assert names(home) == before
    assert twin("rebuild", "--verify", "--home", home).status == 0


def _rows(path: Path) -> bool:
    with closing(_opened(path)) as store:
        return next(iter(store.keys()), None) is not None


def _opened(path: Path) -> Any:
    return rocksdict.Rdict(str(path), options=rocksdict.Options(raw_mode=True))


def test_campaign_is_decided_and_answered(made: Path) -> None:
    events = [
        decode(key=record.key, value=record.value)
        for record in read.records(open_lake(made).files(), topic="campaign.events")
    ]
    facts = [type(event.fact).__name__ for event in events if isinstance(event, Event)]
    assert facts[0] == "CampaignSubmitted"
    for name in ("MembershipFrozen", "CommandAnswered", "WaveReleased", "WavePassed"):
        assert name in facts, facts
    told_by_devices = read.records(open_lake(made).files())
    assert any(b"firmware.activated" in (record.value or b"") for record in told_by_devices)


def test_every_record_reads_back_as_what_was_written(made: Path) -> None:
    for record in read.records(open_lake(made).files()):
        event = decode(key=record.key, value=record.value)
        assert isinstance(event, Event)
        assert encode(event) == record.value


def test_moment_leads_to_what_was_known_when_its_tick_was_over(made: Path) -> None:
    said = twin("fleet", "summary", "--known", "2017-06-01", "--json", "--home", made)
    found = json.loads(said.out)
    assert found["basis"]["resolved"] == "tick 11, which ended at 2017-06-01T00:00:00Z"
    assert 0 < found["records"]["applied"] < told(made)["records"]
    for record in read.records(open_lake(made).files()):
        event = decode(key=record.key, value=record.value)
        assert isinstance(event, Event)
        assert event.recorded_at <= datetime(2017, 7, 11, tzinfo=UTC)


def test_premises_and_bases_are_read_as_ever(made: Path) -> None:
    record = next(read.records(open_lake(made).files()))
    assert record.key is not None
    premises_id = record.key.decode()
    assert twin("premises", "show", premises_id, "--home", made).status == 0
    assert twin("basis", "name", "generated, issue 1", "--home", made).status == 0
    assert twin("lake", "info", "--home", made).status == 0


def test_asked_again_it_writes_nothing(made: Path, words: tuple[str, ...]) -> None:
    before = open_lake(made).version
    again = json.loads(twin(*words, made).out)
    assert (again["records"], again["digest"]) == (told(made)["records"], None)
    assert open_lake(made).version == before


def test_another_history_is_refused(made: Path, words: tuple[str, ...], plan: Path) -> None:
    before = names(made)
    said = twin(*words[:-1], "--seed", "6", "--to-lake", made)
    assert "another history (seed 5 there, 6 asked)" in said.refusal
    other = twin("fleet", "generate", *PERIOD, "--to-lake", made)  # it keeps its own plan
    assert other.status == 0
    run = twin("run", *PERIOD, "--headless", "--home", made)
    assert "broker generated there, local asked" in run.refusal
    assert names(made) == before


def test_lake_of_nobody_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    open_lake(tmp_path)
    assert "holds a lake of an unknown history" in twin(*words, tmp_path).refusal


def test_options_are_checked_as_those_of_a_run(words: tuple[str, ...], tmp_path: Path) -> None:
    home = tmp_path / "none"
    assert twin(*words, home, "--premises", "0").status == 2
    assert twin(*words, home, "--to", "2017-05-01").status == 2
    assert not home.exists()
    (tmp_path / "bad.toml").write_text("campaign_id = 3")
    said = twin(*words, home, "--plan", tmp_path / "bad.toml")
    assert said.refusal.startswith(f"plan {tmp_path / 'bad.toml'}")
    assert not (home / "history.json").exists()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell's background job hands on that an interrupt is ignored; here it is not."""
    held = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, held)


@pytest.mark.usefixtures("interruptible")
def test_interrupted_it_is_whole_and_goes_on_to_the_same_records(
    made: Path, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small commits, and an interrupt in the middle of one: it is made, and then no other."""
    monkeypatch.setattr("infra.run.generating.COMMIT_ROWS", 300)
    whole = generating.Shelf.commit
    commits = 0

    def interrupted(shelf: Any, crew: Crew) -> None:
        nonlocal commits
        commits += 1
        if commits == 2:
            os.kill(os.getpid(), signal.SIGINT)
        whole(shelf, crew)

    monkeypatch.setattr(generating.Shelf, "commit", interrupted)
    said = twin(*words, tmp_path)
    assert "the same command goes on from there" in said.refusal
    found = verify(tmp_path / "lake" / "events")
    assert found.faults == ()
    assert 600 <= found.rows < told(made)["records"]
    assert f"of the {TICKS} ticks of a generated history" in unfinished(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Lake, "rewrite", interrupted_sorting)
        assert "stopped while the lake was sorted" in twin(*words, tmp_path).refusal
    assert buckets(tmp_path) == set()
    left = unfinished(tmp_path)
    assert "not sorted yet" in left
    assert beside_figures(tmp_path) == {f"twin: {left}\n"}
    assert everything(tmp_path) == everything(made)
    again = json.loads(twin(*words, tmp_path).out)
    assert again["digest"] is None, "nothing is generated a second time"
    assert again["sorted_files"] == again["files"]
    assert verify(tmp_path / "lake" / "events").holds
    assert unfinished(tmp_path) == "None"
    assert beside_figures(tmp_path) == {""}
    assert names(tmp_path) == names(made)


def unfinished(home: Path) -> str:
    """What is left to do, in the words of both looks at the lake."""
    looks = [twin("lake", word, "--json", "--home", home) for word in ("info", "verify")]
    assert [one.status for one in looks] == [0, 0]
    (said,) = {str(json.loads(one.out)["unfinished"]) for one in looks}
    return said


def beside_figures(home: Path) -> set[str]:
    """What commands that give figures of the lake say on standard error."""
    asked = [("rebuild",), ("fleet", "summary", "--valid", "2017-07-01")]
    told = [twin(*words, "--home", home) for words in asked]
    assert [one.status for one in told] == [0, 0]
    return {one.err for one in told}


def interrupted_sorting(*_: object, **__: object) -> None:
    """The sorted files are written, and then an interrupt comes before the commit."""
    os.kill(os.getpid(), signal.SIGINT)


def everything(home: Path) -> dict[str, list[Any]]:
    """Records of all topics with their places."""
    files = open_lake(home).files()
    topics = ("premises.events", "campaign.events", "programme.events", "clock.ticks")
    return {topic: list(read.records(files, topic=topic)) for topic in topics}


def test_record_that_a_run_would_refuse_ends_it(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fact that no reader takes would be a dead letter on the log; here nothing is written."""
    (tmp_path / "history.json").write_bytes((made / "history.json").read_bytes())
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "hubs.toml").write_text(PLAN)
    monkeypatch.setattr("twin.events.codec.MAX_BYTES", 700)
    home = Home(tmp_path)
    with pytest.raises(Unwritable, match="too_large"):
        generate(home, Equipment.of(tmp_path), told=_unheard)
    assert open_lake(tmp_path).files() == ()


def _unheard(_: Ticked, __: int) -> None:
    """Nobody looks."""
