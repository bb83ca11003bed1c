"""Values that few rows hold are found by their row, and nothing else is."""

from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tests.state.histories import LAWS
from twin.bulk.narrow import NumberColumn, WordColumn
from twin.bulk.sparse import Facet, Sparse, Words
from twin.bulk.texts import TextList


@LAWS
@given(st.integers(0, 2**32))
def test_values_stand_at_their_rows(seed: int) -> None:
    rng = Random(seed)
    count = rng.choice([1, 63, 64, 65, 129, 500])
    share = rng.choice([0.0, 0.03, 0.6, 1.0])
    held = {row: rng.randrange(4) for row in range(count) if rng.random() < share}
    rows, values = np.array([*held], np.int32), np.array([*held.values()], np.int32)
    asked = np.array([rng.randrange(-1, count) for _ in range(40)], np.int64)
    wanted = [held.get(row) for row in asked.tolist()]

    sparse, words = Sparse(rows, values, count), Words(rows, values, count, ["a", "b", "c", "d"])
    assert sparse.at(asked, -7).tolist() == [-7 if one is None else one for one in wanted]
    assert sparse.holds(asked).tolist() == [one is not None for one in wanted]
    assert said(words.column(asked)) == [None if one is None else "abcd"[one] for one in wanted]
    coded = words.coded(np.array([5, 6, -1, 8], np.int8))
    assert coded.tolist() == [[5, 6, -1, 8][held[n]] if n in held else -1 for n in range(count)]
    but = words.column_but(asked, np.arange(40) % 3 == 0, "other")
    assert said(but)[::3] == ["other"] * 14
    assert said(but)[1::3] == said(words.column(asked))[1::3]
    known = words.column_but(asked, np.arange(40) % 3 == 0, "c")
    assert (known.texts, said(known)[::3]) == (words.texts, ["c"] * 14)
    assert words.place("c") == 2
    assert words.place("nobody says this") == -2
    for kind, of in ((pa.int64(), int), (pa.bool_(), bool)):
        facet = Facet(rows, values.astype(np.int64), count, kind).column(asked)
        assert told(facet) == [None if one is None else of(one) for one in wanted]
    halves = np.array([one / 2 for one in held.values()], np.float64)
    found = Facet(rows, halves.view(np.int64), count, pa.float64()).column(asked)
    floats = NumberColumn(found.values.view(np.float64), found.held)
    assert told(floats) == [None if one is None else one / 2 for one in wanted]


def said(column: WordColumn) -> list[str | None]:
    return [None if place < 0 else column.texts[place] for place in column.places.tolist()]


def told(column: NumberColumn) -> list[Any]:
    assert column.held is not None
    pairs = zip(column.values.tolist(), column.held.tolist(), strict=True)
    return [value if is_held else None for value, is_held in pairs]


def test_texts_of_any_length_are_taken_by_their_places() -> None:
    words = ["", "chf", "twelve bytes", "thirteen byte", None, "é" * 40]
    places = [5, 4, 3, -1, 2, 1, 0, 5]
    wanted = [None if n < 0 else words[n] for n in places]
    assert TextList.of_words(words).at(np.array(places)).to_list() == wanted
    octets = np.frombuffer(b"thirteen byteanother of 13", np.uint8).reshape(2, 13)
    assert TextList.of_octets(octets).all().to_list() == ["thirteen byte", "another of 13"]
    assert TextList.of_words([]).at(np.zeros(0, np.int64)).to_list() == []
