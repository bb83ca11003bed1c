"""The table of moves, both ways: each listed one moves, and no other fact moves anything."""

import itertools
from typing import get_args

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import (
    BAD_MODEL,
    FACTS_TO,
    HASH,
    MIDNIGHT,
    PLAN,
    C,
    S,
    abort_ordered,
    aborted,
    advanced,
    approved,
    cancelled,
    count,
    denied,
    failed,
    finished,
    fired,
    frozen,
    gate,
    held,
    outcome_revised,
    passed,
    plan_refused,
    released,
    reported,
    resumed,
    started,
    stop_ordered,
    stopped,
    submitted_as,
    superseded,
    without,
)
from tests.campaign.spec import fold, in_state
from twin.campaign.decide import QUESTIONS
from twin.campaign.state import Campaign
from twin.campaign.transitions import ENDING, MOVES, TERMINAL, UNDER_WAY, moves
from twin.campaign.wave_moves import OVER, WAVE_MOVES, wave_after
from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import (
    CampaignState,
    CommandCause,
    CspRegion,
    GateDecision,
    HoldReason,
    OperatorRole,
    Timer,
)
from twin.vocabulary import WaveState as W

FACTS: tuple[CampaignFact, ...] = (
    submitted_as(PLAN, version=2, tick=3),
    plan_refused("no_members", tick=3),
    programme.WavesCut(PLAN.campaign_id, HASH, (0.5, 0.0), 3),
    frozen(tick=3),
    approved(tick=3),
    denied(tick=3),
    fired(Timer.START_AT, 3),
    started(3),
    released(1, 0.5, complete=False, tick=3),
    gate(1, GateDecision.CONTINUE, "in_flight", count(100), 3),
    programme.WaveSoakBegan(C, 1, 10, 3),
    passed(1, 3),
    failed(1, 3),
    advanced(1, None, 3),
    reported(CspRegion.NORTH, 3),
    without(BAD_MODEL, 3),
    programme.TargetWithdrawn(C, BAD_MODEL, "0000000B", 10, 3),
    programme.DecisionFailed(C, "KeyError", 1, 3),
    held(HoldReason.ERROR_GATE, 3),
    resumed(3),
    stop_ordered(1, 3),
    stopped(1, 1, 3),
    abort_ordered(1, 3),
    aborted(1, 1, 1, 3),
    cancelled(3),
    superseded(3),
    finished("COMPLETE", 1000, 0, 3),
    outcome_revised(1000, 1, 3),
    programme.CommandAnswered(
        PLAN.campaign_id,
        "00000000-0000-0000-0000-000000000009",
        "hold",
        "operations",
        OperatorRole.OPERATOR,
        CommandCause.PLANNED,
        "REFUSED",
        "wrong_state",
        9,
    ),
)
WANTED = {
    (S.DRAFT, "CampaignSubmitted"): S.VALIDATING,
    (S.VALIDATING, "MembershipFrozen"): S.AWAITING_APPROVAL,
    (S.VALIDATING, "PlanRefused"): S.DRAFT,
    (S.AWAITING_APPROVAL, "CampaignApproved"): S.READY,
    (S.AWAITING_APPROVAL, "CampaignDenied"): S.APPROVAL_DENIED,
    (S.AWAITING_APPROVAL, "CampaignSubmitted"): S.VALIDATING,
    (S.APPROVAL_DENIED, "CampaignSubmitted"): S.VALIDATING,
    (S.READY, "CampaignCancelled"): S.CANCELLED,
    (S.READY, "CampaignStarted"): S.STARTING,
    (S.STARTING, "WaveReleased"): S.RUNNING,
    (S.RUNNING, "WaveReleased"): S.RUNNING,
    (S.HELD, "CampaignResumed"): S.RUNNING,
    (S.STOPPING, "CampaignStopped"): S.STOPPED,
    (S.ABORTING, "CampaignAborted"): S.ABORTED,
    (S.RUNNING, "CampaignFinished"): S.FINISHED,
    (S.FINISHED, "OutcomeRevised"): S.FINISHED,
    **{(s, "CampaignHeld"): S.HELD for s in (S.STARTING, S.RUNNING, S.HELD)},
    **{(s, "StopOrdered"): S.STOPPING for s in (S.STARTING, S.RUNNING, S.HELD)},
    **{(s, "AbortOrdered"): S.ABORTING for s in (S.STARTING, S.RUNNING, S.HELD)},
    **{
        (s, "CampaignSuperseded"): S.SUPERSEDED
        for s in (
            S.DRAFT,
            S.VALIDATING,
            S.AWAITING_APPROVAL,
            S.APPROVAL_DENIED,
            S.READY,
            S.STARTING,
            S.RUNNING,
            S.HELD,
            S.STOPPING,
            S.ABORTING,
        )
    },
}
"""The specification's section 2, written down a second time: by state and fact."""


def by_name(fact: CampaignFact) -> str:
    return type(fact).__name__


def test_the_facts_of_this_test_are_all_there_are():
    assert {type(fact) for fact in FACTS} == set(get_args(CampaignFact))


def test_every_state_has_a_history_that_leads_there():
    assert set(FACTS_TO) == set(S)


def test_the_product_has_the_moves_of_the_specification_and_no_other():
    assert {(s, kind.__name__): m.after for (s, kind), m in MOVES.items()} == WANTED
    assert len(list(moves())) == len(MOVES)
    assert [move.before for move in moves()] == sorted(
        (move.before for move in moves()), key=list(S).index
    )


