"""Waves that fooled the gates of others, over counts and over the toy field (rollout 7 and 8)."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import Step, ToyField, all_confirm, updated
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
    wave,
)
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_ticks import ADVANCE, REST, canary_out
from twin.campaign.pacing import Pace
from twin.events.firmware import FirmwareDeliveryFailed
from twin.events.programme import CampaignHeld, GateEvaluated
from twin.events.requests import FieldRequest, RequestKind
from twin.vocabulary import CspRegion, GateDecision, HoldReason, WaveState

FOLLOW_UP, ATTEMPTS = PLAN.policy.follow_up_days, PLAN.policy.attempts_max


@pytest.mark.peer_fault("PF-hawkbit-23", "PF-hawkbit-44")
@pytest.mark.parametrize(
    "step",
    ["requested", "at_hub", "verified", "activation_requested", "activated_unconfirmed",
     "activated"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["threshold", "sequential"])
def test_no_step_but_a_version_that_was_read_is_success(step: str, kind: Any):
    """Not even a device that says it has activated: it may not have started with it."""
    rule = replace(RULE, kind=kind, accept_good=0.05, accept_bad=0.2)
    spec = canary_out(replace(PLAN, gate=rule)).tick(90, {1: count(100, **{step: 100}), 2: REST})
    assert spec.campaign.waves[0].state is not WaveState.PASSED
    assert spec.campaign.waves[0].decision is not ADVANCE
    spec.tick(91, {1: count(100, confirmed=100), 2: REST})
    assert spec.facts[-1] == passed(1, 91)


@pytest.mark.peer_fault("PF-hawkbit-27")
def test_a_wave_that_lost_all_its_devices_lets_the_next_begin():
    counts = {1: count(100, decommissioned=100), 2: REST}
    spec = canary_out().tick(3, counts)
    assert spec.facts[-1] == passed(1, 3)
    assert spec.tick(4, counts).facts[0] == released(2, 1 / 3, complete=False, tick=4)


@pytest.mark.peer_fault("PF-hawkbit-25", "PF-aws-02")
def test_a_device_that_goes_leaves_the_rate_of_the_others_as_it_was():
    """Nine of a hundred err: in ninety-one that stay it is still nine of those that are settled."""
    whole = count(100, confirmed=82, failed=9)
    fewer = count(100, confirmed=82, failed=9, decommissioned=9)
    for counts in (whole, fewer):
        spec = canary_out().tick(3, {1: counts, 2: REST})
        (found,) = [fact for fact in spec.facts if isinstance(fact, GateEvaluated)]
        assert (found.settled, found.errors) == (91, 9)
        assert found.decision is not GateDecision.REJECT
        assert spec.campaign.waves[0].state is not WaveState.FAILED


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
    waves=(wave("first", 0.5), rest_wave("rest", release_days=3)),
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
    asked = run.field.asked["11.1"]
    run.go_on(20)
    assert run.field.asked["11.1"] == asked


@pytest.mark.peer_fault("PF-nerveshub-01")
def test_no_more_are_under_way_than_the_pace_allows():
    """A rate bounds those under way, since none is under way for longer than its attempts."""
    rate = 5
    loose = replace(RULE, errors_above=0.99, success_at_least=0.01)
    plan = replace(PLAN, gate=loose, waves=(rest_wave("all"),), pacing=Pace(per_day=rate))
    run = Run((plan,), ToyField(300, falls_silent))
    under_way = []
    for _ in range(60):
        run.go_on()
        if C in run.campaigns:
            under_way.append(run.total(C).in_flight)
    print("UW", under_way)
    most = rate * FOLLOW_UP * ATTEMPTS
    assert most - 2 * rate <= max(under_way) <= most + 2 * rate


@pytest.mark.peer_fault("PF-hawkbit-30", "PF-nerveshub-08")
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
