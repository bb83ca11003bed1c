"""Counts by the day: no step between two days tells of few premises, nor does a total."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.rounding import PART, WHOLE, told_by_day
from dashboards.suppression import KEPT, KEPT_BESIDE, LEAST, OPERATIONS, PROGRAMME
from tests.dashboards.outsider import UNTOLD, possible

DAY = date(2017, 7, 1)
GROUPS = ("A", "B", "C")
GAINS = st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=1, max_size=12)


def daily(gains: list[list[int]]) -> pl.DataFrame:
    """Premises of three groups that grow by so many each day; a third of them are capable."""
    rows, counts = [], [0, 0, 0]
    for n, gained in enumerate(gains):
        counts = [count + gain for count, gain in zip(counts, gained, strict=True)]
        rows += [
            (DAY + timedelta(days=n), group, count, count // 3)
            for group, count in zip(GROUPS, counts, strict=True)
        ]
    schema = {"day": pl.Date, "group": pl.String, WHOLE: pl.Int64, PART: pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def told(frame: pl.DataFrame, role: str = PROGRAMME) -> pl.DataFrame:
    return told_by_day(frame, groups=["group"], role=role)


@settings(deadline=None)
@given(GAINS)
def test_counts_move_by_five_or_not_at_all_and_are_two_off_at_most(gains):
    frame = daily(gains)
    seen = told(frame)
    for name in (WHOLE, PART):
        for said, true in zip(seen[name], frame[name], strict=True):
            assert said is None or (said % 5 == 0 and abs(said - true) <= 2)
            assert said is None or not 0 < true < LEAST
    assert told(frame, OPERATIONS).select(frame.columns).equals(frame)


@settings(deadline=None)
@given(GAINS)
def test_what_is_told_of_a_day_does_not_change_with_later_days(gains):
    frame = daily(gains)
    first = frame.filter(pl.col("day") == DAY)
    assert told(frame).filter(pl.col("day") == DAY).equals(told(first))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 14), min_size=3, max_size=3))
def test_no_small_count_follows_from_the_total_of_all_groups(counts):
    row = told(daily([counts])).rows(named=True)
    sums = [(frozenset(range(3)), sum(counts))]
    for n, one in enumerate(row):
        known = UNTOLD
        if one[WHOLE] is not None:
            # whoever rounds never says nothing of something
            known = range(max(one[WHOLE] - 2, LEAST), one[WHOLE] + 3) if one[WHOLE] else range(1)
        elif WHOLE in one[KEPT].split():
            known = range(1, LEAST)
        else:
            assert WHOLE in one[KEPT_BESIDE].split()
        sums.append((frozenset({n}), known))
    if any(one[WHOLE] is not None for one in row):
        for n, count in enumerate(counts):
            if 0 < count < LEAST:
                assert len(possible(sums, 3, frozenset({n}))) > 1


def test_regions_within_the_nation_have_totals_of_their_own():
    frame = daily([[3, 60, 70]])
    within = {"A": "north", "B": "north", "C": "south"}
    seen = told_by_day(frame, groups=["group"], role=PROGRAMME, within=within)
    assert seen[WHOLE].to_list() == [None, None, 70]
    assert seen[KEPT].to_list()[0].split() == [WHOLE, PART]
    assert WHOLE in seen[KEPT_BESIDE][1]
