"""What is due at one premises, state by state."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign import spec
from tests.campaign.campaign_field import NEW, OLD, capable_version
from tests.campaign.campaign_homes import (
    HUB,
    RELEASING,
    enrolled,
    exchanged,
    excluded,
    fresh,
    hub_with,
    in_state,
    read_as,
    seat_of,
)
from tests.campaign.campaign_samples import BAD_MODEL, DAY, MIDNIGHT, MODEL, OTHER, PLAN, C, S
from twin.campaign.attempts import is_open_elsewhere
from twin.campaign.executions import CampaignOrder, Order, Word, due
from twin.campaign.orders import order_of
from twin.events.attempts import FirmwareConfirmationTimedOut
from twin.events.firmware import DeviceExcluded, FirmwareUpdateTimedOut
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Execution, Firmware, Stamp
from twin.state.premises import Premises
from twin.vocabulary import DeviceType, Exclusion, ExecutionState

E = ExecutionState
HELD = replace(RELEASING, mode="follow")
RECALL = replace(RELEASING, mode="recall")
STATES = [state for state in ExecutionState if state is not ExecutionState.CONFIRMED]


def asked(
    premises: Premises, *, days: float = 0, order: CampaignOrder = RELEASING
) -> tuple[FieldRequest | Word, ...]:
    return due(
        order=order,
        now=MIDNIGHT + timedelta(days=days),
        premises=premises,
        capable_version=capable_version,
    )


def kinds(premises: Premises, *, days: float = 0, order: CampaignOrder = RELEASING) -> list[str]:
    found = asked(premises, days=days, order=order)
    return [
        f"{action.kind}/{action.attempt}" if isinstance(action, FieldRequest) else "time-out"
        for action in found
        if isinstance(action, FieldRequest | FirmwareUpdateTimedOut | FirmwareConfirmationTimedOut)
    ]


def test_a_member_is_asked_to_update():
    (request,) = asked(enrolled(), days=1)
    assert isinstance(request, FieldRequest)
    assert (request.kind, request.device_id, request.attempt) == (RequestKind.UPDATE, HUB, 1)
    assert (request.target_version, request.asked_at) == (NEW, MIDNIGHT + DAY)
    assert request.wave == seat_of(fresh()).wave
    assert msgspec.json.decode(msgspec.json.encode(request), type=FieldRequest) == request


@pytest.mark.peer_fault("PF-hawkbit-29")
def test_asked_again_it_is_the_same_request():
    (today,), (tomorrow,) = asked(enrolled(), days=1), asked(enrolled(), days=2)
    assert isinstance(today, FieldRequest)
    assert isinstance(tomorrow, FieldRequest)
    assert today.request_id == tomorrow.request_id


def test_the_release_of_its_own_wave_decides_to_the_float():
    wave, place = seat_of(fresh())

    def upto(share: float) -> CampaignOrder:
        shares = [1.0, 1.0]
        shares[wave - 1] = share
        return replace(RELEASING, upto=tuple(shares))

    assert kinds(enrolled(), order=upto(place)) == []
    assert kinds(enrolled(), order=upto(place + 1e-15)) == ["11.1/1"]


@pytest.mark.peer_fault("PF-nerveshub-03")
@pytest.mark.parametrize("mode", ["enrol", "follow", "recall", "rest"])
def test_nothing_new_but_in_a_release(mode: str):
    assert kinds(enrolled(), order=replace(RELEASING, mode=mode)) == []


@pytest.mark.parametrize("premises", [fresh(), *(excluded(reason) for reason in Exclusion)])
def test_who_has_no_seat_is_asked_nothing(premises: Premises):
    assert asked(premises) == ()


@pytest.mark.peer_fault("PF-goosebit-06")
def test_a_home_that_became_capable_meanwhile_is_left_alone():
    assert asked(read_as(enrolled())) == ()


@pytest.mark.parametrize(
    ("state", "days", "wanted"),
    [
        (E.REQUESTED, 9, []),
        (E.REQUESTED, 10, ["time-out"]),
        (E.AT_HUB, 9.99, []),
        (E.AT_HUB, 10, ["time-out"]),
        (E.VERIFIED, 1, ["11.3/1"]),
        (E.VERIFIED, 10, ["time-out"]),
        (E.ACTIVATION_REQUESTED, 3.9, []),
        (E.ACTIVATION_REQUESTED, 4, ["11.2/1"]),
        (E.ACTIVATION_REQUESTED, 10, ["time-out"]),
        (E.ACTIVATED, 0, ["11.2/1"]),
        (E.ACTIVATED, 9.99, ["11.2/1"]),
        (E.ACTIVATED, 10, ["time-out"]),
        (E.CONFIRMATION_TIMED_OUT, 99, []),
        (E.FAILED, 1, ["11.1/2"]),
        (E.TIMED_OUT, 10, ["11.1/2"]),
    ],
)
def test_what_is_due_in_each_state(state: ExecutionState, days: float, wanted: list[str]):
    assert kinds(in_state(state), days=days) == wanted
    new_attempt = state in (E.FAILED, E.TIMED_OUT)
    assert kinds(in_state(state), days=days, order=HELD) == ([] if new_attempt else wanted)
    recalled = new_attempt or state is E.VERIFIED
    assert kinds(in_state(state), days=days, order=RECALL) == ([] if recalled else wanted)
    assert kinds(in_state(state), days=days, order=replace(HELD, mode="rest")) == []


@pytest.mark.peer_fault("PF-ours-04")
@pytest.mark.rule("BR35")
@settings(deadline=None)
@given(
    st.floats(0, 30), st.floats(0, 30), st.sampled_from(["release", "follow"]), st.integers(1, 2)
)
def test_whether_a_response_was_lost_is_never_seen(
    days: float, reached: float, mode: str, attempt: int
):
    order = replace(RELEASING, mode=mode)
    silent = in_state(E.ACTIVATION_REQUESTED, attempt=attempt)
    lost = in_state(
        E.ACTIVATED_UNCONFIRMED, attempt=attempt, reached=MIDNIGHT + timedelta(days=reached)
    )
    lost = hub_with(lost, truth=Firmware(Stamp(MIDNIGHT, 9, "x"), NEW, True, "activated"))
    assert asked(silent, days=days, order=order) == asked(lost, days=days, order=order)


def test_a_second_read_is_a_new_question_only_on_another_day():
    silent = in_state(E.ACTIVATION_REQUESTED)
    ids = [asked(silent, days=days)[0].request_id for days in (5, 5.9, 6)]
    assert ids[0] == ids[1] != ids[2]


def test_no_attempt_after_the_last():
    assert kinds(in_state(E.FAILED, attempt=2), days=5) == []


def test_confirmed_is_done():
    for state in STATES:
        assert kinds(read_as(in_state(state)), days=99) == []


@pytest.mark.peer_fault("PF-ours-07")
def test_the_old_version_read_after_the_update_is_no_success():
    """A device that fell back is asked on, and never counts as upgraded."""
    fallen = read_as(in_state(E.ACTIVATED), OLD)
    assert kinds(fallen, days=3) == ["11.2/1"]
    assert kinds(read_as(in_state(E.FAILED), OLD), days=3) == ["11.1/2"]


@pytest.mark.peer_fault("PF-mender-15", "PF-ours-23")
def test_an_exchanged_hub_is_followed_but_not_tried_again():
    open_one = exchanged(in_state(E.REQUESTED), at=MIDNIGHT + DAY)
    assert kinds(open_one, days=10) == ["time-out"]
    assert kinds(exchanged(in_state(E.TIMED_OUT), at=MIDNIGHT + DAY), days=11) == []
    assert kinds(exchanged(enrolled(), at=MIDNIGHT + DAY), days=2) == []


def test_the_target_of_a_seat_stands_in_for_one_that_no_fact_has_named():
    (request,) = asked(in_state(E.VERIFIED, target=None), days=1)
    assert isinstance(request, FieldRequest)
    assert request.target_version == NEW


def test_another_campaign_of_the_other_device_does_not_mix():
    meters = replace(PLAN, campaign_id="LCP-METERS", device_type=DeviceType.ESME)
    premises = in_state(E.VERIFIED)
    order = CampaignOrder(plan=meters, mode="release", upto=(1.0, 1.0))
    assert asked(premises, order=order) == ()
    enrol = replace(order, mode="enrol")
    assert {word.device_type for word in asked(premises, order=enrol)} == {DeviceType.ESME}


def shared_with(state: ExecutionState, reached: datetime, *, mine: Premises) -> Premises:
    """A home that another campaign has brought so far."""
    execution = Execution(OTHER, 1, 1, state, MIDNIGHT, reached, NEW, MIDNIGHT)
    hub = mine.devices[HUB]
    return hub_with(mine, executions={**hub.executions, OTHER: execution})


@pytest.mark.peer_fault("PF-hawkbit-28", "PF-nerveshub-08", "PF-ours-22")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("mine", [enrolled(), in_state(E.FAILED)], ids=["new", "retry"])
def test_a_home_in_another_campaign_is_left_to_it_until_it_is_settled(
    state: ExecutionState, mine: Premises
):
    premises = shared_with(state, MIDNIGHT, mine=mine)
    settled = state in (E.FAILED, E.TIMED_OUT, E.CONFIRMATION_TIMED_OUT, E.CANCELLED)
    assert (kinds(premises, days=5) == []) is (not settled)
    hub = premises.devices[HUB]
    now = MIDNIGHT + 5 * DAY
    assert is_open_elsewhere(plan=PLAN, device=hub, now=now) is (not settled)
    read = read_as(premises)
    assert not is_open_elsewhere(plan=PLAN, device=read.devices[HUB], now=now)


@pytest.mark.rule("BR32")
def test_an_image_that_nobody_activates_is_free_for_another_after_a_follow_up():
    premises = shared_with(E.VERIFIED, MIDNIGHT + DAY, mine=enrolled())
    assert kinds(premises, days=10.9) == []
    assert kinds(premises, days=11) == ["11.1/1"]


def test_a_failed_home_that_was_read_to_need_nothing_is_not_tried_again():
    assert kinds(read_as(in_state(E.FAILED, target=None)), days=2) == []
    believed = read_as(in_state(E.FAILED, target=None), evidence="activated")
    assert kinds(believed, days=2) == ["11.1/2"], "only a version that was read is one (D34)"


@pytest.mark.peer_fault("PF-nerveshub-10")
def test_a_model_that_was_excluded_loses_its_seats_and_its_second_attempts():
    order = replace(RELEASING, excluded_models=(MODEL,))
    (word,) = asked(enrolled(), order=order)
    assert word == DeviceExcluded(HUB, DeviceType.CHF, C, Exclusion.EXCLUDED_MODEL)
    assert asked(in_state(E.FAILED), days=1, order=order) == ()
    assert kinds(in_state(E.VERIFIED), days=1, order=order) == ["11.3/1"], "in flight, it finishes"
    other = replace(RELEASING, excluded_models=(BAD_MODEL,))
    assert kinds(enrolled(), order=other) == ["11.1/1"]


def test_orders_follow_the_state_and_travel_as_json():
    ready, running = (spec.in_state(state).campaign for state in (S.READY, S.RUNNING))
    rests = CampaignOrder(plan=PLAN, mode="rest", upto=(0.0, 0.0), before=(0.0, 0.0))
    assert order_of(ready, tick=3) == rests
    releases = CampaignOrder(
        plan=PLAN,
        mode="release",
        upto=(1.0, 0.0),
        before=(0.0, 0.0),
        since=MIDNIGHT + 2 * DAY,
        under_way=True,
    )
    assert order_of(running, tick=2) == releases, "nobody was released before this tick"
    assert order_of(running, tick=3) == replace(releases, before=(1.0, 0.0))
    given = (order_of(ready, tick=3), order_of(running, tick=3))
    order = Order(tick=3, now=MIDNIGHT, campaigns=given)
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order
