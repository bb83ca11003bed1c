"""Token buckets, ramps and shares: exact, within every limit at once, fair, and nothing lost."""

from collections.abc import Mapping
from fractions import Fraction
from math import inf, nan

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.campaign.fair_shares import Cell, Fairness, Limit, exact_shares, fair_shares, fairness
from twin.campaign.pacing import (
    PACE_FORM,
    Allowance,
    Buckets,
    Pace,
    Wave,
    allowance,
    cell_of,
)
from twin.campaign.ramps import Ramp, daily_rate

LAW = settings(deadline=None)
N, S = Cell(region="North"), Cell(region="South")
CELLS = [Cell(region, supplier) for region in ("North", "South") for supplier in ("A", "B", "C")]
HOUR = 1 / 24


class Rollout:
    """A wave whose grants all go out, unless `slip` says how many more or fewer did."""

    def __init__(
        self,
        pace: Pace,
        members: dict[Cell, int],
        *,
        release_days: int = 0,
        ramp: Ramp | None = None,
    ) -> None:
        self.pace, self.members = pace, members
        self.release_days, self.ramp = release_days, ramp
        self.released = dict.fromkeys(members, 0)
        self.buckets = Buckets()

    def ask(self, open_days: float, confirmed: int = 0) -> Allowance:
        members = sum(self.members.values())
        per_day = daily_rate(
            release_days=self.release_days, ramp=self.ramp, members=members, confirmed=confirmed
        )
        awaiting = {cell: n - self.released[cell] for cell, n in self.members.items()}
        return allowance(
            pace=self.pace,
            wave=Wave(number=1, members=members, per_day=per_day),
            released=self.released,
            awaiting=awaiting,
            buckets=self.buckets,
            open_days=open_days,
        )

    def tick(self, open_days: float, slip: int = 0, confirmed: int = 0) -> int:
        before, said = self.out, self.ask(open_days, confirmed)
        for cell, grant in said.grants.items():
            gone = self.released[cell] + grant + (slip if grant else 0)
            self.released[cell] = max(self.released[cell], min(self.members[cell], gone))
        self.buckets = said.buckets
        return self.out - before

    @property
    def out(self) -> int:
        return sum(self.released.values())


# --- shares -------------------------------------------------------------------------------------


def limits_of(draw: st.DrawFn, cells: list[Cell]) -> list[Limit]:
    tokens = st.integers(0, 400)
    found = [Limit(draw(tokens), tuple(cells))]
    for nth in (0, 1):
        for value in sorted({cell[nth] for cell in cells}):
            its = tuple(cell for cell in cells if cell[nth] == value)
            found += [Limit(draw(tokens), its)] if draw(st.booleans()) else []
    return found


@st.composite
def problems(draw: st.DrawFn) -> tuple[dict[Cell, int], dict[Cell, int], list[Limit]]:
    cells = draw(st.lists(st.sampled_from(CELLS), min_size=1, unique=True))
    counts = st.integers(0, 300)
    released, awaiting = ({cell: draw(counts) for cell in cells} for _ in range(2))
    return released, awaiting, limits_of(draw, cells)


def used(limit: Limit, grants: Mapping[Cell, int | Fraction]) -> int | Fraction:
    return sum(grants.get(cell, 0) for cell in limit.cells)


@LAW
@given(problems())
def test_shares_keep_every_limit_and_leave_nothing_that_could_go(problem) -> None:
    released, awaiting, limits = problem
    grants = fair_shares(released=released, awaiting=awaiting, limits=limits)
    assert set(grants) == {cell for cell, n in awaiting.items() if n > 0}
    assert all(0 <= grants[cell] <= awaiting[cell] for cell in grants)
    assert all(used(limit, grants) <= limit.tokens for limit in limits)
    full = {cell for one in limits if used(one, grants) == one.tokens for cell in one.cells}
    assert all(cell in full or grants[cell] == awaiting[cell] for cell in grants)


