"""What campaigns can do, together: counts and quarantine, sleeping meters and silence, and back."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import (
    BEGIN,
    NEW,
    OLD,
    Step,
    ToyField,
    all_confirm,
    capable_version,
    device_id,
)
from tests.campaign.campaign_homes import HUB, enrolled, hub_with, in_state
from tests.campaign.campaign_samples import DAY, MIDNIGHT, OTHER, PLAN, C, S, rest_wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_counted import counted
from tests.campaign.test_campaign_way_back import BACK
from tests.campaign.test_peer_conflicts import THIRD, believed, conflicts
from tests.campaign.test_peer_silence import LOOSE, is_mute, never_read
from twin.campaign.preflight import preflight
from twin.events.firmware import FirmwareActivationFailed
from twin.events.lifecycle import DeviceCommissioned, DeviceInstalled
from twin.events.programme import CampaignFinished, MembershipFrozen
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Execution
from twin.state.premises import Premises
from twin.vocabulary import ActivationOutcome, DeviceType, Exclusion, ExecutionState

COUNTED = replace(PLAN, waves=(counted("first", 7), rest_wave("others", release_days=3)))
GAS = replace(LOOSE, device_type=DeviceType.GSME)
"""It waits until every last meter is settled."""


def failed_elsewhere(field: ToyField, nth: int, *, days: float) -> None:
    """The hub of a home fails for the third time in a campaign that nobody here runs."""
    failed = FirmwareActivationFailed(
        device_id(nth, DeviceType.CHF), DeviceType.CHF, OTHER, 1, 3,
        ActivationOutcome.ACTIVATION_FAILURE, OLD,
    )  # fmt: skip
    field.apply(f"P{nth:016x}", failed, BEGIN + timedelta(days=days))


def test_a_wave_by_count_draws_from_those_who_are_not_quarantined():
    field = ToyField(60, all_confirm)
    for nth in range(0, 60, 10):
        failed_elsewhere(field, nth, days=-5)
    fleet = list(field.premises.values())
    foreseen = preflight(plan=COUNTED, fleet=fleet, capable_version=capable_version)
    run = Run((COUNTED,), field)
    run.until(S.FINISHED)
    (froze,) = run.of(MembershipFrozen)
    assert froze.members == foreseen.members == (7, 47)
    assert froze.excluded == foreseen.excluded == {Exclusion.QUARANTINED: 6}
    assert run.of(CampaignFinished)[0].members == 54


def test_who_is_quarantined_after_lots_were_drawn_leaves_its_seat_to_nobody():
    field = ToyField(60, all_confirm)
    run = Run((COUNTED,), field)
    run.until(S.READY, S.STARTING)
    drawn = [
        nth
        for nth in range(60)
        if field.premises[f"P{nth:016x}"].devices[device_id(nth, DeviceType.CHF)].enrolments[C].wave
        == 1
    ]
    failed_elsewhere(field, drawn[0], days=run.tick)
    run.until(S.FINISHED)
    (froze,) = run.of(MembershipFrozen)
    assert froze.members == (7, 53)
    assert run.counts(C).of_wave(1).members == 6
    assert run.counts(C).excluded() == {Exclusion.QUARANTINED: 1}
    assert run.total(C).confirmed == run.of(CampaignFinished)[0].members == 59


class GasField(ToyField):
    """Each home has a gas meter on old firmware too."""

    def __init__(self, size: int, behaviour: Any) -> None:
        super().__init__(size, behaviour)
        for nth, premises_id in enumerate(self.premises):
            meter = device_id(nth, DeviceType.CHF)[:-1] + "3"
            for fact in (
                DeviceInstalled(meter, DeviceType.GSME, "1234-00000001", OLD),
                DeviceCommissioned(meter, DeviceType.GSME),
            ):
                self.apply(premises_id, fact, BEGIN - 30 * DAY)


def without_pairing(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """As `never_read`, of devices whose firmware has no local pairing (BR04)."""
    steps = never_read(request, named)
    return [
        (hours, replace(fact, pairing_capable=False) if hasattr(fact, "pairing_capable") else fact)
        for hours, fact in steps
    ]


@pytest.mark.rule("BR37")
def test_a_gas_meter_that_never_answers_a_read_settles_as_timed_out():
    run = Run((GAS,), GasField(60, without_pairing))
    run.until(S.FINISHED)
    total = run.total(C)
    assert (total.confirmed, total.timed_out, total.activated) == (56, 4, 0)
    mute = [request for request in run.field.requests if is_mute(request)]
    assert sum(request.kind is RequestKind.UPDATE for request in mute) == 4, "sent once each"
    assert {request.device_type for request in mute} == {DeviceType.GSME}


def going_back(state: ExecutionState) -> Premises:
    """A hub that was brought to the new version, and has come so far on its way back."""
    premises = enrolled(in_state(ExecutionState.ACTIVATED), BACK)
    held = premises.devices[HUB].enrolments
    back = replace(held[OTHER], target_version=OLD)
    execution = Execution(OTHER, 1, 1, state, MIDNIGHT, MIDNIGHT, OLD, MIDNIGHT)
    executions = {**premises.devices[HUB].executions, OTHER: execution}
    return hub_with(premises, enrolments={**held, OTHER: back}, executions=executions)


@pytest.mark.peer_fault("PF-azure-03", "PF-mender-13")
@pytest.mark.parametrize("state", [ExecutionState.AT_HUB, ExecutionState.ACTIVATION_REQUESTED])
def test_what_a_way_back_takes_back_is_no_third_version(state: ExecutionState):
    order = {"plan": BACK, "upto": (1.0,)}
    for evidence in ("read", "activated"):
        still = believed(going_back(state), NEW, evidence=evidence, capable=True)
        assert conflicts(still, **order) == [], "it ran that before, or was told to run it"
    back = believed(going_back(state), OLD, evidence="activated", capable=False)
    assert conflicts(back, **order) == []
    other = believed(going_back(state), THIRD, evidence="read", capable=True)
    assert conflicts(other, **order) == [], "what it ran when it was enrolled is not kept"
    third = believed(going_back(state), THIRD, evidence="activated", capable=False)
    assert [word.cause for word in conflicts(third, **order)] == ["third_version"]


def test_on_its_way_back_a_device_told_anew_is_the_same_and_another_model_is_another():
    order = {"plan": BACK, "upto": (1.0,)}
    hub = going_back(ExecutionState.AT_HUB).devices[HUB]
    assert hub.installed is not None
    stamp = replace(hub.installed, at=MIDNIGHT + DAY / 2)
    again = hub_with(going_back(ExecutionState.AT_HUB), installed=stamp)
    assert conflicts(again, **order) == []
    another = hub_with(again, model="1234-000000EE")
    assert [word.cause for word in conflicts(another, **order)] == ["other_model"]
