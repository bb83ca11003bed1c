"""The table of states, and what operators' commands come to."""

import itertools

import msgspec
import pytest
from campaign_samples import (
    PLAN,
    SUBMITTED,
    command,
    count,
    finished,
    held,
    released,
    resumed,
    started,
    stopped,
)
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from spec import Spec

from twin.campaign.decide import Command, decide_command
from twin.campaign.plan import plan_hash
from twin.campaign.state import MOVES, evolve, submitted
from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState, HoldReason

OPERATOR, ERROR_GATE = HoldReason.OPERATOR, HoldReason.ERROR_GATE
S = CampaignState
FACTS_TO = {
    S.DRAFT: (),
    S.READY: (SUBMITTED,),
    S.RUNNING: (SUBMITTED, started(0)),
    S.HELD: (SUBMITTED, started(0), held(OPERATOR, 0)),
    S.STOPPED: (SUBMITTED, started(0), stopped(0)),
    S.FINISHED: (SUBMITTED, started(0), finished("COMPLETE", 0, 0, 0)),
}
FACTS = {
    programme.CampaignSubmitted: SUBMITTED,
    programme.CampaignStarted: started(1),
    programme.CampaignHeld: held(ERROR_GATE, 1),
    programme.CampaignResumed: resumed(1),
    programme.CampaignStopped: stopped(1),
    programme.CampaignFinished: finished("COMPLETE", 0, 0, 1),
}


def in_state(state: CampaignState) -> Spec:
    spec = Spec(PLAN).given(*FACTS_TO[state])
    assert spec.campaign.state is state
    return spec


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(S, FACTS)))
def test_the_table_of_moves(state: CampaignState, kind: type):
    before = in_state(state).campaign
    after = evolve(before, FACTS[kind], at=Spec(PLAN).now(1))
    assert after.state is MOVES.get((state, kind), state)
    assert after.version == before.version + 1
    if (state, kind) not in MOVES:
        assert (after.holds, after.waves) == (before.holds, before.waves)


def test_every_state_can_be_reached_and_the_last_two_are_final():
    assert set(MOVES.values()) == set(S) - {S.DRAFT}
    assert {state for state, _ in MOVES} == set(S) - {S.STOPPED, S.FINISHED}


def test_submitted_is_what_the_fold_of_its_fact_is():
    assert submitted(PLAN, SUBMITTED) == in_state(S.READY).campaign


ANSWERS = {
    ("start", S.DRAFT): ("REFUSED", "wrong_state"),
    ("start", S.READY): ("ACCEPTED", "done"),
    ("start", S.RUNNING): ("NOOP", "already_so"),
    ("start", S.HELD): ("NOOP", "already_so"),
    ("start", S.STOPPED): ("REFUSED", "wrong_state"),
    ("start", S.FINISHED): ("REFUSED", "wrong_state"),
    ("hold", S.DRAFT): ("REFUSED", "wrong_state"),
    ("hold", S.READY): ("REFUSED", "wrong_state"),
    ("hold", S.RUNNING): ("ACCEPTED", "done"),
    ("hold", S.HELD): ("NOOP", "already_so"),
    ("hold", S.STOPPED): ("REFUSED", "wrong_state"),
    ("hold", S.FINISHED): ("REFUSED", "wrong_state"),
    ("resume", S.DRAFT): ("REFUSED", "wrong_state"),
    ("resume", S.READY): ("REFUSED", "wrong_state"),
    ("resume", S.RUNNING): ("NOOP", "already_so"),
    ("resume", S.HELD): ("ACCEPTED", "done"),
    ("resume", S.STOPPED): ("REFUSED", "wrong_state"),
    ("resume", S.FINISHED): ("REFUSED", "wrong_state"),
    ("stop", S.DRAFT): ("REFUSED", "wrong_state"),
    ("stop", S.READY): ("ACCEPTED", "done"),
    ("stop", S.RUNNING): ("ACCEPTED", "done"),
    ("stop", S.HELD): ("ACCEPTED", "done"),
    ("stop", S.STOPPED): ("NOOP", "already_so"),
    ("stop", S.FINISHED): ("REFUSED", "wrong_state"),
}
EFFECTS = {
    "start": started(2),
    "hold": held(OPERATOR, 2),
    "resume": resumed(2),
    "stop": stopped(2),
}


@pytest.mark.parametrize(("name", "state"), ANSWERS)
def test_the_table_of_answers(name: str, state: CampaignState):
    spec = in_state(state).command(command(name), tick=2)
    *effects, answered = spec.facts
    assert (answered.answer, answered.why) == ANSWERS[name, state]
    assert effects == ([EFFECTS[name]] if answered.answer == "ACCEPTED" else [])
    assert answered.version == spec.campaign.version
    assert spec.campaign.answers[answered.command_id] == answered


