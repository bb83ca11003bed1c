"""What a campaign decides tick by tick, from its start to its end."""

from datetime import timedelta
from math import nan

import pytest
from campaign_samples import (
    PLAN,
    SUBMITTED,
    count,
    failed,
    finished,
    gate,
    held,
    passed,
    released,
    resumed,
    started,
    stopped,
    wave,
)
from msgspec.structs import replace
from spec import Spec

from twin.campaign.executions import order_of
from twin.campaign.plan import Plan
from twin.vocabulary import CampaignState, GateDecision, HoldReason, WaveState

ADVANCE, CONTINUE, HOLD, REJECT = (
    GateDecision.ADVANCE,
    GateDecision.CONTINUE,
    GateDecision.HOLD,
    GateDecision.REJECT,
)
CANARY = count(100)
REST = count(900)
ALL_NEW = {1: CANARY, 2: REST}


def ready(plan: Plan = PLAN) -> Spec:
    return Spec(plan).given(SUBMITTED)


def canary_out() -> Spec:
    return ready().given(started(0), released(1, 0.1, complete=True, tick=0))


def canary_passed(tick: int = 5) -> Spec:
    return canary_out().given(passed(1, tick))


def test_a_draft_decides_nothing():
    Spec(PLAN).tick(0, ALL_NEW).then()


def test_nothing_before_the_date():
    ready().tick(-1, ALL_NEW).then()


def test_the_date_starts_it_and_releases_the_canary():
    spec = ready().tick(0, ALL_NEW)
    spec.then(
        started(0),
        released(1, 0.1, complete=True, tick=0),
        gate(1, CONTINUE, "soak", CANARY, 0),
    )
    assert spec.campaign.waves[0].state is WaveState.SOAKING
    assert order_of(spec.campaign).releasing
    assert order_of(spec.campaign).upto == 0.1


@pytest.mark.parametrize("state", [s for s in CampaignState if s is not CampaignState.FINISHED])
def test_it_waits_for_the_campaign_before_it(state: CampaignState):
    spec = ready(replace(PLAN, after="LCP-OTHER"))
    spec.others = {"LCP-OTHER": state}
    spec.tick(3, ALL_NEW).then()
    spec.others = {"LCP-OTHER": CampaignState.FINISHED}
    assert spec.tick(4, ALL_NEW).facts[0] == started(4)


def test_an_unknown_campaign_before_it_never_starts_it():
    ready(replace(PLAN, after="LCP-OTHER")).tick(3, ALL_NEW).then()


def test_a_release_goes_in_even_steps_of_ticks():
    spec = canary_passed()
    for tick, upto in ((6, 0.4), (7, 0.7), (8, 1.0)):
        spec.tick(tick, ALL_NEW)
        (fact,) = [f for f in spec.facts if type(f).__name__ == "WaveReleased"]
        assert fact.upto == pytest.approx(upto)
        assert fact.complete is (tick == 8)
    assert spec.campaign.upto == 1.0
    assert spec.tick(9, ALL_NEW).facts == ()


def test_the_next_wave_waits_for_the_next_tick():
    canary_passed(5).tick(5, ALL_NEW).then()
    assert canary_passed(5).tick(6, ALL_NEW).facts[0].wave == 2


def test_soak_then_in_flight_then_success():
    half = count(100, confirmed=50)
    most = count(100, confirmed=95)
    spec = canary_out().tick(1, {1: most}).then(gate(1, CONTINUE, "soak", most, 1))
    spec.tick(2, {1: half}).then(gate(1, CONTINUE, "in_flight", half, 2))
    assert spec.campaign.waves[0].state is WaveState.DECIDING
    spec.tick(3, {1: most}).then(gate(1, ADVANCE, "success_reached", most, 3), passed(1, 3))


def test_the_same_decision_is_recorded_once():
    spec = canary_out().tick(0, ALL_NEW)
    spec.tick(1, {1: count(100, confirmed=10)}).then()


