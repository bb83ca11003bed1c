"""The plan by day: waves weigh by their frozen members, and by a guess before that."""

from datetime import date

import pytest
from msgspec.structs import replace

from infra.run.equipment import Equipment
from infra.run.history import History
from infra.run.publisher import plan_curve
from twin.campaign.curve import planned_share
from twin.campaign.plan import PlannedWave, Selection, shipped_plans
from twin.fleet.numbers.assumptions import shipped
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import CspRegion

_, METERS = shipped_plans()


def wave(until: date, **changes: object) -> PlannedWave:
    planned = PlannedWave(
        name="w", release_days=0, soak_days=0, planned_from=until, planned_to=until
    )
    return replace(planned, **changes)


FIRST, SECOND, THIRD = (date(2017, month, 1) for month in (7, 8, 9))
PLAN = replace(
    METERS,
    waves=(
        wave(FIRST, share=0.1),
        wave(SECOND, rest=True, regions=(CspRegion.NORTH,)),
        wave(THIRD, rest=True),
    ),
)


@pytest.mark.parametrize(("on", "share"), [(FIRST, 0.05), (SECOND, 0.85), (THIRD, 1.0)])
def test_waves_weigh_by_their_frozen_members(on: date, share: float) -> None:
    found = planned_share(plan=PLAN, on=on, members=(5, 80, 15))
    assert found == pytest.approx(share)


@pytest.mark.parametrize(("on", "share"), [(FIRST, 0.1), (SECOND, 0.55), (THIRD, 1.0)])
@pytest.mark.parametrize("members", [None, (0, 0, 0)])
def test_waves_that_take_a_rest_share_what_is_left_until_it_is_known(
    on: date, share: float, members: tuple[int, ...] | None
) -> None:
    assert planned_share(plan=PLAN, on=on, members=members) == pytest.approx(share)


def test_shares_of_strata_never_come_to_more_than_the_whole() -> None:
    """Half of each region is half of all, whatever their sum says."""
    halves = tuple(wave(FIRST, share=1.0, regions=(region,)) for region in CspRegion)
    plan = replace(PLAN, waves=(*halves, wave(THIRD, rest=True)))
    assert planned_share(plan=plan, on=SECOND) == pytest.approx(1.0)
    assert planned_share(plan=plan, on=date(2017, 6, 30)) == 0


def test_the_curve_of_a_run_follows_the_frozen_members() -> None:
    history = History(
        premises=1000,
        seed=1,
        starts=date(2017, 6, 1),
        ends=date(2017, 12, 31),
        tick_hours=24,
        broker="localhost:9092",
        plans={},
        catalogue="shipped",
    )
    equipment = Equipment(
        history=history, plans=(PLAN,), catalogue=shipped_catalogue(), assumptions=shipped()
    )
    guessed = plan_curve(equipment)
    known = plan_curve(equipment, members={PLAN.campaign_id: (5, 80, 15)})
    other = plan_curve(equipment, members={"LCP-OTHER": (1, 2, 3)})
    assert other.equals(guessed)
    ahead = (known["planned_share"] - guessed["planned_share"]).to_list()
    days = known["day"].to_list()
    assert all(gap < 0 for day, gap in zip(days, ahead, strict=True) if FIRST <= day < SECOND)
    assert all(gap > 0 for day, gap in zip(days, ahead, strict=True) if SECOND <= day < THIRD)
    assert known["planned_share"].is_sorted()


def test_the_curve_counts_whom_the_days_of_installation_select() -> None:
    """Without a cut all that is installed is upgraded; what came before the first day is not."""

    def last_of(**changes: object) -> float:
        history = History(
            premises=1000,
            seed=1,
            starts=date(2017, 6, 1),
            ends=date(2017, 12, 31),
            tick_hours=24,
            broker="localhost:9092",
            plans={},
            catalogue="shipped",
        )
        equipment = Equipment(
            history=history,
            plans=(replace(PLAN, **changes),),
            catalogue=shipped_catalogue(),
            assumptions=shipped(),
        )
        return float(plan_curve(equipment)["planned_share"][-1])

    cut, none = last_of(), last_of(installed_before=None)
    assert none == pytest.approx(cut)
    early = last_of(selection=Selection(installed_from=date(2017, 5, 1)))
    assert early < cut - 0.1
