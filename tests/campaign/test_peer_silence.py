"""Silence at every step ends: from the very first request, and after an activation was told of."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import NEW, OLD, Step, ToyField, all_confirm
from tests.campaign.campaign_homes import (
    HUB,
    RELEASING,
    enrolled,
    exchanged,
    in_state,
    read_as,
    seat_of,
)
from tests.campaign.campaign_samples import DAY, MIDNIGHT, OTHER, PLAN, POLICY, RULE, C, S
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_executions import asked, kinds
from twin.campaign.executions import Order, all_due
from twin.events.attempts import FirmwareConfirmationTimedOut, FirmwareUpdateUnanswered
from twin.events.envelope import new_event
from twin.events.firmware import FirmwareUpdateRequested
from twin.events.programme import CampaignFinished, CampaignHeld
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Execution
from twin.state.evolve import evolve
from twin.state.executions import execution_moved
from twin.state.premises import Premises, standing
from twin.vocabulary import ExecutionState, HoldReason

E = ExecutionState
LOOSE = replace(
    PLAN, gate=replace(RULE, success_at_least=0.5, errors_above=0.5, settled_at_least=1.0)
)
"""Its waves wait until every last device is settled."""
STEADY = replace(RELEASING, before=(1.0, 1.0), since=MIDNIGHT)
"""A release that has let all go on an earlier tick."""


def is_mute(request: FieldRequest) -> bool:
    """Every tenth home."""
    return request.premises_id.endswith("7")


def state_of(premises: Premises) -> ExecutionState:
    hub = premises.devices[HUB]
    return standing(hub, hub.executions[C])


def told(premises: Premises, *actions: Any, days: float) -> Premises:
    for nth, fact in enumerate(a for a in actions if not isinstance(a, FieldRequest)):
        event = new_event(
            fact=fact, source="urn:gb:twin:x", sequence=nth + 1, key=premises.premises_id,
            occurred_at=MIDNIGHT + timedelta(days=days),
        )  # fmt: skip
        premises = evolve(premises, event, fact)
    return premises


@pytest.mark.peer_fault("PF-hawkbit-46")
def test_a_request_that_the_dcc_never_answers_is_a_fact_a_tick_later():
    (today,) = asked(enrolled(), days=1)
    again, word = asked(enrolled(), days=2, order=STEADY)
    assert again == replace(today, asked_at=MIDNIGHT + 2 * DAY), "the same request"
    assert isinstance(word, FirmwareUpdateUnanswered)
    assert (word.attempt, word.request_id) == (1, today.request_id)
    assert word.wave == seat_of(enrolled()).wave
    open_one = told(enrolled(), word, days=2)
    assert state_of(open_one) is E.REQUESTED
    assert kinds(open_one, days=11.9, order=STEADY) == []
    assert kinds(open_one, days=12, order=STEADY) == ["time-out"]


@pytest.mark.peer_fault("PF-hawkbit-46")
def test_who_was_released_on_this_very_tick_owes_nothing_yet():
    nobody = replace(RELEASING, before=(0.0, 0.0), since=MIDNIGHT)
    assert [type(action) for action in asked(enrolled(), order=nobody)] == [FieldRequest]


@pytest.mark.peer_fault("PF-hawkbit-46")
@pytest.mark.parametrize("ended", [E.FAILED, E.TIMED_OUT])
def test_the_silence_of_a_second_request_is_a_fact_too(ended: ExecutionState):
    assert len(asked(in_state(ended), days=1.9, order=STEADY)) == 1
    request, word = asked(in_state(ended), days=2, order=STEADY)
    assert isinstance(request, FieldRequest)
    assert isinstance(word, FirmwareUpdateUnanswered)
    assert word.attempt == request.attempt == 2
    resumed = replace(STEADY, since=MIDNIGHT + 1 * DAY)
    assert len(asked(in_state(ended), days=2, order=resumed)) == 1, "it was held until now"
    final = told(in_state(ended), word, days=2)
    assert kinds(final, days=12, order=STEADY) == ["time-out"]


@pytest.mark.peer_fault("PF-hawkbit-46")
def test_what_the_dcc_says_after_all_takes_up_the_same_attempt():
    _, word = asked(enrolled(), days=2, order=STEADY)
    assert isinstance(word, FirmwareUpdateUnanswered)
    hub = enrolled().devices[HUB]
    accepted = FirmwareUpdateRequested(HUB, hub.device_type, C, word.wave, 1, word.request_id, NEW)
    one_way = told(told(enrolled(), word, days=2), accepted, days=1.5)
    other_way = told(told(enrolled(), accepted, days=1.5), word, days=2)
    execution = one_way.devices[HUB].executions[C]
    assert execution == other_way.devices[HUB].executions[C]
    assert execution.requested_at == MIDNIGHT + timedelta(days=1.5)
    assert state_of(read_as(told(enrolled(), word, days=2))) is E.CONFIRMED, "truth comes anyway"


@pytest.mark.peer_fault("PF-hawkbit-46", "PF-ours-31")
def test_of_two_campaigns_only_the_one_that_asks_speaks_of_silence():
    other = replace(PLAN, campaign_id=OTHER)
    premises = enrolled(enrolled(), other)
    orders = (STEADY, replace(STEADY, plan=other))
    found = list(
        all_due(
            order=Order(tick=3, now=MIDNIGHT + DAY, campaigns=orders),
            premises=premises,
            capable_version=lambda _: NEW,
        )
    )
    assert [(type(action), action.campaign_id) for action in found] == [
        (FieldRequest, C),
        (FirmwareUpdateUnanswered, C),
    ]


@pytest.mark.peer_fault("PF-hawkbit-46")
def test_silence_from_the_first_request_is_tried_again_settles_and_ends_the_wave():
    def mute(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        return [] if is_mute(request) else all_confirm(request, named)

    run = Run((LOOSE,), ToyField(60, mute))
    run.until(S.FINISHED)
    (end,) = run.of(CampaignFinished)
    total = run.total(C)
    assert (end.shortfall, total.timed_out, total.confirmed) == (4, 4, 56)
    assert total.settled == total.members == 60
    attempts = [r.attempt for r in run.field.requests if is_mute(r)]
    assert sorted(attempts) == [1] * 4 + [2] * 4, "each attempt is one request"


@pytest.mark.peer_fault("PF-hawkbit-46")
def test_a_fleet_that_hears_nothing_at_all_holds_the_campaign():
    run = Run((PLAN,), ToyField(60, lambda *_: []))
    run.until(S.HELD)
    assert [fact.reason for fact in run.of(CampaignHeld)] == [HoldReason.ERROR_GATE]


def never_read(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Every tenth home tells of its activation and answers no read."""
    if request.kind is RequestKind.READ and is_mute(request):
        return []
    return all_confirm(request, named)


