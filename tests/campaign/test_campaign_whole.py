"""Whole campaigns over a toy field: what operators would see from the first day to the last."""

import random
from datetime import date
from typing import Any

import pytest
from campaign_samples import PLAN, C, command
from campaign_toy import (
    Run,
    Step,
    ToyField,
    activated,
    all_confirm,
    read,
    updated,
)
from msgspec.structs import replace

from twin.campaign.plan import shipped_plans
from twin.events.programme import CampaignFinished, CampaignHeld, WavePassed
from twin.events.requests import FieldRequest, RequestKind
from twin.state.premises import is_capable
from twin.vocabulary import CampaignState, DeviceType, HoldReason


def facts(run: Run, kind: type) -> list[Any]:
    return [fact for _, fact in run.log if isinstance(fact, kind)]


def run_until_over(run: Run, *, days: int) -> None:
    for _ in range(days):
        run.go_on()
        if all(c.state is CampaignState.FINISHED for c in run.campaigns.values()):
            return


def test_all_confirm():
    run = Run((PLAN,), ToyField(300, all_confirm))
    run_until_over(run, days=40)
    assert facts(run, CampaignFinished) == [CampaignFinished(C, "COMPLETE", 300, 0, run.tick)]
    assert [fact.wave for fact in facts(run, WavePassed)] == [1, 2]
    assert facts(run, CampaignHeld) == []
    assert run.field.asked == {RequestKind.UPDATE: 300, RequestKind.ACTIVATE: 300, "11.2": 300}
    assert run.tick < 14


def one_in_ten_fails(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    fails = random.Random(request.device_id).random() < 0.1
    if request.kind is RequestKind.ACTIVATE:
        return activated(request, named, fails=fails)
    return all_confirm(request, named)


STRICT = replace(PLAN, gate=replace(PLAN.gate, success_at_least=0.95, errors_above=0.05))


def held_for_three_days(run: Run) -> None:
    before, asked = run.campaigns[C].upto, run.field.asked[RequestKind.UPDATE]
    for _ in range(3):
        run.go_on()
    assert run.campaigns[C].state is CampaignState.HELD
    assert run.campaigns[C].upto == before
    assert run.field.asked[RequestKind.UPDATE] == asked


def test_one_in_ten_fails_is_held_and_an_operator_brings_it_to_its_end():
    run = Run((STRICT,), ToyField(300, one_in_ten_fails))
    commands = 0
    while run.campaigns[C].state is not CampaignState.FINISHED:
        run.go_on()
        if run.campaigns[C].state is CampaignState.HELD:
            held_for_three_days(run)
            commands += 1
            run.command(command("resume", commands))
        assert run.tick < 100
    reasons = {fact.reason for fact in facts(run, CampaignHeld)}
    assert reasons == {HoldReason.ERROR_GATE, HoldReason.SUCCESS_MISSED}
    assert 2 <= commands <= 2 * len(PLAN.waves)
    counts = run.counts(C, 1) + run.counts(C, 2)
    (end,) = facts(run, CampaignFinished)
    assert (end.outcome, end.members, end.shortfall) == ("SHORTFALL", 300, 300 - counts.confirmed)
    assert 15 < end.shortfall < 45


def test_silence_times_out_and_is_tried_again():
    def silent_once(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is RequestKind.UPDATE and request.attempt == 1:
            return updated(request, named)[:1]
        return all_confirm(request, named)

    run = Run((PLAN,), ToyField(30, silent_once))
    run_until_over(run, days=80)
    assert facts(run, CampaignFinished)[0].outcome == "COMPLETE"
    assert run.field.asked[RequestKind.UPDATE] == 60


def test_a_lost_response_is_found_by_reading():
    def lost(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is RequestKind.ACTIVATE:
            return activated(request, named, lost=True)
        return all_confirm(request, named)

    run = Run((PLAN,), ToyField(30, lost))
    run_until_over(run, days=60)
    assert facts(run, CampaignFinished)[0].outcome == "COMPLETE"
    assert run.field.asked == {"11.1": 30, "11.3": 30, "11.2": 30}


def test_stop_lets_what_is_in_flight_finish_and_asks_for_nothing_new():
    run = Run((PLAN,), ToyField(300, all_confirm))
    while run.campaigns[C].upto < 0.4:
        run.go_on()
    run.command(command("stop"))
    asked = run.field.asked[RequestKind.UPDATE]
    for _ in range(10):
        run.go_on()
    counts = run.counts(C, 1) + run.counts(C, 2)
    assert run.field.asked[RequestKind.UPDATE] == asked == counts.confirmed
    assert counts.in_flight == 0
    assert run.campaigns[C].state is CampaignState.STOPPED


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
    run_until_over(run, days=184)
    ends = {
        fact.campaign_id: at.date() for at, fact in run.log if isinstance(fact, CampaignFinished)
    }
    assert facts(run, CampaignHeld) == []
    assert ends["LCP-HUBS"] <= date(2017, 9, 30)
    assert ends["LCP-METERS"] <= date(2017, 12, 20)
    capable = sum(map(is_capable, run.field.premises.values()))
    assert capable > 0.95 * len(run.field.premises)
