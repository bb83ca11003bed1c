"""From a plan to READY: handed in, frozen, approved by another person for one hash, or refused."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import ToyField, all_confirm, capable_version
from tests.campaign.campaign_samples import (
    HASH,
    OTHER,
    PLAN,
    RULE,
    SUBMITTED,
    C,
    S,
    approved,
    count,
    counts_of,
    fired,
    frozen,
    plan_refused,
    started,
    submitted_as,
)
from tests.campaign.commanding import REVISED, told
from tests.campaign.spec import Spec, in_state, valid_on_the_wire
from twin.campaign.pacing import Pace
from twin.campaign.plan import PLAN_TEXT_MAX, Plan, plan_hash, plan_text
from twin.campaign.preflight import preflight
from twin.campaign.state import WaveProgress
from twin.campaign.windows import WEEKDAYS, Window
from twin.events.programme import CampaignSubmitted, MembershipFrozen, PlanRefused
from twin.vocabulary import Exclusion, HoldReason, OperatorRole, Timer, WaveState

MEMBERS = counts_of(
    {1: count(100), 2: count(900)},
    excluded={Exclusion.ALREADY_CAPABLE: 7, Exclusion.FIRMWARE_UNKNOWN: 1},
)
EXCLUDED = {Exclusion.ALREADY_CAPABLE: 7, Exclusion.FIRMWARE_UNKNOWN: 1}


def test_a_plan_is_handed_in_as_a_value_and_read_back_from_the_log():
    spec = told(Spec(), "submit")
    assert spec.facts[0] == submitted_as(PLAN, tick=2)
    assert spec.answer == ("ACCEPTED", "done")
    assert spec.facts[-1].version == spec.campaign.version == 2
    assert spec.campaign.plan == PLAN
    assert (spec.campaign.author, spec.campaign.state) == ("programme-planner", S.VALIDATING)
    on_the_wire = msgspec.json.encode(spec.facts[0])
    assert msgspec.json.decode(on_the_wire, type=CampaignSubmitted) == spec.facts[0]


def bad(**changes: Any) -> Plan:
    return replace(PLAN, **changes)


NAN = float("nan")


@pytest.mark.peer_fault("PF-hawkbit-04", "PF-ours-16")
@pytest.mark.parametrize(
    ("plan", "why"),
    [
        pytest.param(None, "no_plan", id="none"),
        pytest.param(bad(campaign_id=OTHER), "other_plan", id="of_another_campaign"),
        pytest.param(bad(waves=()), "plan_not_sound", id="no_waves"),
        pytest.param(bad(waves=PLAN.waves[:1]), "plan_not_sound", id="a_tenth_of_all"),
        pytest.param(bad(gate=replace(RULE, errors_above=NAN)), "plan_not_sound", id="nan"),
        pytest.param(bad(gate=replace(RULE, errors_above=-0.1)), "plan_not_sound", id="negative"),
        pytest.param(bad(gate=replace(RULE, success_at_least=1.2)), "plan_not_sound", id="120"),
        pytest.param(bad(gate=replace(RULE, strata=("model",))), "plan_not_sound", id="strata"),
        pytest.param(bad(title="x" * 101), "plan_not_sound", id="title"),
    ],
)
def test_what_is_no_sound_plan_is_refused_whoever_sends_it(plan: Plan | None, why: str):
    """A client need not have checked it: a file's checks are asked of a command's plan, too."""
    spec = told(Spec(), "submit", plan=plan)
    (answered,) = spec.facts
    assert (answered.answer, answered.why, answered.version) == ("REFUSED", why, 0)
    assert spec.known is None
    spec = told(in_state(S.APPROVAL_DENIED), "revise", plan=plan)
    assert spec.answer == ("REFUSED", why)
    assert spec.campaign.plan == PLAN


@pytest.mark.peer_fault("PF-tuf-08")
def test_a_plan_that_is_too_long_for_the_log_is_refused():
    """The log's pattern has an end; a record beyond it could never be read back."""
    models = tuple(f"1234-{n:08X}" for n in range(PLAN_TEXT_MAX // 16 + 1))
    long = replace(PLAN, selection=replace(PLAN.selection, models=models))
    assert told(Spec(), "submit", plan=long).answer == ("REFUSED", "plan_not_sound")
    fits = replace(PLAN, selection=replace(PLAN.selection, models=models[: len(models) // 2]))
    spec = told(Spec(), "submit", plan=fits)
    assert len(plan_text(fits)) > PLAN_TEXT_MAX // 3
    assert spec.campaign.plan == fits


def test_the_longest_plan_is_the_longest_text_of_the_event():
    longest = "{" + "x" * (PLAN_TEXT_MAX - 2) + "}"
    for text, fits in ((longest, True), (longest.replace("{", "{x"), False)):
        wire = msgspec.json.encode(replace(SUBMITTED, plan=text))
        try:
            msgspec.json.decode(wire, type=CampaignSubmitted)
        except msgspec.ValidationError:
            assert not fits
        else:
            assert fits


@pytest.mark.peer_fault("PF-hawkbit-02", "PF-mender-04")
def test_the_same_plan_again_is_no_error_and_another_one_is_not_taken_by_accident():
    assert told(in_state(S.RUNNING), "submit").answer == ("NOOP", "already_so")
    assert told(in_state(S.RUNNING), "submit", plan=REVISED).answer == ("REFUSED", "campaign_known")


def test_membership_is_frozen_when_the_order_to_enrol_was_carried_out():
    spec = Spec().given(SUBMITTED)
    spec.tick(0, MEMBERS).then()
    spec.tick(1, MEMBERS).then()
    spec.tick(2, MEMBERS).then(frozen((100, 900), EXCLUDED, 2))
    assert spec.campaign.frozen == (100, 900)
    assert spec.campaign.state is S.AWAITING_APPROVAL
    spec.tick(3, MEMBERS).then()


def test_a_plan_that_needs_no_approval_says_so_on_the_log():
    plan = replace(PLAN, approval_required=False)
    spec = Spec(plan).given(submitted_as(plan)).tick(2, MEMBERS)
    spec.then(
        frozen((100, 900), EXCLUDED, 2, plan),
        approved(2, None, plan),
        fired(Timer.START_AT, 2),
        started(2),
        *spec.facts[4:],
    )
    assert spec.campaign.state is S.RUNNING


@pytest.mark.peer_fault("PF-hawkbit-01")
@pytest.mark.parametrize(
    ("after", "members", "checks"),
    [
        (None, {}, ("no_members",)),
        ("LCP-NOBODY", {1: count(5)}, ("unknown_campaign_after",)),
        ("LCP-NOBODY", {}, ("no_members", "unknown_campaign_after")),
    ],
)
def test_a_plan_that_does_not_fit_the_fleet_is_refused_with_every_failed_check(
    after: str | None, members: dict[int, Any], checks: tuple[Any, ...]
):
    plan = replace(PLAN, after=after)
    spec = Spec(plan).given(submitted_as(plan))
    spec.others = {C: S.VALIDATING}
    spec.tick(2, counts_of(members, excluded=EXCLUDED))
    spec.then(PlanRefused(C, plan_hash(plan), checks, 2))
    assert spec.campaign.state is S.DRAFT
    told(spec, "approve", plan_hash=plan_hash(plan))
    assert spec.answer == ("REFUSED", "wrong_state")


@pytest.mark.peer_fault("PF-hawkbit-03", "PF-mender-16", "PF-ours-17")
def test_a_wave_without_members_is_no_reason_to_refuse():
    spec = Spec().given(SUBMITTED).tick(2, {2: count(3)})
    spec.then(frozen((0, 3), {}, 2))


@pytest.mark.peer_fault("PF-hawkbit-17", "PF-ours-12")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"plan_hash": None}, "other_plan", id="no_hash"),
        pytest.param({"plan_hash": plan_hash(REVISED)}, "other_plan", id="another_hash"),
        pytest.param({"actor": "programme-planner"}, "own_plan", id="own_plan"),
        pytest.param({"role": OperatorRole.OPERATOR}, "wrong_role", id="operator"),
        pytest.param({"role": OperatorRole.PLANNER}, "wrong_role", id="planner"),
    ],
)
def test_who_may_not_approve_what(changes: dict[str, Any], why: str):
    spec = told(in_state(S.AWAITING_APPROVAL), "approve", **changes)
    assert spec.answer == ("REFUSED", why)
    assert spec.campaign.state is S.AWAITING_APPROVAL
    told(spec, "approve", 2)
    assert spec.campaign.state is S.READY


def test_neither_who_wrote_a_plan_nor_who_handed_it_in_may_approve_it():
    spec = Spec().given(submitted_as(PLAN, author="a-clerk"), frozen())
    for nth, actor in enumerate(("a-clerk", "programme-planner"), start=1):
        told(spec, "approve", nth, actor=actor)
        assert spec.answer == ("REFUSED", "own_plan")
    told(spec, "approve", 3, actor="somebody-else")
    assert spec.facts[0] == approved(2, "somebody-else")


@pytest.mark.peer_fault("PF-ours-12")
def test_a_denied_plan_is_revised_frozen_anew_and_wants_a_new_approval():
    spec = told(told(in_state(S.AWAITING_APPROVAL), "deny"), "revise", 2)
    assert (spec.campaign.plan_version, spec.campaign.plan) == (2, REVISED)
    assert spec.campaign.state is S.VALIDATING
    assert spec.campaign.frozen is None
    spec.tick(3, MEMBERS).then()
    spec.tick(4, MEMBERS)
    assert isinstance(spec.facts[0], MembershipFrozen)
    assert told(spec, "approve", 3, plan_hash=HASH).answer == ("REFUSED", "other_plan")
    told(spec, "approve", 4, plan_hash=plan_hash(REVISED))
    assert spec.campaign.state is S.READY


def test_a_revision_that_changes_nothing_is_none():
    spec = told(in_state(S.APPROVAL_DENIED), "revise", plan=PLAN)
    assert spec.answer == ("REFUSED", "same_plan")


@pytest.mark.peer_fault("PF-mender-19")
def test_nothing_of_the_first_version_is_left_in_the_second():
    waves = (*PLAN.waves[:1], replace(PLAN.waves[1], share=0.4), replace(PLAN.waves[1], name="c"))
    plan = replace(PLAN, waves=(*waves[:2], replace(waves[2], share=0.5)))
    spec = told(in_state(S.AWAITING_APPROVAL), "revise", plan=plan)
    found = spec.campaign
    assert found.waves == (WaveProgress(),) * 3
    assert all(wave.state is WaveState.PLANNED for wave in found.waves)
    assert (found.holds, found.fired, found.excluded_models, found.outcome) == ((), (), (), None)
    assert found.tick == 2


def test_a_revision_never_makes_the_campaign_forget_how_far_it_has_decided():
    """A command is answered as of the last settled tick, which may be older than the last fact."""
    spec = Spec().given(SUBMITTED, plan_refused("no_members", tick=7))
    spec.given(submitted_as(REVISED, version=2, tick=6))
    assert spec.campaign.tick == 7
    assert spec.campaign.submitted_tick == 6


def test_holds_belong_to_campaigns_that_are_under_way():
    for state in (S.DRAFT, S.VALIDATING, S.AWAITING_APPROVAL, S.READY):
        assert told(in_state(state), "hold").answer == ("REFUSED", "wrong_state")
        assert HoldReason.OPERATOR not in in_state(state).campaign.holds


TWO_HOURS_A_DAY = replace(
    PLAN,
    pacing=Pace(per_day=1),
    windows=(Window(days=WEEKDAYS, opens="01:00", closes="03:00"),),
)
"""A member in twelve days: some ninety in three years."""


def test_a_plan_that_its_windows_never_let_out_is_refused_and_that_is_foreseen():
    fits, never = {1: count(10), 2: count(50)}, {1: count(10), 2: count(90)}
    spec = Spec(TWO_HOURS_A_DAY).given(submitted_as(TWO_HOURS_A_DAY))
    spec.tick(2, never)
    (fact,) = spec.facts
    assert isinstance(fact, PlanRefused)
    assert fact.checks == ("beyond_capacity",)
    valid_on_the_wire(spec.facts)
    other = Spec(TWO_HOURS_A_DAY).given(submitted_as(TWO_HOURS_A_DAY))
    assert isinstance(other.tick(2, fits).facts[0], MembershipFrozen)

    def foreseen(homes: int, plan: Plan) -> tuple[str, ...]:
        fleet = ToyField(homes, all_confirm).premises.values()
        return preflight(plan=plan, fleet=fleet, capable_version=capable_version).refusals

    assert foreseen(100, TWO_HOURS_A_DAY) == ("beyond_capacity",)
    assert foreseen(60, TWO_HOURS_A_DAY) == ()
    assert foreseen(100, PLAN) == ()
