"""What a forecast answers at each stage of a campaign, and when it refuses."""

from datetime import date, timedelta
from math import ceil

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.forecast.asked import BARE, answer_to, frame
from tests.forecast.emulated import FIRST, REGIONS, Emulated, emulate
from twin.fleet.numbers.rows import assumption_rows
from twin.forecast import prior as prior_module
from twin.forecast.answer import Basis, Forecast
from twin.forecast.forecast import forecast
from twin.forecast.plan_ahead import Held, Pace, WaveAhead
from twin.forecast.prior import shipped_prior

CAMPAIGN = emulate(1)
MIDDLE = FIRST + timedelta(days=30)


def made(on: date, campaign: Emulated = CAMPAIGN, **changes: object) -> Forecast:
    remaining = replace(campaign.remaining(on=on), **changes)
    answer = forecast(
        executions=campaign.executions(on=on),
        remaining=remaining,
        prior=shipped_prior(),
        seed=7,
        paths=200,
    )
    assert isinstance(answer, Forecast)
    return answer


def width(answer: Forecast) -> int:
    end = answer.campaign.end
    assert end.p10 is not None
    assert end.p90 is not None
    return (end.p90 - end.p10).days


@pytest.mark.peer_fault("PF-ours-29")
def test_without_history_the_prior_speaks_and_says_so() -> None:
    answer = made(FIRST - timedelta(days=3))

    assert answer.basis is Basis.PRIOR
    assert (answer.observed, answer.censored) == (0, 0)
    assert width(answer) > 20


def test_every_row_of_the_prior_is_assumed_and_has_a_source() -> None:
    text = prior_module.files("twin.forecast").joinpath("prior.toml").read_text("utf-8")
    rows = assumption_rows(text=text)

    assert {row.status for row in rows.values()} == {"assumed"}
    assert all(row.source.strip() for row in rows.values())


def test_what_is_seen_narrows_the_band() -> None:
    early, late = made(FIRST - timedelta(days=3)), made(CAMPAIGN.truth - timedelta(days=30))

    assert late.basis is Basis.BOTH
    assert late.observed > 1_000
    assert width(late) < width(early) / 2


def test_a_finished_campaign_is_exact() -> None:
    answer = made(CAMPAIGN.truth + timedelta(days=1))

    assert answer.basis is Basis.OBSERVED
    end = answer.campaign.end
    assert {end.p10, end.p50, end.p90} == {CAMPAIGN.truth}
    assert end.chance_by(CAMPAIGN.truth) == 1
    assert end.chance_by(CAMPAIGN.truth - timedelta(days=1)) == 0
    assert max(answer.of(group="region", name=name).end.p50 for name in REGIONS) == end.p50


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_finished_campaign_knows_when_enough_was_confirmed(share: float) -> None:
    answer = made(CAMPAIGN.truth + timedelta(days=1), confirmed_share=share)

    days = sorted(CAMPAIGN.settled[CAMPAIGN.outcome == "CONFIRMED"])
    kth = days[ceil(share * CAMPAIGN.wave.size) - 1]
    assert answer.campaign.confirmed.p50 == FIRST + timedelta(days=int(kth))


def test_a_share_that_cannot_be_reached_has_no_day() -> None:
    answer = made(CAMPAIGN.truth + timedelta(days=1), confirmed_share=1.0)

    assert answer.campaign.confirmed.p90 is None
    assert answer.campaign.confirmed.chance_by(date(2100, 1, 1)) == 0


def test_the_same_seed_gives_the_same_forecast() -> None:
    assert made(MIDDLE) == made(MIDDLE)


def test_another_seed_gives_other_paths() -> None:
    executions, remaining = CAMPAIGN.executions(on=MIDDLE), CAMPAIGN.remaining(on=MIDDLE)
    ends = {
        forecast(
            executions=executions, remaining=remaining, prior=shipped_prior(), seed=s, paths=200
        ).campaign.end
        for s in (1, 2)
    }
    assert len(ends) == 2


def test_the_order_of_rows_does_not_matter() -> None:
    executions = CAMPAIGN.executions(on=MIDDLE)
    remaining = CAMPAIGN.remaining(on=MIDDLE)
    assert answer_to(executions, remaining) == answer_to(executions.reverse(), remaining)


def test_rows_may_stand_for_several_members() -> None:
    executions = CAMPAIGN.executions(on=MIDDLE)
    columns = ["wave", "region", "supplier", "released_at", "settled_at", "outcome"]
    counted = executions.group_by(columns).agg(members=pl.len())
    remaining = CAMPAIGN.remaining(on=MIDDLE)
    assert answer_to(counted, remaining) == answer_to(executions, remaining)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 50), after=st.integers(-5, 80))
def test_the_campaign_ends_with_its_last_region_and_supplier(seed: int, after: int) -> None:
    campaign = emulate(seed)
    answer = made(min(FIRST + timedelta(days=after), campaign.truth), campaign)

    whole = answer.campaign
    for kind in ("region", "supplier"):
        groups = [one for one in answer.groups if one.group == kind]
        assert sum(one.members for one in groups) == whole.members
        assert sum(one.settled for one in groups) == whole.settled
        assert sum(one.censored for one in groups) == whole.censored
        for day in whole.end.days:
            assert whole.end.chance_by(day) <= min(one.end.chance_by(day) for one in groups)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 50), after=st.integers(-5, 80))
