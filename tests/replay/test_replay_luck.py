"""Chance of a replay: keyed, labelled, and the same in whatever order the log is read."""

from collections import Counter
from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_samples import DAY, OTHER, C, wave
from tests.replay.replay_toy import (
    HUBS,
    METERS,
    mended_run,
    pair_of,
    premises_records,
    recorded_run,
)
from twin.events.firmware import FirmwareVerified
from twin.events.requests import RequestKind
from twin.replay.asked import Question
from twin.replay.course import Course
from twin.replay.donors import Donors
from twin.replay.luck import luck
from twin.replay.pair import Pair, fidelity, on_the_wire
from twin.replay.recorded import Recorded
from twin.vocabulary import CspRegion

NORTH = replace(HUBS, selection=replace(HUBS.selection, regions=(CspRegion.NORTH,)))
RUN = mended_run((NORTH, METERS), days=60)
"""A run in which two thirds of the hubs were never asked."""


@cache
def found() -> Recorded:
    return recorded_run(RUN)


@cache
def pair(seed: int = 1) -> Pair:
    return pair_of(found(), HUBS, seed=seed)


def executions(course: Course, *, modelled: bool) -> dict[str, object]:
    """How far hubs have come, those with answers that were never observed or all others."""
    return {
        name: device.executions.get(C)
        for premises in course.premises.values()
        for name, device in premises.devices.items()
        if ((C, name) in course.modelled) is modelled
    }


def test_the_same_seed_gives_the_same_history() -> None:
    again = pair_of(found(), HUBS, seed=1)
    assert on_the_wire(again.other.events) == on_the_wire(pair().other.events)
    assert again.other.premises == pair().other.premises


def test_another_seed_moves_only_what_was_never_observed() -> None:
    plan = replace(HUBS, gate=replace(HUBS.gate, errors_above=0.99))
    one, two = (pair_of(found(), plan, seed=seed).other for seed in (1, 2))
    assert one.modelled == two.modelled
    assert executions(one, modelled=True) != executions(two, modelled=True)
    assert executions(one, modelled=False) == executions(two, modelled=False)


def test_the_recorded_history_has_no_chance() -> None:
    assert fidelity(found(), pair_of(found(), None, seed=7).other).holds


def test_order_between_partitions_and_their_number_change_nothing() -> None:
    for partitions in (7, 12):
        records = premises_records(RUN, partitions=partitions)
        apart = sorted(records, key=lambda r: (-r.partition, r.offset))
        again = pair_of(recorded_run(RUN, apart), HUBS)
        assert again.fidelity.holds
        assert on_the_wire(again.other.events) == on_the_wire(pair().other.events)
        assert again.other.modelled == pair().other.modelled


def test_records_that_come_twice_change_nothing() -> None:
    records = premises_records(RUN)
    twice = [replace(r, offset=n) for n, r in enumerate(one for r in records for one in (r, r))]
    assert recorded_run(RUN, twice).happenings == found().happenings
    assert recorded_run(RUN, twice).answers == found().answers


def test_everybody_who_was_never_asked_is_modelled_and_nobody_else() -> None:
    never = {
        q.device_id
        for q in pair().other.asked
        if q.campaign_id == C and q._replace(attempt=1, nth=1) not in pair().then.asked
    }
    modelled = {name for of, name in pair().other.modelled if of == C}
    assert never <= modelled
    observed = {q.device_id for q in pair().then.asked if q.campaign_id == C} - modelled
    assert observed


def donors(seed: int = 1) -> Donors:
    strata = {
        (C, q.device_id): "North|S01|1234-00000001" if n % 2 else "North|S02|1234-000000BD"
        for n, q in enumerate(sorted(pair().then.asked))
        if q.campaign_id == C
    }
    strata[C, "anybody"] = "North|S01|1234-00000001"
    strata[C, "nobody"] = "South|S99|9999-99999999"
    return Donors(found(), pair().then.asked, strata=strata, seed=seed)


def test_donors_are_of_the_same_stratum_where_there_are_enough() -> None:
    drawn = donors()
    chosen = {
        drawn.draw(Question(C, "anybody", attempt, RequestKind.UPDATE, 1)).asked.question.device_id  # type: ignore[union-attr]
        for attempt in range(1, 60)
    }
    strata = drawn._strata
    assert {strata[C, name] for name in chosen} == {"North|S01|1234-00000001"}
    assert len(chosen) > 5


