"""The pages of column chunks decoded: for each chunk the rows that hold a value, and the values."""

from typing import Any

import numpy as np

from twin.bulk.parquet.bits import BROKEN, word
from twin.bulk.parquet.delta import steps
from twin.bulk.parquet.headers import CHUNK, DICTIONARY_PAGE, ENCODING, KIND, START, STOP, VALUES
from twin.bulk.parquet.hybrid import held, places
from twin.bulk.parquet.plain import BYTE_ARRAY, INT32, INT64, fixed, texts
from twin.compiled import kernel

_PLAIN, _DELTA_BINARY_PACKED, _RLE_DICTIONARY = 0, 5, 8
ROWS_END, TEXTS_FROM, TEXTS_END = range(3)
"""Of each chunk: where its rows and values end, and where its texts begin and end."""
_FILLED, _TEXTS, _TEXTS_FROM, _ROW, _ENTRIES = range(5)
"""How far the decoding has come: rows and values, texts, the first text of the chunk, the row at
which its next page begins, and entries of its dictionary of numbers."""


@kernel
def decoded(body: Any, pages: Any, chunks: Any, ends: Any, out: tuple[Any, Any, Any]) -> bool:
    """Decode the pages of chunks into `out` (rows, values, bounds of texts), one behind the other.

    `chunks`: physical type, and whether there are definition levels, of each. A value of a chunk of
    texts is its place among the texts of the chunk, dictionary first. False if anything is not as
    the format says or as it is known here.
    """
    now = np.zeros(5, np.int64)
    table = np.empty(_entries(pages, chunks), np.int64)
    chunk = BROKEN
    for page in range(len(pages)):
        if pages[page, CHUNK] != chunk:
            chunk = pages[page, CHUNK]
            now[_ROW] = now[_ENTRIES] = 0
            now[_TEXTS_FROM] = ends[chunk, TEXTS_FROM] = now[_TEXTS]
        if pages[page, KIND] == DICTIONARY_PAGE:
            good = _dictionary(body, pages[page], chunks[chunk, 0], now, table, out[2])
        else:
            good = _data(body, pages[page], chunks[chunk], now, table, out)
        if not good:
            return False
        ends[chunk, ROWS_END], ends[chunk, TEXTS_END] = now[_FILLED], now[_TEXTS]
    return True


@kernel
def _entries(pages: Any, chunks: Any) -> Any:
    """Entries of the largest dictionary of numbers."""
    most = 0
    for page in range(len(pages)):
        is_number = chunks[pages[page, CHUNK], 0] != BYTE_ARRAY
        if is_number and pages[page, KIND] == DICTIONARY_PAGE:
            most = max(most, pages[page, VALUES])
    return most


@kernel
def _dictionary(body: Any, page: Any, physical: Any, now: Any, table: Any, bounds: Any) -> bool:
    at, end, count = page[START], page[STOP], page[VALUES]
    if physical == BYTE_ARRAY:
        now[_TEXTS] = texts(body, at, end, count, bounds, now[_TEXTS])
        return bool(now[_TEXTS] >= 0)
    now[_ENTRIES] = count
    return bool(fixed(body, at, end, count, physical, table, 0) >= 0)


@kernel
def _data(
    body: Any, page: Any, chunk: Any, now: Any, table: Any, out: tuple[Any, Any, Any]
) -> bool:
    rows, values, bounds = out
    levels = (chunk[1], page[VALUES], now[_ROW])
    filled, at = _levels(body, page[START], page[STOP], levels, rows, now[_FILLED])
    if filled < 0:
        return False
    span = (at, page[STOP], filled - now[_FILLED])
    if chunk[0] == BYTE_ARRAY:
        good = _texts(body, span, page[ENCODING], now, values, bounds)
    else:
        good = _numbers(body, span, (page[ENCODING], chunk[0]), now, table, values)
    now[_FILLED] = filled
    now[_ROW] += page[VALUES]
    return good


@kernel
def _levels(
    body: Any, at: Any, end: Any, levels: tuple[Any, Any, Any], rows: Any, filled: Any
) -> tuple[Any, Any]:
    """Append the rows of a page that hold a value: how many rows there are then, and where the
    values of the page begin. `levels`: whether there are any, number of rows, the first row."""
    has_levels, count, first = levels
    if not has_levels:
        for n in range(count):
            rows[filled + n] = first + n
        return filled + count, at
    begins = at + 4
    ends = begins + np.int64(word(body, at) & np.uint64(0xFFFFFFFF))
    if ends > end:
        return BROKEN, at
    return held(body, begins, ends, (count, first), rows, filled), ends


@kernel
def _numbers(
    body: Any, span: tuple[Any, Any, Any], of: tuple[Any, Any], now: Any, table: Any, values: Any
) -> bool:
    """Append numbers of a page to `values`; `of`: encoding and physical type."""
    at, end, count = span
    encoding, physical = of
    filled = now[_FILLED]
    if encoding == _PLAIN:
        return bool(fixed(body, at, end, count, physical, values, filled) >= 0)
    if encoding == _RLE_DICTIONARY:
        good = places(body, at, end, count, now[_ENTRIES], values, filled) >= 0
        for n in range(filled, filled + (count if good else 0)):
            values[n] = table[values[n]]
        return bool(good)
    if encoding != _DELTA_BINARY_PACKED or physical not in (INT32, INT64):
        return False
    good = steps(body, at, end, count, values, filled) >= 0
    # steps of the narrow type go round at 32 bits
    for n in range(filled, filled + (count if physical == INT32 else 0)):
        values[n] = np.int64(np.int32(values[n]))
    return bool(good)


@kernel
def _texts(
    body: Any, span: tuple[Any, Any, Any], encoding: Any, now: Any, values: Any, bounds: Any
) -> bool:
    """Append places of the texts of a page to `values`."""
    at, end, count = span
    filled, below = now[_FILLED], now[_TEXTS] - now[_TEXTS_FROM]
    if encoding == _RLE_DICTIONARY:
        return bool(places(body, at, end, count, below, values, filled) >= 0)
    if encoding != _PLAIN:
        return False
    for n in range(count):
        values[filled + n] = below + n
    now[_TEXTS] = texts(body, at, end, count, bounds, now[_TEXTS])
    return bool(now[_TEXTS] >= 0)
