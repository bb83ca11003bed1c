"""An operator takes a plan from file to finished with the command line alone, on a real worker.

The tests of this module are one story and run in the order in which they stand.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.streams.small_field import SmallField
from tests.streams.worker_stage import WorkerStage
from twin.vocabulary import CampaignState

pytestmark = pytest.mark.kafka

HOMES = 40
OWN = "OWN-HUBS"
PLAN = """
campaign_id = "OWN-HUBS"
title = "An operator's own campaign"
device_type = "CHF"
starts_on = 2017-05-01
installed_before = 2017-05-01

[gate]
success_at_least = 0.9
errors_above = 0.2
evidence_at_least = 5
settled_at_least = 0.95

[policy]
follow_up_days = 6
attempts_max = 2
read_after_days = 3

[[waves]]
name = "canary"
share = 0.2
release_days = 0
soak_days = 1
planned_from = 2017-05-03
planned_to = 2017-05-08

[[waves]]
name = "others"
rest = true
release_days = 4
soak_days = 1
planned_from = 2017-05-08
planned_to = 2017-05-16
"""


@pytest.fixture(scope="module")
def stage(own_broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerStage]:
    stage = WorkerStage(tmp_path_factory.mktemp("twin"), own_broker)
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


@pytest.fixture(scope="module")
def field(stage: WorkerStage) -> SmallField:
    field = SmallField(stage)
    field.install(HOMES)
    field.pass_days(1)
    return field


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("plans") / "own.toml"
    file.write_text(PLAN)
    return file


def told(stage: WorkerStage, *arguments: str) -> Any:
    """What a command says as JSON; it must be accepted."""
    status, out, err = stage.twin("campaign", *arguments, "--broker", stage.bootstrap, "--json")
    assert status == 0, err
    return json.loads(out)


def refused(stage: WorkerStage, *arguments: str) -> str:
    """The one sentence of a refusal."""
    status, out, err = stage.twin("campaign", *arguments, "--broker", stage.bootstrap)
    assert (status, out) == (1, ""), (status, out, err)
    assert len(err.strip().splitlines()) == 1
    return err


def test_plan_is_handed_in_and_its_membership_frozen(
    stage: WorkerStage, field: SmallField, plan: Path
) -> None:
    assert told(stage, "submit", str(plan))["answer"] == "ACCEPTED"
    assert told(stage, "submit", str(plan))["answer"] == "NOOP"
    field.pass_days(3)
    found = told(stage, "show", OWN)
    assert found["state"] == CampaignState.AWAITING_APPROVAL
    assert sum(found["members"]) == HOMES
    assert sum(wave["members"] for wave in found["waves"]) == HOMES
    assert all(wave["awaiting"] == wave["members"] for wave in found["waves"])


def test_approval_is_by_another_person_and_for_this_plan_only(stage: WorkerStage) -> None:
    plan_hash = told(stage, "show", OWN)["plan_hash"]
    assert "named by its hash" in refused(stage, "approve", OWN)
    assert "another plan stands" in refused(stage, "approve", OWN, "--plan-hash", "ab" * 32)
    own = ("--actor", "programme-planner")
    assert "own plan" in refused(stage, "approve", OWN, "--plan-hash", plan_hash, *own)
    assert "does not allow" in refused(stage, "hold", OWN)
    assert "no such campaign" in refused(stage, "hold", "NOBODY-S")
    assert told(stage, "approve", OWN, "--plan-hash", plan_hash)["answer"] == "ACCEPTED"


def test_canary_passes_and_the_next_wave_is_held_in_its_middle(
    stage: WorkerStage, field: SmallField
) -> None:
    while field.look().campaigns[OWN].waves[1].released_tick is None:
        field.pass_days(1)
        assert field.tick < 20, stage.twin("campaign", "journal", OWN, "--broker", stage.bootstrap)
    version = told(stage, "show", OWN)["version"]
    assert told(stage, "hold", OWN, "--cause", "incident")["answer"] == "ACCEPTED"
    assert "moved on" in refused(stage, "resume", OWN, "--expected-version", str(version))
    field.pass_days(1)  # what was asked before the hold is heard of now
    before = told(stage, "show", OWN)["waves"][1]
    assert before["awaiting"] > 0
    field.pass_days(2)
    held = told(stage, "show", OWN)
    assert (held["state"], held["holds"]) == ("HELD", ["operator"])
    assert held["waves"][1]["awaiting"] == before["awaiting"], "nothing is released while it holds"
    assert held["waves"][1]["confirmed"] > 0, "what was in flight goes on"


def test_worker_dies_and_a_command_is_answered_once(stage: WorkerStage) -> None:
    stage.kill()
    stage.start()
    one = ("--command-id", "12345678-1234-5678-1234-567812345678")
    first = told(stage, "resume", OWN, *one)
    assert first["answer"] == "ACCEPTED"
    assert told(stage, "resume", OWN, *one) == first
    assert told(stage, "resume", OWN)["answer"] == "NOOP"


@pytest.mark.peer_fault("PF-hawkbit-56")
def test_campaign_finishes_and_its_journal_tells_all(stage: WorkerStage, field: SmallField) -> None:
    while field.look().campaigns[OWN].state is not CampaignState.FINISHED:
        field.pass_days(1)
        assert field.tick < 45, "the campaign does not end"
    found = told(stage, "show", OWN)
    assert found["outcome"] == {"members": HOMES, "shortfall": 0}
    assert sum(wave["confirmed"] for wave in found["waves"]) == HOMES
    journal = told(stage, "journal", OWN)
    assert [entry["number"] for entry in journal] == list(range(1, len(journal) + 1))
    facts = [entry["fact"] for entry in journal]
    for fact in ("campaign-submitted", "membership-frozen", "campaign-approved", "campaign-held",
                 "campaign-resumed", "wave-passed", "campaign-finished"):  # fmt: skip
        assert fact in facts
    answers = [entry for entry in journal if entry["fact"] == "command-answered"]
    held = next(e for e in answers if (e["command"], e["answer"]) == ("hold", "ACCEPTED"))
    assert (held["actor"], held["role"], held["cause"]) == (
        "dcc-operations", "operator", "incident",
    )  # fmt: skip
