"""Rows are put in order by their numbers as their texts would be."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.state.histories import LAWS
from twin.bulk.ranked import ordered, ranks
from twin.bulk.series import device_texts, premises_texts, uuid_texts
from twin.bulk.words import words_of

WORD = st.integers(0, 2**64 - 1)
ROW = st.tuples(st.integers(-1, 3), st.integers(0, 2), WORD)


@LAWS
@given(st.lists(ROW, max_size=30))
def test_rows_stand_by_rank_and_then_by_two_numbers(rows: list[tuple[int, int, int]]) -> None:
    columns = (
        np.array([row[n] for row in rows], kind) for n, kind in enumerate(("i4", "u8", "u8"))
    )
    wanted = sorted((n for n, row in enumerate(rows) if row[0] >= 0), key=rows.__getitem__)
    found = ordered(*columns)
    assert [rows[n] for n in found] == [rows[n] for n in wanted]
    rank = ranks(found, len(rows))
    assert [int(rank[n]) for n in found] == list(range(len(found)))
    assert [n for n, row in enumerate(rows) if rank[n] < 0] == [
        n for n, row in enumerate(rows) if row[0] < 0
    ]


@LAWS
@given(WORD, WORD)
def test_ids_stand_in_the_order_of_their_numbers(one: int, other: int) -> None:
    numbers = np.array([one, other], np.uint64)
    for texts in (premises_texts(numbers), device_texts(numbers, np.arange(2))):
        assert (texts[0] < texts[1]) is (one < other)
        assert texts[0].lstrip("P").replace("-", "").lower() == f"{one:016x}"
    (uuid,) = uuid_texts(numbers[:1], numbers[1:])
    assert uuid.replace("-", "") == f"{one:016x}{other:016x}"
    assert list(map(len, uuid.split("-"))) == [8, 4, 4, 4, 12]


@pytest.mark.parametrize("first", [0, 3, 9])
def test_words_of_several_dictionaries_are_one_list(first: int) -> None:
    """As row groups have them; a slice begins in the midst of the bits that say what is null."""
    chunks = [["a", None, "b", "a"] * 3, ["b", "c", None, "b"] * 3, ["c"] * 12]
    column = pa.chunked_array([pa.array(one).dictionary_encode().slice(first) for one in chunks])
    held = words_of(column)
    rows = np.arange(-1, len(column))
    assert held.at(rows).to_list() == [None, *column.to_pylist()]
    assert held.coded({"b": 5}).tolist() == [
        5 if word == "b" else -1 for word in column.to_pylist()
    ]
    assert held.place("nobody says this") == -2
