"""Stop, abort, the plan's last day, a successor, and truth that comes after the end."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_samples import (
    OTHER,
    PLAN,
    S,
    abort_ordered,
    aborted,
    count,
    finished,
    fired,
    gate,
    held,
    outcome_revised,
    stop_ordered,
    stopped,
)
from tests.campaign.commanding import whole
from tests.campaign.spec import Spec, in_state
from tests.campaign.test_campaign_ticks import REJECT, REST, canary_out
from twin.campaign.ending import unsettled
from twin.campaign.tallies import WaveCount
from twin.events.programme import (
    CampaignAborted,
    CampaignStopped,
    GateEvaluated,
    OutcomeRevised,
    WaveReleased,
)
from twin.vocabulary import CampaignState, EndBehaviour, HoldReason, Timer

FLYING = count(
    100, requested=5, at_hub=4, verified=30, activation_requested=3, activated=2, retrying=6,
    confirmed=20, failed=7, timed_out=1, decommissioned=2, already_at_target=1,
)  # fmt: skip
LANDED = count(
    100, retrying=9, confirmed=60, failed=8, timed_out=1, decommissioned=2, already_at_target=1
)
RECALLED = replace(LANDED, verified=30, confirmed=30)
PARTS = [name for name in WaveCount.__struct_fields__ if name != "members"]


def ordered(name: str) -> Spec:
    return canary_out().command(whole(name), tick=3, counts={1: FLYING, 2: REST})


def test_a_stop_lets_what_is_in_flight_finish_and_then_says_what_it_came_to():
    spec = ordered("stop")
    assert spec.facts[0] == stop_ordered(44, 3)
    spec.tick(4, {1: FLYING, 2: REST})
    assert spec.campaign.state is S.STOPPING
    assert not any(isinstance(fact, WaveReleased) for fact in spec.facts)
    spec.tick(9, {1: LANDED, 2: REST})
    assert spec.facts[0] == stopped(confirmed=60, cancelled=19 + 9 + 900, tick=9)
    spec.tick(10, {1: LANDED, 2: REST}).then()


def test_an_abort_waits_for_what_cannot_be_recalled_and_counts_the_rest():
    spec = ordered("abort")
    assert spec.facts[0] == abort_ordered(44, 3)
    spec.tick(4, {1: FLYING, 2: REST})
    assert spec.campaign.state is S.ABORTING
    spec.tick(9, {1: RECALLED, 2: REST})
    assert spec.facts[0] == aborted(recalled=30, exposed=39, cancelled=19 + 9 + 900, tick=9)


def test_an_end_does_not_wait_for_ever_on_devices_that_never_answer():
    """Every attempt has its time: two of ten days each; then the silent are counted as that."""
    silent = replace(LANDED, activated=5, confirmed=55)
    spec = ordered("stop").tick(22, {1: silent, 2: REST})
    assert spec.campaign.state is S.STOPPING
    spec.tick(23, {1: silent, 2: REST})
    spec.then(stopped(confirmed=55, cancelled=19 + 9 + 900, tick=23, unsettled=5))
    spec = ordered("abort").tick(23, {1: replace(silent, verified=3, confirmed=52), 2: REST})
    spec.then(aborted(recalled=3, exposed=66, cancelled=928, tick=23, unsettled=5))


@pytest.mark.peer_fault("PF-mender-14")
@pytest.mark.parametrize(("name", "kind"), [("stop", CampaignStopped), ("abort", CampaignAborted)])
def test_with_nothing_in_flight_the_end_is_there_on_the_next_tick(name: str, kind: type):
    spec = in_state(S.STARTING).command(whole(name), counts={})
    spec.tick(3, {1: count(100), 2: REST})
    assert isinstance(spec.facts[0], kind)
    assert spec.facts[0].cancelled == 1000


def test_a_gate_watches_on_while_it_ends_but_changes_nothing_any_more():
    spec = ordered("stop").tick(4, {1: FLYING, 2: REST})
    bad = count(100, confirmed=5, failed=20, requested=5)
    spec.tick(5, {1: bad, 2: REST}).then()  # the canary was rejected already, which stands
    good = count(100, confirmed=50, requested=5)
    spec.tick(6, {1: good, 2: REST})
    (watched,) = spec.facts
    assert isinstance(watched, GateEvaluated)
    assert spec.campaign.state is S.STOPPING
    assert spec.campaign.holds == ()


def test_a_plan_may_want_a_bad_gate_to_abort_it():
    bad = count(100, confirmed=8, failed=2, verified=3)
    spec = canary_out(replace(PLAN, on_reject="abort")).tick(3, {1: bad, 2: REST})
    spec.then(
        gate(1, REJECT, "errors_above", bad, 3),
        abort_ordered(3, 3, "error_gate"),
        aborted(recalled=3, exposed=10, cancelled=987, tick=3),
    )


def test_a_gate_that_turns_bad_while_held_aborts_it_too():
    bad = count(100, confirmed=8, failed=2)
    spec = canary_out(replace(PLAN, on_reject="abort")).given(held(HoldReason.OPERATOR, 2))
    spec.tick(3, {1: bad, 2: REST})
    assert spec.campaign.state is S.ABORTED


COUNTS = st.fixed_dictionaries(dict.fromkeys(PARTS, st.integers(0, 20))).flatmap(
    lambda parts: st.integers(0, 20).map(
        lambda awaiting: WaveCount(members=sum(parts.values()) + awaiting, **parts)
    )
)


@settings(derandomize=True, deadline=None)
@given(COUNTS, COUNTS, st.sampled_from(["stop", "abort"]))
def test_what_an_end_says_adds_up_to_the_members(one: WaveCount, two: WaveCount, name: str):
    """In flight at the end there is nothing but what was recalled; every member has its place."""
    total = one + two
    ended = replace(
        total, requested=0, at_hub=0, activation_requested=0, activated_unconfirmed=0, activated=0
    )
    ended = replace(ended, members=total.members - (unsettled(total) - total.verified))
    if name == "stop":  # which recalls nothing
        left = ended.members - ended.verified - ended.cancelled
        ended = replace(ended, verified=0, cancelled=0, members=left)
    spec = canary_out().command(whole(name), counts={1: one, 2: two})
    assert spec.facts[0].in_flight == unsettled(total)
    fact = spec.tick(3, {1: ended}).facts[0]
    if isinstance(fact, CampaignAborted):
        assert fact.recalled + fact.exposed + fact.cancelled + ended.gone == ended.members
    else:
        assert isinstance(fact, CampaignStopped)
        assert fact.confirmed + ended.errors + fact.cancelled + ended.gone == ended.members


def ending_on(day: int, behaviour: EndBehaviour) -> Spec:
    return canary_out(replace(PLAN, ends_on=date(2017, 7, 1 + day), end_behaviour=behaviour))


@pytest.mark.parametrize("state", [S.STARTING, S.RUNNING, S.HELD])
@pytest.mark.parametrize("behaviour", list(EndBehaviour))
def test_the_last_day_ends_it_as_the_plan_says(behaviour: EndBehaviour, state: CampaignState):
    plan = replace(PLAN, ends_on=date(2017, 7, 6), end_behaviour=behaviour)
    counts = {1: FLYING, 2: REST}
    spec = in_state(state, plan)
    spec.tick(5, counts)
    assert fired(Timer.END_AT, 5) not in spec.facts, "the last day is still the plan's"
    spec.tick(6, counts)
    assert spec.facts[0] == fired(Timer.END_AT, 6)
    wanted = {
        EndBehaviour.STOP_RELEASES: (S.STOPPING, stop_ordered(44, 6, "end_at")),
        EndBehaviour.RECALL: (S.ABORTING, abort_ordered(44, 6, "end_at")),
    }
    if behaviour is EndBehaviour.LET_RUN:
        assert spec.campaign.state in (S.RUNNING, S.HELD)
        assert spec.campaign.fired == (Timer.END_AT,)
        later = spec.tick(7, counts).facts
        assert fired(Timer.END_AT, 7) not in later, "overdue is said once"
    else:
        state_after, order = wanted[behaviour]
        assert spec.facts[1] == order
        assert spec.campaign.state is state_after


def test_superseded_it_releases_nothing_and_is_followed():
    spec = canary_out()
    spec.others = {OTHER: S.READY}
    spec.command(whole("supersede"), tick=3, counts={1: FLYING, 2: REST})
    assert spec.campaign.state is S.SUPERSEDED
    assert spec.facts[0].by == OTHER
    spec.tick(4, {1: FLYING, 2: REST}).then()
    spec.tick(9, {1: LANDED, 2: REST}).then()


@pytest.mark.peer_fault("PF-ours-03")
def test_late_truth_revises_the_outcome_and_no_decision():
    end = finished("SHORTFALL", 1000, 12, 9)
    spec = canary_out().given(end)
    before = spec.campaign.waves
    late = {1: count(100, confirmed=95, failed=5), 2: count(900, confirmed=898, timed_out=2)}
    spec.tick(20, late).then(outcome_revised(1000, 7, 20))
    spec.tick(21, late).then()
    assert spec.campaign.state is S.FINISHED
    assert spec.campaign.waves == before
    worse = {1: count(100, confirmed=95, failed=5), 2: count(900, confirmed=890, timed_out=10)}
    spec.tick(22, worse).then(outcome_revised(1000, 15, 22))


@pytest.mark.parametrize("state", [S.STOPPED, S.ABORTED, S.SUPERSEDED, S.CANCELLED])
def test_only_a_finished_campaign_has_an_outcome_to_revise(state: CampaignState):
    spec = in_state(state).tick(20, {1: count(100, confirmed=100), 2: REST})
    assert not any(isinstance(fact, OutcomeRevised) for fact in spec.facts)
    spec.then()


@pytest.mark.parametrize("state", [S.STOPPING, S.ABORTING, S.FINISHED])
def test_counts_that_do_not_add_up_end_nothing_and_revise_nothing(state: CampaignState):
    broken = {1: count(5, confirmed=9)}
    spec = in_state(state).tick(20, broken)
    assert spec.campaign.state is state
    assert not any(isinstance(fact, OutcomeRevised) for fact in spec.facts)