@pytest.mark.peer_fault("PF-ours-08")
def test_who_told_of_an_activation_and_is_never_read_settles_as_timed_out():
    run = Run((LOOSE,), ToyField(60, never_read))
    run.until(S.FINISHED)
    total = run.total(C)
    assert (total.confirmed, total.timed_out, total.activated) == (56, 4, 0)
    assert total.settled == total.members == 60
    reads = [r for r in run.field.requests if is_mute(r) and r.kind is RequestKind.READ]
    assert 0 < len(reads) <= 4 * POLICY.follow_up_days, "asked while there is time, then no more"
    updates = [r for r in run.field.requests if is_mute(r) and r.kind is RequestKind.UPDATE]
    assert len(updates) == 4, "the image is not sent once more"


@pytest.mark.peer_fault("PF-ours-08")
def test_a_threshold_wave_that_waits_for_every_last_device_is_judged():
    whole = replace(PLAN, gate=replace(RULE, success_at_least=0.99, settled_at_least=1.0,
                                       errors_above=0.5))  # fmt: skip
    run = Run((whole,), ToyField(60, never_read))
    run.until(S.HELD)
    assert run.of(CampaignHeld)[-1].reason is HoldReason.SUCCESS_MISSED


@pytest.mark.peer_fault("PF-ours-08")
def test_the_plan_says_how_long_a_read_is_waited_for():
    patient = replace(PLAN, policy=replace(POLICY, confirm_days=20))
    order = replace(RELEASING, plan=patient)
    assert kinds(in_state(E.ACTIVATED), days=19, order=order) == ["11.2/1"]
    assert kinds(in_state(E.ACTIVATED), days=20, order=order) == ["time-out"]
    (word,) = asked(in_state(E.ACTIVATED), days=20, order=order)
    assert word == FirmwareConfirmationTimedOut(HUB, word.device_type, C, 1, 1)
    gone = exchanged(in_state(E.ACTIVATED), at=MIDNIGHT + DAY)
    assert kinds(gone, days=20, order=order) == [], "nobody waits for a hub that is gone"


@pytest.mark.peer_fault("PF-ours-08")
def test_late_truth_overtakes_a_confirmation_that_timed_out():
    (word,) = asked(in_state(E.ACTIVATED), days=10)
    ended = told(in_state(E.ACTIVATED), word, days=10)
    assert state_of(ended) is E.CONFIRMATION_TIMED_OUT
    assert state_of(read_as(ended)) is E.CONFIRMED
    later = replace(read_as(ended, version=OLD).devices[HUB].belief.stamp, at=MIDNIGHT + DAY)
    fallen = read_as(ended, version=OLD)
    belief = replace(fallen.devices[HUB].belief, stamp=later)
    hub = replace(fallen.devices[HUB], belief=belief)
    fell_back = replace(fallen, devices={**fallen.devices, HUB: hub})
    assert state_of(fell_back) is E.FAILED, "read since the activation to run the old version"


@pytest.mark.peer_fault("PF-ours-02", "PF-ours-08")
def test_a_time_out_and_the_activation_before_it_give_the_same_in_any_order():
    at = [MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT + 9 * DAY]
    found = [
        Execution(C, 1, 1, state, MIDNIGHT, moment, NEW, MIDNIGHT)
        for state, moment in zip(
            (E.ACTIVATED_UNCONFIRMED, E.ACTIVATED, E.CONFIRMATION_TIMED_OUT), at, strict=True
        )
    ]
    ends = set()
    for order in ((0, 1, 2), (2, 1, 0), (2, 0, 1), (1, 2, 0), (1, 0, 2), (0, 2, 1)):
        held = None
        for nth in order:
            held = execution_moved(held, found[nth])
        assert held is not None
        ends.add((held.state, held.reached_at))
    assert ends == {(E.CONFIRMATION_TIMED_OUT, MIDNIGHT + DAY)}, "with its activation's moment"
