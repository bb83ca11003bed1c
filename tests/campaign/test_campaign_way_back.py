"""A way back: a campaign of its own that names the one it takes back, and an older version."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import (
    NEW,
    OLD,
    Behaviour,
    Step,
    ToyField,
    all_confirm,
    capable_version,
    read,
)
from tests.campaign.campaign_homes import HUB, enrolled, hub_with, in_state, read_as
from tests.campaign.campaign_samples import BAD_MODEL, DAY, MIDNIGHT, MODEL, OTHER, PLAN, C, S, wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_plan import GOOD, good_with, line_in_good
from twin.campaign.membership import placement
from twin.campaign.plan import Plan, read_plan
from twin.campaign.preflight import preflight
from twin.events.programme import CampaignFinished, MembershipFrozen, PlanRefused
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Device, Firmware, Stamp
from twin.state.premises import active_device
from twin.vocabulary import DeviceType, Exclusion, ExecutionState

FORTH = replace(PLAN, waves=(wave("all", 1.0, release_days=6),))
BACK = replace(
    PLAN,
    campaign_id=OTHER,
    title="back again",
    rolls_back=C,
    targets={MODEL: OLD},
    waves=(wave("all", 1.0),),
)


def truthful() -> Behaviour:
    """Devices that tell, when they are read, what they activated last."""
    runs: dict[str, str] = {}

    def behaviour(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if request.kind is RequestKind.READ:
            return read(request, version=runs.get(request.device_id, OLD))
        if request.kind is RequestKind.ACTIVATE:
            runs[request.device_id] = request.target_version
        steps = all_confirm(request, named)
        return (
            [(at, _plain(fact)) for at, fact in steps] if request.target_version == OLD else steps
        )

    return behaviour


def _plain(fact: Any) -> Any:
    """An activated old version has no local pairing."""
    return replace(fact, pairing_capable=False) if hasattr(fact, "pairing_capable") else fact


def hubs(run: Run) -> list[Device]:
    found = [active_device(p, device_type=DeviceType.CHF) for p in run.field.premises.values()]
    return [device for device in found if device is not None]


def half_out(size: int = 60) -> Run:
    """Aborted in the middle: some hubs run the new version, the others were never asked."""
    run = Run((FORTH,), ToyField(size, truthful()))
    while C not in run.campaigns or run.campaigns[C].waves[0].upto < 0.5:
        run.go_on()
    run.told("abort", C)
    run.until(S.ABORTED)
    return run


@pytest.mark.peer_fault("PF-azure-03")
def test_what_a_campaign_brought_out_is_taken_back_and_nothing_else_is_touched():
    run = half_out()
    upgraded = {hub.device_id for hub in hubs(run) if hub.belief and hub.belief.version == NEW}
    asked = {hub.device_id for hub in hubs(run) if C in hub.executions}
    assert 0 < len(upgraded) < 60
    run.plans.append(BACK)
    run.go_on(3)
    (froze,) = [fact for fact in run.of(MembershipFrozen) if fact.campaign_id == OTHER]
    assert froze.members == (len(upgraded),)
    excluded = froze.excluded
    assert excluded[Exclusion.NOT_EXPOSED] == 60 - len(asked)
    assert sum(excluded.values()) + len(upgraded) == 60
    before = len(run.field.requests)
    while run.campaigns[OTHER].state is not S.FINISHED:
        run.go_on()
    assert {hub.belief.version for hub in hubs(run) if hub.belief} == {OLD}
    requests = [one for one in run.field.requests[before:] if one.campaign_id == OTHER]
    assert {one.device_id for one in requests} == upgraded
    assert {one.target_version for one in requests} == {OLD}
    (end,) = [fact for fact in run.of(CampaignFinished) if fact.campaign_id == OTHER]
    assert (end.outcome, end.members) == ("COMPLETE", len(upgraded))


@pytest.mark.peer_fault("PF-azure-03")
@pytest.mark.parametrize(
    ("back", "checks"),
    [
        (BACK, ("rolled_back_under_way",)),
        (replace(BACK, rolls_back="LCP-NOBODY"), ("no_members", "unknown_campaign_rolled_back")),
    ],
)
def test_what_still_goes_forth_is_not_taken_back_nor_what_nobody_knows(back: Plan, checks: Any):
    run = Run((FORTH,), ToyField(60, truthful()))
    while C not in run.campaigns or run.campaigns[C].waves[0].upto < 0.5:
        run.go_on()
    run.plans.append(back)
    run.go_on(3)
    (refused,) = run.of(PlanRefused)
    assert (refused.campaign_id, refused.checks) == (OTHER, checks)


def asked_back(premises: Any, plan: Plan = BACK) -> Any:
    return placement(
        plan=plan, premises=premises, device=premises.devices[HUB], capable_version=capable_version
    )


def heard_later(premises: Any, version: str) -> Any:
    """A home whose hub was read after all that the campaign did."""
    said = Firmware(Stamp(LATER, 9, "x"), version, version == NEW, "read")
    return hub_with(premises, belief=said)


LATER = MIDNIGHT + 60 * DAY


@pytest.mark.peer_fault("PF-azure-03")
@pytest.mark.rule("BR35")
def test_a_device_that_may_run_it_unheard_is_asked_and_one_that_was_read_is_not():
    """Activation was asked for and nothing was heard: the inventory still names the old version."""
    for state in (ExecutionState.ACTIVATION_REQUESTED, ExecutionState.ACTIVATED_UNCONFIRMED,
                  ExecutionState.TIMED_OUT):  # fmt: skip
        assert not isinstance(asked_back(in_state(state)), Exclusion)
        assert asked_back(heard_later(in_state(state), OLD)) is Exclusion.ALREADY_AT_TARGET
    assert asked_back(in_state(ExecutionState.VERIFIED)) is Exclusion.ALREADY_AT_TARGET
    assert asked_back(enrolled()) is Exclusion.NOT_EXPOSED
    assert not isinstance(asked_back(read_as(in_state(ExecutionState.ACTIVATED))), Exclusion)
    other = replace(BACK, targets={BAD_MODEL: OLD})
    assert asked_back(read_as(in_state(ExecutionState.ACTIVATED)), other) is (
        Exclusion.NO_TARGET_NAMED
    )


def test_a_pre_flight_names_who_is_taken_back():
    run = half_out()
    found = preflight(plan=BACK, fleet=run.field.premises.values(), capable_version=capable_version)
    run.plans.append(BACK)
    run.go_on(3)
    froze = run.of(MembershipFrozen)[-1]
    assert (found.members, found.excluded) == (froze.members, froze.excluded)
    assert found.hubs_first == 0


WAY_BACK = 'rolls_back = "LCP-BEFORE"\ntargets = { "1234-00000001" = "0000000A" }\n'


@pytest.mark.peer_fault("PF-azure-03")
def test_a_plan_of_a_way_back_is_read():
    plan = read_plan(GOOD.replace("author = ", WAY_BACK + "author = ", 1))
    assert isinstance(plan, Plan)
    assert (plan.rolls_back, plan.targets) == ("LCP-BEFORE", {"1234-00000001": "0000000A"})


@pytest.mark.peer_fault("PF-azure-03")
@pytest.mark.parametrize(
    ("lines", "nth", "said"),
    [
        ('targets = { "1234-00000001" = "0000000A" }\n', 0, "only a plan that rolls_back another"),
        ('rolls_back = "LCP-BEFORE"\n', 0, "a way back must name in targets"),
        (WAY_BACK.replace("LCP-BEFORE", "LCP-ALL"), 0, "a campaign cannot take itself back."),
        (WAY_BACK.replace('"0000000A"', '"A"'), 1, "targets must be a table such as"),
        (WAY_BACK.replace('{ "1234-00000001" = "0000000A" }', "{}"), 1, "targets must be a table"),
    ],
)
def test_a_mistake_of_a_way_back_is_told_on_its_line(lines: str, nth: int, said: str):
    (mistake,) = good_with("author = ", lines + "author = ")
    assert mistake.line == line_in_good("author = ") + nth
    assert mistake.sentence.startswith(said)