@pytest.mark.peer_fault("PF-aws-03")
@LAW
@given(problems())
def test_who_has_to_wait_is_held_by_a_limit_that_nobody_further_on_uses(problem) -> None:
    """The mark of max-min fairness, exactly; made whole, no share loses as much as a device."""
    released, awaiting, limits = problem
    exact = exact_shares(released=released, awaiting=awaiting, limits=limits)
    members = {cell: released[cell] + awaiting[cell] for cell in exact}
    progress = {cell: (released[cell] + exact[cell]) / members[cell] for cell in exact}
    for cell in (cell for cell, share in exact.items() if share < awaiting[cell]):
        assert any(
            used(limit, exact) == limit.tokens
            and all(exact.get(one, 0) == 0 or progress[one] <= progress[cell] for one in limit[1])
            for limit in limits
            if cell in limit.cells
        )
    grants = fair_shares(released=released, awaiting=awaiting, limits=limits)
    assert all(grants[cell] > exact[cell] - 1 for cell in exact)


@LAW
@given(problems(), st.randoms(use_true_random=False))
def test_shares_do_not_hang_on_any_order(problem, rng) -> None:
    released, awaiting, limits = problem
    cells = list(awaiting)
    rng.shuffle(cells)
    rng.shuffle(shuffled := [Limit(n, tuple(rng.sample(its, len(its)))) for n, its in limits])
    said = fair_shares(released=released, awaiting=awaiting, limits=limits)
    again = fair_shares(
        released={cell: released[cell] for cell in cells},
        awaiting={cell: awaiting[cell] for cell in cells},
        limits=shuffled,
    )
    assert list(said.items()) == list(again.items())


def test_the_cell_that_is_behind_goes_first() -> None:
    grants = fair_shares(
        released={N: 10, S: 50}, awaiting={N: 90, S: 50}, limits=[Limit(50, (N, S))]
    )
    assert grants == {N: 45, S: 5}


def test_what_one_limit_stops_another_cell_takes() -> None:
    everyone = Limit(100, (N, S))
    grants = fair_shares(released={}, awaiting={N: 500, S: 500}, limits=[everyone, Limit(10, (N,))])
    assert grants == {N: 10, S: 90}


def test_a_token_that_rounding_leaves_over_goes_to_whoever_can_take_it() -> None:
    """Three of four lose their half device to others at their suppliers; the fourth has both."""
    north = [Cell("North", supplier) for supplier in "ABCD"]
    south = [Cell("South", s, model) for s in "ABC" for model in ("M1", "M2")]
    at_supplier = [Limit(18, tuple(c for c in (*north, *south) if c[1] == s)) for s in "ABC"]
    grants = fair_shares(
        released={},
        awaiting=dict.fromkeys((*north, *south), 10),
        limits=[Limit(10, tuple(north)), *at_supplier],
    )
    assert [grants[cell] for cell in north] == [2, 2, 2, 4]
    assert [grants[cell] for cell in south] == [8] * 6


def test_the_same_remainder_goes_to_the_first_of_the_cells() -> None:
    grants = fair_shares(released={}, awaiting={S: 5, N: 5}, limits=[Limit(3, (S, N))])
    assert grants == {N: 2, S: 1}


def test_fairness_of_progress() -> None:
    assert fairness(progress={}) == Fairness(1.0, 0.0)
    assert fairness(progress={"A": 0.0, "B": 0.0}) == Fairness(1.0, 0.0)
    assert fairness(progress={"A": 0.3, "B": 0.3, "C": 0.3}) == Fairness(1.0, 0.0)
    assert fairness(progress={"A": 0.2, "B": 0.6}) == pytest.approx((3.0, 0.25))
    assert fairness(progress={"A": 1.0, "B": 0.0, "C": 0.0, "D": 0.0}) == (inf, 0.75)
    for wrong in (nan, -0.1, inf):
        with pytest.raises(ValueError, match="progress"):
            fairness(progress={"A": wrong, "B": 0.5})