def test_no_end_lies_before_the_basis_or_before_the_middle(seed: int, after: int) -> None:
    campaign = emulate(seed)
    on = min(FIRST + timedelta(days=after), campaign.truth)
    end = made(on, campaign).campaign.end

    assert end.days[0] >= on
    assert end.p10 <= end.p90
    assert list(end.upto) == sorted(end.upto)
    assert end.upto[-1] == pytest.approx(1)


def test_a_hold_with_a_day_of_resumption_is_a_condition() -> None:
    back = MIDDLE + timedelta(days=40)
    answer = made(MIDDLE, held=Held(since=MIDDLE, resumes_by=back))

    assert str(back) in answer.condition
    assert answer.campaign.end.days[0] > back


def test_a_hold_without_a_day_is_drawn_and_labelled() -> None:
    free, held = made(MIDDLE), made(MIDDLE, held=Held(since=MIDDLE - timedelta(days=4)))

    assert free.condition == ""
    assert "drawn from holds" in held.condition
    assert held.campaign.end.p50 > free.campaign.end.p50


def test_a_hold_longer_than_any_believed_in_still_has_an_answer() -> None:
    answer = made(MIDDLE, held=Held(since=MIDDLE - timedelta(days=5_000)))
    assert answer.campaign.end.p90 > MIDDLE + timedelta(days=500)


def test_a_region_with_a_slower_pace_ends_later() -> None:
    on = FIRST - timedelta(days=1)
    slow = Pace(wave=4, region="North", release=(0.01,) * 100)
    answer = made(on, paces=(slow,))

    north, south = (answer.of(group="region", name=name).end for name in ("North", "South"))
    assert north.p10 > south.p90


def test_a_wave_does_not_open_before_its_day() -> None:
    last = CAMPAIGN.remaining(on=MIDDLE).waves
    day = date(2018, 6, 1)
    answer = made(MIDDLE, waves=(*last[:-1], replace(last[-1], not_before=day)))
    assert answer.campaign.end.days[0] >= day


def test_overdue_executions_are_still_expected() -> None:
    rows = [(1, 0, 3, "CONFIRMED")] * 50 + [(1, 0, None, None)] * 2
    answer = answer_to(frame(*rows))

    assert isinstance(answer, Forecast)
    assert answer.censored == 2
    assert answer.campaign.end.p50 >= date(2017, 8, 1)


def test_members_that_ended_before_a_release_are_settled() -> None:
    answer = answer_to(frame((1, None, 2, "REJECTED"), (1, 0, 3, "CONFIRMED")))

    assert isinstance(answer, Forecast)
    assert answer.basis is Basis.OBSERVED
    assert answer.campaign.end.p50 == date(2017, 7, 4)


def test_an_unknown_group_is_a_bug() -> None:
    with pytest.raises(KeyError, match="Atlantis"):
        made(MIDDLE).of(group="region", name="Atlantis")


@pytest.mark.parametrize("silent", [0, 4])
def test_the_next_wave_waits_for_soak_and_lag(silent: int) -> None:
    """With the gate met already, and with a gate that is met later."""
    done = [(1, 29, 30, "CONFIRMED")] * 40 + [(1, 29, None, None)] * silent
    plan = replace(
        BARE,
        waves=(WaveAhead(wave=1, soak_days=20), WaveAhead(wave=2)),
        advance_lag_days=15,
    )
    answer = answer_to(frame(*done, (2, None, None, None)), plan)

    assert isinstance(answer, Forecast)
    # released on 30 July, soaked until 19 August, opened 15 days later at the earliest
    assert date(2017, 9, 3) <= answer.campaign.end.days[0] < date(2017, 9, 12)


def test_a_hold_in_the_middle_of_a_wave_keeps_its_rest_waiting() -> None:
    half = [(1, 20, 25, "CONFIRMED")] * 30 + [(1, None, None, None)] * 30
    back = date(2017, 10, 1)
    plan = replace(BARE, held=Held(since=date(2017, 7, 25), resumes_by=back))
    answer = answer_to(frame(*half), plan)
    assert isinstance(answer, Forecast)
    assert answer.campaign.end.days[0] >= back


def test_a_gate_that_is_not_met_keeps_the_next_wave_waiting() -> None:
    rows = [(1, 28, 30, "CONFIRMED")] * 40 + [(1, 28, None, None)] * 10 + [(2, None, None, None)]
    waves = (WaveAhead(wave=1), WaveAhead(wave=2))
    ends = [
        answer_to(frame(*rows), replace(BARE, waves=waves, settled_at_least=share)).campaign.end
        for share in (0.8, 1.0)
    ]
    assert ends[1].p50 > ends[0].p50


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_share_to_come_is_confirmed_before_the_end(share: float) -> None:
    campaign = made(MIDDLE, confirmed_share=share).campaign
    assert MIDDLE <= campaign.confirmed.p50 < campaign.end.p50
