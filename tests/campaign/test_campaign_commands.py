"""What every command comes to in every state; and that no command is ever answered twice."""

import itertools

import msgspec
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import (
    BAD_MODEL,
    HASH,
    OTHER,
    PLAN,
    C,
    S,
    abort_ordered,
    advanced,
    approved,
    cancelled,
    command,
    denied,
    held,
    released,
    reported,
    resumed,
    started,
    stop_ordered,
    submitted_as,
    superseded,
    without,
)
from tests.campaign.commanding import COMMANDS, REVISED, told, whole
from tests.campaign.spec import Spec, in_state, valid_on_the_wire
from twin.campaign.commands import ROLES, decode_command
from twin.campaign.plan import plan_hash
from twin.campaign.transitions import TERMINAL
from twin.events import programme
from twin.events.programme import CommandName
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState, CspRegion, HoldReason, OperatorRole

OPERATOR, ERROR_GATE = HoldReason.OPERATOR, HoldReason.ERROR_GATE
UNDER_WAY = {S.STARTING, S.RUNNING, S.HELD}
ACCEPTED: dict[CommandName, set[CampaignState]] = {
    "submit": set(),
    "revise": {S.DRAFT, S.AWAITING_APPROVAL, S.APPROVAL_DENIED},
    "approve": {S.AWAITING_APPROVAL},
    "deny": {S.AWAITING_APPROVAL},
    "start": {S.READY},
    "hold": {S.STARTING, S.RUNNING},
    "resume": {S.HELD},
    "advance": {S.RUNNING},
    "exclude": {S.READY, *UNDER_WAY},
    "stop": UNDER_WAY,
    "abort": UNDER_WAY,
    "cancel": {S.READY},
    "supersede": set(S) - {S.CANCELLED, S.STOPPED, S.ABORTED, S.FINISHED, S.SUPERSEDED},
    "upstream": set(S) - {S.CANCELLED, S.STOPPED, S.ABORTED, S.FINISHED, S.SUPERSEDED},
}
SO_ALREADY: dict[CommandName, set[CampaignState]] = {
    "submit": set(S),
    "approve": {S.READY},
    "deny": {S.APPROVAL_DENIED},
    "start": UNDER_WAY,
    "hold": {S.HELD},
    "resume": {S.STARTING, S.RUNNING},
    "stop": {S.STOPPING, S.STOPPED},
    "abort": {S.ABORTING, S.ABORTED},
    "cancel": {S.CANCELLED},
    "supersede": {S.SUPERSEDED},
}
"""The table: what is in neither is refused, since the state is wrong."""
EFFECTS: dict[CommandName, CampaignFact] = {
    "revise": submitted_as(REVISED, version=2, tick=2),
    "approve": approved(2),
    "deny": denied(2),
    "start": started(2),
    "hold": held(OPERATOR, 2, in_flight=70),
    "resume": resumed(2),
    "advance": advanced(1, None, 2),
    "exclude": without(BAD_MODEL, 2),
    "stop": stop_ordered(70, 2),
    "abort": abort_ordered(70, 2),
    "cancel": cancelled(2),
    "supersede": superseded(2, in_flight=70),
    "upstream": reported(CspRegion.NORTH, 2),
}


@pytest.mark.peer_fault(
    "PF-hawkbit-12", "PF-hawkbit-13", "PF-hawkbit-14", "PF-hawkbit-15", "PF-hawkbit-19"
)
@pytest.mark.parametrize(("name", "state"), list(itertools.product(COMMANDS, S)))
def test_the_table_of_answers(name: CommandName, state: CampaignState):
    before = in_state(state).campaign
    spec = told(in_state(state), name)
    if state in ACCEPTED[name]:
        effect, answered = spec.facts
        assert effect == EFFECTS[name]
        assert spec.answer == ("ACCEPTED", "done")
    else:
        (answered,) = spec.facts
        so_already = state in SO_ALREADY.get(name, set())
        wanted = ("NOOP", "already_so") if so_already else ("REFUSED", "wrong_state")
        assert spec.answer == wanted
        assert spec.campaign.state is state
    assert isinstance(answered, programme.CommandAnswered)
    leaves_some = state in ACCEPTED[name] and name in ("hold", "stop", "abort", "supersede")
    assert answered.in_flight == (70 if leaves_some else None)
    assert answered.version == spec.campaign.version == before.version + len(spec.facts)
    assert spec.campaign.answers == {answered.command_id: answered}
    valid_on_the_wire(spec.facts)


