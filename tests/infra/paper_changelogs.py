"""Changelogs in files, for what is done with them between two starts of the workers."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from streams.outbox import Outgoing


class PaperChangelogs:
    """A file a topic, a line a record, as they were appended."""

    def __init__(self, folder: Path) -> None:
        """In a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def begin(self, topic: str) -> None:
        """One that is there goes on."""
        (self._folder / topic).touch()

    def append(self, records: Iterable[Outgoing]) -> dict[int, int]:
        """Append records; gives the last offset of each partition."""
        last: dict[int, int] = {}
        ends: dict[str, Counter[int]] = {}
        for one in records:
            if one.topic not in ends:
                ends[one.topic] = Counter(part for part, _, _ in self._lines(one.topic))
            last[one.partition] = ends[one.topic][one.partition]
            ends[one.topic][one.partition] += 1
            with (self._folder / one.topic).open("a") as file:
                file.write(json.dumps([one.partition, one.key.hex(), one.value.hex()]) + "\n")
        return last

    def _lines(self, topic: str) -> Iterator[list[Any]]:
        file = self._folder / topic
        return map(json.loads, file.read_text().splitlines() if file.exists() else ())

    def rows(self, topic: str) -> dict[tuple[int, bytes], bytes]:
        """What a worker recovers: the last value of each key."""
        found = self._lines(topic)
        return {(part, bytes.fromhex(key)): bytes.fromhex(value) for part, key, value in found}