@LAW
@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=8))
def test_the_gini_is_the_mean_difference_by_definition(shares: list[float]) -> None:
    said = fairness(progress={f"S{n}": share for n, share in enumerate(shares)})
    pairs = sum(abs(one - other) for one in shares for other in shares)
    assert said.gini == pytest.approx(pairs / (2 * len(shares) * sum(shares)), abs=1e-12)
    assert said.max_min_ratio == max(shares) / min(shares)


# --- buckets ------------------------------------------------------------------------------------


@LAW
@given(
    st.integers(1, 100_000),
    st.lists(st.integers(1, 3 * 24 * 60).map(lambda minutes: minutes / 1440), max_size=40),
)
def test_where_enough_awaits_the_pace_is_kept_exactly(rate: int, ticks: list[float]) -> None:
    rollout = Rollout(Pace(per_day=rate), {N: 10**8, S: 10**7})
    for open_days in ticks:
        rollout.tick(open_days)
    minutes = sum(round(open_days * 1440) for open_days in ticks)
    assert rollout.out == rate * minutes // 1440


@pytest.mark.peer_fault("PF-nerveshub-01")
@LAW
@given(
    rates=st.fixed_dictionaries({"North": st.integers(1, 500), "South": st.integers(1, 500)}),
    whole=st.integers(1, 800),
    burst=st.sampled_from([0.25, 1.0, 2.5]),
    steps=st.lists(
        st.tuples(st.integers(0, 48), st.integers(0, 300), st.integers(0, 300)), max_size=25
    ),
)
def test_no_stretch_of_time_gets_more_than_its_rate_and_one_burst(
    rates: dict[str, int], whole: int, burst: float, steps: list[tuple[int, int, int]]
) -> None:
    """Members come to wait at will; idle times save up no more than a burst."""
    pace = Pace(per_day=whole, per_region=rates, burst_days=burst)
    rollout = Rollout(pace, {N: 0, S: 0})
    hours, out = [0], [dict(rollout.released)]
    for length, north, south in steps:
        rollout.members = {N: rollout.members[N] + north, S: rollout.members[S] + south}
        rollout.tick(length / 24)
        hours.append(hours[-1] + length)
        out.append(dict(rollout.released))
    limits = [(whole, (N, S)), (rates["North"], (N,)), (rates["South"], (S,))]
    for rate, cells in limits:
        counted = [sum(one[cell] for cell in cells) for one in out]
        for end in range(len(out)):
            for start in range(end):
                earned = Fraction(rate * (hours[end] - hours[start]), 24)
                kept = max(1, Fraction(burst) * rate)
                assert counted[end] - counted[start] <= earned + kept


def test_idle_days_leave_a_burst_and_no_more() -> None:
    rollout = Rollout(Pace(per_day=100, burst_days=2.0), {N: 0})
    for _ in range(10):
        assert rollout.tick(1.0) == 0
    rollout.members = {N: 1000}
    assert rollout.tick(1.0) == 300  # two days saved up and this one
    assert rollout.tick(1.0) == 100


def test_a_slow_bucket_gets_its_token_in_the_end() -> None:
    rollout = Rollout(Pace(per_supplier={"*": 1}, burst_days=0.01), {Cell(supplier="A"): 5})
    assert [rollout.tick(HOUR) for _ in range(48)] == ([0] * 23 + [1]) * 2


@LAW
@given(st.lists(st.integers(-30, 30), min_size=1, max_size=60))
def test_what_goes_out_wrongly_is_made_good_on_the_next_tick(slips: list[int]) -> None:
    rollout = Rollout(Pace(per_day=1000), {N: 100_000})
    for nth, slip in enumerate(slips, start=1):
        rollout.tick(1.0, slip)
        assert rollout.out == 1000 * nth + slip  # of this tick alone: nothing adds up


@pytest.mark.peer_fault("PF-nerveshub-07")
def test_a_debt_is_paid_before_anything_goes_out() -> None:
    rollout = Rollout(Pace(per_day=10), {N: 100})
    rollout.tick(1.0, slip=25)
    assert [rollout.tick(1.0) for _ in range(4)] == [0, 0, 5, 10]