def test_the_table_of_answers_is_whole():
    assert set(ACCEPTED) == set(COMMANDS)
    assert all(not ACCEPTED[name] & states for name, states in SO_ALREADY.items())
    assert {name for name, states in ACCEPTED.items() if states} == set(EFFECTS)


@pytest.mark.peer_fault("PF-hawkbit-17")
@pytest.mark.parametrize(("name", "role"), list(itertools.product(COMMANDS, OperatorRole)))
def test_each_command_needs_its_role(name: CommandName, role: OperatorRole):
    """Planners hand in, approvers decide on plans, operators run campaigns."""
    planners, approvers = ("submit", "revise"), ("approve", "deny")
    wanted = (
        OperatorRole.PLANNER
        if name in planners
        else OperatorRole.APPROVER
        if name in approvers
        else OperatorRole.OPERATOR
    )
    assert ROLES.get(name, OperatorRole.OPERATOR) is wanted
    states = ACCEPTED[name] or {S.RUNNING}
    spec = told(in_state(min(states)), name, role=role)
    assert (spec.answer == ("REFUSED", "wrong_role")) is (role is not wanted)
    assert len(spec.facts) == (1 if role is not wanted or name == "submit" else 2)


@pytest.mark.peer_fault("PF-uptane-02")
def test_the_same_command_keeps_its_answer_when_the_state_has_moved_on():
    spec = in_state(S.RUNNING).command(command("hold"))
    first = spec.campaign.answers[command("hold").command_id]
    spec.given(resumed(3)).command(command("hold"), tick=4).then()
    assert spec.campaign.state is S.RUNNING
    assert spec.campaign.answers[command("hold").command_id] == first
    spec.command(command("stop"), tick=4).then()
    assert spec.campaign.state is S.RUNNING, "an id that was answered is answered, whatever it asks"


def test_a_refusal_is_an_answer_that_stands_too():
    spec = in_state(S.READY).command(command("hold"))
    assert spec.answer == ("REFUSED", "wrong_state")
    spec.given(started(3)).command(command("hold"), tick=4).then()
    assert spec.campaign.holds == ()


def test_answers_outlive_a_revision():
    spec = told(in_state(S.APPROVAL_DENIED), "deny")
    assert spec.answer == ("NOOP", "already_so")
    told(spec, "revise", 2)
    assert spec.campaign.plan_version == 2
    assert [a.answer for a in spec.campaign.answers.values()] == ["NOOP", "ACCEPTED"]
    told(spec, "deny").then()


@pytest.mark.peer_fault("PF-others-05", "PF-ours-13")
def test_a_stale_version_conflicts_and_says_the_current_one():
    spec = in_state(S.RUNNING)
    version = spec.campaign.version
    spec.command(command("hold", expected_version=version - 1))
    assert spec.answer == ("CONFLICT", "stale_version")
    answered = spec.facts[-1]
    assert answered.version == version + 1  # the answer is a fact, too
    spec.command(command("hold", 2, expected_version=answered.version))
    assert spec.answer == ("ACCEPTED", "done")


@pytest.mark.peer_fault("PF-ours-14")
def test_of_two_operators_at_once_the_second_learns_that_he_is_late():
    spec = in_state(S.RUNNING)
    seen = spec.campaign.version
    spec.command(command("hold", 1, expected_version=seen))
    spec.command(command("resume", 2, expected_version=seen))
    assert spec.answer == ("CONFLICT", "stale_version")
    assert spec.campaign.state is S.HELD


