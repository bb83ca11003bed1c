"""The archiver: from the log to the lake, rows and positions in one commit (D17 to D19)."""

import gc
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from kafka import TopicPartition as Place

from streams import topics
from streams.archive import KEPT_AFTERWARDS
from streams.log import consumer_of, ends_of
from twin.lake.compact import compact
from twin.lake.rows import Logged, reached, to_table
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.refusal import Refusal

COMMIT_ROWS: Final = 50_000

COMPACT_EVERY: Final = 100
"""Commits after which the files that came since are sorted into buckets."""


class Patience(NamedTuple):
    """Seconds after which a commit is made of fewer rows."""

    most: float
    """After the first of its rows."""
    silence: float
    """After the last, where no more come."""


PROMPT: Final = Patience(0.25, 0.25)
"""Where somebody waits for the rows to be on a page."""
UNHURRIED: Final = Patience(2.0, 0.5)
"""Where nobody does: a commit of few rows costs as much as one of many."""


class LogTruncated(Refusal):
    """The log ends before, or begins after, the place that the lake has reached (D23)."""


class Archiver:
    """Copies the archived topics from where the lake stands, until told to stop."""

    def __init__(
        self,
        lake: Lake,
        *,
        bootstrap: str,
        epoch: int,
        security: Mapping[str, object],
        patience: Patience = PROMPT,
    ) -> None:
        """An archiver of one epoch of the log; it owns every partition."""
        self._lake = lake
        self._epoch = epoch
        self._patience = patience
        self._consumer = consumer_of(bootstrap, security)
        self._commits = 0

    def run(self, *, stop: Callable[[], bool], until_end: bool = False) -> int:
        """Archive until `stop` says so (or the end is reached); the number of rows archived.

        Raises:
            LogTruncated: the log is not the one that the lake has archived so far.
            Fenced: another archiver is at work on the same lake.
        """
        # Rows hold no cycles, and looking for some after every 700 of them costs a fifth.
        gc.set_threshold(200_000, 50, 1_000)
        with closing(self._consumer):
            self._take_places()
            archived = 0
            while not stop():
                rows = self._gather(stop)
                self._commit(rows)
                archived += len(rows)
                self._compact()
                if until_end and not rows and self._at_end():
                    break
            return archived

    def _take_places(self) -> None:
        """Stand where the lake stands, on a log that still has what comes next."""
        places = {
            Place(topic, partition)
            for topic in topics.KEPT
            for partition in self._consumer.partitions_for_topic(topic) or ()
        }
        self._consumer.assign(sorted(places))
        begins, ends = self._consumer.beginning_offsets(places), self._consumer.end_offsets(places)
        for place in places:
            stands = self._lake.position(self._slice(place))
            if not begins[place] <= stands <= ends[place]:
                raise LogTruncated(
                    f"{place.topic} partition {place.partition} holds offsets {begins[place]} to "
                    f"{ends[place]}, but the lake has archived up to {stands}: this is another "
                    "log; go on in a new epoch with `twin run --restore`, or start afresh with "
                    "`make clean`"
                )
            self._consumer.seek(place, stands)

    def _slice(self, place: Place) -> Slice:
        return Slice(place.topic, self._epoch, place.partition)

    def _gather(self, stop: Callable[[], bool]) -> list[Logged]:
        """The rows of the next commit; none where none came within a tenth of a second."""
        rows: list[Logged] = []
        first = last = time.monotonic()
        while len(rows) < COMMIT_ROWS and not stop():
            polled = self._consumer.poll(timeout_ms=100)
            now = time.monotonic()
            if polled:
                first, last = first if rows else now, now
                for records in polled.values():
                    rows.extend(self._logged(record) for record in records)
            waited = now - first >= self._patience.most or now - last >= self._patience.silence
            if waited or not rows:
                break
        return rows

    def _logged(self, record: Any) -> Logged:
        return Logged(
            topic=record.topic,
            epoch=self._epoch,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            logged_at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        )

    def _commit(self, rows: list[Logged]) -> None:
        if rows:
            self._lake.append(to_table(rows), reached(rows))
            self._commits += 1

    def _compact(self) -> None:
        """Between two commits, so that no other process competes for the same files."""
        if self._commits < COMPACT_EVERY:
            return
        self._commits = 0
        compact(self._lake, now=datetime.now(UTC))
        self._lake.vacuum(older_than=KEPT_AFTERWARDS)

    def _at_end(self) -> bool:
        return all(
            self._lake.position(Slice(topic, self._epoch, partition)) >= end
            for topic in topics.KEPT
            for partition, end in ends_of(self._consumer, topic).items()
        )
