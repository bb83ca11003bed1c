"""How fast a wave opens up: evenly by the clock, and faster with what is confirmed."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaign.test_campaign_pacing import N, Rollout, S
from twin.campaign.pacing import Pace, Wave, allowance
from twin.campaign.ramps import RAMP_FORM, Ramp, daily_rate

LAW = settings(deadline=None)
RAMP = Ramp(per_day=10, factor=2.0, after=100)


@LAW
@given(st.integers(1, 5000), st.integers(1, 30), st.sampled_from([1, 2, 6, 24]))
def test_days_of_release_are_even_and_over_on_the_last(members: int, days: int, parts: int) -> None:
    rollout = Rollout(Pace(), {N: members, S: 3}, release_days=days)
    for nth in range(1, days * parts + 1):
        rollout.tick(1 / parts)
        assert rollout.out == (members + 3) * nth // (days * parts)
    assert rollout.out == members + 3


def test_a_wave_begins_with_a_bucket_of_its_own() -> None:
    rollout = Rollout(Pace(per_day=1000), {N: 100}, release_days=2)
    assert [rollout.tick(1.0), rollout.tick(1.0)] == [50, 50]
    said = allowance(
        pace=rollout.pace,
        wave=Wave(number=2, members=400, per_day=Fraction(200)),
        released=rollout.released,
        awaiting={N: 400},
        buckets=rollout.buckets,
        open_days=0.5,
    )
    assert said.grants == {N: 100}
    assert [name for name in said.buckets.earned if name.startswith("wave")] == ["wave:2"]


@pytest.mark.peer_fault("PF-others-03")
def test_a_ramp_rises_with_what_is_confirmed_and_never_beyond_the_wave() -> None:
    def rate(confirmed: int) -> Fraction | None:
        return daily_rate(release_days=0, ramp=RAMP, members=500, confirmed=confirmed)

    assert [rate(n) for n in (0, 99, 100, 250, 399, 10**9)] == [10, 10, 20, 40, 80, 500]
    rollout = Rollout(Pace(), {N: 500}, ramp=RAMP)
    assert [rollout.tick(1.0), rollout.tick(1.0, confirmed=100)] == [10, 20]


def test_the_slower_of_days_and_ramp_decides() -> None:
    def rate(release_days: int, confirmed: int) -> Fraction | None:
        return daily_rate(release_days=release_days, ramp=RAMP, members=500, confirmed=confirmed)

    assert (rate(10, 0), rate(10, 300), rate(100, 300)) == (10, 50, 5)
    assert daily_rate(release_days=0, ramp=None, members=500, confirmed=0) is None


@pytest.mark.parametrize(
    "wrong",
    [{"factor": 0.5}, {"after": 0}, {"per_day": 0}, {"per_day": True}, {"factor": float("nan")},
     {"per_hour": 1}],
    ids=str,
)  # fmt: skip
def test_a_ramp_with_a_mistake_has_a_sentence_and_cannot_be_made(wrong: dict) -> None:
    (name,) = wrong
    assert name not in RAMP_FORM or not RAMP_FORM[name][0](wrong[name])
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"per_day": 9, "factor": 2, "after": 5} | wrong, Ramp)
    assert set(RAMP_FORM) == set(Ramp.__struct_fields__)
