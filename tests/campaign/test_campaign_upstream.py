"""While a region's way to the devices is down nothing is asked there, and nothing else changes."""

import msgspec
import pytest

from tests.campaign.campaign_field import ToyField
from tests.campaign.campaign_samples import (
    PLAN,
    RULE,
    C,
    S,
    count,
    fired,
    gate,
    held,
    released,
    reported,
    resumed,
    started,
    stratum_count,
    submitted_as,
    wave,
)
from tests.campaign.campaign_toy import Run
from tests.campaign.commanding import whole
from tests.campaign.spec import Spec, in_state, valid_on_the_wire
from tests.campaign.test_campaign_recalls import slow
from twin.campaign.orders import order_of
from twin.campaign.tallies import CampaignCounts, WaveCount
from twin.events.programme import CampaignHeld, CampaignResumed, UpstreamReported
from twin.vocabulary import CspRegion, GateDecision, HoldReason, Timer

NORTH, SOUTH = CspRegion.NORTH, CspRegion.SOUTH
UPSTREAM, OPERATOR, ERROR_GATE = HoldReason.UPSTREAM, HoldReason.OPERATOR, HoldReason.ERROR_GATE
RELEASED = count(100, confirmed=90, requested=10)


def by_region(waves: dict[int, dict[CspRegion, WaveCount]]) -> CampaignCounts:
    found = {
        number: {f"{region}|S01|1234-00000001": stratum_count(c) for region, c in regions.items()}
        for number, regions in waves.items()
    }
    return CampaignCounts(found)


WHOLE = by_region({1: {NORTH: RELEASED}, 2: {SOUTH: count(900)}})
"""A canary in the North that is out, and a wave in the South that is not."""
OPEN = by_region({1: {NORTH: count(100)}, 2: {SOUTH: count(900)}})
LATE = by_region({1: {NORTH: count(100, confirmed=80, requested=10, retrying=10)}})


def down(region: CspRegion, state: S = S.RUNNING, *, nth: int = 1) -> Spec:
    spec = in_state(state)
    return spec.command(whole("upstream", nth, region=region), tick=3, counts=WHOLE)


def test_whom_nobody_would_ask_there_holds_nothing():
    spec = down(NORTH)
    assert spec.facts[0] == reported(NORTH, 3)
    valid_on_the_wire(spec.facts)
    spec.tick(3, WHOLE)
    assert spec.campaign.state is S.RUNNING, "the canary is out, so that nobody is asked there"
    assert spec.campaign.down == (NORTH,)


def test_another_attempt_in_a_region_that_is_down_waits_and_gates_watch_on():
    spec = down(NORTH).tick(4, LATE)
    assert held(UPSTREAM, 4, in_flight=10) in spec.facts
    assert order_of(spec.campaign, tick=4).mode == "follow"
    bad = count(100, confirmed=50, failed=40, retrying=10)
    spec.tick(5, by_region({1: {NORTH: bad}})).then(
        gate(1, GateDecision.REJECT, "errors_above", bad, 5), held(ERROR_GATE, 5, in_flight=0)
    )
    assert spec.campaign.holds == (ERROR_GATE, UPSTREAM)


def test_it_goes_on_by_itself_when_the_region_is_up_again():
    spec = down(NORTH, S.STARTING).tick(4, OPEN).then(held(UPSTREAM, 4, in_flight=0))
    spec.tick(5, OPEN).then()
    spec.command(whole("upstream", 2, is_up=True), tick=5)
    assert spec.campaign.holds == (UPSTREAM,), "a tick ends it, as it ends a closed window"
    assert spec.tick(6, OPEN).facts[:2] == (
        resumed(6),
        released(1, 1.0, complete=True, tick=6),
    )


def test_only_a_region_in_which_somebody_would_be_asked_keeps_it_held():
    both = by_region({1: {NORTH: count(60), SOUTH: count(40)}, 2: {SOUTH: count(900)}})
    for counts, goes_on in ((OPEN, True), (both, False)):
        spec = down(NORTH, S.STARTING).given(reported(SOUTH, 3)).tick(4, counts)
        spec.given(reported(NORTH, 5, is_up=True)).tick(5, counts)
        assert spec.campaign.down == (SOUTH,)
        assert (resumed(5) in spec.facts) is goes_on
        assert (spec.campaign.state is S.HELD) is not goes_on


