"""Small counts of premises are not told, and cannot be worked out from what is told."""

from hypothesis import given
from hypothesis import strategies as st

from twin.evidence.telling import BESIDE, SUPPRESSED, share_told, told, told_together

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


@given(TABLES)
def test_what_is_told_is_true(table):
    for row, texts in zip(table, told_together(table), strict=True):
        for count, text in zip(row, texts, strict=True):
            assert text == BESIDE or text == told(count)
            assert not 0 < count < 5 or text == SUPPRESSED
