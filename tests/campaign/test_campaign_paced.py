"""Whole campaigns that keep to a pace and to windows, over the toy field."""

from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import SUPPLIERS, ToyField, all_confirm
from tests.campaign.campaign_samples import BAD_MODEL, DAY, MODEL, PLAN, C, S, rest_wave, wave
from tests.campaign.campaign_toy import Run
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan
from twin.campaign.pointer import SLICES
from twin.campaign.ramps import Ramp
from twin.campaign.windows import WEEKDAYS, Window, open_time
from twin.events.programme import CampaignHeld, CampaignResumed, WaveReleased
from twin.events.requests import FieldRequest, RequestKind
from twin.vocabulary import CspRegion, HoldReason

OFFICE = (Window(days=("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00"),)
ONE_WAVE = (rest_wave("all"),)


def paced(**changes: Any) -> Plan:
    """All hubs in one wave that is released at once, unless the pace or a window says otherwise."""
    return replace(PLAN, waves=ONE_WAVE, **changes)


def asked_on(run: Run, kind: RequestKind = RequestKind.UPDATE) -> Counter[date]:
    """How many requests of a kind went out on each day."""
    return Counter(r.asked_at.date() for r in run.field.requests if r.kind is kind)


def run_of(plan: Plan, *, homes: int = 300, days: int = 200) -> Run:
    run = Run((plan,), ToyField(homes, all_confirm))
    run.until(S.FINISHED, days=days)
    assert run.field.asked[RequestKind.UPDATE] == homes
    return run


def region_of(run: Run, request: FieldRequest) -> CspRegion:
    known = run.field.premises[request.premises_id].registration
    assert known is not None
    return CspRegion(known.csp_region)


def test_a_day_releases_what_the_pace_says_and_makes_good_what_came_otherwise() -> None:
    asked = list(asked_on(run_of(paced(pacing=Pace(per_day=20)))).values())
    assert len(asked) == 15
    for day in range(1, 15):
        assert abs(sum(asked[:day]) - 20 * day) <= 1, "one slice of the census at most"


def test_without_a_census_errors_are_those_of_chance_and_never_add_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("twin.campaign.tallies.CensusBoard.of", lambda *_: ())
    asked = list(asked_on(run_of(paced(pacing=Pace(per_day=20)))).values())
    off = [sum(asked[:day]) - 20 * day for day in range(1, len(asked))]
    assert any(abs(n) > 1 for n in off), "else the census is worth nothing"
    assert max(map(abs, off)) <= 20


@pytest.mark.peer_fault("PF-nerveshub-01")
def test_every_limit_holds_at_once() -> None:
    pace = Pace(per_day=30, per_region={"North": 5, "*": 20}, per_supplier={"S01": 8})
    run = run_of(paced(pacing=pace))
    days: dict[date, Counter[str]] = {}
    for request in run.field.requests:
        if request.kind is RequestKind.UPDATE:
            region = region_of(run, request)
            supplier = SUPPLIERS[int(request.premises_id[1:], 16) // 3 % 3]
            day = days.setdefault(request.asked_at.date(), Counter())
            day.update(["all", region, supplier])
    until = {"all": 30, "North": 5, "Central": 20, "South": 20, "S01": 8}
    for name, rate in until.items():
        for nth in range(1, len(days) + 1):
            out = sum(day[name] for day in list(days.values())[:nth])
            assert out <= rate * nth + 2, (name, nth)
    assert len(days) == 20, "North has 100 hubs, five a day"


@pytest.mark.peer_fault("PF-hawkbit-50", "PF-ours-10", "PF-ours-11")
def test_requests_go_out_when_the_window_opens_through_both_clock_changes() -> None:
    for begins in (date(2017, 10, 20), date(2018, 3, 16)):
        run = Run((paced(pacing=Pace(per_day=60), windows=OFFICE),), ToyField(300, all_confirm))
        run.tick = (begins - date(2017, 6, 29)).days
        run.until(S.FINISHED)
        disturbing = [r for r in run.field.requests if r.kind is not RequestKind.READ]
        assert len(disturbing) == 600
        assert {r.asked_at.weekday() for r in disturbing} == {0, 1, 2, 3, 4}
        assert {r.asked_at.hour for r in disturbing} == {8, 9}, "09:00 UK time, summer and winter"
        for request in disturbing:
            end = request.asked_at + timedelta(hours=8)
            assert (
                open_time(windows=OFFICE, start=request.asked_at, end=end) == end - request.asked_at
            )
        # A third of a day is open, so 60 a day (24 hours) are 20 each working day.
        assert all(abs(n - 20) <= 2 for n in asked_on(run).values())


@pytest.mark.peer_fault("PF-aws-04")
def test_a_closed_window_holds_the_campaign_and_lets_it_go_by_itself() -> None:
    run = run_of(paced(pacing=Pace(per_day=60), windows=OFFICE))
    held = [at for at, fact in run.log if isinstance(fact, CampaignHeld)]
    assert {at.weekday() for at in held} == {5}
    assert {fact.reason for fact in run.of(CampaignHeld)} == {HoldReason.WINDOW}
    resumed = [(at, fact) for at, fact in run.log if isinstance(fact, CampaignResumed)]
    assert {at.weekday() for at, _ in resumed} == {0}
    assert {fact.overridden for _, fact in resumed} == {()}
    assert {at.weekday() for at, fact in run.log if isinstance(fact, WaveReleased)} <= {
        0,
        1,
        2,
        3,
        4,
    }


def test_a_window_does_not_hold_what_waits_for_nothing() -> None:
    """All is released on Monday; the weekend after finds nothing that waits."""
    run = run_of(paced(windows=OFFICE))
    (released,) = run.of(WaveReleased)
    assert released.complete
    first = run.log[0][0] + 2 * DAY
    assert [at for at, fact in run.log if isinstance(fact, CampaignHeld)] in ([], [first])


def test_an_operators_hold_outlives_a_window() -> None:
    run = Run((paced(pacing=Pace(per_day=60), windows=OFFICE),), ToyField(300, all_confirm))
    run.go_on(7)
    assert run.now.weekday() == 2
    run.told("hold", C)
    run.go_on(7)
    assert run.campaigns[C].state is S.HELD
    assert HoldReason.OPERATOR in run.campaigns[C].holds
    before = run.field.asked[RequestKind.UPDATE]
    run.told("resume", C)
    run.go_on()
    assert abs(run.field.asked[RequestKind.UPDATE] - before - 20) <= 2, "no backlog in one lump"


@pytest.mark.peer_fault("PF-others-03")
def test_a_ramp_doubles_as_devices_are_confirmed() -> None:
    steep = rest_wave("all", ramp=Ramp(per_day=5, factor=2, after=20))
    asked = list(asked_on(run_of(replace(PLAN, waves=(steep,)))).values())
    assert [abs(n - 5) <= 1 for n in asked[:4]] == [True] * 4
    assert max(asked) > 30
    assert sum(asked) == 300


def test_days_of_release_are_days_of_open_time() -> None:
    slow = rest_wave("all", release_days=2)
    asked = asked_on(run_of(replace(PLAN, waves=(slow,), windows=OFFICE)))
    assert len(asked) == 6, "two days are six working days of eight hours"


@pytest.mark.parametrize(("burst", "most"), [(1.0, 30), (0.01, 16)])
def test_the_limits_of_a_campaign_go_on_from_wave_to_wave(burst: float, most: int) -> None:
    """While a wave soaks its unused tokens are kept up to the burst, and no more."""
    pace = Pace(per_day=15, burst_days=burst)
    run = run_of(replace(PLAN, waves=(wave("one", 0.5), rest_wave("two")), pacing=pace))
    assert most - 2 <= max(asked_on(run).values()) <= most + 1
    assert [fact.wave for fact in run.of(WaveReleased) if fact.complete] == [1, 2]


def test_an_excluded_model_takes_no_tokens() -> None:
    field = ToyField(300, all_confirm, model=lambda nth: BAD_MODEL if nth % 2 else MODEL)
    run = Run((paced(pacing=Pace(per_day=10, per_model={"*": 8})),), field)
    run.go_on(6)
    before = len([r for r in run.field.requests if r.kind is RequestKind.UPDATE])
    run.told("exclude", C, model=BAD_MODEL)
    run.go_on(10)
    after = [r for r in run.field.requests if r.kind is RequestKind.UPDATE][before:]
    models = Counter(run.field.premises[r.premises_id].devices[r.device_id].model for r in after)
    assert models[BAD_MODEL] <= 8, "what was granted on the tick of the exclusion at most"
    assert abs(models[MODEL] - 80) <= 9


def test_facts_say_what_each_cell_got_and_what_the_limits_have_earned() -> None:
    pace = Pace(per_day=30, per_region={"North": 5})
    run = run_of(paced(pacing=pace))
    first, *_, last = run.of(WaveReleased)
    assert set(first.cells) == {"North|*|*", "*|*|*"}
    assert set(first.earned) == {"all", "region:North"}
    assert set(last.cells.values()) == {1.0}
    assert all(0 < place < 1 for place in first.cells.values())
    census = run.board.censuses.of(C, 1, "North|*|*")
    assert (len(census), sum(census)) == (SLICES, 100)


def test_a_plan_without_pace_says_nothing_of_cells() -> None:
    run = run_of(PLAN)
    assert all(fact.cells == {} and fact.earned == {} for fact in run.of(WaveReleased))
    assert run.board.censuses.of(C, 1, "*|*|*") == ()


def test_a_window_at_night_is_asked_at_its_opening() -> None:
    night = (Window(days=WEEKDAYS, opens="22:00", closes="04:00"),)
    run = run_of(paced(pacing=Pace(per_day=400), windows=night), homes=60)
    times = {r.asked_at.time() for r in run.field.requests if r.kind is RequestKind.UPDATE}
    assert times == {time(0)}, "midnight lies in it"