def test_errors_hold_even_while_it_soaks():
    bad = count(100, confirmed=8, failed=2)
    spec = canary_out().tick(1, {1: bad})
    spec.then(gate(1, REJECT, "errors_above", bad, 1), held(HoldReason.ERROR_GATE, 1))
    assert spec.campaign.state is CampaignState.HELD


def test_errors_hold_before_the_release_of_the_same_tick():
    bad = {1: CANARY, 2: count(900, confirmed=8, failed=2)}
    spec = canary_passed().tick(6, ALL_NEW).tick(7, bad)
    spec.then(gate(2, REJECT, "errors_above", bad[2], 7), held(HoldReason.ERROR_GATE, 7))
    assert spec.campaign.upto == pytest.approx(0.4)


def test_held_releases_nothing_but_judges_on():
    bad = count(900, confirmed=8, failed=2)
    spec = canary_passed().tick(6, ALL_NEW).given(held(HoldReason.OPERATOR, 6))
    assert not order_of(spec.campaign).releasing
    spec.tick(7, ALL_NEW).then()
    spec.tick(8, {2: bad})
    spec.then(gate(2, REJECT, "errors_above", bad, 8), held(HoldReason.ERROR_GATE, 8))
    assert spec.campaign.holds == (HoldReason.ERROR_GATE, HoldReason.OPERATOR)


def test_a_resumed_release_does_not_catch_up_in_one_lump():
    spec = canary_passed().tick(6, ALL_NEW).given(held(HoldReason.OPERATOR, 6))
    spec.given(resumed(20)).tick(20, ALL_NEW).then()
    spec.tick(21, ALL_NEW)
    assert spec.campaign.upto == pytest.approx(0.7)


def test_a_wave_passes_while_held_and_the_next_waits():
    good = count(100, confirmed=100)
    spec = canary_out().given(held(HoldReason.OPERATOR, 0)).tick(2, {1: good})
    spec.then(gate(1, ADVANCE, "success_reached", good, 2), passed(1, 2))
    spec.tick(3, {1: good, 2: REST}).then()
    spec.given(resumed(4)).tick(5, {1: good, 2: REST})
    assert spec.facts[0] == released(2, spec.campaign.upto, complete=False, tick=5)


def test_a_miss_fails_the_wave_and_holds_and_a_resume_goes_on():
    miss = count(100, confirmed=89, failed=6, requested=5)
    strict = replace(PLAN, gate=replace(PLAN.gate, errors_above=0.5, success_at_least=0.95))
    spec = Spec(strict).given(SUBMITTED, started(0), released(1, 0.1, complete=True, tick=0))
    spec.tick(2, {1: miss}).then(
        gate(1, HOLD, "success_missed", miss, 2),
        failed(1, 2),
        held(HoldReason.SUCCESS_MISSED, 2),
    )
    spec.tick(3, {1: miss, 2: REST}).then()
    spec.given(resumed(3, HoldReason.SUCCESS_MISSED)).tick(4, {1: miss, 2: REST})
    assert spec.facts[0].wave == 2
    assert spec.campaign.state is CampaignState.RUNNING


def test_all_settled_and_missed_does_not_wait_for_the_soak():
    miss = count(5, confirmed=4, failed=1)
    loose = replace(PLAN, gate=replace(PLAN.gate, errors_above=0.5))
    spec = Spec(loose).given(SUBMITTED, started(0), released(1, 0.1, complete=True, tick=0))
    assert spec.tick(0, {1: miss}).facts[-1] == held(HoldReason.SUCCESS_MISSED, 0)


def test_a_wave_without_members_passes_and_it_is_recorded():
    spec = canary_out().tick(0, {2: REST})
    spec.then(gate(1, ADVANCE, "success_reached", count(0), 0), passed(1, 0))


def test_a_campaign_without_any_member_does_not_advance():
    spec = canary_out().tick(9, {}).then(gate(1, HOLD, "evidence", count(0), 9))
    spec.tick(99, {}).then()
    assert spec.campaign.state is CampaignState.RUNNING


