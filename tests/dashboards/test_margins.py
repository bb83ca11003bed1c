"""An outsider takes every told count and sum of a page together: no small count follows."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards import margins
from dashboards.margins import Level, Shape, told_levels
from dashboards.suppression import KEPT, KEPT_BESIDE, LEAST, OPERATIONS, PROGRAMME
from tests.dashboards.outsider import Sum, possible, told_sum
from twin.evidence.bounds import Hidden

WITHIN = (("whole", "part"),)
REGIONS = Shape((("region", "area"), ("region",), ()), ("whole", "part"), WITHIN)
AREAS = (("N", "A"), ("N", "B"), ("S", "C"))
MONTHS = Shape((("month", "band"), ("month",), ("band",), ()), ("n",))
BANDS = tuple((month, band) for month in "12" for band in "abc")
Groups = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Columns by which a table is broken down, and what stands in them."""
SIX = st.lists(st.integers(0, 9), min_size=6, max_size=6)


def regions(counts: list[int]) -> pl.DataFrame:
    """Three areas in two regions: premises that are a part of the whole, and the others."""
    rows = [(*a, counts[2 * n] + counts[2 * n + 1], counts[2 * n]) for n, a in enumerate(AREAS)]
    return pl.DataFrame(rows, schema=["region", "area", "whole", "part"], orient="row")


def months(counts: list[int]) -> pl.DataFrame:
    """Two months of three bands."""
    rows = [(*one, n) for one, n in zip(BANDS, counts, strict=True)]
    return pl.DataFrame(rows, schema=["month", "band", "n"], orient="row")


def sums_told(
    told: dict[Level, pl.DataFrame], groups: Groups, atoms: Callable[[int, str], tuple[int, ...]]
) -> list[Sum]:
    """All that the told levels say, as sums of atoms: `atoms` of a group, by what is counted."""
    columns, names = groups
    sums = []
    for level, frame in told.items():
        for row in frame.iter_rows(named=True):
            own = [
                n
                for n, group in enumerate(names)
                if all(one == row[c] for c, one in zip(columns, group, strict=True) if c in level)
            ]
            counts = set(row) - {*level, KEPT, KEPT_BESIDE}
            sums += [
                told_sum(frozenset(a for n in own for a in atoms(n, name)), row, name)
                for name in sorted(counts)
            ]
    return sums


def of_regions(counts: list[int]) -> tuple[list[Sum], bool]:
    told = told_levels(regions(counts), REGIONS, role=PROGRAMME)
    return (
        sums_told(
            told,
            (("region", "area"), AREAS),
            lambda n, name: (2 * n,) if name == "part" else (2 * n, 2 * n + 1),
        ),
        all(frame["whole"].null_count() == frame.height for frame in told.values()),
    )


def of_months(counts: list[int]) -> tuple[list[Sum], bool]:
    told = told_levels(months(counts), MONTHS, role=PROGRAMME)
    return (
        sums_told(told, (("month", "band"), BANDS), lambda n, _: (n,)),
        all(frame["n"].null_count() == frame.height for frame in told.values()),
    )


def given_away(sums: list[Sum], counts: list[int]) -> list[int]:
    """Small counts that are the only thing which the told figures can mean."""
    return [
        n
        for n, count in enumerate(counts)
        if 0 < count < LEAST and len(possible(sums, len(counts), frozenset({n}))) == 1
    ]


@pytest.mark.parametrize("page", [of_regions, of_months])
def test_no_small_count_follows_from_all_that_is_told(page):
    @settings(deadline=None, max_examples=25)
    @given(SIX)
    def attack(counts):
        sums, nothing_left = page(counts)
        assert nothing_left or given_away(sums, counts) == []

    attack()


@pytest.mark.parametrize(
    ("page", "counts"),
    [
        # of three areas one has few: the region's total and the other one tell it
        (of_regions, [3, 9, 8, 12, 7, 9]),
        # no line tells anything by itself, all of them together do
        (of_months, [5, 5, 1, 5, 5, 4]),
    ],
)
def test_the_outsider_finds_what_a_weaker_rule_gives_away(page, counts, monkeypatch):
    assert given_away(page(counts)[0], counts) == []

    def small_alone(counts, lines):
        few = frozenset(n for n, count in enumerate(counts) if 0 < count < LEAST)
        return Hidden(few, frozenset())

    monkeypatch.setattr(margins, "hidden_from_all", small_alone)
    assert given_away(page(counts)[0], counts)


@settings(deadline=None)
@given(SIX)
def test_what_is_told_is_true_and_operations_see_all(counts):
    exact = told_levels(regions(counts), REGIONS, role=OPERATIONS)
    told = told_levels(regions(counts), REGIONS, role=PROGRAMME)
    assert exact[()].row(0)[:2] == (sum(counts), sum(counts[::2]))
    for level, frame in told.items():
        pairs = zip(frame.iter_rows(named=True), exact[level].iter_rows(named=True), strict=True)
        for row, true in pairs:
            for name in ("whole", "part"):
                small = 0 < true[name] < LEAST
                assert row[name] is None if small else row[name] in (None, true[name])
                assert small or name not in row[KEPT].split()
                assert (row[name] is None) == (name in f"{row[KEPT]} {row[KEPT_BESIDE]}".split())


def test_large_counts_are_told_with_all_their_sums():
    told = told_levels(regions([60, 50, 30, 90, 40, 80]), REGIONS, role=PROGRAMME)
    assert [frame.null_count().sum_horizontal().item() for frame in told.values()] == [0, 0, 0]
