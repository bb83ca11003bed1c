"""Arrow columns as NumPy arrays: numbers of ids by their dictionary, numbers without nulls."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from twin.bulk.ids import Flags


def by_dictionary(column: pa.ChunkedArray, numbers: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Numbers of a column of texts, read once a word; zeros where a value is null.

    Chunk by chunk, for ids are many and their dictionaries need not be one.
    """
    pairs = [_of_chunk(chunk, numbers) for chunk in column.chunks if len(chunk)]
    if not pairs:
        pairs = [_of_chunk(pa.array([], column.type), numbers)]
    ones, twos = zip(*pairs, strict=True)
    return np.concatenate(ones), np.concatenate(twos)


def _of_chunk(chunk: pa.DictionaryArray, numbers: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    one, two = numbers(chunk.dictionary)
    if not chunk.null_count:
        places = chunk.indices.to_numpy(zero_copy_only=False)
        return one[places], two[places]
    # the last number of each stands for null
    blank = 255 if two.dtype == np.uint8 else 0
    one, two = np.append(one, one.dtype.type(0)), np.append(two, two.dtype.type(blank))
    places = chunk.indices.fill_null(len(one) - 1).to_numpy(zero_copy_only=False)
    return one[places], two[places]


def whole(column: pa.ChunkedArray) -> NDArray[Any]:
    """Whole numbers of a column; 0 where a value is null."""
    kind = np.dtype(column.type.to_pandas_dtype())
    filled = pc.fill_null(column, 0) if column.null_count else column
    whole: NDArray[Any] = filled.to_numpy().astype(kind, copy=False)
    return whole


def flags(column: Any) -> Flags:
    """Flags of a column without nulls."""
    flags: Flags = np.asarray(column).astype(np.bool_, copy=False)
    return flags


def integers(numbers: Any) -> NDArray[np.int64]:
    """Numbers of a column; 0 where a value is null."""
    found: NDArray[np.int64] = numbers.fill_null(0).to_numpy(zero_copy_only=False)
    return found
