"""A finished run under other plans: what moves, what stays, and what is labelled as a model."""

from datetime import date
from functools import cache

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import capable_version
from tests.campaign.campaign_samples import BAD_MODEL, DAY, OTHER, C, wave
from tests.replay.replay_toy import (
    HUBS,
    METERS,
    STRICTER,
    mended_run,
    pair_of,
    recorded_run,
)
from twin.campaign.plan import Plan
from twin.events.firmware import FirmwareVersionRead
from twin.replay.comparison import Comparison, compare
from twin.replay.course import Course
from twin.replay.desk import NO_GATE_HOLDS, OTHER_HOLD
from twin.replay.exposure import first_hold
from twin.replay.pair import NotReplayed, Pair, replay
from twin.replay.recorded import Recorded
from twin.state.devices import Device
from twin.vocabulary import CampaignState, CspRegion, DeviceType


@cache
def recorded_of(plan: Plan = HUBS) -> Recorded:
    return recorded_run(mended_run((plan, METERS), days=70))


@cache
def pair(plan: Plan, *, of: Plan = HUBS) -> Pair:
    return pair_of(recorded_of(of), plan)


def compared(plan: Plan, *, of: Plan = HUBS) -> Comparison:
    return compare(pair(plan, of=of), seed=1)


def hubs(course: Course) -> dict[str, Device]:
    """Every hub of a course, the exchanged ones, too."""
    return {
        name: device
        for premises in course.premises.values()
        for name, device in premises.devices.items()
        if device.device_type is DeviceType.CHF
    }


def test_a_stricter_gate_holds_earlier_and_exposes_fewer() -> None:
    found = compared(STRICTER)
    then, other = found.then, found.other
    assert found.bad_models == (BAD_MODEL,)
    assert other.holds[0].on < then.holds[0].on
    assert (other.holds[0].settled or 0) < (then.holds[0].settled or 0)
    assert other.exposed.asked < then.exposed.asked
    assert 0 < other.exposed.bad < then.exposed.bad
    assert other.exposed.running < then.exposed.running
    assert other.modelled == 0
    assert "earlier" in found.sentence
    assert found.fidelity.holds


def test_only_what_was_asked_before_the_hold_is_exposed() -> None:
    course = pair(HUBS).then
    held = first_hold(course, C)
    assert held is not None
    asked = {q.device_id for q, a in course.asked.items() if q.campaign_id == C and a.at < held}
    assert compared(HUBS).then.exposed.asked == len(asked)


LATER = replace(HUBS, starts_on=date(2017, 7, 5))


def test_answers_come_as_late_after_the_request_as_they_came_then() -> None:
    before, after = hubs(pair(LATER).then), hubs(pair(LATER).other)
    moved = 0
    for name, device in before.items():
        then, now = device.executions.get(C), after[name].executions.get(C)
        if then is None or now is None or now.state is not then.state:
            continue
        assert now.reached_at - now.requested_at == then.reached_at - then.requested_at
        moved += now.requested_at - then.requested_at == 3 * DAY
    assert moved > 50
    assert pair(LATER).other.modelled == frozenset()


def test_what_happens_anyway_happens_at_its_own_time() -> None:
    before, after = hubs(pair(LATER).then), hubs(pair(LATER).other)
    retired = {name: hub.retired for name, hub in before.items() if hub.retired is not None}
    assert len(retired) == 10
    assert {name: hub.retired for name, hub in after.items() if hub.retired} == retired


def test_an_exchanged_hub_answers_nothing() -> None:
    eve = replace(HUBS, starts_on=date(2017, 7, 7), waves=(wave("all", 1.0),))
    asked = {q.device_id for q in pair(eve).other.asked if q.campaign_id == C}
    exchanged = {n: hub for n, hub in hubs(pair(eve).other).items() if hub.retired is not None}
    assert asked & exchanged.keys(), "some are asked on the eve of their exchange"
    for hub in exchanged.values():
        assert hub.retired is not None
        assert hub.image is None or hub.image.stamp.at < hub.retired.at


def test_a_hub_that_was_exchanged_before_it_could_answer_is_modelled_where_it_is_asked() -> None:
    late = replace(HUBS, starts_on=date(2017, 7, 12))
    found = pair(HUBS, of=late)
    exchanged = {n for n, hub in hubs(found.other).items() if hub.retired is not None}
    modelled = {name for of, name in found.other.modelled if of == C}
    asked = {q.device_id for q in found.other.asked if q.campaign_id == C}
    assert modelled == exchanged & asked
    assert modelled


