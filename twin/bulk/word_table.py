"""The words of a column by their bytes, so that no text is made of what was seen before."""

from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.compiled import kernel

_LEAST: Final = 256
"""Places of a table at first; a power of two."""
_ROOM: Final = 4
"""Places of a table for each word, at least: few words share one."""


class WordTable(Struct, frozen=True):
    """Known words: their places by hash (-1: none), and where each lies in the bytes of all."""

    table: NDArray[np.int32]
    body: NDArray[np.uint8]
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, words: list[str]) -> "WordTable":
        """Of words without repetitions, whose places are those in the list."""
        octets = [word.encode() for word in words]
        ends = np.cumsum([0, *map(len, octets)])
        size = _LEAST
        while size < _ROOM * len(words):
            size *= 2
        found = cls(
            np.full(size, np.int32(-1), np.int32),
            np.frombuffer(b"".join(octets), np.uint8),
            np.column_stack([ends[:-1], ends[1:]]).astype(np.int64),
        )
        _filled(found.table, found.body, found.bounds)
        return found

    def places(self, body: NDArray[np.uint8], bounds: NDArray[np.int64]) -> NDArray[np.int32]:
        """The places of texts among the words; -1 for one that is not known."""
        found: NDArray[np.int32] = _places(self.table, (self.body, self.bounds), body, bounds)
        return found


@kernel
def _hash(body: Any, start: Any, end: Any) -> Any:
    """FNV-1a, whose low bits are mixed once more."""
    found = np.uint64(0xCBF29CE484222325)
    for n in range(start, end):
        found = (found ^ np.uint64(body[n])) * np.uint64(0x100000001B3)
    return found ^ (found >> np.uint64(29))


@kernel
def _filled(table: Any, body: Any, bounds: Any) -> None:
    last = np.uint64(len(table) - 1)
    for n in range(len(bounds)):
        at = _hash(body, bounds[n, 0], bounds[n, 1]) & last
        while table[at] >= 0:
            at = (at + np.uint64(1)) & last
        table[at] = n


@kernel
def _places(table: Any, known: tuple[Any, Any], body: Any, bounds: Any) -> Any:
    words, of_words = known
    last = np.uint64(len(table) - 1)
    found = np.empty(len(bounds), np.int32)
    for n in range(len(bounds)):
        start, end = bounds[n, 0], bounds[n, 1]
        at = _hash(body, start, end) & last
        place = table[at]
        while place >= 0 and not _same(words, of_words[place], body, start, end):
            at = (at + np.uint64(1)) & last
            place = table[at]
        found[n] = place
    return found


@kernel
def _same(words: Any, word: Any, body: Any, start: Any, end: Any) -> bool:
    size = end - start
    if word[1] - word[0] != size:
        return False
    n = 0
    while n < size and words[word[0] + n] == body[start + n]:
        n += 1
    return bool(n == size)
