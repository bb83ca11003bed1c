"""A device says midway that it is another, or runs a third version: the attempt fails with it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import NEW, OLD, Step, ToyField, all_confirm
from tests.campaign.campaign_homes import HUB, RELEASING, hub_with, in_state
from tests.campaign.campaign_samples import DAY, MIDNIGHT, PLAN, POLICY, RULE, C, S
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_executions import asked, kinds
from twin.events.attempts import FirmwareUpdateConflicted
from twin.events.envelope import new_event
from twin.events.firmware import ExecutingFirmwareChanged, FirmwareVersionRead
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import event_id
from twin.state.devices import Firmware, Stamp
from twin.state.evolve import evolve
from twin.state.premises import Premises, standing
from twin.vocabulary import DeviceType, ExecutionState

E = ExecutionState
THIRD = "0000000C"
UNDER_WAY = (
    E.REQUESTED,
    E.AT_HUB,
    E.VERIFIED,
    E.ACTIVATION_REQUESTED,
    E.ACTIVATED_UNCONFIRMED,
    E.ACTIVATED,
)


def believed(
    premises: Premises, version: str, *, evidence: Any, capable: bool, at: float = 0.5
) -> Premises:
    stamp = Stamp(MIDNIGHT + timedelta(days=at), 9, "x")
    return hub_with(premises, belief=Firmware(stamp, version, capable, evidence))


def conflicts(premises: Premises, **order: Any) -> list[FirmwareUpdateConflicted]:
    found = asked(premises, days=1, order=replace(RELEASING, **order))
    return [word for word in found if isinstance(word, FirmwareUpdateConflicted)]


@pytest.mark.peer_fault("PF-mender-13")
@pytest.mark.parametrize("state", UNDER_WAY)
@pytest.mark.parametrize("mode", ["release", "follow", "recall"])
def test_a_device_that_changed_to_a_third_version_fails_its_attempt(state: E, mode: str):
    changed = believed(in_state(state), THIRD, evidence="activated", capable=False)
    cause = FirmwareUpdateConflicted(HUB, DeviceType.CHF, C, 1, 1, "third_version", THIRD)
    assert conflicts(changed, mode=mode) == [cause]
    assert kinds(changed, days=1) == [], "nothing else is asked of it"


@pytest.mark.peer_fault("PF-mender-13")
@pytest.mark.parametrize("state", UNDER_WAY[:4])
def test_a_read_of_a_third_version_fails_it_and_one_of_an_old_version_does_not(state: E):
    read = believed(in_state(state), THIRD, evidence="read", capable=True)
    assert [word.cause for word in conflicts(read)] == ["third_version"]
    assert conflicts(believed(in_state(state), OLD, evidence="read", capable=False)) == []
    early = believed(in_state(state), THIRD, evidence="read", capable=True, at=-1)
    assert conflicts(early) == [], "it was read before anything was asked"
    target = believed(in_state(state), NEW, evidence="activated", capable=True)
    assert conflicts(target) == []


@pytest.mark.peer_fault("PF-mender-13")
def test_a_device_that_turns_out_to_be_another_fails_its_attempt():
    hub = in_state(E.AT_HUB).devices[HUB]
    assert hub.installed is not None
    stamp = replace(hub.installed, at=MIDNIGHT + DAY / 2)
    other = hub_with(in_state(E.AT_HUB), model="1234-000000EE", installed=stamp)
    assert [word.cause for word in conflicts(other)] == ["other_model"]
    again = hub_with(in_state(E.AT_HUB), installed=stamp)
    assert conflicts(again) == [], "told anew, it is the same"


@pytest.mark.peer_fault("PF-mender-13")
def test_what_is_read_afterwards_is_the_truth():
    premises = believed(in_state(E.AT_HUB), THIRD, evidence="activated", capable=False)
    (word,) = conflicts(premises)
    event = new_event(
        fact=word, source="urn:gb:twin:x", sequence=1, key=premises.premises_id,
        occurred_at=MIDNIGHT + DAY,
    )  # fmt: skip
    failed = evolve(premises, event, word)
    hub = failed.devices[HUB]
    assert standing(hub, hub.executions[C]) is E.FAILED
    assert kinds(failed, days=2) == ["11.1/2"], "and it is tried again"
    hub = believed(failed, NEW, evidence="read", capable=True, at=3).devices[HUB]
    assert standing(hub, hub.executions[C]) is E.CONFIRMED


@pytest.mark.peer_fault("PF-mender-13")
def test_a_campaign_in_which_a_device_runs_something_else_comes_to_its_end():
    def wayward(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        steps = all_confirm(request, named)
        if not request.premises_id.endswith("7"):
            return steps
        if request.kind is RequestKind.READ:
            name = event_id(source="x", sequence=1, event_type=request.request_id)
            fact = FirmwareVersionRead(HUB, DeviceType.CHF, THIRD, True, name)
            return [(0.1, replace(fact, device_id=request.device_id))]
        told = ExecutingFirmwareChanged(request.device_id, request.device_type, THIRD, False)
        return [steps[0], (2, told)]

    loose = replace(
        PLAN,
        gate=replace(RULE, success_at_least=0.5, errors_above=0.5, settled_at_least=1.0),
        policy=replace(POLICY, attempts_max=2),
    )
    run = Run((loose,), ToyField(60, wayward))
    run.until(S.FINISHED)
    assert (run.total(C).confirmed, run.total(C).failed) == (56, 4)
