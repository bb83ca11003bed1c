"""Each step of an attempt may have a time of its own, within the follow-up."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_homes import HUB, RELEASING, hub_with, in_state
from tests.campaign.campaign_samples import DAY, MIDNIGHT, PLAN, POLICY, C
from tests.campaign.test_campaign_causes import NAMED, told
from tests.campaign.test_campaign_executions import asked, kinds
from twin.campaign.dated import Activation
from twin.events import firmware
from twin.events.firmware import FirmwareUpdateTimedOut
from twin.events.requests import FieldRequest
from twin.state.premises import Premises
from twin.vocabulary import ExecutionState

E = ExecutionState
STEPPED = replace(POLICY, delivery_days=2, transfer_days=3, activation_days=6, read_after_days=4)
ORDER = replace(RELEASING, plan=replace(PLAN, policy=STEPPED))


def step_of(premises: Premises, *, days: float, order: Any = ORDER) -> str | None:
    """The step whose time is over on that day."""
    words = asked(premises, days=days, order=order)
    steps = [word.cause for word in words if isinstance(word, FirmwareUpdateTimedOut)]
    return steps[0] if steps else None


def activating(*, asked_on: float, state: ExecutionState = E.ACTIVATION_REQUESTED) -> Premises:
    """A member whose activation was asked for on a day."""
    at = MIDNIGHT + timedelta(days=asked_on)
    premises = in_state(state, reached=at)
    execution = premises.devices[HUB].executions[C]
    return hub_with(premises, executions={C: replace(execution, activation_asked_at=at)})


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (E.REQUESTED, "delivery_timed_out"),
        (E.AT_HUB, "transfer_timed_out"),
        (E.VERIFIED, "activation_timed_out"),
        (E.ACTIVATION_REQUESTED, "activation_timed_out"),
        (E.ACTIVATED_UNCONFIRMED, "activation_timed_out"),
    ],
)
def test_every_time_out_names_the_step_that_was_waited_for(state: ExecutionState, step: str):
    assert step_of(in_state(state), days=10, order=RELEASING) == step


def test_each_step_has_its_own_time():
    assert step_of(in_state(E.REQUESTED), days=1.99) is None
    assert step_of(in_state(E.REQUESTED), days=2) == "delivery_timed_out"
    at_hub = in_state(E.AT_HUB, reached=MIDNIGHT + DAY)
    assert step_of(at_hub, days=3.99) is None, "since the hub's word"
    assert step_of(at_hub, days=4) == "transfer_timed_out"
    asked_later = activating(asked_on=2)
    assert kinds(asked_later, days=4, order=ORDER) == ["11.2/1"], "a read comes first"
    assert step_of(asked_later, days=7.99) is None
    assert step_of(asked_later, days=8) == "activation_timed_out"


def test_the_follow_up_ends_every_step():
    late = in_state(E.AT_HUB, reached=MIDNIGHT + 9 * DAY)
    assert step_of(late, days=10) == "transfer_timed_out"
    assert step_of(activating(asked_on=9), days=10) == "activation_timed_out"


def test_a_verified_image_waits_for_the_campaign_and_for_nobody_else():
    premises = in_state(E.VERIFIED)
    assert kinds(premises, days=7, order=ORDER) == ["11.3/1"]
    assert step_of(premises, days=9.99) is None


@pytest.mark.rule("BR35")
def test_whether_a_response_was_lost_moves_no_time_out():
    for days in (3, 6.5, 7, 8, 10):
        lost = activating(asked_on=1, state=E.ACTIVATED_UNCONFIRMED)
        execution = lost.devices[HUB].executions[C]
        lost = hub_with(lost, executions={C: replace(execution, reached_at=MIDNIGHT + 5 * DAY)})
        silent = activating(asked_on=1)
        assert asked(lost, days=days, order=ORDER) == asked(silent, days=days, order=ORDER)


def test_a_dated_activation_has_its_time_from_its_date_on():
    plan = replace(PLAN, policy=STEPPED, activation=Activation(at=MIDNIGHT + 20 * DAY))
    order = replace(RELEASING, plan=plan)
    premises = activating(asked_on=2)
    assert step_of(premises, days=25.9, order=order) is None
    assert step_of(premises, days=26, order=order) == "activation_timed_out"


def test_the_request_to_activate_is_kept_in_any_order():
    request_id = asked(in_state(E.VERIFIED), days=1)[0]
    assert isinstance(request_id, FieldRequest)
    facts = [
        firmware.FirmwareActivationRequested(**NAMED, request_id=request_id.request_id),
        firmware.FirmwareActivated(
            **NAMED, firmware_version="0000000B", pairing_capable=True, response_lost=True
        ),
    ]
    for order in (facts, facts[::-1]):
        found = told(in_state(E.VERIFIED), *order, at=MIDNIGHT + DAY)
        execution = found.devices[HUB].executions[C]
        assert execution.activation_asked_at == MIDNIGHT + DAY
        assert execution.state is E.ACTIVATED_UNCONFIRMED
