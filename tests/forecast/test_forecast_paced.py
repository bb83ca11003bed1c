"""A paced plan is forecast by its pace and its windows, not by its days of release."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import FACTS_TO, PLAN, S, rest_wave, submitted_as, wave
from tests.campaign.spec import Spec
from tests.campaign.test_campaign_paced import OFFICE
from twin.campaign.outlook import HORIZON
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign
from twin.forecast.cohorts import COLUMNS
from twin.forecast.paced import paces_of

MONDAY = date(2017, 7, 3)
OUT = datetime(2017, 7, 1, tzinfo=UTC)


def campaign_of(plan: Plan) -> Campaign:
    spec = Spec(plan).given(submitted_as(plan), *FACTS_TO[S.READY][1:])
    return spec.campaign


def executions(*rows: tuple[int, str, str, int, int]) -> pl.DataFrame:
    """Wave, region, supplier, how many are out, how many wait."""
    found: list[dict[str, Any]] = []
    for number, region, supplier, out, waits in rows:
        for released in [OUT] * out + [None] * waits:
            found.append(
                {"wave": number, "region": region, "supplier": supplier, "released_at": released,
                 "settled_at": None, "outcome": None}
            )  # fmt: skip
    return pl.DataFrame(found, schema=COLUMNS)


def paced(**changes: Any) -> Plan:
    return replace(PLAN, waves=(rest_wave("all"),), **changes)


def test_a_slow_region_has_a_schedule_of_its_own() -> None:
    plan = paced(pacing=Pace(per_region={"North": 5, "*": 50}))
    left = executions((1, "North", "S01", 10, 20), (1, "South", "S01", 0, 100))
    north, south = paces_of(campaign=campaign_of(plan), executions=left, day=MONDAY)
    assert (north.region, north.release) == ("North", pytest.approx((0.25,) * 4))
    assert (south.region, south.release) == ("South", pytest.approx((0.5, 0.5)))


def test_what_is_out_already_has_paid_for_itself() -> None:
    """Tokens that were earned by then are in the campaign's own state."""
    plan = paced(pacing=Pace(per_day=10))
    campaign = replace(campaign_of(plan), earned={"all": 40 * 86_400_000})
    left = executions((1, "North", "S01", 35, 20))
    (all_,) = paces_of(campaign=campaign, executions=left, day=MONDAY)
    assert all_.release == pytest.approx((0.75, 0.25)), "five were left over from the day before"


def test_closed_days_release_nobody() -> None:
    plan = paced(pacing=Pace(per_day=30), windows=OFFICE)
    left = executions((1, "North", "S01", 0, 60))
    (found,) = paces_of(campaign=campaign_of(plan), executions=left, day=date(2017, 7, 7))
    assert found.release == pytest.approx((1 / 6, 0, 0, *(1 / 6,) * 5)), "Friday, then Monday on"


def test_waves_have_their_own_and_those_that_are_out_none() -> None:
    waves = (wave("one", 0.5), rest_wave("two"))
    plan = replace(PLAN, waves=waves, pacing=Pace(per_day=10))
    left = executions((1, "North", "S01", 50, 0), (2, "North", "S02", 0, 30))
    (found,) = paces_of(campaign=campaign_of(plan), executions=left, day=MONDAY)
    assert (found.wave, found.supplier, len(found.release)) == (2, "S02", 3)


def test_what_never_goes_out_in_three_years_goes_out_behind_them() -> None:
    plan = paced(pacing=Pace(per_day=1))
    left = executions((1, "North", "S01", 0, HORIZON.days + 50))
    (found,) = paces_of(campaign=campaign_of(plan), executions=left, day=MONDAY)
    assert found.release == (*(0.0,) * HORIZON.days, 1.0)


@pytest.mark.parametrize("rate", [3, 7, 40])
def test_every_schedule_adds_up(rate: int) -> None:
    plan = paced(pacing=Pace(per_day=rate, per_supplier={"S01": 2}), windows=OFFICE)
    left = executions((1, "North", "S01", 3, 17), (1, "South", "S02", 1, 29))
    found = paces_of(campaign=campaign_of(plan), executions=left, day=MONDAY)
    assert [sum(one.release) for one in found] == pytest.approx([1.0, 1.0])
    assert all(one.release[-1] > 0 for one in found)
    assert all(a.region <= b.region for a, b in pairwise(found))  # type: ignore[operator]
