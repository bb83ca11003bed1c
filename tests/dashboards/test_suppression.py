"""Small counts are kept back: by a law over any counts, and in words."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.suppression import FEWER, KEPT, OPERATIONS, count, in_words, is_kept, suppressed

COUNTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12) | st.none()), max_size=8)


def frame(rows: list[tuple[int, int | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"a": pl.Int64, "b": pl.Int64}, orient="row")


@settings(deadline=None)
@given(COUNTS)
def test_no_count_of_one_to_four_is_left_and_every_other_stays(rows):
    told = suppressed(frame(rows), "a", "b")
    for before, after in zip(rows, told.iter_rows(named=True), strict=True):
        for name, number in zip("ab", before, strict=True):
            small = number is not None and 1 <= number <= 4
            assert after[name] == (None if small else number)
            assert (name in after[KEPT].split()) == small


@settings(deadline=None)
@given(COUNTS)
def test_operations_see_every_count(rows):
    told = suppressed(frame(rows), "a", "b", role=OPERATIONS)
    assert told.select("a", "b").rows() == rows
    assert set(told[KEPT]) <= {""}


def test_a_column_that_is_not_named_stays_as_it_is():
    assert suppressed(frame([(1, 2)]), "a")["b"].to_list() == [2]


@settings(deadline=None)
@given(COUNTS)
def test_a_table_says_fewer_than_5_where_a_count_is_kept_back_and_nowhere_else(rows):
    table = in_words(suppressed(frame(rows), "a", "b"), "a", "b")
    assert KEPT not in table.columns
    for before, after in zip(rows, table.iter_rows(), strict=True):
        for number, cell in zip(before, after, strict=True):
            small = number is not None and 1 <= number <= 4
            assert (cell == FEWER) == small
            assert small or cell in (number, str(number))


def test_counts_in_words():
    assert [count(n) for n in (0, 1, 4, 5, 1200)] == ["0", FEWER, FEWER, "5", "1,200"]
    assert count(3, role=OPERATIONS) == "3"
    assert is_kept(4) is True
    assert is_kept(0) is is_kept(5) is False
