"""Reports of devices that others refuse, lose or believe, and homes that change (rollout 8)."""

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
    activated,
    all_confirm,
    device_id,
    installed,
    read,
)
from tests.campaign.campaign_homes import RELEASING, enrolled, fresh, hub_with
from tests.campaign.campaign_samples import BAD_MODEL, DAY, MODEL, PLAN, C, S, wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_recalls import half_way, hubs
from tests.state.histories import ESME, KEY, PREMISES, records
from tests.state.histories import run as folded
from twin.campaign.executions import due
from twin.events.codec import Cause, Unreadable, decode_premises
from twin.events.envelope import Event, encode, new_event
from twin.events.firmware import FirmwareVersionRead
from twin.events.lifecycle import DeviceCommissioned, DeviceInstalled
from twin.events.programme import CampaignFinished, MembershipFrozen, OutcomeRevised
from twin.events.requests import FieldRequest, RequestKind
from twin.state.premises import Premises, standing
from twin.vocabulary import DeviceType, ExecutionState

REQUEST = "00000000-0000-0000-0000-000000000001"
REPORTS = 1_100
"""More than the thousand at which hawkBit stops listening."""


def reported(number: int, version: str) -> Event:
    return new_event(
        fact=FirmwareVersionRead(ESME, DeviceType.ESME, version, version == NEW, REQUEST),
        source=f"urn:gb:esme:{ESME}",
        sequence=number,
        key=PREMISES,
        occurred_at=BEGIN + timedelta(minutes=number),
    )


@pytest.mark.peer_fault("PF-hawkbit-35")
def test_a_device_may_report_as_often_as_it_likes():
    told = [reported(number, OLD) for number in range(1, REPORTS + 1)]
    entry = folded(records([*told, reported(REPORTS + 1, NEW)]))
    assert (entry.applied, entry.dead, entry.held) == (REPORTS + 1, 0, 0)
    belief = entry.premises.devices[ESME].belief
    assert belief is not None
    assert belief.version == NEW, "the last of them is not the one that is dropped"


@pytest.mark.peer_fault("PF-uptane-01")
def test_a_device_is_asked_for_the_image_of_its_own_model_that_was_frozen():
    """Not for another model's, and not for a newer one that nobody has approved."""
    versions = {MODEL: NEW, BAD_MODEL: "0000000D"}
    for model, version in versions.items():
        home = hub_with(fresh(), model=model)
        enrol = replace(RELEASING, mode="enrol")
        said = due(order=enrol, now=BEGIN, premises=home, capable_version=versions.get)
        assert [word.firmware_version for word in said] == [version]  # type: ignore[union-attr]
    later = due(
        order=RELEASING, now=BEGIN, premises=enrolled(), capable_version=lambda _: "0000000E"
    )
    assert [request.target_version for request in later] == [NEW]  # type: ignore[union-attr]


@pytest.mark.peer_fault("PF-nerveshub-05")
@pytest.mark.parametrize(
    "version", ["", "1.0.x", "latest", "0000000G", "000000000B", "0000000b\n", "\u0660" * 8]
)
def test_a_version_without_form_is_kept_apart_and_stops_nobody(version: str):
    value = encode(reported(1, version))
    refusal = decode_premises(key=KEY, value=value)
    assert isinstance(refusal, Unreadable)
    assert refusal.cause is Cause.SCHEMA
    entry = folded(records([value, reported(2, NEW)]))
    assert entry.parked is not None
    assert (entry.applied, entry.dead) == (0, 1)
    assert len(entry.parked.queue) == 1, "what follows waits, and is not lost"


@pytest.mark.peer_fault("PF-mender-10", "PF-ours-03")
def test_a_device_that_runs_the_version_after_an_abort_is_counted_as_that():
    """Recalled is not the same as undone: whoever runs it all the same is told of."""
    run = half_way()
    run.told("abort", C)
    run.until(S.ABORTED)
    before = run.total(C)
    hub = next(
        hub
        for hub in hubs(run)
        if C in hub.executions and standing(hub, hub.executions[C]) is ExecutionState.VERIFIED
    )
    name = next(name for name, home in run.field.premises.items() if hub.device_id in home.devices)
    asked = next(r for r in run.field.requests if r.device_id == hub.device_id)
    named = {
        "device_id": hub.device_id, "device_type": DeviceType.CHF, "campaign_id": C,
        "wave": 1, "attempt": 1,
    }  # fmt: skip
    for _, fact in (*activated(asked, named), *read(asked)):
        run.field.apply(name, fact, run.now)
    run.go_on()
    after = run.total(C)
    assert (after.confirmed, after.verified) == (before.confirmed + 1, before.verified - 1)
    assert run.campaigns[C].state is S.ABORTED


