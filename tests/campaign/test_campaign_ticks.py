"""What a campaign decides tick by tick, from its start to its end."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import (
    OTHER,
    PLAN,
    S,
    count,
    failed,
    finished,
    fired,
    gate,
    held,
    passed,
    released,
    resumed,
    started,
    superseded,
    wave,
)
from tests.campaign.spec import Spec, in_state
from twin.campaign.orders import MODES, order_of
from twin.campaign.plan import Plan
from twin.events.programme import WaveReleased
from twin.vocabulary import CampaignState, GateDecision, HoldReason, Timer, WaveState

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
    return in_state(S.READY, plan)


def canary_out(plan: Plan = PLAN) -> Spec:
    return ready(plan).given(started(2), released(1, 1.0, complete=True, tick=2))


def canary_passed(tick: int = 5) -> Spec:
    said = gate(1, ADVANCE, "success_reached", count(100, confirmed=100), tick)
    return canary_out().given(said, passed(1, tick))


def upto(spec: Spec) -> tuple[float, ...]:
    return order_of(spec.campaign, tick=9).upto


@pytest.mark.peer_fault("PF-nerveshub-03")
@pytest.mark.parametrize("state", [S.DRAFT, S.AWAITING_APPROVAL, S.APPROVAL_DENIED, S.CANCELLED])
def test_nothing_is_decided_while_people_must_decide(state: CampaignState):
    in_state(state).tick(9, ALL_NEW).then()


def test_nothing_before_the_date():
    spec = ready(replace(PLAN, starts_on=date(2017, 7, 9)))
    spec.now = ready().now
    spec.tick(7, ALL_NEW).then()
    assert spec.tick(8, ALL_NEW).facts[:2] == (fired(Timer.START_AT, 8), started(8))


def test_the_date_is_a_fact_that_starts_it_and_releases_the_canary():
    spec = ready().tick(2, ALL_NEW)
    spec.then(
        fired(Timer.START_AT, 2),
        started(2),
        released(1, 1.0, complete=True, tick=2),
        gate(1, CONTINUE, "soak", CANARY, 2),
    )
    assert spec.campaign.waves[0].state is WaveState.SOAKING
    assert order_of(spec.campaign, tick=9).mode == "release"
    assert upto(spec) == (1.0, 0.0)


@pytest.mark.peer_fault("PF-aws-03")
@pytest.mark.parametrize("state", [s for s in CampaignState if s is not CampaignState.FINISHED])
def test_it_waits_for_the_campaign_before_it(state: CampaignState):
    spec = ready(replace(PLAN, after=OTHER))
    spec.others = {OTHER: state}
    spec.tick(3, ALL_NEW).then(fired(Timer.START_AT, 3))
    spec.tick(4, ALL_NEW).then()
    spec.others = {OTHER: CampaignState.FINISHED}
    assert spec.tick(5, ALL_NEW).facts[0] == started(5)


def test_an_unknown_campaign_before_it_never_starts_it():
    ready(replace(PLAN, after=OTHER)).tick(3, ALL_NEW).then(fired(Timer.START_AT, 3))


def test_a_release_goes_in_even_steps_of_ticks():
    spec = canary_passed()
    for tick, share in ((6, 1 / 3), (7, 2 / 3), (8, 1.0)):
        spec.tick(tick, ALL_NEW)
        (fact,) = [f for f in spec.facts if isinstance(f, WaveReleased)]
        assert fact.upto == pytest.approx(share)
        assert fact.complete is (tick == 8)
    assert upto(spec) == (1.0, 1.0)
    assert spec.tick(9, ALL_NEW).facts == ()


def test_the_next_wave_waits_for_the_next_tick():
    canary_passed(5).tick(5, ALL_NEW).then()
    assert canary_passed(5).tick(6, ALL_NEW).facts[0].wave == 2


@pytest.mark.peer_fault("PF-hawkbit-53")
def test_soak_then_in_flight_then_success():
    half = count(100, confirmed=50)
    most = count(100, confirmed=95)
    spec = canary_out().tick(3, {1: most}).then(gate(1, CONTINUE, "soak", most, 3))
    spec.tick(4, {1: half}).then(gate(1, CONTINUE, "in_flight", half, 4))
    assert spec.campaign.waves[0].state is WaveState.DECIDING
    spec.tick(5, {1: most}).then(gate(1, ADVANCE, "success_reached", most, 5), passed(1, 5))


def test_the_same_decision_is_recorded_once():
    spec = canary_out().tick(2, ALL_NEW)
    spec.tick(3, {1: count(100, confirmed=10)}).then()


def test_errors_hold_even_while_it_soaks():
    bad = count(100, confirmed=8, failed=2)
    spec = canary_out().tick(3, {1: bad})
    spec.then(gate(1, REJECT, "errors_above", bad, 3), held(HoldReason.ERROR_GATE, 3, in_flight=0))
    assert spec.campaign.state is CampaignState.HELD


def test_errors_hold_before_the_release_of_the_same_tick():
    bad = {1: CANARY, 2: count(900, confirmed=8, failed=2)}
    spec = canary_passed().tick(6, ALL_NEW).tick(7, bad)
    spec.then(
        gate(2, REJECT, "errors_above", bad[2], 7), held(HoldReason.ERROR_GATE, 7, in_flight=0)
    )
    assert upto(spec) == pytest.approx((1.0, 1 / 3))


@pytest.mark.peer_fault("PF-hawkbit-49")
def test_held_releases_nothing_but_judges_on():
    bad = count(900, confirmed=8, failed=2, requested=7, retrying=3)
    spec = canary_passed().tick(6, ALL_NEW).given(held(HoldReason.OPERATOR, 6))
    assert order_of(spec.campaign, tick=9).mode == "follow"
    spec.tick(7, ALL_NEW).then()
    spec.tick(8, {2: bad})
    spec.then(gate(2, REJECT, "errors_above", bad, 8), held(HoldReason.ERROR_GATE, 8, in_flight=7))
    assert spec.campaign.holds == (HoldReason.ERROR_GATE, HoldReason.OPERATOR)


def test_held_in_the_moment_of_its_start_it_begins_after_the_resume():
    spec = in_state(S.STARTING).given(held(HoldReason.OPERATOR, 2))
    spec.tick(3, ALL_NEW).then()
    spec.given(resumed(3)).tick(4, ALL_NEW)
    assert spec.facts[0] == released(1, 1.0, complete=True, tick=4)


def test_a_resumed_release_does_not_catch_up_in_one_lump():
    spec = canary_passed().tick(6, ALL_NEW).given(held(HoldReason.OPERATOR, 6))
    spec.given(resumed(20)).tick(20, ALL_NEW).then()
    spec.tick(21, ALL_NEW)
    assert upto(spec) == pytest.approx((1.0, 2 / 3))


def test_a_wave_passes_while_held_and_the_next_waits():
    good = count(100, confirmed=100)
    spec = canary_out().given(held(HoldReason.OPERATOR, 2)).tick(4, {1: good})
    spec.then(gate(1, ADVANCE, "success_reached", good, 4), passed(1, 4))
    spec.tick(5, {1: good, 2: REST}).then()
    spec.given(resumed(6)).tick(7, {1: good, 2: REST})
    assert spec.facts[0] == released(2, 1 / 3, complete=False, tick=7)


@pytest.mark.peer_fault("PF-hawkbit-26")
def test_a_miss_fails_the_wave_and_holds_and_a_resume_goes_on():
    miss = count(100, confirmed=89, failed=6, requested=5)
    rule = replace(PLAN.gate, errors_above=0.5, success_at_least=0.95)
    spec = canary_out(replace(PLAN, gate=rule))
    spec.tick(4, {1: miss}).then(
        gate(1, HOLD, "success_missed", miss, 4, rule),
        failed(1, 4),
        held(HoldReason.SUCCESS_MISSED, 4, in_flight=5),
    )
    spec.tick(5, {1: miss, 2: REST}).then()
    spec.given(resumed(5, HoldReason.SUCCESS_MISSED)).tick(6, {1: miss, 2: REST})
    assert spec.facts[0].wave == 2
    assert spec.campaign.state is CampaignState.RUNNING


@pytest.mark.peer_fault("PF-hawkbit-26")
def test_all_settled_and_missed_does_not_wait_for_the_soak():
    miss = count(5, confirmed=4, failed=1)
    spec = canary_out(replace(PLAN, gate=replace(PLAN.gate, errors_above=0.5)))
    assert spec.tick(2, {1: miss}).facts[-1] == held(HoldReason.SUCCESS_MISSED, 2, in_flight=0)


@pytest.mark.peer_fault("PF-hawkbit-03", "PF-hawkbit-21", "PF-ours-17")
def test_a_wave_without_members_passes_and_it_is_recorded():
    spec = canary_out().tick(2, {2: REST})
    spec.then(gate(1, ADVANCE, "success_reached", count(0), 2), passed(1, 2))


@pytest.mark.peer_fault("PF-hawkbit-21")
def test_a_campaign_without_any_member_does_not_advance():
    spec = canary_out().tick(9, {})
    spec.then(gate(1, HOLD, "evidence", count(0), 9), held(HoldReason.UNDECIDABLE, 9, in_flight=0))
    spec.tick(99, {}).then()


@pytest.mark.parametrize(
    "broken",
    [
        count(100, failed=-1),
        count(10, confirmed=11),
        count(-1),
    ],
)
def test_counts_that_are_no_counts_hold_and_never_advance(broken):
    spec = canary_out().tick(50, {1: broken, 2: REST})
    assert spec.campaign.holds == (HoldReason.UNDECIDABLE,)
    assert (spec.facts[0].decision, spec.facts[0].why) == (HOLD, "evidence")
    assert spec.campaign.waves[0].state is not WaveState.PASSED


@pytest.mark.peer_fault("PF-hawkbit-22")
@pytest.mark.parametrize(
    ("name", "value"),
    [("success_at_least", 1.2), ("errors_above", -0.1), ("settled_at_least", 0.0)],
)
def test_thresholds_that_mean_nothing_hold_and_never_advance(name: str, value: float):
    """A plan like this is refused; if one were on the log all the same, it would not pass."""
    spec = canary_out(replace(PLAN, gate=replace(PLAN.gate, **{name: value})))
    good = count(100, confirmed=100)
    spec.tick(50, {1: good})
    spec.then(gate(1, HOLD, "evidence", good, 50), held(HoldReason.UNDECIDABLE, 50, in_flight=0))


def last_wave(*facts) -> Spec:
    return canary_passed().given(released(2, 1.0, complete=True, tick=6), *facts)


@pytest.mark.peer_fault("PF-mender-18")
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
    assert order_of(spec.campaign, tick=9).mode == "follow"
    assert upto(spec) == (1.0, 1.0)
    spec.tick(10, counts).then()


def test_a_held_campaign_whose_last_wave_ends_finishes_after_the_resume():
    rest = {2: count(900, confirmed=900)}
    spec = last_wave(held(HoldReason.OPERATOR, 7)).tick(9, rest)
    assert spec.facts[-1] == passed(2, 9)
    spec.tick(10, rest).then()
    spec.given(resumed(10)).tick(11, rest).then(finished("COMPLETE", 900, 0, 11))


@pytest.mark.peer_fault("PF-tuf-04")
def test_a_tick_that_is_older_than_the_last_decides_nothing():
    half, good = count(100, confirmed=50), count(100, confirmed=100)
    spec = canary_out().tick(5, {1: half})
    spec.tick(4, {1: good}).then()
    assert spec.tick(5, {1: good}).facts[-1] == passed(1, 5)


@pytest.mark.parametrize("days", [1, 2, 3, 7, 13, 49, 90])
def test_a_release_is_complete_on_its_last_day_whatever_the_floats(days: int):
    plan = replace(PLAN, waves=(wave("all", 1.0, release_days=days),))
    spec = ready(plan).given(started(2))
    for tick in range(3, days + 3):
        assert spec.campaign.waves[0].completed_at is None
        spec.tick(tick, {1: count(100)})
    assert spec.campaign.waves[0].completed_at == spec.now(days + 2)
    assert upto(spec) == (1.0,)


def test_release_by_the_hour_keeps_the_pace_of_days():
    plan = replace(PLAN, waves=(wave("all", 1.0, release_days=2),))
    spec = ready(plan)
    midnight = spec.now(2)
    spec.now = lambda tick: midnight + timedelta(hours=6 * (tick - 2))
    for tick in range(2, 10):
        spec.tick(tick, {1: count(1000)})
    assert spec.campaign.waves[0].completed_at == midnight + timedelta(days=1)


@pytest.mark.peer_fault("PF-nerveshub-03")
def test_what_partitions_may_do_in_each_state():
    wanted = {
        S.VALIDATING: "enrol",
        **dict.fromkeys((S.STARTING, S.RUNNING), "release"),
        **dict.fromkeys((S.HELD, S.STOPPING, S.FINISHED, S.SUPERSEDED), "follow"),
        **dict.fromkeys((S.ABORTING, S.ABORTED), "recall"),
    }
    assert wanted == MODES
    for state in S:
        assert order_of(in_state(state).campaign, tick=9).mode == wanted.get(state, "rest")


@pytest.mark.parametrize(
    ("state", "mode"), [(S.DRAFT, "follow"), (S.STOPPING, "follow"), (S.ABORTING, "recall")]
)
def test_what_an_end_ordered_outlives_a_successor(state: CampaignState, mode: str):
    superseded_then = in_state(state).given(superseded(3)).campaign
    assert superseded_then.state is S.SUPERSEDED
    assert order_of(superseded_then, tick=9).mode == mode
