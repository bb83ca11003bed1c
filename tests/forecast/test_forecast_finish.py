"""The finish of a campaign: gates, ripeness, a start after another, groups; and its coverage."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.forecast.asked import BARE, answer_to, frame
from tests.forecast.emulated import FIRST, REGIONS, emulate
from twin.forecast.answer import DayBand, Forecast
from twin.forecast.coverage import BENCHMARK, LAKE, coverage
from twin.forecast.forecast import forecast
from twin.forecast.plan_ahead import Remaining, WaveAhead
from twin.forecast.prior import shipped_prior
from twin.forecast.score import score

JULY = date(2017, 7, 1)
SURE = replace(shipped_prior(), advance_lag_more=0.0, hold_share=1e-9)
"""A prior without surprises between the waves, so that days can be counted by hand."""
ONE = replace(BARE, settled_at_least=1.0, advance_lag_days=2)


def day(number: int) -> date:
    return JULY + timedelta(days=number)


def at(number: int, remaining: Remaining = ONE, **changes: object) -> Remaining:
    now = datetime.combine(day(number), datetime.min.time(), tzinfo=UTC)
    return replace(remaining, now=now, **changes)


def finish(rows: Sequence[tuple], remaining: Remaining) -> DayBand:
    answer = forecast(executions=frame(*rows), remaining=remaining, prior=SURE, seed=1, paths=100)
    assert isinstance(answer, Forecast)
    return answer.campaign.finish


def sure_of(band: DayBand) -> date:
    assert len(band.days) == 1, band
    return band.days[0]


SETTLED = [(1, 3, 7, "CONFIRMED")] * 9
OUT = [(1, 3, None, None)]


def test_a_wave_that_is_all_settled_is_let_through_on_the_next_morning() -> None:
    assert sure_of(finish([*SETTLED, (1, 3, 9, "CONFIRMED")], at(10))) == day(10)


def test_one_who_is_out_at_the_end_of_his_time_ends_the_campaign_with_it() -> None:
    # settled by the policy on the tenth day after the release, seen on the next morning
    assert finish([*SETTLED, *OUT], at(12)).days[-1] == day(14)


def test_enough_settled_is_enough_and_stragglers_are_not_waited_for() -> None:
    remaining = at(12, settled_at_least=0.9)

    assert sure_of(finish([*SETTLED, *OUT], remaining)) == day(12)


def test_a_gate_that_wants_members_of_age_waits_for_the_first_of_them() -> None:
    remaining = at(9, settled_at_least=0.9, ripe_members=10)
    band = finish([*SETTLED, *OUT], remaining)

    # released on day 3, of age on day 13 and then let through, or earlier when all are settled
    assert band.days[-1] == day(13)
    assert band.days[0] < day(13)
    assert sure_of(finish([*SETTLED, *OUT], at(9, settled_at_least=0.9, ripe_members=0))) == day(9)


def test_who_was_released_later_need_not_be_of_age() -> None:
    rows = [(1, 3, 7, "CONFIRMED")] * 9 + [(1, 8, None, None)]
    remaining = at(9, settled_at_least=0.9, ripe_members=5)

    assert sure_of(finish(rows, remaining)) == day(9)


def test_a_wave_that_goes_out_over_days_is_ripe_with_those_of_its_first_days() -> None:
    waves = (WaveAhead(wave=1, release=(0.25, 0.25, 0.25, 0.25)),)
    rows = [(1, None, None, None)] * 400
    first, half, last = (
        finish(rows, at(0, waves=waves, settled_at_least=0.01, ripe_members=members))
        for members in (90, 190, 390)
    )

    # in most of 400 one of each day is silent, so that their age is what counts
    assert first.p90 == day(10)
    assert half.p90 == day(11)
    assert last.p90 == day(13)


def test_what_has_passed_is_not_asked_again() -> None:
    waves = (WaveAhead(wave=1, passed_on=day(8)), WaveAhead(wave=2))
    rows = [(1, 3, None, None)] * 5 + [(2, None, None, None)] * 5
    remaining = at(9, waves=waves, settled_at_least=0.01)
    band = finish(rows, remaining)

    # the second wave begins on day 9 and somebody answers on that very day at the earliest
    assert band.days[0] == day(10)


def test_a_campaign_starts_no_earlier_than_the_one_before_ends() -> None:
    after = DayBand(p10=day(20), p50=day(20), p90=day(30), days=(day(20), day(30)), upto=(0.5, 1.0))
    rows = [(1, None, None, None)] * 20
    alone, waits = (finish(rows, at(0, starts_after=one)) for one in (None, after))

    assert min(waits.days) > day(20)
    assert waits.p90 > alone.p90 + timedelta(days=25)
    own = finish(rows, at(0, starts_after=after, starts_on=day(40)))
    assert min(own.days) > day(40)


def test_a_campaign_told_to_end_ends_with_its_last_outcome() -> None:
    answer = forecast(
        executions=frame(*SETTLED, *OUT),
        remaining=at(9, ending=True),
        prior=SURE,
        seed=1,
        paths=100,
    )
    assert isinstance(answer, Forecast)

    assert answer.campaign.finish == answer.campaign.end


@pytest.mark.parametrize("seed", [1, 5])
def test_groups_end_with_their_last_outcome_and_never_after_the_campaign(seed: int) -> None:
    campaign = emulate(seed)
    for on in campaign.days()[::15]:
        if on > campaign.finish:
            break
        answer = answer_to(campaign.executions(on=on), campaign.remaining(on=on))
        assert isinstance(answer, Forecast)
        whole = answer.campaign.finish
        assert min(whole.days) >= on
        for name in REGIONS:
            group = answer.of(group="region", name=name)
            assert group.finish.p50 <= group.end.p50
            assert max(group.finish.days) <= max(whole.days)


def test_no_share_wanted_gives_no_day_of_it() -> None:
    campaign = emulate(1)
    on = FIRST + timedelta(days=20)
    answer = answer_to(
        campaign.executions(on=on), replace(campaign.remaining(on=on), confirmed_share=None)
    )

    assert isinstance(answer, Forecast)
    assert answer.campaign.confirmed is None


def test_the_finish_is_scored_apart_from_the_last_outcome() -> None:
    campaign = emulate(2)
    on = campaign.finish - timedelta(days=10)
    made = answer_to(campaign.executions(on=on), campaign.remaining(on=on))
    assert isinstance(made, Forecast)

    scored = score(forecasts={on: made}, truth=campaign.finish, of="finish")
    assert scored.days[0].horizon == 10
    assert scored.days[0].crps != score(forecasts={on: made}, truth=campaign.finish).days[0].crps


ROWS = pl.Schema(
    {
        "campaign_id": pl.String,
        "scope": pl.String,
        "p10": pl.Date,
        "p90": pl.Date,
        "actual": pl.Date,
    }
)
DAYS = st.integers(0, 60).map(day)


def forecasts(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=ROWS, orient="row")


def test_without_a_finished_campaign_the_benchmark_speaks() -> None:
    live = ("C", "campaign", day(1), day(9), None)
    other = ("C", "region", day(1), day(9), day(5))

    assert coverage(forecasts=forecasts(live, other)) == BENCHMARK
    assert coverage(forecasts=forecasts()) == BENCHMARK
    assert 0.7 <= BENCHMARK.share <= 0.9


def test_an_end_is_held_by_its_interval_with_both_days_and_an_open_one_with_all_later() -> None:
    found = coverage(
        forecasts=forecasts(
            ("C", "campaign", day(5), day(7), day(5)),
            ("C", "campaign", day(3), day(5), day(5)),
            ("C", "campaign", day(6), day(9), day(5)),
            ("C", "campaign", day(1), day(4), day(5)),
            ("D", "campaign", day(1), None, day(50)),
            ("D", "campaign", None, None, day(50)),
        )
    )

    assert (found.campaigns, found.days, found.inside, found.source) == (2, 6, 3, LAKE)


def test_a_campaign_that_ended_later_scores_nothing_yet() -> None:
    rows = forecasts(
        ("C", "campaign", day(5), day(7), day(5)), ("D", "campaign", day(5), day(7), day(30))
    )

    assert coverage(forecasts=rows, before=day(6)).campaigns == 1
    assert coverage(forecasts=rows, before=day(5)) == BENCHMARK
    assert coverage(forecasts=rows, before=day(31)).campaigns == 2


@given(st.lists(st.tuples(DAYS, DAYS, DAYS), min_size=1, max_size=30))
def test_coverage_equals_a_plain_count(days: list[tuple[date, date, date]]) -> None:
    rows = [("C", "campaign", min(a, b), max(a, b), end) for a, b, end in days]
    inside = sum(low <= end <= high for _, _, low, high, end in rows)
    found = coverage(forecasts=forecasts(*rows))

    assert (found.days, found.inside) == (len(days), inside)