@pytest.mark.peer_fault("PF-ours-07")
def test_who_falls_back_after_the_end_is_upgraded_no_more():
    """Two images on a device: it was read to run the new one, and later the old one."""
    fallen: set[str] = set()

    def may_fall(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.device_id in fallen:
            return read(request, version=OLD)
        return all_confirm(request, named)

    run = Run((PLAN,), ToyField(60, may_fall))
    run.until(S.FINISHED)
    (end,) = run.of(CampaignFinished)
    assert (end.outcome, end.shortfall) == ("COMPLETE", 0)
    request = run.field.requests[0]
    fallen.add(request.device_id)
    for _, fact in read(request, version=OLD):
        run.field.apply(request.premises_id, fact, run.now)
    run.go_on(20)
    (revised,) = run.of(OutcomeRevised)
    assert (revised.members, revised.shortfall) == (60, 1)
    assert run.total(C).confirmed == 59


def added(field: ToyField, nth: int, at: Any) -> str:
    """A home that has its hub and meter installed now, on old firmware."""
    name = f"P{nth:016x}"
    field.premises[name] = Premises(name)
    for fact in installed(nth, MODEL):
        field.apply(name, fact, at)
    return name


@pytest.mark.peer_fault("PF-hawkbit-32", "PF-golioth-01", "PF-mender-22")
def test_whoever_comes_after_the_freeze_is_no_member():
    """Also where the plan's selection would take it, and its installation is dated back."""
    run = Run((PLAN,), ToyField(60, all_confirm), approver=False)
    run.until(S.AWAITING_APPROVAL)
    (froze,) = run.of(MembershipFrozen)
    late = {added(run.field, nth, at) for nth, at in ((900, run.now), (901, BEGIN - 30 * DAY))}
    run.told("approve", C, plan_hash=run.campaigns[C].plan_hash)
    run.until(S.FINISHED)
    assert run.total(C).members == sum(froze.members) == 60
    assert not late & {request.premises_id for request in run.field.requests}


METERS = replace(PLAN, device_type=DeviceType.ESME, waves=(wave("all", 1.0, release_days=6),))


@pytest.mark.peer_fault("PF-ours-24")
def test_an_exchanged_meter_is_out_of_it_whatever_it_was_doing():
    """Some wait, some are under way, some are done: the new meters are nobody's members."""

    gone: set[str] = set()

    def until_it_goes(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        steps = [] if request.device_id in gone else all_confirm(request, named)
        slow = request.kind is RequestKind.UPDATE and _nth(request.premises_id) % 2
        return steps[:1] if slow and _nth(request.premises_id) < 45 else steps

    run = Run((METERS,), ToyField(90, until_it_goes))
    while C not in run.campaigns or run.campaigns[C].waves[0].upto < 0.6:
        run.go_on()
        assert run.tick < 20
    counted = run.total(C)
    assert min(counted.awaiting, counted.in_flight, counted.confirmed) > 0
    names = list(run.field.premises)[:45]
    new = {device_id(1000 + _nth(name), DeviceType.ESME): name for name in names}
    gone |= {device_id(_nth(name), DeviceType.ESME) for name in names}
    for device, name in new.items():
        run.field.apply(name, DeviceInstalled(device, DeviceType.ESME, MODEL, OLD), run.now)
        run.field.apply(name, DeviceCommissioned(device, DeviceType.ESME), run.now)
    asked = {request.device_id for request in run.field.requests}
    run.go_on()
    done = {name for name in names if _confirmed(run, name)}
    run.until(S.FINISHED)
    total = run.total(C)
    later = {request.device_id for request in run.field.requests} - asked
    assert not later & (set(new) | gone), "neither the new meter nor the old one is asked anew"
    assert total.members == 90
    assert total.decommissioned == 45 - len(done)
    assert total.confirmed == 45 + len(done)
    assert 0 < len(done) < 45
    assert total.shortfall == 0


def _nth(premises_id: str) -> int:
    return int(premises_id[1:], 16)


def _confirmed(run: Run, name: str) -> bool:
    meter = run.field.premises[name].devices[device_id(_nth(name), DeviceType.ESME)]
    execution = meter.executions.get(C)
    return execution is not None and standing(meter, execution) is ExecutionState.CONFIRMED