def test_an_answer_that_an_exchange_cut_short_is_modelled_from_there_on() -> None:
    eve = replace(HUBS, starts_on=date(2017, 7, 7), waves=(wave("all", 1.0),))
    found = pair(replace(HUBS, waves=eve.waves), of=eve)
    cut = {
        question.device_id
        for question in found.then.asked
        if question.campaign_id == C
        and (hub := hubs(found.then)[question.device_id]).retired is not None
        and hub.image is None
    }
    modelled = {name for of, name in found.other.modelled if of == C}
    assert cut
    assert cut <= modelled
    images = [hubs(found.other)[name].image for name in cut]
    assert any(image is not None for image in images), "what was cut short goes on"


def test_a_question_of_another_age_is_answered_by_what_the_device_runs_by_then() -> None:
    eager = replace(HUBS, policy=replace(HUBS.policy, read_after_days=1))
    found = pair(eager)
    reads = {q for q in found.other.asked if q.campaign_id == C and q.kind == "11.2"}
    ids = {found.then.asked[q].request.request_id for q in reads & found.then.asked.keys()}
    assert {found.other.asked[q].request.request_id for q in reads} - ids, "other requests"
    for name, hub in hubs(found.other).items():
        if hub.belief is not None and hub.belief.evidence == "read":
            assert hub.truth is not None, name
            assert hub.belief.version == hub.truth.version, name


@pytest.mark.peer_fault("PF-ours-30")
def test_whoever_was_no_member_is_modelled_and_counted() -> None:
    north = replace(HUBS, selection=replace(HUBS.selection, regions=(CspRegion.NORTH,)))
    found = compared(HUBS, of=north)
    assert found.new_members == 160
    assert found.other.modelled > 100
    assert found.other.observed > 30
    assert any("never observed" in warning for warning in found.warnings)
    assert "are a model" in found.sentence


def test_a_campaign_that_follows_starts_when_the_other_one_is_finished() -> None:
    (neighbour,) = compared(STRICTER).neighbours
    assert neighbour.campaign_id == OTHER
    assert neighbour.ended_then is not None
    assert neighbour.ended_other is not None
    assert neighbour.ended_other > neighbour.ended_then


def test_an_answer_to_a_hold_is_not_given_where_no_gate_holds() -> None:
    lax = replace(HUBS, gate=replace(HUBS.gate, errors_above=0.9))
    found = compared(lax)
    assert [hold for hold in found.other.holds if hold.gate] == []
    assert [(idle.command, idle.why) for idle in found.did_not_apply] == [
        ("exclude", NO_GATE_HOLDS),
        ("resume", NO_GATE_HOLDS),
    ]
    assert "passed every gate it came to" in found.sentence


def test_a_resumption_overrides_nothing_that_nobody_had_seen() -> None:
    undecidable = replace(HUBS, gate=replace(HUBS.gate, kind="threshold", success_at_least=1.0))
    found = compared(undecidable)
    assert found.other.state is CampaignState.HELD
    assert [(idle.command, idle.why) for idle in found.did_not_apply] == [("resume", OTHER_HOLD)]


def test_a_campaign_that_is_not_over_when_the_log_ends_is_told_so() -> None:
    slow = replace(HUBS, waves=(wave("canary", 0.3), wave("others", 0.7, release_days=300)))
    found = compared(slow)
    assert found.other.ended is None
    assert "when the log ends on 9 September 2017" in found.sentence
    assert any("nobody has seen" in warning for warning in found.warnings)


def test_reactions_and_interference_are_always_warned_of() -> None:
    said = " ".join(compared(STRICTER).warnings)
    assert "what operators would have done instead is not simulated" in said
    assert "as it was observed" in said


@pytest.mark.peer_fault("PF-ours-30")
@pytest.mark.parametrize(
    ("campaign_id", "plan", "why"),
    [
        ("LCP-NOBODY", None, "no campaign LCP-NOBODY is on the log"),
        (C, METERS, "the plan is one of LCP-OTHER, not of LCP-HUBS"),
        (C, replace(HUBS, device_type=DeviceType.ESME), "the plan is about ESME"),
    ],
)
def test_what_cannot_be_replayed_is_refused_by_name(
    campaign_id: str, plan: Plan | None, why: str
) -> None:
    found = replay(
        recorded_of(), campaign_id=campaign_id, plan=plan, capable_version=capable_version, seed=1
    )
    assert isinstance(found, NotReplayed)
    assert why in found.why


def test_a_read_that_no_campaign_asked_for_happens_anyway() -> None:
    found = recorded_of()
    heard = next(
        one
        for answers in found.answers.values()
        for one in answers
        if isinstance(one.event.fact, FirmwareVersionRead)
    )
    stranger = "00000000-0000-0000-0000-00000000feed"
    read = replace(heard.event, fact=replace(heard.event.fact, request_id=stranger))
    told = replace(found, answers={**found.answers, stranger: (replace(heard, event=read),)})
    pair = pair_of(told, LATER)
    assert pair.then.unasked == 0
    assert len(pair.recorded.happenings) == len(found.happenings) + 1
    assert pair.fidelity.holds
