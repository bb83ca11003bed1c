"""The end of a plan that nobody has handed in: its doubt, what moves it, and what it costs."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import PLAN, rest_wave, wave
from twin.campaign.fair_shares import Cell
from twin.campaign.handing_in import submitted
from twin.campaign.outlook import outlook
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan
from twin.campaign.state import drafted
from twin.forecast.answer import Basis, Forecast, NoForecast
from twin.forecast.asking import PATHS, SEED, belief
from twin.forecast.course import Course, remaining_of
from twin.forecast.forecast import forecast
from twin.forecast.of_plan import end_of_plan

SLOW_RULE = replace(PLAN.gate, settled_at_least=0.5)
TWO = replace(PLAN, gate=SLOW_RULE, waves=(wave("canary", 0.1), rest_wave("rest", release_days=3)))
PLACES = {
    (1, "North", "S01"): 60,
    (1, "South", "S02"): 40,
    (2, "North", "S01"): 500,
    (2, "South", "unknown"): 400,
}


def end(plan: Plan, places: Any = PLACES) -> Forecast:
    found = end_of_plan(plan=plan, places=places)
    assert isinstance(found, Forecast), found
    return found


def p50(plan: Plan) -> date:
    found = end(plan).campaign.finish.p50
    assert found is not None
    return found


def test_it_is_the_forecast_of_the_members_one_by_one() -> None:
    """A row for each member, as a forecast has them once they are frozen."""
    rows = [place for place, members in PLACES.items() for _ in range(members)]
    moment = pl.lit(None, pl.Datetime("us", "UTC"))
    frame = pl.DataFrame(rows, schema=["wave", "region", "supplier"], orient="row").with_columns(
        moment.alias("released_at"),
        moment.alias("settled_at"),
        pl.lit(None, pl.String).alias("outcome"),
    )
    fact = submitted(TWO, author=TWO.author, version=1, tick=0)
    course = Course(campaign=drafted(TWO, fact), state_since=TWO.starts_on)
    remaining = remaining_of(course=course, day=TWO.submitted_at.date())
    whole = forecast(executions=frame, remaining=remaining, prior=belief(), seed=SEED, paths=PATHS)
    assert end(TWO) == whole


def test_it_rests_on_the_prior_and_says_its_doubt() -> None:
    found = end(TWO)
    band, cell = found.campaign.finish, Cell("*", "*", "*")
    soon = outlook(plan=TWO, members=[{cell: 100}, {cell: 900}], waiting_days=0).end
    assert (found.basis, found.observed, found.campaign.members) == (Basis.PRIOR, 0, 1000)
    assert soon is not None
    assert band.p10 is not None
    assert band.p50 is not None
    assert band.p90 is not None
    assert soon <= band.p10 < band.p50 < band.p90


def test_two_millions_are_counted_as_two_hundreds_are() -> None:
    many = {place: members * 2_000 for place, members in PLACES.items()}
    assert end(TWO, many).campaign.members == 2_000_000


def test_what_a_plan_says_moves_its_end() -> None:
    plain = p50(TWO)
    paced = replace(TWO, pacing=Pace(per_day=10))
    assert p50(paced) - plain > timedelta(days=50), "1,000 members at ten a day take a hundred"
    later = replace(TWO, starts_on=TWO.starts_on + timedelta(days=30))
    assert p50(later) > plain


@pytest.mark.parametrize(("after", "least"), [(50, 20), (90, 30)])
def test_a_soak_from_the_kth_confirmation_comes_behind_it(after: int, least: int) -> None:
    """The canary of 100 soaks for 30 days: from its release, or from when so many are confirmed."""

    def soaking(soak_after: int | None) -> Plan:
        canary = wave("canary", 0.1, soak_days=30, soak_after=soak_after)
        return replace(TWO, waves=(canary, *TWO.waves[1:]))

    released, confirmed = p50(soaking(None)), p50(soaking(after))
    assert confirmed > released
    assert p50(soaking(100)) >= confirmed
    assert (confirmed - p50(TWO)).days >= least


def test_a_plan_without_members_has_no_end() -> None:
    found = end_of_plan(plan=TWO, places={(1, "North", "S01"): 0})
    assert found == NoForecast("the campaign has no members, so it has no end to forecast.")
