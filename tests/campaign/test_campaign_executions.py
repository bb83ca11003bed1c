"""What is due at one premises, state by state; and who is a member at all."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from campaign_samples import PLAN, SUBMITTED, C, started
from campaign_toy import DAY, MODEL, NEW, OLD, START, ToyField, capable_version, device_id
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from twin.campaign.executions import CampaignOrder, Order, TimeOut, due, order_of
from twin.campaign.membership import eligible, exclusion, member, rank, wave_of
from twin.campaign.state import evolve, submitted
from twin.campaign.tallies import cell_of
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Device, Execution, Firmware, Stamp
from twin.state.premises import Premises
from twin.vocabulary import DeviceType, ExecutionState, HubVariant

HUB = device_id(0, DeviceType.CHF)
RELEASING = CampaignOrder(plan=PLAN, releasing=True, upto=1.0)
HELD = replace(RELEASING, releasing=False)
STATES = [state for state in ExecutionState if state is not ExecutionState.CONFIRMED]


def fresh() -> Premises:
    (premises,) = ToyField(1, lambda *_: []).premises.values()
    return premises


def hub_with(premises: Premises, **changes: Any) -> Premises:
    hub = replace(premises.devices[HUB], **changes)
    return replace(premises, devices={**premises.devices, HUB: hub})


def in_state(
    state: ExecutionState, *, attempt: int = 1, target: str | None = NEW, reached: datetime = START
) -> Premises:
    execution = Execution(C, 1, attempt, state, START, reached, target)
    return hub_with(fresh(), executions={C: execution})


def asked(
    premises: Premises, *, days: float = 0, order: CampaignOrder = RELEASING
) -> tuple[FieldRequest | TimeOut, ...]:
    return due(
        order=order,
        now=START + timedelta(days=days),
        premises=premises,
        capable_version=capable_version,
    )


def kinds(premises: Premises, *, days: float = 0, order: CampaignOrder = RELEASING) -> list[str]:
    found = asked(premises, days=days, order=order)
    return [
        "time-out" if isinstance(action, TimeOut) else f"{action.kind}/{action.attempt}"
        for action in found
    ]


def test_a_member_is_asked_to_update():
    (request,) = asked(fresh(), days=1)
    place = rank(campaign_id=C, device_id=HUB)
    assert isinstance(request, FieldRequest)
    assert (request.kind, request.device_id, request.attempt) == (RequestKind.UPDATE, HUB, 1)
    assert (request.target_version, request.asked_at) == (NEW, START + DAY)
    assert request.wave == wave_of(plan=PLAN, rank=place)
    assert msgspec.json.decode(msgspec.json.encode(request), type=FieldRequest) == request


def test_asked_again_it_is_the_same_request():
    (today,), (tomorrow,) = asked(fresh(), days=1), asked(fresh(), days=2)
    assert today.request_id == tomorrow.request_id


def test_the_pointer_decides_to_the_float():
    place = rank(campaign_id=C, device_id=HUB)
    assert kinds(fresh(), order=replace(RELEASING, upto=place)) == []
    assert kinds(fresh(), order=replace(RELEASING, upto=place + 1e-15)) == ["11.1/1"]


def test_nothing_new_while_held():
    assert kinds(fresh(), order=HELD) == []


@pytest.mark.parametrize(
    ("state", "days", "wanted"),
    [
        (ExecutionState.REQUESTED, 9, []),
        (ExecutionState.REQUESTED, 10, ["time-out"]),
        (ExecutionState.AT_HUB, 9.99, []),
        (ExecutionState.AT_HUB, 10, ["time-out"]),
        (ExecutionState.VERIFIED, 1, ["11.3/1"]),
        (ExecutionState.VERIFIED, 10, ["time-out"]),
        (ExecutionState.ACTIVATION_REQUESTED, 3.9, []),
        (ExecutionState.ACTIVATION_REQUESTED, 4, ["11.2/1"]),
        (ExecutionState.ACTIVATION_REQUESTED, 10, ["time-out"]),
        (ExecutionState.ACTIVATED, 0, ["11.2/1"]),
        (ExecutionState.ACTIVATED, 99, ["11.2/1"]),
        (ExecutionState.FAILED, 1, ["11.1/2"]),
        (ExecutionState.TIMED_OUT, 10, ["11.1/2"]),
    ],
)
def test_what_is_due_in_each_state(state: ExecutionState, days: float, wanted: list[str]):
    assert kinds(in_state(state), days=days) == wanted
    new_attempt = state in (ExecutionState.FAILED, ExecutionState.TIMED_OUT)
    assert kinds(in_state(state), days=days, order=HELD) == ([] if new_attempt else wanted)


@given(st.floats(0, 30), st.floats(0, 30), st.booleans(), st.integers(1, 2))
def test_whether_a_response_was_lost_is_never_seen(
    days: float, reached: float, releasing: bool, attempt: int
):
    order = RELEASING if releasing else HELD
    silent = in_state(ExecutionState.ACTIVATION_REQUESTED, attempt=attempt)
    lost = in_state(
        ExecutionState.ACTIVATED_UNCONFIRMED,
        attempt=attempt,
        reached=START + timedelta(days=reached),
    )
    lost = hub_with(lost, truth=Firmware(Stamp(START, 9, "x"), NEW, True, "activated"))
    assert asked(silent, days=days, order=order) == asked(lost, days=days, order=order)


def test_a_second_read_is_a_new_question_only_on_another_day():
    silent = in_state(ExecutionState.ACTIVATION_REQUESTED)
    ids = [asked(silent, days=days)[0].request_id for days in (5, 5.9, 6)]
    assert ids[0] == ids[1] != ids[2]


def test_no_attempt_after_the_last():
    assert kinds(in_state(ExecutionState.FAILED, attempt=2), days=5) == []


def test_confirmed_is_done():
    read = Firmware(Stamp(START, 9, "x"), NEW, True, "read")
    for state in STATES:
        assert kinds(hub_with(in_state(state), belief=read), days=99) == []


def test_an_exchanged_hub_is_followed_but_not_tried_again():
    def exchanged(state: ExecutionState) -> Premises:
        premises = in_state(state)
        stamp = Stamp(START + DAY, 1, "x")
        later = Device(
            "FF" + HUB[2:],
            DeviceType.CHF,
            MODEL,
            HubVariant.DUAL_BAND,
            stamp,
            stamp,
            truth=Firmware(stamp, NEW, True, "installed"),
            belief=Firmware(stamp, NEW, True, "installed"),
        )
        return replace(premises, devices={**premises.devices, later.device_id: later})

    assert kinds(exchanged(ExecutionState.REQUESTED), days=10) == ["time-out"]
    gone = exchanged(ExecutionState.TIMED_OUT)
    assert kinds(gone, days=11) == []
    cell = cell_of(plan=PLAN, premises=gone, capable_version=capable_version)
    assert cell is not None
    assert cell.field == "timed_out"
    assert cell.is_over


def test_of_exchanged_hubs_the_one_asked_last_counts():
    def gone(name: str, days: int) -> Device:
        at = START + days * DAY
        execution = Execution(C, 1, 2, ExecutionState.TIMED_OUT, at, at, NEW)
        return Device(name, DeviceType.CHF, executions={C: execution})

    devices = {name: gone(name, days) for name, days in (("AA", 3), ("BB", 5), ("CC", 4))}
    premises = Premises("P0", devices=devices)
    found = member(plan=PLAN, premises=premises, capable_version=capable_version)
    assert found == devices["BB"]


def test_an_execution_without_a_known_target_can_only_time_out():
    def nothing(_: str) -> None:
        return None

    verified = in_state(ExecutionState.VERIFIED, target=None)
    ask = {"order": RELEASING, "premises": verified, "capable_version": nothing}
    assert due(now=START + DAY, **ask) == ()
    (action,) = due(now=START + 10 * DAY, **ask)
    assert isinstance(action, TimeOut)


def test_another_campaign_of_the_other_device_does_not_mix():
    meters = replace(PLAN, campaign_id="LCP-METERS", device_type=DeviceType.ESME)
    premises = in_state(ExecutionState.VERIFIED)
    (request,) = asked(premises, order=CampaignOrder(plan=meters, releasing=True, upto=1.0))
    assert (request.device_type, request.kind) == (DeviceType.ESME, RequestKind.UPDATE)


def capable(believed: bool) -> Premises:
    stamp = Stamp(START, 9, "x")
    new = Firmware(stamp, NEW, True, "activated")
    return hub_with(fresh(), **{"belief" if believed else "truth": new})


@pytest.mark.parametrize(
    ("premises", "reason"),
    [
        pytest.param(fresh(), None, id="member"),
        pytest.param(Premises("P0000000000000000"), "no_device", id="nothing_installed"),
        pytest.param(hub_with(fresh(), installed=None), "no_device", id="only_later_facts"),
        pytest.param(hub_with(fresh(), commissioned=None), "not_commissioned", id="not_yet"),
        pytest.param(
            hub_with(fresh(), installed=Stamp(START, 1, "x")), "installed_later", id="on_the_day"
        ),
        pytest.param(
            hub_with(fresh(), installed=Stamp(START - timedelta(seconds=1), 1, "x")),
            None,
            id="the_second_before",
        ),
        pytest.param(hub_with(fresh(), belief=None), "firmware_unknown", id="unknown"),
        pytest.param(capable(believed=True), "already_capable", id="believed"),
        pytest.param(capable(believed=False), None, id="truth_is_not_seen"),
        pytest.param(hub_with(fresh(), model="9999-99999999"), "no_capable_version", id="model"),
        pytest.param(hub_with(fresh(), model=None), "no_capable_version", id="no_model"),
    ],
)
def test_who_is_eligible_and_why_not(premises: Premises, reason: str | None):
    ask = {"plan": PLAN, "premises": premises, "capable_version": capable_version}
    assert exclusion(**ask) == reason
    found = eligible(**ask)
    assert (found is None) is (reason is not None)
    assert member(**ask) == found
    assert (cell_of(**ask) is None) is (reason is not None)
    assert (kinds(premises) == []) is (reason is not None)


def test_a_member_stays_one_when_it_is_capable():
    read = Firmware(Stamp(START, 9, "x"), NEW, True, "read")
    premises = hub_with(in_state(ExecutionState.ACTIVATED), belief=read)
    cell = cell_of(plan=PLAN, premises=premises, capable_version=capable_version)
    assert cell is not None
    assert cell.field == "confirmed"


def test_orders_follow_the_state_and_travel_as_json():
    campaign = submitted(PLAN, SUBMITTED)
    assert order_of(campaign) == CampaignOrder(plan=PLAN, releasing=False, upto=0.0)
    running = evolve(campaign, started(0), at=START)
    assert order_of(running).releasing
    order = Order(tick=3, now=START, campaigns=(order_of(campaign), order_of(running)))
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order


def test_old_is_not_new():
    assert fresh().devices[HUB].belief.version == OLD
