"""Page headers: Thrift's compact protocol, as far as `parquet.thrift` uses it in `PageHeader`."""

from typing import Any, Final

import numpy as np

from twin.bulk.parquet.bits import BROKEN, FAR, unfolded, varint
from twin.compiled import kernel

_DEPTH: Final = 4
_FIELDS: Final = 9
_FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT = 2, 3, 7, 8, 12
_DATA_PAGE_HEADER, _DICTIONARY_PAGE_HEADER = 5, 7
DATA_PAGE: Final = 0
DICTIONARY_PAGE: Final = 2


@kernel
def header(data: Any, at: Any, end: Any, found: Any) -> Any:
    """Read a `PageHeader` into `found`; where it ends, or `BROKEN`.

    `found` by row: fields of the header itself, then those of the header of a data or dictionary
    page (number of values, encoding, encoding of definition levels), by their field ids.
    """
    _clear(found)
    last = np.zeros(_DEPTH + 1, np.int64)
    depth = 0
    while 0 <= at < end and depth < _DEPTH:
        byte = np.int64(data[at])
        at += 1
        last[depth] += byte >> 4
        if byte == 0:
            if depth == 0:
                return at
            depth -= 1
        elif byte >> 4 == 0:
            return BROKEN  # field ids further than 15 apart: not in a page header
        elif byte & 15 == _STRUCT:
            depth += 1
            last[depth] = 0
        else:
            value, at = _scalar(data, at, end, byte & 15)
            if _is_told(depth, last):
                found[depth, last[depth]] = value
    return BROKEN


@kernel
def _clear(found: Any) -> None:
    for depth in range(_DEPTH):
        for field in range(_FIELDS):
            found[depth, field] = BROKEN


@kernel
def _is_told(depth: int, last: Any) -> bool:
    """Whether a field is one of the header, or of that of a data or dictionary page in it."""
    if last[depth] >= _FIELDS:
        return False
    of_page = last[0] == _DATA_PAGE_HEADER or last[0] == _DICTIONARY_PAGE_HEADER
    return bool(depth == 0 or (depth == 1 and of_page))


@kernel
def _scalar(data: Any, at: Any, end: Any, kind: Any) -> tuple[Any, Any]:
    """A value that is no struct, and where it ends; of bytes the value is their number."""
    if kind <= _FALSE:  # a flag is told by its type
        return np.int64(kind), at
    if kind == _BYTE:
        return np.int64(0), at + 1
    if kind == _DOUBLE:
        return np.int64(0), at + 8
    value, at = varint(data, at, end)
    if at < 0 or kind > _BINARY or value >= np.uint64(FAR):
        return np.int64(0), BROKEN
    if kind == _BINARY:
        return np.int64(value), at + np.int64(value)
    return np.int64(unfolded(value)), at


CHUNK, KIND, ENCODING, VALUES, START, STOP, FROM, SIZE = range(8)
"""Columns of the table of pages: the chunk, `PageType`, `Encoding`, number of values (nulls too),
where the page lies in the decompressed bytes, and where its compressed bytes lie in the file's."""
_RLE: Final = 3


@kernel
def pages_of(data: Any, starts: Any, pages: Any) -> Any:
    """Fill the table of the pages of column chunks that lie one behind the other; their number.

    `starts` has one more than there are chunks. `BROKEN` if a page is none that is known, or
    there are more than the table holds.
    """
    found = np.empty((_DEPTH, _FIELDS), np.int64)
    count = 0
    start = 0
    for chunk in range(len(starts) - 1):
        at, end = starts[chunk], starts[chunk + 1]
        while at < end:
            at = header(data, at, end, found)
            size, packed = found[0, 2], found[0, 3]
            if at < 0 or count == len(pages) or not _is_known(found) or packed > end - at:
                return BROKEN
            pages[count, CHUNK], pages[count, KIND] = chunk, found[0, 1]
            pages[count, VALUES], pages[count, ENCODING] = found[1, 1], found[1, 2]
            pages[count, START], pages[count, STOP] = start, start + size
            pages[count, FROM], pages[count, SIZE] = at, packed
            start += size
            at += packed
            count += 1
    return count


@kernel
def _is_known(found: Any) -> bool:
    kind, size, packed, count = found[0, 1], found[0, 2], found[0, 3], found[1, 1]
    if size < 0 or packed < 0 or count < 0:
        return False
    if kind == DICTIONARY_PAGE:
        return bool(count <= size)  # an entry takes a byte at least
    return bool(kind == DATA_PAGE and found[1, 3] == _RLE)
