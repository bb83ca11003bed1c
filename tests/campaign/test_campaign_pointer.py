"""The release pointer on real hash ranks: errors do not add up, and everyone goes out."""

from bisect import bisect_left
from functools import cache
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.pacing import kept, ranked
from twin.campaign.membership import rank
from twin.campaign.pointer import census, pointer

LAW = settings(deadline=None)


@cache
def ranks(campaign: str, members: int) -> list[float]:
    return sorted(rank(campaign_id=campaign, device_id=f"D{n}") for n in range(members))


def errors(campaign: str, members: int, grant: int, *, slices: int = 0) -> list[int]:
    """How far off the cumulative count is after each step of so many members."""
    scale = ranks(campaign, members)
    counted = census(ranks=scale, slices=slices) if slices else ()
    upto, out, found = 0.0, 0, []
    while upto < 1:
        wanted = grant * (len(found) + 1)
        upto = pointer(
            members_in_cell=members,
            released=out,
            grant=max(0, wanted - out),
            upto=upto,
            edge=1.0,
            counted=counted,
        )
        out = bisect_left(scale, upto)
        found.append(out - min(members, wanted))
    assert out == members
    assert len(found) == -(-members // grant)
    return found


@pytest.mark.parametrize("campaign", ["LCP-HUBS", "LCP-METERS", "HAN-1"])
def test_errors_do_not_add_up(campaign: str) -> None:
    found = errors(campaign, 20_000, 500)
    assert max(map(abs, found)) < 5 * sqrt(500)  # and that is far from a step of 500
    assert found[-1] == 0


def test_a_census_makes_the_step_as_exact_as_its_slices() -> None:
    plain, counted = (errors("LCP-HUBS", 20_000, 500, slices=n) for n in (0, 1024))
    assert max(map(abs, counted)) < 5 * sqrt(20_000 / 1024)
    assert sum(n * n for n in counted) * 10 < sum(n * n for n in plain)


def test_a_single_member_at_a_time_goes_out_as_well() -> None:
    assert max(map(abs, errors("LCP-HUBS", 40, 1))) <= 5
    assert max(map(abs, errors("LCP-HUBS", 40, 1, slices=1024))) <= 1


CELL = st.tuples(st.integers(0, 1000), st.floats(0, 1), st.floats(0, 1)).flatmap(
    lambda drawn: st.tuples(
        st.just(drawn[0]), st.integers(0, drawn[0]), st.just(tuple(sorted(drawn[1:])))
    )
)


@LAW
@given(CELL, st.integers(0, 1200), st.lists(st.integers(0, 50), max_size=20))
def test_it_moves_forward_within_the_wave_and_reaches_its_edge_for_the_last(
    cell: tuple[int, int, tuple[float, float]], grant: int, counted: list[int]
) -> None:
    """Also with a census that contradicts the counts: it may only be less exact, never wrong."""
    members, released, (upto, edge) = cell

    def step(grant: int) -> float:
        return pointer(
            members_in_cell=members,
            released=released,
            grant=grant,
            upto=upto,
            edge=edge,
            counted=counted,
        )

    assert upto <= step(grant) <= edge
    assert step(members - released) == edge
    assert all(one <= other for one, other in pairwise(step(n) for n in range(0, grant, 25)))
    if members - released > 0:
        assert step(0) == upto


def test_waves_follow_each_other_on_one_scale() -> None:
    scale = ranks("LCP-HUBS", 20_000)
    upto = out = 0
    for edge in (0.01, 0.1, 1.0):
        below = bisect_left(scale, edge)
        while upto < edge:
            upto = pointer(members_in_cell=below, released=out, grant=400, upto=upto, edge=edge)
            out = bisect_left(scale, upto)
        assert (upto, out) == (edge, below)


@pytest.mark.parametrize(
    "wrong", [{"upto": 0.6}, {"edge": 1.1}, {"released": 11}, {"grant": -1}, {"released": -1}]
)
def test_a_cell_that_cannot_be_is_a_bug(wrong: dict) -> None:
    given = {"members_in_cell": 10, "released": 5, "grant": 1, "upto": 0.3, "edge": 0.5}
    with pytest.raises(ValueError, match="no cell has"):
        pointer(**(given | wrong))


def test_a_census_counts_every_rank_once() -> None:
    assert census(ranks=[0.0, 0.24, 0.25, 0.999999], slices=4) == (2, 1, 0, 1)
    assert sum(census(ranks=ranks("HAN-1", 20_000))) == 20_000


def test_releases_keep_to_the_pacing_within_one_per_cent_a_day() -> None:
    """The benchmark `pacing` in small; without a census the same days are seen to be off."""
    scale = ranked(120_000)
    exact = kept(scale, days=12, ticks_a_day=1, slices=1024)
    assert max(exact.daily, exact.cumulative) <= 0.01
    assert exact.days == 12
    rough = kept(scale, days=12, ticks_a_day=1, slices=0)
    assert rough.daily > 0.01
    assert rough.days == 12
