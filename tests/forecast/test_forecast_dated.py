"""Forecasts of campaigns whose activations wait for a day, or for a time of day."""

from datetime import UTC, date, datetime, timedelta
from math import ceil

import numpy as np
import polars as pl
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import ToyField, all_confirm
from tests.campaign.campaign_samples import MIDNIGHT, PLAN, wave
from tests.campaign.campaign_toy import Run
from tests.forecast.asked import BARE, answer_to, frame
from twin.campaign.dated import Activation
from twin.campaign.plan import Plan
from twin.campaign.policy import OnFailure
from twin.campaign.windows import Window
from twin.forecast.answer import Forecast
from twin.forecast.course import Course, remaining_of
from twin.forecast.plan_ahead import Remaining, WaveAhead
from twin.vocabulary import FailureCause

AUGUST = date(2017, 8, 20)
DATED = replace(BARE, activates_on=AUGUST)
"""As known on 1 August."""


def told(executions: pl.DataFrame, remaining: Remaining) -> Forecast:
    found = answer_to(executions, remaining)
    assert isinstance(found, Forecast), found
    return found


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def silent(members: int, released: int | None = 10) -> pl.DataFrame:
    return frame(*[(1, released, None, None)] * members)


@pytest.mark.parametrize("released", [10, None], ids=["out", "waiting"])
def test_nothing_ends_before_the_day_of_activation(released: int | None) -> None:
    plain, dated = (told(silent(40, released), r) for r in (BARE, DATED))
    assert plain.campaign.end.days[0] < AUGUST
    assert dated.campaign.end.days[0] >= AUGUST
    assert dated.campaign.finish.days[0] >= AUGUST
    assert dated.campaign.end.days[-1] <= AUGUST + timedelta(days=BARE.follow_up_days)
    assert dated.campaign.confirmed is not None
    assert dated.campaign.confirmed.days[0] >= AUGUST


def test_silence_before_the_day_says_nothing_about_the_devices() -> None:
    """Thirty days of silence would be a slow fleet; before its day they are none."""
    long, short = (told(silent(40, released), DATED) for released in (1, 29))
    assert long.campaign.end.days == short.campaign.end.days
    assert np.allclose(long.campaign.end.upto, short.campaign.end.upto)


def test_ages_count_from_the_day_when_it_is_over() -> None:
    """Released on the 10th, confirmed on the 25th after an activation on the 23rd: two days."""
    rows = [(1, 10, 25, "CONFIRMED")] * 30 + [(1, 30, None, None)] * 10
    past = replace(BARE, activates_on=date(2017, 7, 24), now=on(AUGUST))
    quick = told(frame(*rows), replace(past, now=on(date(2017, 8, 1))))
    slow = told(frame(*rows), replace(past, now=on(date(2017, 8, 1)), activates_on=None))
    middle = [
        band.campaign.end.days[np.searchsorted(band.campaign.end.upto, 0.5)]
        for band in (quick, slow)
    ]
    assert middle[0] < middle[1]


def test_later_waves_go_out_before_the_day_and_still_end_after_it() -> None:
    remaining = replace(
        DATED, waves=(WaveAhead(wave=1), WaveAhead(wave=2, release=(0.5, 0.5), soak_days=1))
    )
    rows = [(1, 10, None, None)] * 20 + [(2, None, None, None)] * 20
    found = told(frame(*rows), remaining)
    assert found.campaign.end.days[0] >= AUGUST
    assert found.campaign.finish.days[0] > AUGUST


def test_a_time_of_day_makes_the_prior_wait_and_an_attempt_last() -> None:
    late = replace(BARE, activation_lag=6.0, wait_days=7)
    plain, waiting = (told(silent(40, None), r).campaign.confirmed for r in (BARE, late))
    assert plain is not None
    assert waiting is not None
    assert waiting.days[0] > plain.days[0] + timedelta(days=3)


@pytest.mark.parametrize(
    ("plan", "activates_on", "wait_days"),
    [
        (PLAN, None, 0),
        (
            replace(PLAN, activation=Activation(at=MIDNIGHT + timedelta(days=40))),
            date(2017, 8, 10),
            0,
        ),
        (replace(PLAN, activation=Activation(time="02:00")), None, 2 * 2),
        (
            replace(
                PLAN,
                activation=Activation(time="02:00"),
                windows=(Window(days=("sun",), opens="01:00", closes="05:00"),),
            ),
            None,
            2 * 8,
        ),
        (
            replace(
                PLAN,
                policy=replace(
                    PLAN.policy,
                    attempts_max=3,
                    on_failure={FailureCause.NOT_DELIVERED: OnFailure(after_days=5)},
                ),
            ),
            None,
            2 * 5,
        ),
    ],
    ids=["plain", "moment", "time of day", "weekly window", "waits between attempts"],
)
def test_a_plan_says_what_its_forecast_waits_for(
    plan: Plan, activates_on: date | None, wait_days: int
) -> None:
    found = remaining_of(course=course(plan), day=date(2017, 8, 1))
    assert found.activates_on == activates_on
    assert found.wait_days == wait_days
    attempts = plan.policy.follow_up_days * plan.policy.attempts_max
    assert found.longest_days == attempts + wait_days
    assert (found.activation_lag > 0) is (plan.activation is not None and activates_on is None)
    assert ceil(found.activation_lag) <= max(1, wait_days)


def course(plan: Plan) -> Course:
    run = Run((replace(plan, waves=(wave("all", 1.0),)),), ToyField(3, all_confirm))
    run.go_on(4)
    (campaign,) = run.campaigns.values()
    return Course(campaign=campaign, state_since=date(2017, 7, 1))
