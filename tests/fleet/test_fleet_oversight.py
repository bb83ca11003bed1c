"""The programme's own story: milestones, questions and answers, reviews, the products list."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from twin.events.codec import decode
from twin.events.envelope import Event, encode
from twin.events.oversight import (
    PROGRAMME_ID,
    CplEntryAdded,
    CplEntryRemoved,
    HanReviewReported,
    InformationProvided,
    InformationRequested,
    MilestoneDeclared,
    MilestoneReached,
    MilestoneSlipped,
    RecommendationMade,
)
from twin.events.registry import OVERSIGHT_TYPES
from twin.fleet.numbers.assumptions import SUPPLIERS, shipped
from twin.fleet.numbers.oversight_rows import shipped_oversight
from twin.fleet.oversight.story import SOURCE, Oversight
from twin.ingest.catalogue import shipped_catalogue
from twin.rules.programme import (
    Standing,
    check_milestone_order,
    check_recommendation,
    milestone_standing,
)
from twin.rules.refusal import Refusal
from twin.vocabulary import Addressee, Milestone, Recommendation

STARTS = datetime(2017, 4, 1, tzinfo=UTC)
ENDS = datetime(2018, 1, 1, tzinfo=UTC)
CATALOGUE = shipped_catalogue()


def oversight(*, seed: int = 2017, starts: datetime = STARTS, **how) -> Oversight:
    return Oversight(catalogue=CATALOGUE, seed=seed, starts=starts, ends=ENDS, premises=300, **how)


def whole(**how) -> list[Event]:
    return oversight(**how).advance(until=ENDS + timedelta(days=90))


@pytest.fixture(scope="module")
def story():
    return oversight().advance(until=ENDS)


def of(events, kind):
    return [event for event in events if isinstance(event.fact, kind)]


def test_every_type_of_the_programme_occurs_and_is_readable(story):
    assert {event.fact.TYPE for event in story} == set(OVERSIGHT_TYPES)
    for event in story:
        assert decode(key=PROGRAMME_ID.encode(), value=encode(event)) == event


def test_one_source_numbers_all_without_a_gap_and_moments_never_go_back(story):
    assert [event.sequence for event in story] == list(range(1, len(story) + 1))
    assert {event.source for event in story} == {SOURCE}
    assert {event.key for event in story} == {PROGRAMME_ID}
    for kind in ("occurred_at", "recorded_at"):
        moments = [getattr(event, kind) for event in story]
        assert moments == sorted(moments)
    assert all(event.recorded_at > STARTS for event in story)


@pytest.mark.parametrize("hours", [7, 24, 24 * 31])
def test_how_the_run_is_cut_does_not_matter(story, hours):
    cut, told, now = oversight(), [], STARTS
    while now < ENDS:
        now = min(now + timedelta(hours=hours), ENDS)
        told += cut.advance(until=now)
    assert told == story


def test_it_is_a_function_of_the_seed(story):
    assert oversight().advance(until=ENDS) == story
    assert oversight(seed=8).advance(until=ENDS) != story


def test_it_cannot_go_back_and_needs_a_period():
    one = oversight()
    one.advance(until=ENDS)
    with pytest.raises(ValueError, match="cannot go back"):
        one.advance(until=STARTS)
    with pytest.raises(ValueError, match="aware start"):
        oversight(starts=ENDS)


@pytest.mark.rule("BR42")
def test_milestones_are_declared_and_reached_or_slipped_by_the_dates_of_the_source(story):
    declared = {one.fact.milestone: one.fact.planned for one in of(story, MilestoneDeclared)}
    assert set(declared) == set(Milestone)
    assert declared[Milestone.ALL_PREMISES] == date(2020, 12, 31)
    assert declared[Milestone.LOCAL_PAIRING_AVAILABLE] == date(2017, 12, 31)
    reached = {one.fact.milestone: one.fact.actual for one in of(story, MilestoneReached)}
    slipped = {one.fact.milestone for one in of(story, MilestoneSlipped)}
    assert slipped == {Milestone.DCC_LIVE, Milestone.ALL_INSTALLED_UPGRADED}
    for milestone in (
        Milestone.LEGAL_TEXT,
        Milestone.NEW_INSTALLATIONS_CAPABLE,
        Milestone.LOCAL_PAIRING_AVAILABLE,
    ):
        standing = milestone_standing(
            milestone=milestone, reached=reached[milestone], on=ENDS.date()
        )
        assert standing is Standing.MET
    order = check_milestone_order(
        dcc_live=reached[Milestone.DCC_LIVE],
        local_pairing=reached[Milestone.LOCAL_PAIRING_AVAILABLE],
    )
    assert not isinstance(order, Refusal)


@pytest.mark.rule("BR42")
def test_later_capability_lets_the_milestone_slip_before_it_is_reached():
    late = replace(shipped(), pairing_capable_from=date(2017, 9, 1))
    told = [
        (type(one.fact), one.occurred_at.date())
        for one in whole(assumptions=late)
        if getattr(one.fact, "milestone", None) is Milestone.NEW_INSTALLATIONS_CAPABLE
    ]
    assert told == [
        (MilestoneDeclared, date(2015, 12, 17)),
        (MilestoneSlipped, date(2017, 7, 2)),
        (MilestoneReached, date(2017, 9, 1)),
    ]


@pytest.mark.rule("BR40")
def test_each_party_is_asked_each_quarter_and_answers_some_too_late():
    events = whole()
    asked = {one.fact.request_id: one for one in of(events, InformationRequested)}
    answers = of(events, InformationProvided)
    assert Counter(one.fact.party for one in asked.values()) == dict.fromkeys(SUPPLIERS, 3)
    assert {one.fact.request_id for one in answers} == set(asked)
    assert len({one.fact.request_id for one in answers}) == len(answers) == 36
    late = 0
    for one in answers:
        request = asked[one.fact.request_id]
        assert (one.fact.party, one.fact.subject) == (request.fact.party, request.fact.subject)
        assert one.fact.on_time == (one.occurred_at.date() <= request.fact.due)
        assert request.occurred_at < one.occurred_at <= request.occurred_at + timedelta(days=61)
        late += not one.fact.on_time
    assert 0 < late < 24


@pytest.mark.rule("BR40")
def test_a_review_counts_answers_and_recommends_to_panel_and_ofgem():
    events = whole()
    reviews = {one.fact.review_id: one for one in of(events, HanReviewReported)}
    assert [one.fact.period_from for one in reviews.values()][:3] == [
        date(2017, 4, 1),
        date(2017, 7, 1),
        date(2017, 10, 1),
    ]
    made = Counter()
    for one in of(events, RecommendationMade):
        fact = one.fact
        answer = check_recommendation(objective=fact.objective, addressees=fact.addressees)
        assert not isinstance(answer, Refusal)
        assert fact.addressees == tuple(Addressee)
        assert one.occurred_at == reviews[fact.review_id].occurred_at
        made[fact.review_id] += fact.recommendation is not Recommendation.NO_CHANGE
    answered = of(events, InformationProvided)
    for one in reviews.values():
        fact = one.fact
        assert fact.findings == made[fact.review_id]
        asked_at = datetime(fact.period_from.year, fact.period_from.month, 1, tzinfo=UTC)
        within = [
            other
            for other in answered
            if asked_at < other.occurred_at <= min(one.occurred_at, asked_at + timedelta(days=92))
        ]
        assert (fact.parties_asked, fact.parties_answered) == (12, len(within))


@pytest.mark.rule("BR34")
def test_every_current_version_is_listed_once_and_one_old_one_is_removed(story):
    added = {(one.fact.model, one.fact.firmware_version): one for one in of(story, CplEntryAdded)}
    current = {
        (entry.model, version)
        for entry in CATALOGUE.entries
        for version in CATALOGUE.versions(entry.model)
    }
    assert set(added) == current
    assert len(of(story, CplEntryAdded)) == len(current)
    for (model, version), one in added.items():
        capable = one.fact.pairing_capable
        assert not capable or CATALOGUE.is_capable(model_id=model, version=version)
        assert (one.occurred_at.date() > date(2016, 12, 31)) == capable
        assert one.occurred_at.date() < date(2017, 7, 1)
    (gone,) = of(story, CplEntryRemoved)
    assert (gone.fact.model, gone.fact.firmware_version) in added
    assert CATALOGUE.capable_version(gone.fact.model) != gone.fact.firmware_version
    assert gone.occurred_at.date() == shipped_oversight().list_removed_on


def test_a_run_that_begins_within_a_quarter_asks_from_the_next_one_on():
    events = whole(starts=datetime(2017, 5, 10, tzinfo=UTC))
    asked = of(events, InformationRequested)
    assert min(one.occurred_at.date() for one in asked) == date(2017, 7, 1)
