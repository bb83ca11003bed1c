"""Devices that run or report something else than was asked for; and two campaigns at once."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import OLD, Step, ToyField, activated, all_confirm, read, updated
from tests.campaign.campaign_samples import OTHER, PLAN, RULE, C, S, wave
from tests.campaign.campaign_toy import Run
from twin.events import firmware
from twin.events.programme import CampaignFinished, CampaignHeld
from twin.events.requests import FieldRequest, RequestKind
from twin.vocabulary import WarningList

WRONG = "0000000C"
LOOSE = replace(PLAN, gate=replace(RULE, errors_above=0.99, success_at_least=0.01))
ALL_AT_ONCE = (wave("all", 1.0),)


@pytest.mark.peer_fault("PF-ours-05")
def test_a_verified_image_of_another_version_is_never_activated() -> None:
    def other_image(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is RequestKind.UPDATE:
            *before, (hours, verified) = updated(request, named)
            return [*before, (hours, replace(verified, firmware_version=WRONG))]
        return all_confirm(request, named)

    run = Run((replace(LOOSE, waves=ALL_AT_ONCE),), ToyField(20, other_image))
    run.go_on(40)
    assert run.field.asked[RequestKind.ACTIVATE] == 0
    assert run.total(C).confirmed == 0
    assert run.total(C).timed_out == 20, "both attempts brought the wrong image"


@pytest.mark.peer_fault("PF-ours-05")
def test_a_device_that_runs_a_third_version_is_not_confirmed() -> None:
    def third(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is RequestKind.ACTIVATE:
            (hours, sent), (later, fact) = activated(request, named)
            return [(hours, sent), (later, replace(fact, firmware_version=WRONG))]
        if request.kind is RequestKind.READ:
            return read(request, version=WRONG)
        return all_confirm(request, named)

    run = Run((PLAN,), ToyField(60, third))
    run.go_on(20)
    assert run.total(C).confirmed == 0
    assert run.campaigns[C].state is S.HELD
    assert run.of(CampaignHeld)[0].reason == "error_gate"


@pytest.mark.peer_fault("PF-ours-07")
def test_a_device_that_falls_back_is_an_error_that_the_gate_sees() -> None:
    def falls_back(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        return read(request, version=OLD) if request.kind is RequestKind.READ else all_confirm(
            request, named
        )  # fmt: skip

    run = Run((PLAN,), ToyField(60, falls_back))
    run.go_on(20)
    total = run.total(C)
    assert (total.confirmed, total.activated) == (0, 0)
    assert run.campaigns[C].state is S.HELD
    assert run.of(CampaignHeld)[0].reason == "error_gate"


@pytest.mark.peer_fault("PF-ours-06")
def test_an_activation_that_nobody_asked_for_settles_when_its_version_is_read() -> None:
    field = ToyField(1, all_confirm)
    run = Run((replace(LOOSE, waves=ALL_AT_ONCE),), field)
    run.go_on(2)
    name, premises = next(iter(field.premises.items()))
    hub = next(d for d in premises.devices.values() if d.device_type == PLAN.device_type)
    named = (hub.device_id, hub.device_type, C, 1, 1)
    field.apply(name, firmware.FirmwareActivated(*named, WRONG, False, False), run.now)
    run.until(S.FINISHED)
    (end,) = run.of(CampaignFinished)
    assert (end.members, end.shortfall) == (1, 0), "the next attempt brought what was asked for"


@pytest.mark.peer_fault("PF-hawkbit-38")
def test_an_execution_of_a_campaign_that_nobody_runs_stands_in_the_way_of_none() -> None:
    field = ToyField(1, all_confirm)
    name, premises = next(iter(field.premises.items()))
    hub = next(d for d in premises.devices.values() if d.device_type == PLAN.device_type)
    named = (hub.device_id, hub.device_type, "LCP-NOBODY", 1, 1)
    run = Run((replace(LOOSE, waves=ALL_AT_ONCE),), field)
    run.go_on(1)
    field.apply(name, firmware.FirmwareDeliveredToHub(*named), run.now)
    run.go_on(5)
    assert run.field.asked == {}, "for a follow-up it may be somebody's"
    run.until(S.FINISHED)
    assert run.total(C).confirmed == 1


@pytest.mark.peer_fault("PF-ours-31")
def test_of_two_campaigns_on_one_tick_only_the_first_asks_a_device() -> None:
    busy: dict[str, str] = {}

    def dcc(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is not RequestKind.UPDATE:
            return all_confirm(request, named)
        if busy.setdefault(request.device_id, request.campaign_id) != request.campaign_id:
            on_list = WarningList.OTHER_REQUEST_IN_PROGRESS
            return [(0.1, firmware.FirmwareUpdateWarned(**named, warning=on_list))]
        return updated(request, named)

    once = replace(LOOSE.policy, attempts_max=1)
    first = replace(LOOSE, priority=1, policy=once, waves=ALL_AT_ONCE)
    second = replace(first, campaign_id=OTHER, title="the other", priority=0)
    run = Run((second, first), ToyField(60, dcc))
    run.until(S.FINISHED)
    assert run.total(C).confirmed == 60
    assert run.total(OTHER).errors == 0
