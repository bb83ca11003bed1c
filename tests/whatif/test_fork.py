"""A run that starts from a basis: what was observed stays, and nothing of it reaches the lake."""

import signal
import subprocess
import sys
import time
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from streams.archive import open_lake
from streams.known import known_at
from tests.infra.command_line import twin
from tests.whatif.questions import HUBS
from twin.ingest.catalogue import shipped_catalogue
from twin.lake import read
from twin.vocabulary import DeviceType
from twin.whatif.answer_shelf import kept_answers
from twin.whatif.engine import Simulation
from twin.whatif.observed import Observed, observed
from twin.whatif.population import midnight
from twin.whatif.progress import never, silent
from twin.whatif.reading import question_of
from twin.whatif.shelf import fetched
from twin.whatif.threads import Crew

FORK = """name = "fork"
basis = "{basis}"
[horizon]
from = 2017-06-20
to = {ends}
"""
PERIOD = ("--premises", "120", "--seed", "5", "--from", "2017-06-20", "--to", "2017-08-10")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of some hubs, as a run would have logged it."""
    folder = tmp_path_factory.mktemp("forked")
    plan = folder / "hubs.toml"
    plan.write_text(HUBS, encoding="utf-8")
    said = twin("fleet", "generate", *PERIOD, "--plan", plan, "--to-lake", folder / "home")
    assert said.status == 0, said
    return folder / "home"


def past_of(home: Path, on: str) -> Observed:
    """What the lake of a history holds at the first moment of a day."""
    lake = open_lake(home)
    upto = known_at(lake, midnight(date.fromisoformat(on))).positions
    return observed(
        read.records(lake.files(), upto=upto),
        read.records(lake.files(), topic="campaign.events", upto=upto),
        basis=on,
    )


def forked(home: Path, on: str, ends: str = "2017-12-01") -> Simulation:
    """A run from a day of a history on."""
    text = FORK.format(basis=on, ends=ends)
    question = question_of(text, name="fork.toml", folder=home)
    crew = Crew(threads=1, progress=silent, cancelled=never)
    found = Simulation(question, shipped_catalogue(), crew, past=past_of(home, on))
    found.populate()
    return found


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_what_was_observed_stays_and_the_rest_fits(home: Path) -> None:
    days = ("2017-07-05", "2017-07-18", "2017-07-22", "2017-08-04")
    told = {}
    for on in days:
        found = forked(home, on)
        board, past = found.course.running["LCP-HUBS"].board, past_of(home, on)
        executions = [
            execution
            for premises in past.premises
            for device in premises.devices.values()
            for execution in device.executions.values()
        ]
        assert int(board.counts[0].sum()) == len(executions)
        told[on] = found.told["LCP-HUBS"]
        before = board.counts.copy()

        found.course.whole()

        assert (board.counts >= before).all()
        assert int(board.counts[0].sum()) == int(board.sizes.sum())
    assert sum(one["drawn"] for one in told.values()) >= 10
    assert sum(one["unmatched"] for one in told.values()) == 0


def test_from_its_last_day_on_a_history_ends_as_it_did(home: Path, tmp_path: Path) -> None:
    before = bytes_of(home)
    file = tmp_path / "fork.toml"
    file.write_text(FORK.format(basis="2017-08-11", ends="2017-12-01"), encoding="utf-8")

    said = twin("whatif", "run", file, "--home", home, "--json")

    assert said.status == 0, said
    told: dict[str, Any] = msgspec.json.decode(said.out)
    past = past_of(home, "2017-08-11")
    hubs = [
        device
        for premises in past.premises
        for device in premises.devices.values()
        if device.device_type is DeviceType.CHF and "LCP-HUBS" in device.executions
    ]
    read_capable = sum(
        device.belief is not None and device.belief.evidence == "read" for device in hubs
    )
    (campaign,) = told["campaigns"]
    assert campaign["confirmed"] >= read_capable > 30
    after = bytes_of(home)
    own = {name for name in after if name.startswith("whatif/fork/")}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == own
    outcome = fetched(home / "whatif", "fork")
    assert outcome.header.basis is not None
    assert outcome.daily.filter(pl.col("day") < pl.date(2017, 8, 11))["released"].sum() > 30


ONE_PRIOR = """[undelivered_share]
p10 = 0.005
p90 = 0.3
least = 0.001
most = 0.9
unit = "share"
source = "Ours"
status = "assumed"
"""


def test_a_fork_is_compared_and_doubted_on_what_its_basis_holds(home: Path, tmp_path: Path) -> None:
    before = {name for name in bytes_of(home) if not name.startswith("whatif/")}
    fork = FORK.format(basis="2017-07-18", ends="2017-12-01")
    files = [tmp_path / f"{name}.toml" for name in ("here", "poor")]
    worse = "[assumptions]\nundelivered_share = 0.5\n"
    for file, more in zip(files, ("", worse), strict=True):
        file.write_text(fork.replace('"fork"', f'"{file.stem}"') + more, encoding="utf-8")
    (tmp_path / "priors.toml").write_text(ONE_PRIOR, encoding="utf-8")
    at = ("--home", home)

    said = twin("whatif", "compare", *files, "--seeds", "2", *at, "--json")
    told = twin("whatif", "doubt", files[0], "--draws", "3", "--seeds", "0", *at,
                "--priors", tmp_path / "priors.toml")  # fmt: skip

    assert (said.status, told.status) == (0, 0), (said, told)
    found = msgspec.json.decode(said.out)
    there = found["premises"]
    assert 50 < there == found["simulated"] <= len(past_of(home, "2017-07-18").premises)
    end = next(one for one in found["measures"] if one["measure"] == "end")
    assert end["difference"]["mean"] > 0, "what is not delivered is waited for"
    assert "a fork of history" in found["left_out"]
    assert f"each draw is an exact run of {there} premises with the same luck\n" in told.out
    assert "  undelivered_share " in told.out
    answers = {one.name: one for one in kept_answers(home / "whatif")}
    assert set(answers) == {"compare+here+poor", "doubt+here"}
    assert {one.basis for one in answers.values()} == {"2017-07-18"}
    assert {name for name in bytes_of(home) if not name.startswith("whatif/")} == before


@pytest.mark.parametrize(
    ("basis", "ends", "said"),
    [
        ("no such basis", "2017-12-01", "fork.toml line 2: 'no such basis' is neither"),
        ("2017-06-21", "2017-12-01", "fork.toml line 2: the basis holds no campaign"),
        ("2017-08-11", "2017-08-01", "the horizon must end after that"),
    ],
)
def test_a_basis_that_cannot_be_started_from_is_refused(
    basis: str, ends: str, said: str, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "fork.toml"
    file.write_text(FORK.format(basis=basis, ends=ends), encoding="utf-8")

    found = twin("whatif", "run", file, "--home", home)

    assert found.status == 1
    assert said in found.err


@pytest.mark.faults
def test_a_run_that_is_killed_leaves_nothing_under_its_name(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    text = 'name = "killed"\n[horizon]\nfrom = 2017-06-20\nto = 2018-01-01\n[fleet]\n'
    file.write_text(text + "premises = 6_000_000\n", encoding="utf-8")
    command = [sys.executable, "-c", "from infra.cli import main; main()", "whatif", "run"]
    for number in (signal.SIGKILL, signal.SIGTERM):
        run = subprocess.Popen([*command, str(file), "--home", str(tmp_path / "home")])
        time.sleep(4)  # in the middle of it: there is nothing to wait for that it would tell
        run.send_signal(number)
        assert run.wait(timeout=60) != 0
        kept = tmp_path / "home" / "whatif"
        assert not kept.exists() or not (kept / "killed").exists()
