"""The same plan under another name: refused with its reason, unless both are meant."""

import pytest
from msgspec.structs import replace

from infra.commands.answers import sentence
from tests.campaign.campaign_field import ToyField, all_confirm
from tests.campaign.campaign_samples import OTHER, PLAN, C, S, command, wave
from tests.campaign.campaign_toy import Run
from twin.campaign.commands import decode_command, encode_command
from twin.campaign.plan import content_hash, plan_hash

AGAIN = replace(PLAN, campaign_id=OTHER, title="the very same hubs")
BETTER = replace(AGAIN, waves=(wave("all", 1.0),))


def running() -> Run:
    run = Run((PLAN,), ToyField(30, all_confirm))
    run.until(S.RUNNING)
    return run


def test_the_content_of_a_plan_is_all_but_its_names():
    assert content_hash(AGAIN) == content_hash(PLAN)
    assert plan_hash(AGAIN) != plan_hash(PLAN)
    for changes in ({"priority": 1}, {"starts_on": PLAN.starts_on.replace(day=2)}):
        assert content_hash(replace(AGAIN, **changes)) != content_hash(PLAN)
    assert content_hash(BETTER) != content_hash(PLAN)


@pytest.mark.peer_fault("PF-mender-05")
def test_the_same_plan_under_another_name_is_refused_with_its_reason():
    run = running()
    asked = command("submit", 7, campaign_id=OTHER, plan=AGAIN)
    answered = run.command(decode_command(encode_command(asked)))
    assert (answered.answer, answered.why) == ("REFUSED", "duplicate_plan")
    assert "another campaign has the same plan under its own name" in sentence(asked, answered)
    assert OTHER not in run.campaigns


@pytest.mark.peer_fault("PF-mender-05")
def test_whoever_means_it_may_force_it_and_what_differs_is_no_duplicate():
    run = running()
    assert run.told("submit", OTHER, plan=AGAIN, force_duplicate=True).answer == "ACCEPTED"
    run = running()
    assert run.told("submit", OTHER, plan=BETTER).answer == "ACCEPTED"


@pytest.mark.peer_fault("PF-mender-05")
def test_a_plan_that_is_over_still_has_its_name_and_the_own_plan_is_no_duplicate():
    run = Run((PLAN,), ToyField(30, all_confirm))
    run.until(S.FINISHED)
    assert run.told("submit", OTHER, plan=AGAIN).why == "duplicate_plan"
    assert run.told("submit", C, plan=PLAN).answer == "NOOP"


@pytest.mark.peer_fault("PF-mender-05")
def test_a_revision_must_not_become_the_plan_of_another_campaign():
    run = running()
    run._approver = False
    run.plans.append(BETTER)
    while run.campaigns.get(OTHER) is None or run.campaigns[OTHER].state is S.VALIDATING:
        run.go_on()
    assert run.told("revise", OTHER, plan=AGAIN).why == "duplicate_plan"
    assert run.told("revise", OTHER, plan=AGAIN, force_duplicate=True).answer == "ACCEPTED"
