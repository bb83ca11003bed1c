"""`twin gates replay` on the lake of a finished run over the emulated field."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from infra.run.history import Home
from tests.infra.command_line import process, twin
from tests.replay.replay_homes import emulated_run, home_of, programme
from twin.campaign.plan import Plan, plan_text

METERS = "LCP-METERS"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return home_of(emulated_run(), tmp_path_factory.mktemp("replay") / "twin")


@pytest.fixture
def copied(home: Home, tmp_path: Path) -> Home:
    """A home that may be spoilt."""
    return Home(Path(shutil.copytree(home.path, tmp_path / "twin")))


def written(plan: Plan, path: Path) -> Path:
    """The plan as the TOML of a file; what is not in the file is left to its default."""
    raw = json.loads(plan_text(plan))
    gate, policy, waves = raw.pop("gate"), raw.pop("policy"), raw.pop("waves")
    causes = policy.pop("on_failure")
    tables = [("[gate]", gate), ("[policy]", policy), *(("[[waves]]", wave) for wave in waves)]
    tables += [(f"[policy.on_failure.{cause}]", after) for cause, after in causes.items()]
    lines = [*_keys(raw)]
    for head, table in tables:
        lines += ["", head, *_keys(table)]
    path.write_text("\n".join(lines) + "\n")
    return path


def _keys(table: dict[str, object]) -> Iterator[str]:
    for name, value in table.items():
        is_day = isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"
        yield f"{name} = {value if is_day else json.dumps(value)}"


@pytest.fixture
def faster(tmp_path: Path) -> Path:
    _, meters = programme()
    canary, rest = meters.waves
    return written(
        replace(meters, waves=(canary, replace(rest, release_days=2))), tmp_path / "faster.toml"
    )


@pytest.mark.parametrize("campaign_id", ["LCP-HUBS", METERS])
def test_the_plan_of_the_log_gives_the_facts_of_the_log(home: Home, campaign_id: str) -> None:
    said = twin("gates", "replay", campaign_id, "--home", home.path, "--json")
    assert said.status == 0, said.err
    found = json.loads(said.out)
    assert found["fidelity"]["facts"] > 30
    assert found["fidelity"]["differs_at"] is None
    assert found["same_facts"]
    assert found["then"] == found["other"]
    assert found["other"]["modelled"] == 0


def test_both_histories_are_told_side_by_side(home: Home, faster: Path) -> None:
    said = twin("gates", "replay", METERS, "--plan", faster, "--home", home.path)
    assert said.status == 0, said.err
    lines = said.out.splitlines()
    assert lines[0].endswith("facts decided again, byte for byte")
    assert lines[1].startswith("Under the other plan LCP-METERS would have passed every gate")
    assert lines.index("as recorded") < lines.index("under the other plan")
    assert sum(line.startswith("  wave 2 rest") for line in lines) == 2


def test_json_has_all_that_is_told(home: Home, faster: Path) -> None:
    said = twin("gates", "replay", METERS, "--plan", faster, "--home", home.path, "--json")
    found = json.loads(said.out)
    assert (
        found["sentence"]
        in twin("gates", "replay", METERS, "--plan", faster, "--home", home.path).out
    )
    assert found["other"]["ended"] < found["then"]["ended"]
    assert [wave["name"] for wave in found["other"]["waves"]] == ["canary", "rest"]
    assert len(found["warnings"]) >= 2


def test_another_clock_is_no_replay_and_the_status_says_so(copied: Home) -> None:
    history = copied.history()
    assert history is not None
    copied.write(replace(history, tick_hours=12))
    said = twin("gates", "replay", METERS, "--home", copied.path)
    assert said.status == 3
    assert "NOT as they stand on the log" in said.out


def test_a_run_that_is_not_finished_is_refused(copied: Home) -> None:
    (copied.path / "summary.json").unlink()
    said = twin("gates", "replay", METERS, "--home", copied.path)
    assert "no run has finished in" in said.refusal


def test_refusals_are_one_sentence_each(home: Home, faster: Path, tmp_path: Path) -> None:
    at = ("--home", home.path)
    said = process("gates", "replay", "LCP-NOBODY", *at)
    assert "no campaign LCP-NOBODY is on the log of this run" in said.refusal
    said = twin("gates", "replay", "LCP-HUBS", "--plan", faster, *at)
    assert "the plan is one of LCP-METERS, not of LCP-HUBS" in said.refusal
    said = twin("gates", "replay", METERS, "--plan", tmp_path / "none.toml", *at)
    assert "cannot be read" in said.refusal
    said = twin("gates", "replay", METERS, "--home", tmp_path / "nobody")
    assert "no history was begun in" in said.refusal