@pytest.mark.parametrize(
    "broken",
    [
        replace(count(100), confirmed=nan),
        replace(count(100), failed=-1),
        count(10, confirmed=11),
        replace(count(100, confirmed=100), members=nan),
    ],
)
def test_counts_that_are_no_counts_never_advance(broken):
    spec = canary_out().tick(50, {1: broken, 2: REST})
    spec.then(gate(1, HOLD, "evidence", count(0), 50))


def test_thresholds_that_are_no_numbers_never_advance():
    for name in ("success_at_least", "errors_above", "settled_at_least"):
        plan = replace(PLAN, gate=replace(PLAN.gate, **{name: nan}))
        spec = Spec(plan).given(SUBMITTED, started(0), released(1, 0.1, complete=True, tick=0))
        good = count(100, confirmed=100)
        spec.tick(50, {1: good}).then(gate(1, HOLD, "evidence", good, 50))


def last_wave(*facts) -> Spec:
    return canary_passed().given(released(2, 1.0, complete=True, tick=6), *facts)


@pytest.mark.parametrize(("confirmed", "outcome"), [(900, "COMPLETE"), (890, "SHORTFALL")])
def test_the_last_wave_finishes_the_campaign(confirmed: int, outcome: str):
    rest = count(900, confirmed=confirmed, failed=900 - confirmed)
    counts = {1: count(100, confirmed=100), 2: rest}
    spec = (
        last_wave()
        .tick(9, counts)
        .then(
            gate(2, ADVANCE, "success_reached", rest, 9),
            passed(2, 9),
            finished(outcome, 1000, 900 - confirmed, 9),
        )
    )
    assert not order_of(spec.campaign).releasing
    assert order_of(spec.campaign).upto == 1.0
    spec.tick(10, counts).then()


def test_a_held_campaign_whose_last_wave_ends_finishes_after_the_resume():
    rest = {2: count(900, confirmed=900)}
    spec = last_wave(held(HoldReason.OPERATOR, 7)).tick(9, rest)
    assert spec.facts[-1] == passed(2, 9)
    spec.tick(10, rest).then()
    spec.given(resumed(10)).tick(11, rest).then(finished("COMPLETE", 900, 0, 11))


def test_stopped_decides_nothing_and_is_followed():
    spec = canary_out().given(stopped(1)).tick(9, {1: count(100, confirmed=100)}).then()
    assert not order_of(spec.campaign).releasing


def test_a_tick_that_is_older_than_the_last_decides_nothing():
    half, good = count(100, confirmed=50), count(100, confirmed=100)
    spec = canary_out().tick(5, {1: half})
    spec.tick(4, {1: good}).then()
    assert spec.tick(5, {1: good}).facts[-1] == passed(1, 5)


@pytest.mark.parametrize("days", [1, 2, 3, 7, 13, 49, 90])
def test_a_release_is_complete_on_its_last_day_whatever_the_floats(days: int):
    shares = (0.01, 0.09, 0.3, 0.6)
    plan = replace(
        PLAN, waves=tuple(wave(f"w{n}", s, release_days=days) for n, s in enumerate(shares))
    )
    for nth in range(len(shares)):
        spec = Spec(plan).given(SUBMITTED, started(0), *(passed(n + 1, 0) for n in range(nth)))
        for tick in range(1, days + 1):
            assert spec.campaign.waves[nth].completed_at is None
            spec.tick(tick, {n: count(100) for n in range(1, 5)})
        assert spec.campaign.waves[nth].completed_at == spec.now(days)
        assert spec.campaign.upto == plan.edges[nth]


def test_release_by_the_hour_keeps_the_pace_of_days():
    plan = replace(PLAN, waves=(wave("all", 1.0, release_days=2),))
    spec = Spec(plan).given(SUBMITTED)
    midnight = spec.now(0)
    spec.now = lambda tick: midnight + timedelta(hours=6 * tick)
    for tick in range(8):
        spec.tick(tick, {1: count(1000)})
    assert spec.campaign.waves[0].completed_at == midnight + timedelta(days=1)