@pytest.mark.peer_fault("PF-tuf-11")
@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("fact", FACTS, ids=by_name)
def test_a_fact_moves_as_the_table_says_and_no_further(state: CampaignState, fact: CampaignFact):
    before = in_state(state).campaign
    after = fold(before, fact, at=MIDNIGHT)
    assert after is not None
    assert after.state is WANTED.get((state, by_name(fact)), state)
    assert after.version == before.version + 1
    if isinstance(fact, programme.CampaignHeld | programme.CampaignResumed):
        listed = (state, by_name(fact)) in WANTED
        assert listed or (after.holds, after.waves) == (before.holds, before.waves)


def reach(start: CampaignState) -> set[CampaignState]:
    found, todo = {start}, [start]
    while todo:
        state = todo.pop()
        for fresh in {move.after for move in moves() if move.before is state} - found:
            found.add(fresh)
            todo.append(fresh)
    return found


def test_every_state_can_be_reached_and_the_terminal_ones_are_final():
    assert reach(S.DRAFT) == set(S)
    for state in TERMINAL:
        assert reach(state) == {state}
    for state in set(S) - set(TERMINAL):
        assert reach(state) & set(TERMINAL), f"{state} can never end"


def test_an_order_to_end_cannot_be_taken_back():
    for state in ENDING:
        ended = S.STOPPED if state is S.STOPPING else S.ABORTED
        assert reach(state) == {state, ended, S.SUPERSEDED}
    assert not (reach(S.STOPPING) | reach(S.ABORTING)) & set(UNDER_WAY)


def test_nothing_is_asked_of_a_campaign_whose_facts_could_not_move_it():
    """States at rest wait for a command; a terminal one is asked for late truth at most."""
    assert set(S) - set(QUESTIONS) == {S.DRAFT, S.APPROVAL_DENIED, *TERMINAL} - {S.FINISHED}


@pytest.mark.peer_fault("PF-hawkbit-34")
@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(HoldReason, 2)))
def test_reasons_to_hold_are_a_set_in_whatever_order(one: HoldReason, other: HoldReason):
    def after(*reasons: HoldReason) -> Campaign:
        return in_state(S.RUNNING).given(*(held(reason, 3) for reason in reasons)).campaign

    assert after(one, other).holds == after(other, one, one).holds == tuple(sorted({one, other}))


WAVES_WANTED = {
    (W.PLANNED, "released in part"): W.RELEASING,
    (W.PLANNED, "released whole"): W.SOAKING,
    (W.RELEASING, "released in part"): W.RELEASING,
    (W.RELEASING, "released whole"): W.SOAKING,
    (W.SOAKING, "success judged"): W.DECIDING,
    (W.SOAKING, "advanced"): W.SKIPPED,
    (W.DECIDING, "advanced"): W.SKIPPED,
    (W.DECIDING, "passed"): W.PASSED,
    (W.DECIDING, "failed"): W.FAILED,
    **{
        (state, fact): W.CANCELLED
        for state in (W.PLANNED, W.RELEASING, W.SOAKING, W.DECIDING)
        for fact in ("stopped", "aborted", "cancelled", "superseded")
    },
}
"""The specification's section 3, written down a second time."""
WAVE_FACTS: dict[str, CampaignFact] = {
    "released in part": released(1, 0.5, complete=False, tick=3),
    "released whole": released(1, 1.0, complete=True, tick=3),
    "soaking": gate(1, GateDecision.CONTINUE, "soak", count(100), 3),
    "bad": gate(1, GateDecision.REJECT, "errors_above", count(100), 3),
    "success judged": gate(1, GateDecision.CONTINUE, "in_flight", count(100), 3),
    "passed": passed(1, 3),
    "failed": failed(1, 3),
    "advanced": advanced(1, None, 3),
    "held": held(HoldReason.OPERATOR, 3),
    "stop ordered": stop_ordered(1, 3),
    "stopped": stopped(1, 1, 3),
    "aborted": aborted(1, 1, 1, 3),
    "cancelled": cancelled(3),
    "superseded": superseded(3),
    "finished": finished("COMPLETE", 1000, 0, 3),
}


@pytest.mark.parametrize("state", list(W))
@pytest.mark.parametrize("name", WAVE_FACTS)
def test_a_fact_moves_a_wave_as_the_table_says_and_no_further(state: W, name: str):
    fact = WAVE_FACTS[name]
    assert wave_after(state=state, fact=fact) is WAVES_WANTED.get((state, name), state)
    one = replace(in_state(S.RUNNING).campaign.waves[0], state=state)
    before = in_state(_where(fact)).campaign
    before = replace(before, waves=(one, *before.waves[1:]))
    after = fold(before, fact, at=MIDNIGHT)
    assert after is not None
    assert after.waves[0].state is WAVES_WANTED.get((state, name), state)


def _where(fact: CampaignFact) -> CampaignState:
    """A state of the campaign in which a fact moves it, if there is one."""
    return next((move.before for move in moves() if isinstance(fact, move.fact)), S.RUNNING)


def test_the_end_of_a_campaign_that_does_not_end_here_leaves_its_waves():
    running = in_state(S.RUNNING).campaign
    after = fold(running, stopped(1, 1, 3), at=MIDNIGHT)
    assert after is not None
    assert after.waves == running.waves


def test_every_state_of_a_wave_can_be_reached_and_the_terminal_ones_are_final():
    found, todo = {W.PLANNED}, [W.PLANNED]
    while todo:
        state = todo.pop()
        fresh = {move.after for move in WAVE_MOVES if move.before is state} - found
        found |= fresh
        todo += fresh
    assert found == set(W)
    assert not {move.before for move in WAVE_MOVES} & set(OVER)
