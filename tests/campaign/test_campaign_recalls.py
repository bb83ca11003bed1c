"""Stop, abort and a successor over the toy field: what is on the devices when it is over."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import Step, ToyField, activated, all_confirm, updated
from tests.campaign.campaign_samples import DAY, OTHER, PLAN, RULE, C, S, wave
from tests.campaign.campaign_toy import Run
from twin.campaign.ending import unsettled
from twin.events.firmware import FirmwareUpdateWarned
from twin.events.programme import (
    AbortOrdered,
    CampaignAborted,
    CampaignFinished,
    CampaignStopped,
    StopOrdered,
    TimerFired,
)
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Device
from twin.state.premises import active_device, standing
from twin.vocabulary import DeviceType, EndBehaviour, ExecutionState, WarningList

SIZE = 300
SLOW = replace(PLAN, waves=(wave("all", 1.0, release_days=6),))
NEXT = replace(SLOW, campaign_id=OTHER, title="better hubs")


def slow(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Each step takes a day and a half, so that on any day homes stand everywhere."""
    if request.kind is RequestKind.UPDATE:
        return updated(request, named, hours=36)
    if request.kind is RequestKind.ACTIVATE:
        return [(hours * 30, fact) for hours, fact in activated(request, named)]
    return all_confirm(request, named)


def hubs(run: Run) -> list[Device]:
    found = [
        active_device(premises, device_type=DeviceType.CHF)
        for premises in run.field.premises.values()
    ]
    return [device for device in found if device is not None]


def standings(run: Run, campaign_id: str) -> list[ExecutionState]:
    return [
        standing(hub, hub.executions[campaign_id])
        for hub in hubs(run)
        if campaign_id in hub.executions
    ]


def half_way(behaviour: Callable[..., list[Step]] = slow, plan: Any = SLOW) -> Run:
    run = Run((plan,), ToyField(SIZE, behaviour))
    while C not in run.campaigns or run.campaigns[C].waves[0].upto < 0.6:
        run.go_on()
    counted = run.total(C)
    assert counted.in_flight > 0
    assert counted.awaiting > 0
    return run


def test_stop_lets_what_is_in_flight_finish_and_asks_for_nothing_new():
    run = half_way()
    asked = run.field.asked[RequestKind.UPDATE]
    run.told("stop", C)
    run.until(S.STOPPED)
    (ordered,), (ended,) = run.of(StopOrdered), run.of(CampaignStopped)
    assert run.field.asked[RequestKind.UPDATE] == asked
    assert ended.confirmed == asked == run.total(C).confirmed
    assert ended.confirmed + ended.cancelled == SIZE
    assert 0 < ordered.in_flight <= asked
    assert set(standings(run, C)) == {ExecutionState.CONFIRMED}


@pytest.mark.peer_fault("PF-mender-15")
@pytest.mark.rule("BR33")
def test_abort_recalls_images_that_are_verified_and_these_are_never_activated():
    run = half_way()
    run.told("abort", C)
    before = run.field.asked[RequestKind.ACTIVATE]
    run.until(S.ABORTED)
    (ordered,), (ended,) = run.of(AbortOrdered), run.of(CampaignAborted)
    run.go_on(60)
    assert run.field.asked[RequestKind.ACTIVATE] == before
    found = standings(run, C)
    assert found.count(ExecutionState.VERIFIED) == ended.recalled > 0
    assert found.count(ExecutionState.CONFIRMED) == ended.exposed == before
    assert ended.recalled + ended.exposed + ended.cancelled == SIZE
    already = run.field.asked[RequestKind.UPDATE] - ordered.in_flight
    assert ended.recalled + ended.exposed == ordered.in_flight + already


