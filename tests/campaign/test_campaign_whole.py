"""Whole campaigns over a toy field: what operators would see from the first day to the last."""

import random
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import (
    Step,
    ToyField,
    activated,
    all_confirm,
    read,
    updated,
)
from tests.campaign.campaign_samples import BAD_MODEL, MODEL, PLAN, RULE, C, S, wave
from tests.campaign.campaign_toy import Run
from twin.campaign.plan import shipped_plans
from twin.events.programme import (
    CampaignFinished,
    CampaignHeld,
    GateEvaluated,
    MembershipFrozen,
    OutcomeRevised,
    PlanRefused,
    WavePassed,
)
from twin.events.requests import FieldRequest, RequestKind
from twin.state.premises import is_capable
from twin.vocabulary import DeviceType, Exclusion, GateDecision, HoldReason


def test_all_confirm():
    run = Run((PLAN,), ToyField(300, all_confirm))
    run.until(S.FINISHED)
    assert run.of(CampaignFinished) == [CampaignFinished(C, "COMPLETE", 300, 0, run.tick)]
    (froze,) = run.of(MembershipFrozen)
    assert sum(froze.members) == 300
    assert 15 < froze.members[0] < 45
    assert [fact.wave for fact in run.of(WavePassed)] == [1, 2]
    assert run.of(CampaignHeld) == []
    assert run.field.asked == {"11.1": 300, "11.3": 300, "11.2": 300}
    assert run.tick < 16


def test_nothing_is_released_before_the_approval():
    run = Run((PLAN,), ToyField(30, all_confirm), approver=False)
    run.go_on(9)
    assert run.campaigns[C].state is S.AWAITING_APPROVAL
    assert run.field.asked == {}
    run.told("approve", C, plan_hash=run.campaigns[C].plan_hash)
    run.until(S.FINISHED)


