"""Words are known by their bytes, and what is brought together keeps its rows."""

from random import Random

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tests.state.histories import LAWS
from twin.bulk.parquet.column import Texts, texts_of
from twin.bulk.pieces import Pieces
from twin.bulk.vocabulary import Vocabulary
from twin.bulk.word_table import WordTable

TEXTS = st.lists(st.text(max_size=5) | st.integers(0, 2000).map(str), max_size=40)


def texts(of: list[str]) -> Texts:
    return texts_of(pa.array(of, pa.string()))


@LAWS
@given(st.lists(st.text(max_size=6), unique=True, max_size=400), TEXTS)
def test_a_known_word_has_its_place_and_no_other_has_one(
    known: list[str], asked: list[str]
) -> None:
    table, of = WordTable.of(known), texts(asked + known)
    wanted = [known.index(text) if text in known else -1 for text in asked + known]
    assert table.places(of.body, of.bounds).tolist() == wanted


@LAWS
@given(st.lists(TEXTS, max_size=5))
def test_words_have_the_places_in_which_they_came(chunks: list[list[str]]) -> None:
    vocabulary = Vocabulary()
    for chunk in chunks:
        (places,) = vocabulary.meaning("model", texts(chunk))
        words = vocabulary.words("model")
        assert [words[place] for place in places.tolist()] == chunk
    assert vocabulary.words("model") == list(dict.fromkeys(text for one in chunks for text in one))


@LAWS
@given(st.integers(0, 2**32))
def test_pieces_lie_one_behind_the_other(seed: int) -> None:
    rng = Random(seed)
    sizes = [rng.randrange(1, 50) for _ in range(rng.randrange(1, 6))]
    pieces = Pieces(np.int32, sum(sizes))
    wanted: list[tuple[int, int]] = []
    table = np.array([7, -1, 5], np.int32)
    first = 0
    for size in sizes:
        share = rng.choice([0.0, 0.1, 1.0])
        held = {row: rng.randrange(3) for row in range(size) if rng.random() < share}
        of = table if rng.random() < 0.5 else None
        rows, values = np.array([*held], np.int32), np.array([*held.values()], np.int64)
        pieces.add(first, rows, values, of, share=size)
        wanted += [
            (first + row, value if of is None else int(of[value])) for row, value in held.items()
        ]
        first += size
    rows, found = pieces.held()
    assert list(zip(rows.tolist(), found.tolist(), strict=True)) == wanted
    assert found.dtype == np.int32
