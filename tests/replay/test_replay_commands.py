"""Commands read back from the log, and their place among the decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_field import BEGIN
from tests.campaign.campaign_samples import BAD_MODEL, DAY, OTHER, PLAN, C
from tests.campaign.campaign_toy import Run
from tests.replay.replay_toy import (
    HUBS,
    METERS,
    LoggedField,
    WorkerRun,
    campaign_events,
    mixed,
    pair_of,
    recorded_run,
    ticks_of,
    toy_model,
)
from twin.campaign.plan import plan_hash
from twin.events.envelope import Event
from twin.events.programme import CampaignResumed, CommandAnswered
from twin.replay.commanded import Commanded, programme_of
from twin.replay.comparison import compare
from twin.vocabulary import HoldReason


def run_with(*days: tuple[int, str, dict[str, Any]], until: int = 12) -> Run:
    """A run of two campaigns in which commands are given after some days, in that order."""
    run = WorkerRun((HUBS, METERS), LoggedField(60, mixed, model=toy_model))
    for _ in range(until):
        run.go_on()
        for day, name, changes in days:
            if day == run.tick:
                run.told(name, C, **changes)
    return run


def commands_of(events: Iterable[Event], run: Run) -> list[Commanded]:
    return list(programme_of(events, ticks=ticks_of(run)).commanded)


def test_plans_of_the_run_are_handed_in_and_others_are_commanded() -> None:
    run = run_with((4, "hold", {}))
    programme = programme_of(campaign_events(run), ticks=ticks_of(run))
    assert [(one.campaign_id, one.tick, one.version) for one in programme.handed_in] == [
        (C, 0, 1),
        (OTHER, 0, 1),
    ]
    told = [(one.answered.command, one.tick, one.is_accepted) for one in programme.commanded]
    assert told == [("approve", 2, True), ("approve", 2, True), ("hold", 4, True)]
    assert programme.versions(C) == [HUBS]


def test_a_refusal_stands_behind_the_decisions_of_its_tick() -> None:
    run = run_with((5, "stop", {"plan_hash": "ab" * 32}))
    refused = commands_of(campaign_events(run), run)[-1]
    assert (refused.answered.answer, refused.tick, refused.fact) == ("REFUSED", 5, None)


def test_a_refusal_before_the_decisions_of_its_tick_stands_behind_those_of_the_last() -> None:
    """A tick may be closed and not yet decided when a command comes."""
    run = run_with((5, "stop", {"plan_hash": "ab" * 32}))
    events = campaign_events(run)
    at = next(n for n, e in enumerate(events) if e.fact is run.of(CommandAnswered)[-1])
    asked, decided = events[at], events[at - 1]
    assert getattr(decided.fact, "tick", None) == 5
    swapped = [*events[: at - 1], asked, decided, *events[at + 1 :]]
    assert commands_of(swapped, run)[-1].tick == 4


def test_what_a_campaign_was_held_for_is_known_of_each_command() -> None:
    run = run_with((4, "hold", {}), (6, "resume", {"reason": HoldReason.OPERATOR}))
    told = commands_of(campaign_events(run), run)
    assert [one.holds for one in told[2:]] == [(), (HoldReason.OPERATOR,)]
    assert [one.is_reaction for one in told[2:]] == [False, False]
    assert isinstance(told[-1].fact, CampaignResumed)


STORIES = {
    "held and resumed": ((4, "hold", {}), (7, "resume", {})),
    "held twice": ((4, "hold", {}), (4, "hold", {}), (8, "resume", {})),
    "stopped": ((5, "stop", {}),),
    "aborted": ((5, "abort", {}),),
    "cancelled": ((2, "cancel", {}),),
    "excluded": ((5, "exclude", {"model": BAD_MODEL}),),
    "superseded": ((6, "supersede", {"by": OTHER}),),
    "refused": ((4, "start", {}), (5, "resume", {}), (6, "cancel", {"expected_version": 1})),
    "started early": ((2, "start", {}),),
}


@pytest.mark.parametrize("story", STORIES)
def test_every_command_is_given_again_where_it_was_given(story: str) -> None:
    run = run_with(*STORIES[story], until=25)
    found = recorded_run(run)
    pair = pair_of(found, None)
    assert pair.fidelity.holds, campaign_events(run)[pair.fidelity.differs_at or 0]
    assert pair.other.events == pair.then.events
    assert pair.other.unapplied == ()


NAMES = ("start", "hold", "resume", "advance", "exclude", "stop", "abort", "cancel", "supersede")


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(2, 18), st.sampled_from(NAMES), st.integers(0, 1)), max_size=6)
)
def test_whatever_operators_do_the_log_is_decided_again(
    story: list[tuple[int, str, int]],
) -> None:
    fields: dict[str, dict[str, Any]] = {
        "exclude": {"model": BAD_MODEL},
        "supersede": {"by": OTHER},
    }
    stale: dict[str, Any] = {"expected_version": 1}
    run = run_with(
        *(
            (day, name, {**fields.get(name, {}), **(stale if odd else {})})
            for day, name, odd in story
        ),
        until=24,
    )
    pair = pair_of(recorded_run(run), HUBS)
    assert pair.fidelity.holds
    assert pair.other.events == pair.then.events


def revised() -> Run:
    """A plan without members is refused, revised, denied, revised again and approved."""
    nobody = replace(HUBS, selection=replace(PLAN.selection, suppliers=("S99",)))
    run = WorkerRun((nobody,), LoggedField(60, mixed, model=toy_model), approver=False)
    run.go_on(4)
    titled = replace(HUBS, title="denied")
    run.told("revise", C, plan=titled)
    run.go_on(3)
    run.told("deny", C, plan_hash=plan_hash(titled))
    run.go_on(1)
    run.told("revise", C, plan=HUBS)
    run.go_on(2)
    run.told("approve", C, plan_hash=plan_hash(HUBS))
    run.go_on(25)
    return run


def test_revisions_are_handed_in_again_and_another_plan_takes_the_place_of_the_last() -> None:
    run = revised()
    found = recorded_run(run)
    programme = programme_of(found.decisions, ticks=found.ticks)
    assert [plan.title for plan in programme.versions(C)] == ["hubs", "denied", "hubs"]
    assert pair_of(found, HUBS).fidelity.holds
    other = replace(HUBS, title="another", policy=replace(HUBS.policy, attempts_max=3))
    campaign = pair_of(found, other).other.campaigns[C]
    assert (campaign.plan, campaign.plan_version) == (other, 3)


def test_a_plan_by_its_own_approver_is_not_approved() -> None:
    """Nobody approves a plan of their own, in no history."""
    other = replace(HUBS, author="dcc-approver")
    pair = pair_of(recorded_run(run_with()), other)
    assert [(one.told.answered.command, one.why) for one in pair.other.unapplied] == [
        ("approve", "own_plan")
    ]
    said = compare(pair, seed=1).sentence
    assert "have come to no gate, with 0 devices asked in all" in said
    assert "AWAITING_APPROVAL when the log ends" in said


def test_each_hold_is_told_with_its_own_end() -> None:
    run = run_with((4, "hold", {}), (7, "resume", {}), (9, "hold", {}), (11, "resume", {}))
    told = compare(pair_of(recorded_run(run), None), seed=1).then
    days = [(BEGIN + n * DAY).date() for n in (4, 7, 9, 11)]
    assert [(hold.on, hold.resumed) for hold in told.holds] == [
        (days[0], days[1]),
        (days[2], days[3]),
    ]
    assert {(hold.reason, hold.gate) for hold in told.holds} == {("operator", None)}


def test_moments_of_a_run_are_those_of_its_ticks() -> None:
    run = run_with()
    ticks = ticks_of(run)
    moments: list[datetime] = [BEGIN, BEGIN + DAY / 2, BEGIN + DAY, BEGIN + 99 * DAY]
    assert [ticks.of(at) for at in moments] == [0, 1, 1, len(ticks.moments)]
    assert ticks.of(BEGIN - 30 * DAY) == 0