def test_a_stratum_that_nobody_saw_draws_from_all() -> None:
    drawn = donors()
    chosen = Counter(
        drawn._strata[C, seen.asked.question.device_id]
        for seed in range(40)
        if (seen := donors(seed).draw(Question(C, "nobody", 1, RequestKind.UPDATE, 1))) is not None
    )
    assert len(chosen) == 2


def test_a_device_follows_one_donor_from_request_to_request() -> None:
    drawn, asked = donors(), pair().then.asked
    followed = 0
    for attempt in range(1, 40):
        update = drawn.draw(Question(C, "anybody", attempt, RequestKind.UPDATE, 1))
        activate = drawn.draw(Question(C, "anybody", attempt, RequestKind.ACTIVATE, 1))
        assert update is not None
        assert activate is not None
        wanted = update.asked.question._replace(kind=RequestKind.ACTIVATE)
        if wanted in asked:
            assert activate.asked.question == wanted
            followed += 1
    assert followed > 10


def test_a_campaign_of_which_nothing_was_observed_has_no_donor() -> None:
    assert donors().draw(Question("LCP-NOBODY", "anybody", 1, RequestKind.UPDATE, 1)) is None


def test_retries_borrow_from_retries_and_nobody_else_does() -> None:
    whole = pair_of(recorded_run(mended_run((HUBS, METERS), days=70)), None)
    for attempt in (1, 2):
        question = Question(OTHER, "nobody", attempt, RequestKind.UPDATE, 1)
        drawn = [
            Donors(whole.recorded, whole.then.asked, strata={}, seed=seed).draw(question)
            for seed in range(30)
        ]
        assert {seen.asked.question.attempt for seen in drawn if seen is not None} == {attempt}


def test_nobody_borrows_from_an_answer_that_was_cut_short() -> None:
    """A run that ends early has heard of few: whoever is silent then need not stay so."""
    early = pair_of(recorded_run(mended_run((HUBS, METERS), days=14)), None)
    asked = early.then.asked
    question = Question(C, "nobody", 1, RequestKind.UPDATE, 1)
    short = Donors(early.recorded, asked, strata={}, seed=0)
    assert any(short.is_cut_short(seen) for seen in short.seen.values())
    for seed in range(60):
        seen = Donors(early.recorded, asked, strata={}, seed=seed).draw(question)
        assert seen is not None
        assert not short.is_cut_short(seen)


def test_what_was_heard_already_is_not_drawn_again() -> None:
    after = 2 * DAY
    for device in ("anybody", "nobody"):
        for seed in range(20):
            seen = donors(seed).draw(Question(C, device, 1, RequestKind.UPDATE, 1), after=after)
            assert seen is not None
            assert seen.ended_after is None or seen.ended_after > after


def test_borrowed_images_are_those_that_were_asked_for() -> None:
    """No hash is borrowed, and nobody verifies another's image."""
    course = pair(3).other
    for premises in course.premises.values():
        for name, device in premises.devices.items():
            if (C, name) in course.modelled and device.image is not None:
                assert device.image.image_hash is None
                assert device.image.version == device.enrolments[C].target_version


def test_a_donor_pool_too_small_still_answers() -> None:
    tiny = replace(NORTH, waves=(wave("canary", 0.05), wave("others", 0.95, release_days=300)))
    few = recorded_run(mended_run((tiny, METERS), days=12))
    told = pair_of(few, replace(tiny, waves=(wave("all", 1.0),)))
    assert told.other.modelled
    assert any(
        isinstance(heard.event.fact, FirmwareVerified)
        for answers in few.answers.values()
        for heard in answers
    )
    assert any(device.image for p in told.other.premises.values() for device in p.devices.values())


@given(st.integers(0, 2**64 - 1), st.text(max_size=20), st.integers(1, 99))
def test_luck_is_a_share_and_depends_on_each_argument(
    seed: int, device_id: str, attempt: int
) -> None:
    drawn = luck(seed=seed, device_id=device_id, purpose=C, attempt=attempt)
    assert 0 <= drawn < 1
    assert drawn == luck(seed=seed, device_id=device_id, purpose=C, attempt=attempt)
    others = [
        luck(seed=seed + 1, device_id=device_id, purpose=C, attempt=attempt),
        luck(seed=seed, device_id=device_id + "x", purpose=C, attempt=attempt),
        luck(seed=seed, device_id=device_id, purpose="LCP-OTHER", attempt=attempt),
        luck(seed=seed, device_id=device_id, purpose=C, attempt=attempt + 1),
    ]
    assert drawn not in others