def one_in_ten_fails(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    fails = random.Random(request.device_id).random() < 0.1
    if request.kind is RequestKind.ACTIVATE:
        return activated(request, named, fails=fails)
    return all_confirm(request, named)


STRICT = replace(PLAN, gate=replace(RULE, success_at_least=0.95, errors_above=0.05))


def held_for_three_days(run: Run) -> None:
    before, asked = run.campaigns[C].waves, run.field.asked[RequestKind.UPDATE]
    run.go_on(3)
    assert run.campaigns[C].state is S.HELD
    assert [w.upto for w in run.campaigns[C].waves] == [w.upto for w in before]
    assert run.field.asked[RequestKind.UPDATE] == asked


@pytest.mark.peer_fault("PF-nerveshub-11", "PF-goosebit-08")
def test_one_in_ten_fails_is_held_and_an_operator_brings_it_to_its_end():
    run = Run((STRICT,), ToyField(300, one_in_ten_fails))
    commands = 0
    while not run.of(CampaignFinished):
        run.go_on()
        if run.campaigns[C].state is S.HELD:
            held_for_three_days(run)
            commands += 1
            run.told("resume", C)
        assert run.tick < 100
    reasons = {fact.reason for fact in run.of(CampaignHeld)}
    assert reasons == {HoldReason.ERROR_GATE, HoldReason.SUCCESS_MISSED}
    assert 2 <= commands <= 2 * len(PLAN.waves)
    (end,) = run.of(CampaignFinished)
    confirmed = run.total(C).confirmed
    assert (end.outcome, end.members, end.shortfall) == ("SHORTFALL", 300, 300 - confirmed)
    assert 15 < end.shortfall < 45


def test_held_and_resumed_in_the_middle_of_a_wave():
    run = Run((PLAN,), ToyField(300, all_confirm))
    while run.campaigns.get(C) is None or run.campaigns[C].waves[1].upto == 0:
        run.go_on()
    run.told("hold", C)
    run.go_on()
    asked, upto = run.field.asked["11.1"], run.campaigns[C].waves[1].upto
    run.go_on(20)
    assert run.field.asked["11.1"] == asked
    assert run.total(C).confirmed == asked, "what is in flight goes on"
    run.told("resume", C)
    run.go_on()
    assert run.campaigns[C].waves[1].upto == pytest.approx(upto + 1 / 3)
    run.until(S.FINISHED)


@pytest.mark.peer_fault("PF-hawkbit-45")
def test_silence_times_out_and_is_tried_again():
    def silent_once(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is RequestKind.UPDATE and request.attempt == 1:
            return updated(request, named)[:1]
        return all_confirm(request, named)

    run = Run((PLAN,), ToyField(30, silent_once))
    run.until(S.FINISHED)
    assert run.of(CampaignFinished)[0].outcome == "COMPLETE"
    assert run.field.asked[RequestKind.UPDATE] == 60


@pytest.mark.peer_fault("PF-ours-04")
@pytest.mark.rule("BR35")
def test_a_lost_response_is_found_by_reading():
    def lost(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is RequestKind.ACTIVATE:
            return activated(request, named, lost=True)
        return all_confirm(request, named)

    run = Run((PLAN,), ToyField(30, lost))
    run.until(S.FINISHED)
    assert run.of(CampaignFinished)[0].outcome == "COMPLETE"
    assert run.field.asked == {"11.1": 30, "11.3": 30, "11.2": 30}


def bad_model_fails(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """The homes of the bad model, every sixth, stay on their old version."""
    bad = int(request.premises_id[1:], 16) % 6 == 0
    if request.kind is RequestKind.ACTIVATE and bad:
        return activated(request, named, fails=True)
    return all_confirm(request, named)


BY_MODEL = replace(
    PLAN,
    gate=replace(RULE, kind="sequential", strata=("model",), accept_good=0.05, accept_bad=0.2),
    policy=replace(PLAN.policy, attempts_max=1),
    waves=(wave("canary", 0.3), wave("others", 0.7, release_days=3)),
)


@pytest.mark.peer_fault("PF-hawkbit-24")
def test_a_bad_model_is_found_excluded_and_the_others_brought_to_their_end():
    size = 600
    field = ToyField(size, bad_model_fails, model=lambda n: BAD_MODEL if n % 6 == 0 else MODEL)
    run = Run((BY_MODEL,), field)
    run.until(S.HELD)
    (rejected,) = [f for f in run.of(GateEvaluated) if f.decision is GateDecision.REJECT]
    assert rejected.stratum == f"model:{BAD_MODEL}"
    run.told("exclude", C, model=BAD_MODEL)
    run.go_on(2)
    assert run.campaigns[C].waves[0].decision is not GateDecision.REJECT
    assert run.campaigns[C].state is S.HELD
    excluded = run.counts(C).excluded()[Exclusion.EXCLUDED_MODEL]
    assert run.total(C).members + excluded == size
    run.told("resume", C, reason=HoldReason.ERROR_GATE)
    run.until(S.FINISHED)
    (end,) = run.of(CampaignFinished)
    tried = size // 6 - excluded
    assert 0 < tried == end.shortfall, "only those that had it already are short of it"
    assert run.total(C).confirmed == size * 5 // 6
    reasons = [fact.reason for fact in run.of(CampaignHeld)]
    assert reasons == [HoldReason.ERROR_GATE]


@pytest.mark.peer_fault("PF-ours-03")
def test_late_truth_after_the_end_is_counted():
    """A home says that it runs the new version two months after everybody gave it up."""
    late: list[tuple[FieldRequest, dict[str, Any]]] = []

    def one_is_lost(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.premises_id.endswith("7") and request.kind is RequestKind.ACTIVATE:
            late.append((request, named))
            return activated(request, named)[:1]
        if request.premises_id.endswith("7") and request.kind is RequestKind.READ:
            return []
        return all_confirm(request, named)

    loose = replace(PLAN, gate=replace(RULE, success_at_least=0.5, errors_above=0.5))
    run = Run((loose,), ToyField(60, one_is_lost))
    run.until(S.FINISHED)
    (end,) = run.of(CampaignFinished)
    journal = [fact for _, fact in run.log if not isinstance(fact, OutcomeRevised)]
    assert (end.outcome, end.shortfall) == ("SHORTFALL", 4)
    run.go_on(60)
    request, _ = late[-1]
    for _, fact in read(request):
        run.field.later(request.premises_id, fact, run.now)
    run.go_on(3)
    (revised,) = run.of(OutcomeRevised)
    assert (revised.members, revised.shortfall) == (60, 3)
    assert [fact for _, fact in run.log if not isinstance(fact, OutcomeRevised)] == journal
    assert run.campaigns[C].state is S.FINISHED


@pytest.mark.peer_fault("PF-hawkbit-01")
def test_a_plan_that_takes_nobody_is_refused_and_its_revision_runs():
    nobody = replace(PLAN, selection=replace(PLAN.selection, suppliers=("S99",)))
    run = Run((nobody,), ToyField(30, all_confirm))
    run.until(S.DRAFT)
    assert [fact.checks for fact in run.of(PlanRefused)] == [("no_members",)]
    assert run.counts(C).excluded() == {Exclusion.NOT_SELECTED: 30}
    run.plans.clear()
    assert run.told("revise", C, plan=PLAN).answer == "ACCEPTED"
    run.until(S.FINISHED)
    assert run.of(CampaignFinished)[0].members == 30
    assert run.counts(C).excluded() == {}


def test_a_revision_about_the_other_type_counts_that_type_only():
    """Meters, not hubs: what was said of the hubs is no part of the second version."""
    some = replace(PLAN, selection=replace(PLAN.selection, suppliers=("S01",)))
    run = Run((some,), ToyField(30, all_confirm), approver=False)
    run.until(S.AWAITING_APPROVAL)
    run.told("deny", C, plan_hash=run.campaigns[C].plan_hash)
    run.told("revise", C, plan=replace(some, device_type=DeviceType.ESME))
    run.until(S.AWAITING_APPROVAL)
    first, second = run.of(MembershipFrozen)
    for froze in (first, second):
        assert sum(froze.members) + sum(froze.excluded.values()) == 30


DELAY_HOURS = {DeviceType.CHF: (36, 2), DeviceType.ESME: (48, 12)}
UNVERIFIED = {DeviceType.CHF: 0.01, DeviceType.ESME: 0.02}
FAILING = {DeviceType.CHF: 0.008, DeviceType.ESME: 0.015}


def assumed_field(seed: int) -> Any:
    """Shares and delays of the order that the emulated field assumes, drawn for each request."""

    def behaviour(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        kind = request.device_type
        draw = random.Random(f"{seed}|{request.request_id}")
        silent = random.Random(f"{seed}|{request.device_id}").random() < 0.004
        match request.kind:
            case RequestKind.UPDATE:
                to_hub, to_device = DELAY_HOURS[kind]
                hours = to_hub * draw.lognormvariate(0, 0.7) + to_device * draw.lognormvariate(
                    0, 0.6
                )
                unheard = silent or draw.random() < 0.01 + UNVERIFIED[kind]
                steps = updated(request, named, hours=hours)
                return steps[:1] if unheard else steps
            case RequestKind.ACTIVATE:
                steps = activated(
                    request,
                    named,
                    lost=draw.random() < 0.02,
                    fails=draw.random() < FAILING[kind],
                )
                return steps[:1] if draw.random() < 0.003 else steps
            case RequestKind.READ:
                return [] if silent or draw.random() < 0.03 else read(request)

    return behaviour


@pytest.mark.parametrize("seed", [1, 3])
def test_the_shipped_programme_is_done_before_the_end_of_the_year(seed: int):
    run = Run(shipped_plans(), ToyField(200, assumed_field(seed)))
    run.until(S.FINISHED, days=184)
    ends = {
        fact.campaign_id: at.date() for at, fact in run.log if isinstance(fact, CampaignFinished)
    }
    assert run.of(CampaignHeld) == []
    assert ends["LCP-HUBS"] <= date(2017, 9, 30)
    assert ends["LCP-METERS"] <= date(2017, 12, 20)
    capable = sum(map(is_capable, run.field.premises.values()))
    assert capable > 0.95 * len(run.field.premises)
