"""A campaign's word on a day from the sample lake: golden days, groups, no hindsight, ends."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from msgspec.structs import replace

from tests.marts import sample
from tests.marts.sample_decisions import PLANS, campaign_facts
from twin.campaign.plan import plan_hash, plan_text
from twin.events import programme
from twin.events.codec import decode
from twin.events.envelope import Event, new_event
from twin.forecast.answer import NoForecast
from twin.forecast.asking import Lake, Over, Standing, asked, assumed, belief, ends_of
from twin.forecast.course import course_on, remaining_of, ripe_members
from twin.forecast.history import ATTEMPTS
from twin.forecast.prior import shipped_prior
from twin.marts.build import MartBuilder
from twin.vocabulary import CampaignState, GateDecision, HoldReason

HUBS, METERS = "LCP-HUBS", "LCP-METERS"
FROZEN = date(2017, 4, 3)
PREMISES = 120


def lake_of(folder: Path, *, before: datetime | None = None) -> Lake:
    """The sample lake, or what of it was recorded before a moment."""
    records = sample.sample_records(PREMISES)
    if before is not None:
        records = [one for one in records if (at := sample_moment(one)) is None or at < before]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(folder, records, files=2))
    found = builder.forecast_lake()
    builder.close()
    return found


def sample_moment(record: sample.Logged) -> datetime | None:
    event = decode(key=record.key, value=record.value)
    return event.recorded_at if isinstance(event, Event) else None


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(tmp_path_factory.mktemp("lake"))


def standing(lake: Lake, campaign_id: str, day: date) -> Standing:
    word = asked(lake=lake, campaign_id=campaign_id, day=day)
    assert isinstance(word, Standing), word
    return word


def test_a_golden_day_of_a_small_lake(lake: Lake) -> None:
    word = standing(lake, METERS, date(2017, 9, 10))
    end = word.forecast.campaign.finish

    assert word.forecast.campaign.members == 79
    assert (word.forecast.observed, word.forecast.censored) == (26, 15)
    assert (end.p10, end.p50, end.p90) == (
        date(2018, 2, 13),
        date(2018, 2, 17),
        date(2018, 2, 18),
    )
    assert end.chance_by(word.course.planned_end) == pytest.approx(0.09)


@pytest.mark.parametrize("day", [FROZEN, date(2017, 7, 12), date(2017, 8, 30), date(2017, 9, 16)])
def test_later_events_change_nothing(lake: Lake, tmp_path: Path, day: date) -> None:
    then = lake_of(tmp_path, before=datetime(day.year, day.month, day.day, tzinfo=UTC))
    for name in (HUBS, METERS):
        assert asked(lake=then, campaign_id=name, day=day) == asked(
            lake=lake, campaign_id=name, day=day
        )


def test_groups_are_the_campaign_its_regions_and_its_suppliers(lake: Lake) -> None:
    made = standing(lake, METERS, date(2017, 9, 10)).forecast
    campaign, *groups = made.groups

    for kind in ("region", "supplier"):
        mine = [group for group in groups if group.group == kind]
        assert sum(group.members for group in mine) == campaign.members
        assert sum(group.settled for group in mine) == campaign.settled
        assert max(group.finish.days[-1] for group in mine) <= campaign.finish.days[-1]
        assert len(mine) >= 3


def early(lake: Lake) -> Lake:
    """The members of the sample with their seats given in April and nothing else known yet."""
    seats = lake.attempts.unique("member", maintain_order=True).select(
        "campaign_id", "member", "wave", "region", "supplier", "model"
    )
    given = pl.lit(datetime(2017, 4, 1, tzinfo=UTC)).alias("enrolled_at")
    rest = [
        pl.lit(None).alias(name)
        for name in ATTEMPTS
        if name not in (*seats.columns, given.meta.output_name())
    ]
    shaped = seats.with_columns(given, *rest)
    return Lake(lake.events, shaped.select(pl.col(n).cast(k) for n, k in ATTEMPTS.items()))


def test_before_its_first_release_the_prior_speaks_and_the_other_campaign_is_awaited(
    lake: Lake,
) -> None:
    word = standing(early(lake), METERS, date(2017, 5, 1))
    hubs = standing(early(lake), HUBS, date(2017, 5, 1)).forecast.campaign.finish

    assert word.forecast.basis == "prior"
    assert "starts when LCP-HUBS is finished" in word.forecast.condition
    assert word.forecast.campaign.finish.p10 > hubs.p50


def test_an_answer_is_made_once_for_all_who_wait_for_it(lake: Lake) -> None:
    answers: dict = {}
    asked(lake=early(lake), campaign_id=METERS, day=date(2017, 5, 1), answers=answers)

    assert set(answers) == {HUBS, METERS}


def test_a_campaign_that_is_over_says_so_with_the_ends_of_its_groups(lake: Lake) -> None:
    word = asked(lake=lake, campaign_id=HUBS, day=date(2017, 8, 15))
    assert isinstance(word, Over)
    ends = ends_of(lake=lake, over=word)

    assert (word.state, word.since) == (CampaignState.FINISHED, date(2017, 8, 14))
    assert ends["campaign", "campaign"] == date(2017, 8, 14)
    assert max(ends.values()) == date(2017, 8, 14)
    assert {kind for kind, _ in ends} == {"campaign", "region", "supplier"}
    assert min(ends.values()) < date(2017, 8, 14)


@pytest.mark.parametrize(
    ("campaign_id", "day", "why"),
    [
        ("LCP-NONE", date(2017, 9, 1), "nothing was known"),
        (HUBS, date(2017, 3, 1), "nothing was known"),
        (HUBS, date(2017, 4, 2), "not frozen"),
    ],
)
def test_what_cannot_be_forecast_says_why(
    lake: Lake, campaign_id: str, day: date, why: str
) -> None:
    word = asked(lake=lake, campaign_id=campaign_id, day=day)

    assert isinstance(word, NoForecast)
    assert why in word.why


def told(campaign_id: str, facts: Sequence[tuple[int, object]], **plan: object) -> list[Event]:
    """A campaign of the shipped meters' plan with these facts, by their day from 1 July 2017."""
    changed = replace(PLANS[METERS], campaign_id=campaign_id, **plan)
    submitted = programme.CampaignSubmitted(
        campaign_id, plan_hash(changed), 1, plan_text(changed), changed.author, 1
    )
    frozen = programme.MembershipFrozen(campaign_id, plan_hash(changed), (0, 0, 0, 0), {}, 2)
    return [
        new_event(
            fact=fact,
            source=f"urn:gb:twin:{campaign_id}",
            sequence=number,
            key=campaign_id,
            occurred_at=datetime(2017, 7, 1, tzinfo=UTC) + timedelta(days=day),
            provenance="twin",
        )
        for number, (day, fact) in enumerate([(0, submitted), (1, frozen), *facts], start=1)
    ]


