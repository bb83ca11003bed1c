"""What a plan's own arithmetic says of its releases, against campaigns that really run."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import PLAN, START, rest_wave, wave
from tests.campaign.test_campaign_paced import OFFICE, asked_on, run_of
from twin.campaign.fair_shares import Cell
from twin.campaign.outlook import HORIZON, outlook
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan
from twin.campaign.ramps import Ramp

DAY = timedelta(days=1)
ALL = Cell()


def one_wave(**changes: Any) -> Plan:
    return replace(PLAN, approval_required=False, waves=(rest_wave("all"),), **changes)


@pytest.mark.parametrize(
    "plan",
    [
        one_wave(pacing=Pace(per_day=20)),
        one_wave(pacing=Pace(per_day=60), windows=OFFICE),
        replace(one_wave(), waves=(rest_wave("all", release_days=2),), windows=OFFICE),
    ],
    ids=["pace", "windows", "days_of_open_time"],
)
def test_a_campaign_releases_as_its_outlook_says(plan: Plan) -> None:
    """The toy campaign starts on 1 July, a Saturday; a census errs by a member a day at most."""
    (said,) = outlook(plan=plan, members=[{ALL: 300}], waiting_days=0).waves
    asked = asked_on(run_of(plan))
    assert (said.first, said.last) == (START, max(asked))
    for nth in range(len(said.by_day)):
        day = START + nth * DAY
        done = sum(n for on, n in asked.items() if on <= day)
        assert abs(done - sum(said.by_day[: nth + 1])) <= 2


def test_waves_follow_each_other_after_their_soak_or_their_attempts() -> None:
    members = [{ALL: 10}, {ALL: 90}]
    soon = outlook(plan=PLAN, members=members, waiting_days=0)
    assert [(one.first, one.last) for one in soon.waves] == [
        (START, START),
        (START + 3 * DAY, START + 5 * DAY),
    ]
    assert soon.waves[1].by_day == (30, 30, 30)
    assert soon.end == START + 8 * DAY
    late = outlook(plan=PLAN, members=members, waiting_days=20)
    assert late.end == START + (1 + 20 + 3 + 20) * DAY


def test_an_empty_wave_takes_its_day_as_in_a_campaign() -> None:
    found = outlook(plan=PLAN, members=[{}, {ALL: 9}], waiting_days=0)
    assert found.waves[0].by_day == (0,)
    assert found.waves[1].first == START + 3 * DAY


def test_the_slowest_region_decides_the_end() -> None:
    plan = one_wave(pacing=Pace(per_region={"North": 5, "*": 50}))
    members = {Cell(region="North"): 50, Cell(region="South"): 100}
    (said,) = outlook(plan=plan, members=[members], waiting_days=0).waves
    assert said.by_day == (55, 55, *[5] * 8)


def test_what_takes_more_than_three_years_has_no_end() -> None:
    plan = replace(PLAN, waves=(wave("canary", 0.1), rest_wave("all")), pacing=Pace(per_day=1))
    found = outlook(plan=plan, members=[{ALL: 10}, {ALL: 5_000}], waiting_days=0)
    assert len(found.waves) == 1
    assert found.end is None
    just = outlook(plan=plan, members=[{ALL: 10}, {ALL: HORIZON.days - 12}], waiting_days=0)
    assert just.end is not None


def test_a_ramp_waits_for_what_is_confirmed() -> None:
    steep = replace(PLAN, waves=(rest_wave("all", ramp=Ramp(per_day=10, factor=2, after=20)),))
    soon, late = (
        outlook(plan=steep, members=[{ALL: 200}], waiting_days=days).waves[0] for days in (0, 5)
    )
    assert soon.by_day[:4] == (10, 10, 20, 40)
    assert late.by_day[:7] == (10, 10, 10, 10, 10, 10, 20)
    assert late.last > soon.last


def test_the_end_is_a_day_of_the_calendar() -> None:
    found = outlook(plan=replace(PLAN, starts_on=date(2017, 12, 30)), members=[{}, {}],
                    waiting_days=0)  # fmt: skip
    assert found.end == date(2018, 1, 5)
