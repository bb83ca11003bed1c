"""Waves that fooled the gates of others, over counts and over the toy field (rollout 7 and 8)."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import Step, ToyField, activated, all_confirm, updated
from tests.campaign.campaign_samples import (
    OTHER,
    PLAN,
    RULE,
    C,
    S,
    count,
    passed,
    released,
    rest_wave,
)
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_ticks import REST, canary_out
from twin.campaign.pacing import Pace
from twin.events.firmware import FirmwareDeliveryFailed
from twin.events.programme import CampaignHeld, GateEvaluated, WavePassed
from twin.events.requests import FieldRequest, RequestKind
from twin.vocabulary import CspRegion, GateDecision, HoldReason

FOLLOW_UP, ATTEMPTS = PLAN.policy.follow_up_days, PLAN.policy.attempts_max


def stops_behind(kind: RequestKind, *, lost: bool = False) -> Callable[..., list[Step]]:
    """Devices that answer up to one kind of request, and then nothing more."""
    order = [RequestKind.UPDATE, RequestKind.ACTIVATE, RequestKind.READ]

    def behaviour(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        if order.index(request.kind) > order.index(kind):
            return []
        if request.kind is RequestKind.ACTIVATE:
            return activated(request, named, lost=lost)
        return all_confirm(request, named)

    return behaviour


@pytest.mark.peer_fault("PF-hawkbit-23", "PF-hawkbit-44")
@pytest.mark.parametrize(
    ("behaviour", "field"),
    [
        pytest.param(stops_behind(RequestKind.UPDATE), "verified", id="verified"),
        pytest.param(stops_behind(RequestKind.ACTIVATE), "activated", id="activated"),
        pytest.param(
            stops_behind(RequestKind.ACTIVATE, lost=True), "activated_unconfirmed", id="lost"
        ),
        pytest.param(stops_behind(RequestKind.READ), "confirmed", id="read"),
    ],
)
@pytest.mark.parametrize("kind", ["threshold", "sequential"])
def test_no_step_but_a_version_that_was_read_is_success(
    behaviour: Callable[..., list[Step]], field: str, kind: Any
):
    """Not even a device that says it has activated: it may not have started with it."""
    rule = replace(RULE, kind=kind, accept_good=0.05, accept_bad=0.2)
    run = Run((replace(PLAN, gate=rule, waves=(rest_wave("all"),)),), ToyField(60, behaviour))
    run.go_on(FOLLOW_UP)
    is_read = field == "confirmed"
    assert getattr(run.total(C), field) == 60
    assert bool(run.of(WavePassed)) is is_read
    assert (run.campaigns[C].state is S.FINISHED) is is_read


@pytest.mark.peer_fault("PF-hawkbit-27")
def test_a_wave_that_lost_all_its_devices_lets_the_next_begin():
    counts = {1: count(100, decommissioned=100), 2: REST}
    spec = canary_out().tick(3, counts)
    assert spec.facts[-1] == passed(1, 3)
    assert spec.tick(4, counts).facts[0] == released(2, 1 / 3, complete=False, tick=4)


@pytest.mark.peer_fault("PF-hawkbit-25", "PF-hawkbit-47", "PF-aws-02")
def test_a_device_that_goes_leaves_the_rate_of_the_others_as_it_was():
    """Ten of ninety-one that are settled err, which is too many, whatever became of nine others."""
    settled = count(100, confirmed=81, failed=10)
    for counts in (settled, replace(settled, decommissioned=9), replace(settled, requested=9)):
        spec = canary_out().tick(3, {1: counts, 2: REST})
        (found,) = [fact for fact in spec.facts if isinstance(fact, GateEvaluated)]
        assert (found.decision, found.n, found.k) == (GateDecision.REJECT, 91, 10)
        assert found.statistic == 10 / 91


def falls_silent(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """The DCC takes the request, and nothing more is ever heard."""
    return updated(request, named)[:1] if request.kind is RequestKind.UPDATE else []


@pytest.mark.peer_fault("PF-hawkbit-45", "PF-others-02", "PF-nerveshub-11", "PF-goosebit-08")
def test_silence_is_an_error_in_the_end_and_holds_the_campaign():
    """It is told apart from failure, is no success, and nobody waits for it for ever."""
    run = Run((PLAN,), ToyField(300, falls_silent))
    run.until(S.HELD, days=ATTEMPTS * (FOLLOW_UP + 2) + 5)
    assert [fact.reason for fact in run.of(CampaignHeld)] == [HoldReason.ERROR_GATE]
    canary = run.counts(C).of_wave(1)
    assert canary.timed_out == canary.members == run.field.asked["11.1"] / ATTEMPTS
    assert (canary.failed, canary.in_flight) == (0, 0)
    asked = run.field.asked["11.1"]
    run.go_on(30)
    assert run.field.asked["11.1"] == asked


def no_image_in(region: CspRegion) -> Callable[[FieldRequest, dict[str, Any]], list[Step]]:
    """Hubs of a region get no image (N61); premises of the toy field take regions by turns."""

    def behaviour(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        nth = int(request.premises_id[1:], 16)
        if request.kind is RequestKind.UPDATE and list(CspRegion)[nth % 3] is region:
            return [updated(request, named)[0], (1.0, FirmwareDeliveryFailed(**named))]
        return all_confirm(request, named)

    return behaviour


def quiet_in(region: CspRegion) -> Callable[[FieldRequest, dict[str, Any]], list[Step]]:
    def behaviour(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        nth = int(request.premises_id[1:], 16)
        quiet = list(CspRegion)[nth % 3] is region
        return (falls_silent if quiet else all_confirm)(request, named)

    return behaviour


BY_REGION = replace(
    PLAN,
    gate=replace(RULE, kind="sequential", strata=("region",), accept_good=0.05, accept_bad=0.2),
    policy=replace(PLAN.policy, attempts_max=1),
    waves=(rest_wave("all", release_days=30),),
)


@pytest.mark.peer_fault("PF-ours-28")
@pytest.mark.parametrize("broken", [no_image_in, quiet_in])
@pytest.mark.parametrize("region", list(CspRegion))
def test_a_region_that_hears_nothing_is_named_and_no_more_is_released(
    region: CspRegion, broken: Callable[..., Any]
):
    run = Run((BY_REGION,), ToyField(300, broken(region)))
    run.until(S.HELD)
    (rejected,) = [f for f in run.of(GateEvaluated) if f.decision is GateDecision.REJECT]
    assert rejected.stratum == f"region:{region}"
    assert run.total(C).awaiting > 0
    asked, upto = run.field.asked["11.1"], run.campaigns[C].waves[0].upto
    run.go_on(20)
    assert (run.field.asked["11.1"], run.campaigns[C].waves[0].upto) == (asked, upto)


@pytest.mark.peer_fault("PF-nerveshub-01")
def test_no_more_are_under_way_than_the_pace_allows():
    """A rate bounds those under way, since none is under way for longer than its attempts."""
    rate = 5
    loose = replace(RULE, errors_above=0.99, success_at_least=0.01)
    plan = replace(PLAN, gate=loose, waves=(rest_wave("all"),), pacing=Pace(per_day=rate))
    run = Run((plan,), ToyField(300, falls_silent))
    under_way = [0]
    while run.campaigns.get(C) is None or run.campaigns[C].state is not S.HELD:
        run.go_on()
        assert run.tick < 60
        if C in run.campaigns:
            under_way.append(run.total(C).in_flight)
    # A day until the time-out is noticed, and one until the next attempt is asked for.
    most = rate * (FOLLOW_UP + 2) * ATTEMPTS
    assert rate * FOLLOW_UP < max(under_way) <= most
    first = [r.asked_at for r in run.field.requests if r.attempt == 1]
    days = (max(first) - min(first)).days + 1
    assert abs(len(first) - rate * days) <= 1


@pytest.mark.peer_fault("PF-hawkbit-30")
def test_a_second_campaign_takes_up_what_failed_in_the_first():
    """It asks those that failed, and nobody whom the first has brought to the target."""

    def odd_homes_fail_at_first(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        odd = int(request.premises_id[1:], 16) % 2
        if request.campaign_id == C and request.kind is RequestKind.UPDATE and odd:
            return [updated(request, named)[0], (1.0, FirmwareDeliveryFailed(**named))]
        return all_confirm(request, named)

    loose = replace(RULE, errors_above=0.9, success_at_least=0.1)
    run = Run((replace(PLAN, gate=loose),), ToyField(60, odd_homes_fail_at_first))
    run.until(S.FINISHED)
    assert (run.total(C).confirmed, run.total(C).failed) == (30, 30)
    run.plans.append(replace(PLAN, campaign_id=OTHER, title="those that failed"))
    run.until(S.FINISHED)
    second = {r.premises_id for r in run.field.requests if r.campaign_id == OTHER}
    assert {int(name[1:], 16) % 2 for name in second} == {1}
    assert len(second) == run.total(OTHER).members == run.total(OTHER).confirmed == 30