def test_the_table_of_answers_is_whole():
    assert set(ANSWERS) == set(itertools.product(EFFECTS, S))


def test_the_same_command_keeps_its_answer_when_the_state_has_moved_on():
    spec = in_state(S.RUNNING).command(command("hold"))
    first = spec.campaign.answers[command("hold").command_id]
    spec.given(resumed(3)).command(command("hold"), tick=4).then()
    assert spec.campaign.state is S.RUNNING
    assert spec.campaign.answers[command("hold").command_id] == first


def test_a_stale_version_conflicts_and_says_the_current_one():
    spec = in_state(S.RUNNING).command(command("hold", expected_version=1))
    (answered,) = spec.facts
    assert (answered.answer, answered.why, answered.version) == ("CONFLICT", "stale_version", 3)
    again = spec.command(command("hold", 2, expected_version=answered.version))
    assert again.facts[-1].answer == "ACCEPTED"


def test_another_plan_is_refused():
    spec = in_state(S.RUNNING).command(command("hold", plan_hash="0" * 64))
    assert spec.facts[-1].why == "other_plan"
    spec.command(command("hold", 2, plan_hash=plan_hash(PLAN)))
    assert spec.facts[-1].answer == "ACCEPTED"


def test_an_unknown_campaign_is_refused():
    (answered,) = decide_command(campaign=None, command=command("hold"), now=NOW, tick=0)
    assert (answered.answer, answered.why, answered.version) == ("REFUSED", "unknown_campaign", 0)


def test_resume_overrides_what_gates_found_by_name():
    spec = in_state(S.HELD).given(held(ERROR_GATE, 0)).command(command("resume"), tick=2)
    assert spec.facts[0] == resumed(2, ERROR_GATE)
    assert spec.campaign.holds == ()


def test_resume_that_names_one_hold_conflicts_while_another_stands():
    spec = in_state(S.HELD).given(held(ERROR_GATE, 0))
    assert spec.command(command("resume", reason=OPERATOR)).facts[-1].answer == "CONFLICT"
    assert spec.campaign.state is S.HELD
    spec = in_state(S.HELD).command(command("resume", reason=OPERATOR))
    assert spec.campaign.state is S.RUNNING


def test_an_operator_holds_what_a_gate_holds_already():
    spec = in_state(S.RUNNING).given(held(ERROR_GATE, 0)).command(command("hold"), tick=1)
    assert spec.campaign.holds == (ERROR_GATE, OPERATOR)


def test_an_operator_may_start_what_still_waits():
    spec = Spec(replace(PLAN, after="LCP-OTHER")).given(SUBMITTED)
    spec.tick(3, {}).then()
    spec.command(command("start"), tick=3)
    spec.tick(4, {1: count(10), 2: count(90)})
    assert spec.facts[0] == released(1, 0.1, complete=True, tick=4)


def test_a_command_takes_no_free_text():
    good = msgspec.json.encode(command("hold"))
    assert msgspec.json.decode(good, type=Command) == command("hold")
    for bad in (
        good.replace(b'"hold"', b'"explode"'),
        good.replace(b'"operations"', b'"Jane Doe"'),
        good.replace(b'"reason":null', b'"reason":"because"'),
        good.replace(b"}", b',"note":"x"}'),
    ):
        assert bad != good
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(bad, type=Command)


NOW = Spec(PLAN).now(0)
COUNTS = st.fixed_dictionaries(
    {
        n: st.builds(
            count, st.integers(0, 30), confirmed=st.integers(0, 30), failed=st.integers(0, 9)
        )
        for n in (1, 2)
    }
)
STEPS = st.one_of(
    st.builds(
        command,
        st.sampled_from(["start", "hold", "resume", "stop"]),
        st.integers(1, 12),
        reason=st.sampled_from([None, *HoldReason]),
        expected_version=st.none() | st.integers(0, 20),
    ),
    COUNTS,
    st.sampled_from([*FACTS.values(), released(2, 1.0, complete=True, tick=3)]),
)


@given(st.lists(STEPS, max_size=30), st.booleans())
def test_no_sequence_of_commands_ticks_and_facts_ever_raises(steps: list, drafted: bool):
    spec = Spec(PLAN) if drafted else in_state(S.READY)
    for tick, step in enumerate(steps):
        before = spec.campaign
        if isinstance(step, Command):
            spec.command(step, tick=tick)
        elif isinstance(step, dict):
            spec.tick(tick, step)
        else:
            spec.given(step)
        if isinstance(step, dict) and before.state not in (S.READY, S.RUNNING):
            assert spec.campaign.upto == before.upto
        if not isinstance(step, programme.WaveReleased):
            assert spec.campaign.upto >= before.upto
            _valid_on_the_wire(spec.facts)


def _valid_on_the_wire(facts: tuple[CampaignFact, ...]) -> None:
    for fact in facts:
        assert msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)) == fact