def test_time_without_an_open_moment_lets_nothing_out_and_earns_nothing() -> None:
    rollout = Rollout(Pace(per_day=10), {N: 100, S: 0})
    rollout.tick(2.0, slip=-15)
    before = rollout.buckets
    assert rollout.tick(0.0) == 0
    assert rollout.buckets.earned["all"] <= before.earned["all"]
    assert rollout.tick(1.0) == 20


def test_the_same_question_has_the_same_answer_and_buckets_pass_through_json() -> None:
    rollout = Rollout(Pace(per_day=33_333, per_region={"*": 17_000}), {N: 10**6, S: 10**6})
    for _ in range(60):
        rollout.tick(7 * HOUR)
    said = rollout.ask(HOUR)
    kept = msgspec.json.decode(msgspec.json.encode(rollout.buckets), type=Buckets)
    assert kept == rollout.buckets
    rollout.buckets = kept
    assert rollout.ask(HOUR) == said


def test_all_dimensions_hold_at_once() -> None:
    pace = Pace(per_day=100, per_region={"North": 30, "*": 60}, per_supplier={"A": 20})
    members = dict.fromkeys(CELLS, 1000)
    grants = Rollout(pace, members).ask(1.0).grants
    north = {cell: n for cell, n in grants.items() if cell.region == "North"}
    assert sum(north.values()) == 30
    assert sum(grants.values()) == 90
    assert sum(n for cell, n in grants.items() if cell.supplier == "A") == 20
    assert set(north.values()) == {10}


def test_a_member_is_counted_in_a_cell_only_where_something_limits_it() -> None:
    pace = Pace(per_region={"North": 5}, per_model={"*": 7})
    found = [
        cell_of(pace=pace, region=region, supplier="A", model="M1") for region in ("North", "South")
    ]
    assert found == [Cell("North", "*", "M1"), Cell("*", "*", "M1")]
    grants = Rollout(pace, dict.fromkeys(found, 100)).ask(1.0).grants
    assert sum(grants.values()) == 7
    assert grants[found[0]] in (3, 4)


def test_cells_that_nothing_else_holds_keep_step() -> None:
    members = {cell: 100 * (nth + 1) for nth, cell in enumerate(CELLS)}
    rollout = Rollout(Pace(per_day=37), members)
    while rollout.out < sum(members.values()):
        rollout.tick(1.0)
        shares = {str(cell): rollout.released[cell] / members[cell] for cell in CELLS}
        assert max(shares.values()) - min(shares.values()) <= 1 / 100 + 1e-9


def test_without_a_pace_all_that_waits_may_go() -> None:
    assert Rollout(Pace(), {N: 7, S: 0}).ask(1.0).grants == {N: 7}


@pytest.mark.parametrize(
    ("released", "awaiting", "open_days"),
    [({N: -1}, {N: 1}, 1.0), ({}, {N: -1}, 1.0), ({}, {N: 11}, 1.0), ({}, {N: 1}, nan),
     ({}, {N: 1}, -1.0), ({}, {N: 1}, inf)],
)  # fmt: skip
def test_counts_that_are_no_counts_are_a_bug(released, awaiting, open_days) -> None:
    with pytest.raises(ValueError, match=r"members|open time"):
        allowance(
            pace=Pace(),
            wave=Wave(number=1, members=10),
            released=released,
            awaiting=awaiting,
            buckets=Buckets(),
            open_days=open_days,
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_day": 0}, {"per_day": True}, {"per_day": 1.5}, {"per_region": {"North": 0}},
        {"per_region": {"": 1}}, {"per_model": {"M": -1}}, {"per_supplier": {"*": 10**8}},
        {"burst_days": nan}, {"burst_days": 0}, {"burst_days": 31}, {"per_region": [1]},
        {"per_hour": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_pace_with_a_mistake_has_a_sentence_and_cannot_be_made(wrong: dict) -> None:
    (name,) = wrong
    assert name not in PACE_FORM or not PACE_FORM[name][0](wrong[name])
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Pace)
    assert set(PACE_FORM) == set(Pace.__struct_fields__)