def test_a_plan_without_members_has_no_end() -> None:
    lake = Lake({"LCP-X": told("LCP-X", [], after=None)}, ATTEMPTS.to_frame())
    word = asked(lake=lake, campaign_id="LCP-X", day=date(2017, 7, 5))

    assert word == NoForecast("the campaign has no members, so it has no end to forecast.")


def test_a_plan_that_cannot_be_read_is_a_reason_and_no_crash() -> None:
    (submitted, *rest) = told("LCP-X", [], after=None)
    broken = replace(submitted, fact=replace(submitted.fact, plan='{"campaign_id":"LCP-X"}'))
    lake = Lake({"LCP-X": [broken, *rest]}, ATTEMPTS.to_frame())

    word = asked(lake=lake, campaign_id="LCP-X", day=date(2017, 7, 5))
    assert word == NoForecast("the plan of LCP-X cannot be read.")


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ("LCP-X", "waits for itself"),
        ("LCP-Y", "which is CANCELLED"),
        ("LCP-Z", "nothing was known"),
    ],
)
def test_who_waits_in_vain_has_no_end(after: str, why: str) -> None:
    other = told(
        "LCP-Y",
        [
            (2, programme.CampaignApproved("LCP-Y", "0" * 64, None, 3)),
            (3, programme.CampaignCancelled("LCP-Y", 4)),
        ],
    )
    events = {"LCP-X": told("LCP-X", [], after=after), "LCP-Y": other}
    lake = Lake(events, ATTEMPTS.to_frame())
    word = asked(lake=lake, campaign_id="LCP-X", day=date(2017, 7, 9))

    assert isinstance(word, NoForecast)
    assert why in word.why


