"""Small counts of premises are not told, and cannot be worked out from what is told."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from twin.evidence.telling import (
    BESIDE,
    SUPPRESSED,
    hidden_together,
    is_small,
    share_told,
    told,
    told_together,
)

COUNTS = st.integers(0, 60)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=5)
)


def test_counts_from_one_to_four_are_suppressed_and_nothing_else():
    assert [told(count) for count in (0, 1, 4, 5, 1234)] == ["0", "<5", "<5", "5", "1,234"]
    assert told(None) == ""


def test_a_share_is_suppressed_with_any_of_its_counts_and_nothing_is_divided_by_nothing():
    assert share_told(50, 200) == "25.0%"
    assert share_told(0, 0) == share_told(None, 3) == share_told(3, None) == ""
    assert share_told(3, 200) == share_told(1, 2) == SUPPRESSED
    assert share_told(198, 200) == BESIDE


def test_the_smallest_count_beside_a_lonely_small_one_goes_as_well():
    assert told_together([[154, 58, 4]]) == (("154", BESIDE, SUPPRESSED),)
    assert told_together([[154, 0, 4]]) == ((BESIDE, "0", SUPPRESSED),)
    # two of which the sum tells each, and a larger one that could be nothing but five
    assert told_together([[154, 1, 1]]) == ((BESIDE, SUPPRESSED, SUPPRESSED),)
    assert told_together([[154, 4, 4]]) == ((BESIDE, SUPPRESSED, SUPPRESSED),)
    assert told_together([[154, 5, 1]]) == ((BESIDE, BESIDE, SUPPRESSED),)
    assert told_together([[100], [3], [2]]) == (("100",), (SUPPRESSED,), (SUPPRESSED,))
    assert told_together([]) == ()


@given(TABLES)
def test_no_line_hides_one_count_alone_where_another_could_hide_with_it(table):
    texts = told_together(table)

    for line, said in (
        *zip(table, texts, strict=True),
        *zip(zip(*table, strict=True), zip(*texts, strict=True), strict=True),
    ):
        hidden = [text in (BESIDE, SUPPRESSED) for text in said]
        others = [count for count, gone in zip(line, hidden, strict=True) if count and not gone]
        assert sum(hidden) != 1 or not others


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
def test_of_a_line_with_a_known_total_no_small_count_follows(counts):
    """Against every line that a reader could think of with what is told."""
    hidden = {x for _, x in hidden_together([counts])}
    choices = [
        [count]
        if x not in hidden
        else range(1, 5)
        if is_small(count)
        else [0, *range(5, sum(counts) + 1)]
        for x, count in enumerate(counts)
    ]
    possible = [line for line in product(*choices) if sum(line) == sum(counts)]
    if len(hidden) < len(counts):  # else there was nothing left to hide
        for x in hidden:
            assert not is_small(counts[x]) or len({line[x] for line in possible}) > 1


@given(TABLES)
def test_what_is_told_is_true(table):
    for row, texts in zip(table, told_together(table), strict=True):
        for count, text in zip(row, texts, strict=True):
            assert text == BESIDE or text == told(count)
            assert not 0 < count < 5 or text == SUPPRESSED
