"""Rows are put in order by their numbers as their texts would be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.state.histories import LAWS
from twin.bulk.ranked import ordered, ranks
from twin.bulk.series import device_texts, premises_texts, uuid_list

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
    for texts in (premises_texts(numbers), device_texts(numbers)):
        assert (texts[0] < texts[1]) is (one < other)
        assert texts[0].lstrip("P").replace("-", "").lower() == f"{one:016x}"
    (uuid,) = uuid_list(numbers[:1], numbers[1:]).all()
    assert uuid.replace("-", "") == f"{one:016x}{other:016x}"
    assert list(map(len, uuid.split("-"))) == [8, 4, 4, 4, 12]