@pytest.mark.peer_fault("PF-mender-15")
def test_abort_waits_for_a_silent_home_until_it_times_out():
    def half_silent(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        steps = slow(request, named)
        return steps[:1] if int(request.premises_id[1:], 16) % 2 else steps

    run = half_way(half_silent)
    run.told("abort", C)
    asked = run.field.asked[RequestKind.UPDATE]
    run.until(S.ABORTED)
    (ended,) = run.of(CampaignAborted)
    assert run.field.asked[RequestKind.UPDATE] == asked, "no second attempt in an abort"
    assert ended.recalled + ended.exposed + ended.cancelled == SIZE


@pytest.mark.parametrize("behaviour", list(EndBehaviour))
def test_the_last_day_by_each_end_behaviour(behaviour: EndBehaviour):
    plan = replace(SLOW, ends_on=date(2017, 7, 4), end_behaviour=behaviour)
    run = Run((plan,), ToyField(SIZE, slow))
    run.until(S.STOPPED, S.ABORTED, S.FINISHED)
    wanted = {
        EndBehaviour.STOP_RELEASES: (S.STOPPED, StopOrdered, CampaignStopped),
        EndBehaviour.RECALL: (S.ABORTED, AbortOrdered, CampaignAborted),
        EndBehaviour.LET_RUN: (S.FINISHED, TimerFired, CampaignFinished),
    }
    state, order, end = wanted[behaviour]
    assert run.campaigns[C].state is state
    (ordered,) = run.of(order)[-1:]
    overdue_on = next(at for at, fact in run.log if fact is ordered)
    assert overdue_on.date() == date(2017, 7, 5)
    assert len(run.of(end)) == 1
    if behaviour is EndBehaviour.RECALL:
        assert ExecutionState.VERIFIED in standings(run, C)


def overlaps(run: Run) -> list[str]:
    """Devices that were asked to update by both campaigns."""
    by_device: dict[str, set[str]] = {}
    for request in run.field.requests:
        by_device.setdefault(request.device_id, set()).add(request.campaign_id)
    return sorted(name for name, campaigns in by_device.items() if len(campaigns) > 1)


def test_a_successor_takes_what_is_left_and_what_is_in_flight_counts_for_the_old():
    run = half_way()
    begun = run.field.asked[RequestKind.UPDATE]
    run.plans.append(NEXT)
    run.go_on()
    assert run.told("supersede", C, by=OTHER).answer == "ACCEPTED"
    run.until(S.SUPERSEDED, S.FINISHED)
    old, new = run.total(C), run.total(OTHER)
    assert old.confirmed >= begun
    assert old.confirmed + new.confirmed == SIZE
    assert overlaps(run) == []
    (end,) = run.of(CampaignFinished)
    assert (end.campaign_id, end.outcome) == (OTHER, "COMPLETE")
    assert new.already_at_target + new.confirmed == new.members


@pytest.mark.rule("BR33")
def test_a_successor_of_an_aborting_campaign_leaves_its_recall_to_go_on():
    run = half_way()
    run.told("abort", C)
    before = run.field.asked[RequestKind.ACTIVATE]
    run.plans.append(NEXT)
    run.go_on()
    assert run.campaigns[C].state is S.ABORTING
    answer = run.told("supersede", C, by=OTHER)
    assert (answer.answer, answer.in_flight) == ("ACCEPTED", unsettled(run.total(C)))
    assert answer.in_flight > 0
    run.until(S.SUPERSEDED, S.FINISHED)
    own = [r for r in run.field.requests if r.campaign_id == C and r.kind is RequestKind.ACTIVATE]
    assert len(own) == before, "an image that was recalled is not activated for the old campaign"
    assert before + run.total(OTHER).confirmed == SIZE
    assert run.of(CampaignAborted) == []


def test_an_image_that_was_recalled_does_not_keep_its_home_from_the_next_campaign():
    """Nothing will ever activate it: a newer image takes its place (BR32)."""
    run = half_way()
    run.told("abort", C)
    run.until(S.ABORTED)
    (ended,) = run.of(CampaignAborted)
    run.plans.append(NEXT)
    run.until(S.ABORTED, S.FINISHED)
    assert run.total(OTHER).confirmed == ended.recalled + ended.cancelled
    assert len(overlaps(run)) == ended.recalled


@pytest.mark.peer_fault("PF-hawkbit-28", "PF-goosebit-03", "PF-ours-22")
def test_of_two_campaigns_that_want_a_home_at_once_the_other_keeps_its_attempts():
    """The second does not ask before the first is over, so that no attempt is spent on a list."""
    busy: dict[str, Any] = {}

    def dcc(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is not RequestKind.UPDATE:
            return slow(request, named)
        holder, until = busy.get(request.device_id, (request.campaign_id, request.asked_at))
        if holder != request.campaign_id and request.asked_at <= until:
            warned = FirmwareUpdateWarned(**named, warning=WarningList.OTHER_REQUEST_IN_PROGRESS)
            return [(0.1, warned)]
        busy[request.device_id] = request.campaign_id, request.asked_at + timedelta(hours=40)
        return updated(request, named, hours=36)

    at_once = (wave("all", 1.0),)
    loose = replace(RULE, errors_above=0.9, success_at_least=0.1)
    first = replace(SLOW, priority=1, gate=loose, waves=at_once)
    second = replace(first, campaign_id=OTHER, title="the other", priority=0)
    run = Run((second, first), ToyField(60, dcc))
    run.until(S.FINISHED)
    asked = Counter(r.campaign_id for r in run.field.requests if r.kind is RequestKind.UPDATE)
    assert run.total(C).confirmed == asked[C] == 60
    assert asked[OTHER] == 0, "each was read to need it no more before it could be asked"
    other = run.total(OTHER)
    assert (other.already_at_target, other.errors, other.shortfall) == (60, 0, 0)


@pytest.mark.peer_fault("PF-mender-14")
def test_an_abort_before_the_first_release_is_over_at_once():
    run = Run((replace(SLOW, starts_on=date(2017, 7, 3)),), ToyField(30, slow))
    run.until(S.READY)
    run.told("start", C)
    run.told("abort", C)
    run.go_on()
    (ended,) = run.of(CampaignAborted)
    assert (ended.recalled, ended.exposed, ended.cancelled) == (0, 0, 30)
    assert run.field.asked == {}
    assert run.now - run.log[-1][0] <= DAY
