"""Until when nobody need ask a home that waits for its devices: not a moment too long or short."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_field import capable_version
from tests.campaign.campaign_homes import HUB, RELEASING, all_states, hub_with, in_state
from tests.campaign.campaign_samples import DAY, MIDNIGHT, PLAN, POLICY, C
from twin.campaign.dated import Activation
from twin.campaign.executions import Mode, Order, all_due
from twin.campaign.waiting import quiet_until
from twin.state.premises import Premises
from twin.vocabulary import ExecutionState

BRIEF = timedelta(microseconds=1)
DAYS = st.none() | st.integers(1, 12)
ACTIVATIONS = (
    None,
    Activation(time="02:30"),
    Activation(at=datetime(2017, 7, 6, 2, tzinfo=UTC)),
)


@st.composite
def plans(draw: st.DrawFn) -> Any:
    """Plans whose steps have times of their own, or none, and whose activation may be dated."""
    policy = replace(
        POLICY,
        read_after_days=draw(st.integers(1, 9)),
        delivery_days=draw(DAYS),
        transfer_days=draw(DAYS),
        activation_days=draw(DAYS),
    )
    return replace(PLAN, policy=policy, activation=draw(st.sampled_from(ACTIVATIONS)))


def order_at(now: datetime, plan: Any, mode: Mode = "release") -> Order:
    campaign = replace(RELEASING, plan=plan, mode=mode)
    return Order(tick=1, now=now, campaigns=(campaign,))


def is_due(order: Order, premises: Premises) -> bool:
    return any(all_due(order=order, premises=premises, capable_version=capable_version))


@given(
    plan=plans(),
    state=st.sampled_from(ExecutionState),
    attempt=st.integers(1, 2),
    reached=st.integers(0, 72),
    asked=st.integers(0, 96),
    looked=st.integers(0, 400),
    mode=st.sampled_from(("release", "follow")),
)
def test_nothing_is_due_before_the_moment_and_something_is_at_it(
    plan: Any,
    state: ExecutionState,
    attempt: int,
    reached: int,
    asked: int,
    looked: int,
    mode: Mode,
) -> None:
    home = in_state(state, attempt=attempt, reached=MIDNIGHT + timedelta(hours=reached))
    execution = home.devices[HUB].executions[C]
    asked_at = MIDNIGHT + timedelta(hours=asked)
    home = hub_with(home, executions={C: replace(execution, activation_asked_at=asked_at)})
    now = MIDNIGHT + timedelta(hours=looked)
    until = quiet_until(order=order_at(now, plan, mode), premises=home)
    if until is None or is_due(order_at(now, plan, mode), home):
        return
    assert until > now
    assert not is_due(order_at(until - BRIEF, plan, mode), home)
    assert is_due(order_at(until, plan, mode), home)


def test_states_in_which_a_home_is_left_in_peace() -> None:
    """Those in which the field or the DCC owes an answer; whatever waits for us is asked."""
    quiet = {
        state
        for state in ExecutionState
        if quiet_until(order=order_at(MIDNIGHT, PLAN), premises=in_state(state)) is not None
    }
    assert quiet == {
        ExecutionState.REQUESTED,
        ExecutionState.AT_HUB,
        ExecutionState.ACTIVATION_REQUESTED,
        ExecutionState.ACTIVATED_UNCONFIRMED,
    }


def test_nobody_is_left_in_peace_while_activations_are_called_back() -> None:
    order = order_at(MIDNIGHT, PLAN, "recall")
    assert all(quiet_until(order=order, premises=home) is None for home in all_states())


def test_of_two_devices_the_one_that_waits_for_us_decides() -> None:
    home = in_state(ExecutionState.REQUESTED)
    hub = home.devices[HUB]
    beside = {**home.devices, "F" + HUB[1:]: replace(hub, device_id="F" + HUB[1:])}
    first = MIDNIGHT + 10 * DAY
    assert quiet_until(order=order_at(MIDNIGHT, PLAN), premises=home) == first
    both = replace(home, devices=beside)
    assert quiet_until(order=order_at(MIDNIGHT, PLAN), premises=both) == first
    verified = replace(hub.executions[C], state=ExecutionState.VERIFIED)
    held = replace(beside["F" + HUB[1:]], executions={C: verified})
    mixed = replace(home, devices={**home.devices, held.device_id: held})
    assert quiet_until(order=order_at(MIDNIGHT, PLAN), premises=mixed) is None
