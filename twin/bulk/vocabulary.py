"""What the texts of a column chunk mean to the kernels: numbers of ids, places of words."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.events import TOPIC, WORDS
from twin.bulk.ids import device_numbers, premises_numbers, source_numbers, uuid_numbers
from twin.bulk.parquet.column import Texts
from twin.bulk.word_table import WordTable


def _is_ours(texts: Texts) -> tuple[NDArray[Any], ...]:
    return (np.array([text == TOPIC for text in texts.to_list()], np.bool_),)


_MEANINGS: Final[dict[str, Callable[[Texts], tuple[NDArray[Any], ...]]]] = {
    "key": premises_numbers,
    "topic": _is_ours,
    "source": source_numbers,
    "attempt_id": uuid_numbers,
    **dict.fromkeys(("device_id", "gpf_id", "replaced_device_id"), device_numbers),
}


class Vocabulary:
    """The words of each column so far, which threads that read beside each other share."""

    def __init__(self) -> None:
        """No word has been read."""
        self._known: dict[str, dict[str, int]] = {name: {} for name in WORDS}
        self._tables = dict.fromkeys(WORDS, WordTable.of([]))
        self._lock = Lock()

    def words(self, name: str) -> list[str]:
        """The words of a column, by their places."""
        return list(self._known[name])

    def meaning(self, name: str, texts: Texts) -> tuple[NDArray[Any], ...]:
        """What each text of a chunk of a column says, by its place in the chunk."""
        if name in self._known:
            return (self._places(name, texts),)
        return _MEANINGS[name](texts) if name in _MEANINGS else ()

    def _places(self, name: str, texts: Texts) -> NDArray[np.int32]:
        found = self._tables[name].places(texts.body, texts.bounds)
        if not (found < 0).any():
            return found
        known = self._known[name]
        with self._lock:
            places = [known.setdefault(text, len(known)) for text in texts.to_list()]
            self._tables[name] = WordTable.of(list(known))
        return np.array(places, np.int32)
