"""The emulated operator: by the calendar and by how campaigns stand, and what it commands is done.

Each campaign below is folded from its facts, and each command is put to the campaign itself.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from twin.campaign.commands import Command, Standing, decide_command
from twin.campaign.handing_in import submitted
from twin.campaign.plan import Plan, plan_hash, shipped_plans
from twin.campaign.state import Campaign, drafted, evolve
from twin.campaign.tallies import CampaignCounts
from twin.events import programme
from twin.events.registry import CampaignFact
from twin.fleet.oversight.operator import Operator, OperatorRows, shipped_operator
from twin.vocabulary import CampaignState, GateDecision, HoldReason, OperatorRole

ROWS = OperatorRows(change_freeze_from=date(2017, 10, 27), change_freeze_length=4)
BEGINS = datetime(2017, 10, 27, tzinfo=UTC)
ENDS = datetime(2017, 10, 31, tzinfo=UTC)
HUBS, METERS = shipped_plans()
OPERATOR = Operator(rows=ROWS, campaigns=(HUBS.campaign_id, METERS.campaign_id))
NOW = datetime(2017, 8, 2, tzinfo=UTC)
DAY = timedelta(days=1)
BAD = "1062-000000BD"


def folded(plan: Plan, *facts: CampaignFact) -> Campaign:
    """A campaign after its plan was handed in and these facts."""
    campaign = drafted(plan, submitted(plan, author=plan.author, version=1, tick=0))
    for fact in facts:
        campaign = evolve(campaign, fact, at=NOW)
    return campaign


def frozen(plan: Plan) -> programme.MembershipFrozen:
    members = tuple(100 for _ in plan.waves)
    return programme.MembershipFrozen(plan.campaign_id, plan_hash(plan), members, {}, 1)


def running(plan: Plan, *facts: CampaignFact) -> Campaign:
    """A campaign whose first wave is released, and what came then."""
    name = plan.campaign_id
    return folded(
        plan,
        frozen(plan),
        programme.CampaignApproved(name, plan_hash(plan), "dcc-approver", 1),
        programme.CampaignStarted(name, 2),
        programme.WaveReleased(name, 1, 1.0, True, 2),
        *facts,
    )


def said(decision: GateDecision, stratum: str | None) -> programme.GateEvaluated:
    """What the gate of wave 1 says, with figures of no importance here."""
    rejects = decision is GateDecision.REJECT
    why: Any = "errors_above" if rejects else "evidence"
    gate: Any = "errors" if rejects else "evidence"
    counts = {"members": 100, "settled": 50, "confirmed": 40, "errors": 10}
    return programme.GateEvaluated(
        campaign_id=HUBS.campaign_id, wave=1, decision=decision, why=why, gate=gate,
        stratum=stratum, n=50, k=10, statistic=4.0, bound=3.0, tick=3, **counts,
    )  # fmt: skip


def held(*reasons: HoldReason) -> list[CampaignFact]:
    return [programme.CampaignHeld(HUBS.campaign_id, reason, 3) for reason in reasons]


def commands(
    *campaigns: Campaign, after: datetime = NOW - DAY, until: datetime = NOW
) -> list[Command]:
    standing = {campaign.plan.campaign_id: campaign for campaign in campaigns}
    return OPERATOR.commands(after=after, until=until, campaigns=standing)


def done(campaign: Campaign, command: Command) -> Campaign:
    """The campaign after a command, which it must accept."""
    others = {campaign.plan.campaign_id: campaign.state}
    standing = Standing(others, CampaignCounts({}), 4)
    facts = decide_command(campaign=campaign, command=command, standing=standing)
    assert isinstance(facts[-1], programme.CommandAnswered)
    assert facts[-1].answer == "ACCEPTED", facts[-1].why
    for fact in facts:
        campaign = evolve(campaign, fact, at=NOW)
    return campaign


def test_holds_over_the_freeze_and_resumes_after_it() -> None:
    both = [running(HUBS), running(METERS)]
    holds = commands(*both, after=BEGINS - timedelta(days=30), until=BEGINS)
    assert [(c.campaign_id, c.command, c.issued_at, c.cause) for c in holds] == [
        ("LCP-HUBS", "hold", BEGINS, "change_freeze"),
        ("LCP-METERS", "hold", BEGINS, "change_freeze"),
    ]
    both = [done(campaign, hold) for campaign, hold in zip(both, holds, strict=True)]
    resumes = commands(*both, after=BEGINS, until=ENDS)
    assert [(c.campaign_id, c.command, c.issued_at, c.reason) for c in resumes] == [
        ("LCP-HUBS", "resume", ENDS, HoldReason.OPERATOR),
        ("LCP-METERS", "resume", ENDS, HoldReason.OPERATOR),
    ]
    assert len({c.command_id for c in (*holds, *resumes)}) == 4
    for campaign, resume in zip(both, resumes, strict=True):
        assert done(campaign, resume).state is CampaignState.RUNNING


def test_nothing_is_held_that_does_not_run_and_nothing_resumed_that_nobody_held() -> None:
    ready = folded(
        HUBS, frozen(HUBS), programme.CampaignApproved("LCP-HUBS", plan_hash(HUBS), None, 1)
    )
    assert ready.state is CampaignState.READY
    assert commands(ready, after=BEGINS - DAY, until=ENDS) == []
    assert commands(running(HUBS), after=BEGINS, until=ENDS) == []
    assert commands(after=BEGINS - DAY, until=ENDS) == []


def test_each_command_of_the_calendar_comes_once_however_the_time_is_cut() -> None:
    campaign = running(HUBS)
    first, last = BEGINS - timedelta(days=3), ENDS + timedelta(days=3)
    whole = commands(campaign, after=first, until=last)
    assert [command.command for command in whole] == ["hold"]
    for hours in (1, 7, 24, 50):
        now, told = first, []
        while now < last:
            told += commands(campaign, after=now, until=now + timedelta(hours=hours))
            now += timedelta(hours=hours)
        assert told == whole


def test_a_command_belongs_to_the_interval_that_ends_with_it() -> None:
    campaign = running(HUBS)
    assert commands(campaign, after=BEGINS - timedelta(hours=1), until=BEGINS)
    assert not commands(campaign, after=BEGINS, until=BEGINS + timedelta(hours=1))


def test_a_plan_that_waits_is_approved_by_somebody_else_for_this_hash() -> None:
    campaign = folded(METERS, frozen(METERS))
    assert campaign.state is CampaignState.AWAITING_APPROVAL
    (command,) = commands(campaign)
    assert (command.command, command.role) == ("approve", OperatorRole.APPROVER)
    assert command.actor not in (campaign.author, campaign.plan.author)
    assert command.plan_hash == campaign.plan_hash
    assert done(campaign, command).state is CampaignState.READY


def test_a_bad_model_is_taken_out_and_the_rest_goes_on() -> None:
    """The story of the default programme: rejected, taken out, asked again, resumed."""
    gate = said(GateDecision.REJECT, f"model:{BAD}")
    campaign = running(HUBS, gate, *held(HoldReason.ERROR_GATE))
    (exclude,) = commands(campaign)
    assert (exclude.command, exclude.model, exclude.cause) == ("exclude", BAD, "bad_firmware")
    campaign = done(campaign, exclude)
    assert campaign.excluded_models == (BAD,)
    assert commands(campaign, until=NOW + DAY) == [], "the gate was not asked again yet"
    campaign = evolve(campaign, said(GateDecision.CONTINUE, None), at=NOW)
    (resume,) = commands(campaign, until=NOW + 2 * DAY)
    assert (resume.command, resume.reason, resume.cause) == ("resume", "error_gate", "cleared")
    assert done(campaign, resume).state is CampaignState.RUNNING


@pytest.mark.parametrize("stratum", [None, "region:North", "supplier:S03"])
def test_what_is_no_model_is_left_to_people(stratum: str | None) -> None:
    gate = said(GateDecision.REJECT, stratum)
    assert commands(running(HUBS, gate, *held(HoldReason.ERROR_GATE))) == []


def test_a_hold_that_stands_beside_the_gate_is_not_overridden() -> None:
    """In the freeze nothing is resumed; after it the operator names its own hold only."""
    gate = said(GateDecision.CONTINUE, None)
    both = held(HoldReason.ERROR_GATE, HoldReason.OPERATOR)
    assert commands(running(HUBS, gate, *both)) == []
    (resume,) = commands(running(HUBS, gate, *both), after=BEGINS, until=ENDS)
    assert resume.reason is HoldReason.OPERATOR
    # That one is in conflict with the gate's hold, so a day later both are cleared in one.
    (both_cleared,) = commands(running(HUBS, gate, *both), after=ENDS, until=ENDS + DAY)
    assert (both_cleared.command, both_cleared.reason) == ("resume", None)


def test_a_command_given_twice_has_one_id() -> None:
    campaign = folded(METERS, frozen(METERS))
    assert commands(campaign) == commands(campaign)
    (today,), (tomorrow,) = commands(campaign), commands(campaign, until=NOW + DAY)
    assert today.command_id != tomorrow.command_id
    assert replace(tomorrow, command_id=today.command_id, issued_at=today.issued_at) == today


def test_only_the_operators_own_campaigns_are_looked_after() -> None:
    other = replace(HUBS, campaign_id="LCP-OTHER")
    assert commands(folded(other, frozen(other))) == []


def test_the_shipped_calendar_lies_in_the_default_period() -> None:
    rows = shipped_operator()
    assert date(2017, 4, 1) < rows.change_freeze_from < date(2017, 12, 1)
    assert 1 <= rows.change_freeze_length <= 14
