"""What a column's digest is over, in few bytes: where values stand, the values, their words.

Any way to the same column, in one range or in several, feeds the same bytes. Numbers are written
the lowest byte first.
"""

import struct
from hashlib import sha256
from typing import Any

import numpy as np

from twin.bulk.narrow import Held, IdColumn, Narrow, WordColumn
from twin.compiled import kernel


class Contents:
    """A column that comes by range after range: a bit a row, 1 for a value; then the values.

    An id is eight bytes, a UUID sixteen; a count is a short number (a byte, or 255 and eight);
    a flag is a byte; a moment and a float are eight. A word is the short number of its place
    among the words of the column in order of their first appearance, and they are fed at the end.
    """

    def __init__(self, *, is_count: bool) -> None:
        """Nothing has come by."""
        self._is_count = is_count
        self._rows, self._bits, self._values, self._odd = 0, sha256(), sha256(), sha256()
        self._open = np.zeros(0, np.bool_)
        self._words: dict[str, int] = {}

    def add(self, column: Narrow) -> None:
        """Take in the next range."""
        if isinstance(column, WordColumn):
            self._mark(column.places >= 0, len(column.places))
            self._values.update(self._numbered(column))
            return
        values: Any = column.numbers if isinstance(column, IdColumn) else column.values
        for row, text in column.odd.items() if isinstance(column, IdColumn) else ():
            self._odd.update(struct.pack("<q", self._rows + row) + _sized(text))
        self._mark(column.held, len(values))
        if column.held is not None:
            values = _only(values, column.held)
        content: Any = _short(values) if self._is_count else np.ascontiguousarray(values)
        self._values.update(content)

    def digest(self) -> bytes:
        """The digest of all that has come by."""
        total = sha256(struct.pack("<q", self._rows))
        bits = self._bits.copy()
        bits.update(_packed(self._open))
        for one in (bits, self._values, self._odd):
            total.update(one.digest())
        for word in self._words:
            total.update(_sized(word))
        return total.digest()

    def _mark(self, held: Held, count: int) -> None:
        """Bits of whole bytes; the flags of a last part of one wait for the next range."""
        flags = np.ones(count, np.bool_) if held is None else held
        if len(self._open):
            flags = np.concatenate([self._open, flags])
        whole = len(flags) - len(flags) % 8
        self._bits.update(_packed(flags[:whole]))
        self._open = flags[whole:].copy()
        self._rows += count

    def _numbered(self, column: WordColumn) -> Any:
        known = self._words
        numbers = np.array([known.get(text, -1) for text in column.texts], np.int64)
        found = _numbered(column.places, numbers, len(known))
        new = sorted((n, text) for n, text in zip(numbers.tolist(), column.texts, strict=True))
        for number, text in new:
            if number >= len(known):
                known[text] = number
        return found


def _packed(flags: Any) -> Any:
    return np.packbits(flags, bitorder="little")


def _sized(text: str) -> bytes:
    octets = text.encode()
    return struct.pack("<q", len(octets)) + octets


@kernel
def _only(values: Any, held: Any) -> Any:
    found = np.empty(len(values), values.dtype)
    count = 0
    for n in range(len(values)):
        found[count] = values[n]
        count += held[n]
    return found[:count]


@kernel
def _short(values: Any) -> Any:
    out = np.empty(9 * len(values), np.uint8)
    at = 0
    for n in range(len(values)):
        at = _put(out, at, np.uint64(values[n]))
    return out[:at]


@kernel
def _numbered(places: Any, numbers: Any, known: int) -> Any:
    """Short numbers of words; those of new ones, from `known` on, are noted in `numbers`."""
    out = np.empty(9 * len(places), np.uint8)
    at = 0
    for n in range(len(places)):
        place = places[n]
        if place < 0:
            continue
        if numbers[place] < 0:
            numbers[place] = known
            known += 1
        at = _put(out, at, np.uint64(numbers[place]))
    return out[:at]


@kernel
def _put(out: Any, at: int, number: Any) -> int:
    if number < np.uint64(255):
        out[at] = number
        return at + 1
    out[at] = 255
    for nth in range(8):
        out[at + 1 + nth] = np.uint8(number >> np.uint64(8 * nth))
    return at + 9
