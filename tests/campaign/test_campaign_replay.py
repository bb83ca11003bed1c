"""Replay: the log and the same counts give the same decisions, byte for byte."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import Step, ToyField, activated, all_confirm
from tests.campaign.campaign_samples import BAD_MODEL, MODEL, OTHER, PLAN, RULE, C, S, wave
from tests.campaign.campaign_toy import Decision, Run
from tests.campaign.spec import fold
from twin.campaign.commands import decide_command
from twin.campaign.decide import decide_tick
from twin.campaign.state import Campaign
from twin.events.registry import CAMPAIGN_TYPES, CampaignFact
from twin.events.requests import FieldRequest, RequestKind

BY_NAME = {kind.__name__: kind for kind in CAMPAIGN_TYPES.values()}


def on_the_wire(facts: tuple[CampaignFact, ...]) -> list[tuple[str, bytes]]:
    return [(type(fact).__name__, msgspec.json.encode(fact)) for fact in facts]


def off_the_wire(records: list[tuple[str, bytes]]) -> list[CampaignFact]:
    return [msgspec.json.decode(record, type=BY_NAME[name]) for name, record in records]


def every_sixth_fails(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    if request.kind is RequestKind.ACTIVATE and int(request.premises_id[1:], 16) % 6 == 0:
        return activated(request, named, fails=True)
    return all_confirm(request, named)


def eventful() -> Run:
    """Refused, revised, denied, held by a gate, mended, stopped; and one that waits for it."""
    plan = replace(
        PLAN,
        gate=replace(RULE, kind="sequential", strata=("model",), accept_good=0.05, accept_bad=0.2),
        policy=replace(PLAN.policy, attempts_max=1),
        waves=(wave("canary", 0.5), wave("others", 0.5, release_days=4)),
    )
    nobody = replace(plan, selection=replace(PLAN.selection, suppliers=("S99",)))
    next_one = replace(PLAN, campaign_id=OTHER, after=C, on_reject="abort")
    field = ToyField(240, every_sixth_fails, model=lambda n: BAD_MODEL if n % 6 == 0 else MODEL)
    run = Run((nobody, next_one), field)
    run.go_on(4)
    run.plans.clear()
    run.told("revise", C, plan=replace(plan, title="denied"))
    run.told("hold", C)
    run.go_on(2)
    run.told("revise", C, plan=plan)
    for _ in range(60):
        run.go_on()
        if run.campaigns[C].state is S.HELD and not run.campaigns[C].excluded_models:
            run.told("exclude", C, model=BAD_MODEL)
        elif run.campaigns[C].state is S.HELD:
            run.told("resume", C)
        if run.campaigns[C].state is S.FINISHED:
            run.told("stop", C)
            run.go_on(15)
            break
    return run


RUN = eventful()


def test_the_run_of_this_test_is_eventful():
    kinds = {type(fact).__name__ for _, fact in RUN.log}
    assert kinds >= {
        "CampaignSubmitted", "PlanRefused", "MembershipFrozen", "CampaignApproved", "TimerFired",
        "CampaignStarted", "WaveReleased", "GateEvaluated", "CampaignHeld", "ModelExcluded",
        "CampaignResumed", "WavePassed", "CampaignFinished", "AbortOrdered", "CampaignAborted",
        "CommandAnswered",
    }  # fmt: skip


def test_the_same_run_twice_is_the_same_log_byte_for_byte():
    first, second = (on_the_wire(tuple(fact for _, fact in run.log)) for run in (RUN, eventful()))
    assert first == second
    assert len(first) > 40


@pytest.mark.parametrize("campaign_id", [C, OTHER])
def test_folded_from_the_log_every_decision_is_taken_again(campaign_id: str):
    """Each decision finds the campaign as the records before it make it, and says the same."""
    known: Campaign | None = None
    seen = 0
    for decision in (d for d in RUN.decisions if d.campaign_id == campaign_id):
        records = on_the_wire(decision.facts)
        if decision.asked is not None:
            assert on_the_wire(again(known, decision)) == records
            seen += len(records)
        for fact in off_the_wire(records):
            known = fold(known, fact, at=decision.at)
    assert known == RUN.campaigns[campaign_id]
    assert seen > 10


def again(known: Campaign | None, decision: Decision) -> tuple[CampaignFact, ...]:
    asked = decision.asked
    assert asked is not None
    if "command" in asked:
        return decide_command(campaign=known, **asked)
    assert known is not None
    return decide_tick(campaign=known, **asked)


@pytest.mark.peer_fault("PF-hawkbit-51", "PF-ours-18", "PF-ours-19", "PF-ours-20")
def test_a_log_that_is_cut_anywhere_is_taken_up_where_it_ends():
    """Cut behind any record of a tick: the rest of the tick's decision follows, and no more."""
    for campaign_id in (C, OTHER):
        known: Campaign | None = None
        for decision in (d for d in RUN.decisions if d.campaign_id == campaign_id):
            for done, fact in enumerate(decision.facts):
                if decision.asked is not None and "command" not in decision.asked:
                    rest = on_the_wire(again(known, decision))
                    assert rest == on_the_wire(decision.facts[done:])
                known = fold(known, fact, at=decision.at)