def held_course() -> list[Event]:
    name = "LCP-X"
    counted = {"members": 9, "settled": 9, "confirmed": 9, "errors": 0, "n": 9, "k": 9}
    looked_at = programme.GateEvaluated(
        name, 1, GateDecision.ADVANCE, "success", gate="success", stratum=None, **counted,
        statistic=1.0, bound=0.9, tick=9,
    )  # fmt: skip
    return told(
        name,
        [
            (2, programme.CampaignApproved(name, "0" * 64, None, 3)),
            (3, programme.CampaignStarted(name, 4)),
            (3, programme.WaveReleased(name, 1, 1.0, True, 4)),
            (8, looked_at),
            (8, programme.WavePassed(name, 1, 9)),
            (9, programme.WaveReleased(name, 2, 0.25, False, 10)),
            (10, programme.CampaignHeld(name, HoldReason.ERROR_GATE, 11)),
            (11, programme.ModelExcluded(name, "1A2B-000000BD", "dcc-operations", 12)),
            (14, programme.CampaignResumed(name, (HoldReason.ERROR_GATE,), 15)),
            (15, programme.CampaignHeld(name, HoldReason.WINDOW, 16)),
        ],
    )


def test_a_course_knows_what_was_passed_held_and_taken_out_by_then() -> None:
    events = held_course()
    first = date(2017, 7, 1)
    course = course_on(events=events, day=first + timedelta(days=13))
    assert course is not None

    assert course.passed == {1: first + timedelta(days=8)}
    assert (course.holds, course.held_since) == ((), first + timedelta(days=10))
    assert course.excluded == {"1A2B-000000BD": first + timedelta(days=11)}
    assert course.campaign.waves[1].upto == 0.25
    rest = remaining_of(course=course, day=first + timedelta(days=13))
    assert rest.held is not None
    assert rest.held.since == first + timedelta(days=10)
    assert rest.waves[0].passed_on == first + timedelta(days=8)
    assert rest.waves[1].release == pytest.approx((1 / 3,) * 3)
    assert rest.waves[3].release == pytest.approx((1 / 6,) * 6)


def test_a_closed_window_is_no_hold_and_a_hold_that_is_over_has_its_days() -> None:
    course = course_on(events=held_course(), day=date(2017, 8, 1))
    assert course is not None

    (past,) = course.holds
    assert (past.wave, past.days, course.held_since) == (2, 4, None)
    assert remaining_of(course=course, day=date(2017, 8, 1)).held is None


def test_nothing_is_known_of_a_campaign_before_its_first_fact() -> None:
    assert course_on(events=held_course(), day=date(2017, 7, 1)) is None


def test_a_sequential_gate_needs_members_of_age_and_a_threshold_none() -> None:
    rule = PLANS[METERS].gate

    # eighteen times log(0.80 / 0.95) is the first below log(0.05)
    assert ripe_members(rule=rule) == 18
    assert ripe_members(rule=replace(rule, kind="threshold", strata=())) == 0
    assert ripe_members(rule=replace(rule, accept_good=0.2, accept_bad=0.2)) == 0


def test_what_is_assumed_is_the_whole_prior_but_for_what_the_twin_does_by_itself() -> None:
    rows = {row.name: row for row in assumed()}

    assert set(rows) == set(shipped_prior().__struct_fields__)
    assert rows["advance_lag_more"].value == belief().advance_lag_more == 0
    assert "by itself" in rows["advance_lag_more"].source
    assert rows["contact_median"].value == shipped_prior().contact_median


def test_the_facts_of_a_campaign_are_taken_in_the_order_of_the_log(lake: Lake) -> None:
    mine = [event for event in campaign_facts(until=sample.AS_AT) if event.key == METERS]

    assert list(lake.events[METERS]) == mine