def test_before_the_start_it_waits_and_starts_when_the_region_is_up():
    spec = in_state(S.READY).given(reported(NORTH, 2))
    spec.tick(3, OPEN).then(fired(Timer.START_AT, 3))
    spec.tick(4, OPEN).then()
    spec.given(reported(NORTH, 5, is_up=True))
    assert spec.tick(5, OPEN).facts[0] == started(5)
    # an operator may start all the same; then it is held at once
    early = in_state(S.READY).given(reported(NORTH, 2)).command(whole("start"), tick=3)
    early.tick(4, OPEN).then(held(UPSTREAM, 4, in_flight=0))


def test_beside_another_reason_it_is_cleared_by_the_report_and_the_other_stands():
    spec = down(NORTH, S.STARTING).given(held(OPERATOR, 3)).tick(4, OPEN)
    assert spec.campaign.holds == (OPERATOR, UPSTREAM)
    spec.command(whole("upstream", 2, is_up=True), tick=4)
    assert spec.campaign.holds == (OPERATOR,)
    spec.tick(5, OPEN).then()
    assert spec.command(whole("resume", 3, reason=OPERATOR), tick=5).answer[0] == "ACCEPTED"


def test_an_operator_who_overrides_it_goes_on_until_the_next_report():
    spec = down(NORTH, S.STARTING).tick(4, OPEN)
    spec.command(whole("resume", 2), tick=4)
    assert spec.facts[0] == resumed(4, UPSTREAM)
    assert released(1, 1.0, complete=True, tick=5) in spec.tick(5, OPEN).facts
    spec.given(reported(NORTH, 6)).tick(6, LATE)
    assert UPSTREAM in spec.campaign.holds


def test_what_is_said_already_changes_nothing():
    spec = down(NORTH)
    spec.command(whole("upstream", 2), tick=3)
    assert spec.answer == ("NOOP", "already_so")
    assert spec.command(whole("upstream", 3, region=SOUTH, is_up=True)).answer[0] == "NOOP"


def test_a_revision_keeps_what_is_known_of_the_way_to_the_devices():
    spec = in_state(S.AWAITING_APPROVAL).given(reported(NORTH, 3))
    assert spec.given(submitted_as(PLAN, version=2, tick=4)).campaign.down == (NORTH,)


@pytest.mark.parametrize("state", [S.STOPPING, S.ABORTING])
def test_a_campaign_that_ends_ends_though_a_region_is_down(state: S):
    spec = in_state(state).given(reported(NORTH, 3)).tick(4, OPEN)
    assert spec.campaign.state in (S.STOPPED, S.ABORTED)


def test_over_a_field_nothing_is_asked_while_it_is_down_and_all_is_well_afterwards():
    plan = msgspec.structs.replace(PLAN, gate=RULE, waves=(wave("all", 1.0, release_days=6),))
    run = Run((plan,), ToyField(60, slow))
    while C not in run.campaigns or run.campaigns[C].waves[0].upto < 0.4:
        run.go_on()
    for region in CspRegion:
        assert run.told("upstream", C, region=region).answer == "ACCEPTED"
    run.go_on(2)  # what went out with the tick before is counted on the next
    asked = run.total(C).awaiting
    run.go_on(8)
    assert run.campaigns[C].holds == (UPSTREAM,)
    assert run.total(C).awaiting == asked > 0
    for region in CspRegion:
        assert run.told("upstream", C, region=region, is_up=True).answer == "ACCEPTED"
    run.until(S.FINISHED)
    assert len(run.of(UpstreamReported)) == 6
    kinds = [type(f) for _, f in run.log if isinstance(f, CampaignHeld | CampaignResumed)]
    assert kinds == [CampaignHeld, CampaignResumed]