@pytest.mark.peer_fault("PF-others-05")
def test_another_plan_is_refused():
    spec = in_state(S.RUNNING).command(command("hold", plan_hash="0" * 64))
    assert spec.answer == ("REFUSED", "other_plan")
    spec.command(command("hold", 2, plan_hash=HASH))
    assert spec.answer == ("ACCEPTED", "done")


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "submit"])
def test_an_unknown_campaign_is_refused(name: CommandName):
    spec = told(Spec(), name)
    (answered,) = spec.facts
    assert (answered.answer, answered.why, answered.version) == ("REFUSED", "unknown_campaign", 0)


def test_resume_overrides_what_gates_found_by_name():
    spec = in_state(S.HELD).given(held(ERROR_GATE, 2)).command(command("resume"))
    assert spec.facts[0] == resumed(2, ERROR_GATE)
    assert spec.campaign.holds == ()


@pytest.mark.peer_fault("PF-ours-14")
def test_resume_that_names_one_hold_conflicts_while_another_stands():
    spec = in_state(S.HELD).given(held(ERROR_GATE, 2))
    assert spec.command(command("resume", reason=OPERATOR)).answer == ("CONFLICT", "stale_version")
    assert spec.campaign.state is S.HELD
    spec = in_state(S.HELD).command(command("resume", reason=OPERATOR))
    assert spec.campaign.state is S.RUNNING


def test_an_operator_holds_what_a_gate_holds_already():
    spec = in_state(S.RUNNING).given(held(ERROR_GATE, 2)).command(command("hold"))
    assert spec.answer == ("ACCEPTED", "done")
    assert spec.campaign.holds == (ERROR_GATE, OPERATOR)


def test_an_operator_may_start_what_still_waits():
    spec = in_state(S.READY, replace(PLAN, after=OTHER))
    spec.others = {OTHER: S.RUNNING}
    assert spec.tick(3).facts[1:] == ()  # its date came, and it waits
    spec.command(command("start"), tick=3)
    assert spec.tick(4).facts[0] == released(1, 1.0, complete=True, tick=4)


@pytest.mark.peer_fault("PF-hawkbit-15")
def test_advance_leaves_no_member_of_a_wave_behind():
    half_out = in_state(S.STARTING).given(released(1, 0.5, complete=False, tick=2))
    assert told(half_out, "advance").answer == ("REFUSED", "wrong_state")
    assert told(in_state(S.HELD), "advance").answer == ("REFUSED", "wrong_state")


def test_a_model_a_region_or_a_successor_must_be_named():
    for state in (S.READY, S.RUNNING):
        assert told(in_state(state), "exclude", model=None).answer == ("REFUSED", "no_model")
        assert told(in_state(state), "upstream", region=None).answer == ("REFUSED", "no_region")
        for by in (None, C, "LCP-NOBODY"):
            assert told(in_state(state), "supersede", by=by).answer == ("REFUSED", "no_successor")


@pytest.mark.parametrize("over", TERMINAL)
def test_a_campaign_that_is_over_succeeds_nobody(over: CampaignState):
    spec = in_state(S.RUNNING)
    spec.others = {OTHER: over}
    assert spec.command(whole("supersede")).answer == ("REFUSED", "no_successor")


def test_a_model_is_excluded_once():
    spec = told(told(in_state(S.RUNNING), "exclude"), "exclude", 2)
    assert spec.answer == ("NOOP", "already_so")
    assert spec.campaign.excluded_models == (BAD_MODEL,)


@pytest.mark.peer_fault("PF-mender-01")
def test_a_command_takes_no_free_text():
    good = msgspec.json.encode(command("hold"))
    assert decode_command(good) == command("hold")
    for old, new in (
        (b'"hold"', b'"explode"'),
        (b'"operations"', b'"Jane Doe"'),
        (b'"reason":null', b'"reason":"because"'),
        (b'"cause":"planned"', b'"cause":"I felt like it"'),
        (b'"role":"operator"', b'"role":"root"'),
        (b"}", b',"note":"x"}'),
    ):
        bad = good.replace(old, new)
        assert bad != good
        with pytest.raises(msgspec.ValidationError):
            decode_command(bad)


def test_a_command_carries_a_plan_over_the_wire():
    handed_in = command("submit", plan=PLAN)
    assert decode_command(msgspec.json.encode(handed_in)) == handed_in
    assert plan_hash(decode_command(msgspec.json.encode(handed_in)).plan) == HASH
