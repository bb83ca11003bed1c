"""The events table: rows and positions in one Delta commit, fenced, fsynced (D17, D19)."""

import json
import os
import time
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from uuid import uuid5

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction
from msgspec import Struct

from twin.ids import NAMESPACE
from twin.lake.schema import EVENTS

ARCHIVE_VERSION: Final = 1
"""Part of every position's name; a new way of archiving starts its own positions (D18)."""
_DELTA_PACKED: Final = {
    name: "DELTA_BINARY_PACKED"
    for name in ("offset", "partition", "sequence", "logged_at", "occurred_at", "recorded_at")
}
_PLAIN: Final = ("value", "event_id", "attempt_id", "upto")
_DICTIONARY: Final = [n for n in EVENTS.names if n not in _DELTA_PACKED and n not in _PLAIN]


class Slice(Struct, frozen=True, order=True):
    """One partition of one topic in one epoch."""

    topic: str
    epoch: int
    partition: int

    @property
    def app_id(self) -> str:
        """Name of its position in the Delta log."""
        return f"archive-v{ARCHIVE_VERSION}-{self.topic}-{self.epoch}-{self.partition}"


class Span(Struct, frozen=True):
    """Offsets from `start` up to and without `end`."""

    start: int
    end: int


class Fenced(RuntimeError):
    """Another writer has moved a position of the lake; this one must stop."""


class Lake:
    """The events table under a folder; one writer at a time, any number of readers."""

    def __init__(self, path: Path) -> None:
        """Open the table at `path`, or make it."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._table = DeltaTable.create(path, EVENTS, mode="ignore", name="events")

    @property
    def version(self) -> int:
        """The table version that this handle sees."""
        return self._table.version()

    def refresh(self) -> None:
        """See what has been committed since."""
        self._table.update_incremental()

    def position(self, of: Slice) -> int:
        """The next offset to archive of a slice: 0 before its first commit."""
        version = self._table.transaction_version(of.app_id)
        return 0 if version is None else int(version)

    def files(self) -> tuple[Path, ...]:
        """The Parquet files of the table version in view, in a stable order."""
        uris = self._table.file_uris()
        return tuple(sorted(Path(unquote(uri.removeprefix("file://"))) for uri in uris))

    def append(self, rows: pa.Table, spans: Mapping[Slice, Span]) -> None:
        """Commit rows together with the positions that they end at, durably.

        Raises:
            Fenced: a span does not start where the lake stands, or a rival committed meanwhile.
        """
        self.refresh()
        for of, span in spans.items():
            stands = self.position(of)
            if stands != span.start:
                raise Fenced(
                    f"{of.topic} partition {of.partition}: the lake stands at {stands}, "
                    f"this writer wanted to go on at {span.start}"
                )
        name = _file_name(spans)
        size, digest = _write_file(self.path / name, rows)
        self._commit(name=name, size=size, digest=digest, rows=rows.num_rows, spans=spans)
        self.refresh()
        _sync_log(self.path, self._table.version())

    def _commit(
        self, *, name: str, size: int, digest: str, rows: int, spans: Mapping[Slice, Span]
    ) -> None:
        ranges = [
            {**_named(of), "start": span.start, "end": span.end}
            for of, span in sorted(spans.items())
        ]
        action = AddAction(
            path=name,
            size=size,
            partition_values={},
            modification_time=time.time_ns() // 1_000_000,
            data_change=True,
            stats=json.dumps({"numRecords": rows}),
        )
        properties = CommitProperties(
            custom_metadata={"file": name, "sha256": digest, "ranges": ranges},
            max_commit_retries=0,
            app_transactions=[Transaction(of.app_id, span.end) for of, span in spans.items()],
        )
        try:
            self._table.create_write_transaction(
                [action], "append", EVENTS, commit_properties=properties
            )
        except CommitFailedError as error:
            raise Fenced(f"another writer committed to the lake meanwhile: {error}") from error


def _named(of: Slice) -> dict[str, str | int]:
    return {"topic": of.topic, "epoch": of.epoch, "partition": of.partition}


def _file_name(spans: Mapping[Slice, Span]) -> str:
    """A name that no other write has: a rival must never overwrite a committed file."""
    text = "|".join(f"{of.app_id}:{s.start}-{s.end}" for of, s in sorted(spans.items()))
    return f"part-{uuid5(NAMESPACE, f'{text}|{os.getpid()}|{time.time_ns()}')}.parquet"


def _write_file(path: Path, rows: pa.Table) -> tuple[int, str]:
    pq.write_table(
        rows,
        path,
        compression="zstd",
        use_dictionary=_DICTIONARY,
        column_encoding=_DELTA_PACKED,
        write_statistics=["occurred_at", "offset", "key"],
    )
    with path.open("rb") as file:
        os.fsync(file.fileno())
        content = file.read()
    return len(content), sha256(content).hexdigest()


def _sync_log(path: Path, version: int) -> None:
    """Fsync the commit and the folders: delta-rs leaves that to us (D17)."""
    log = path / "_delta_log"
    for place in (log / f"{version:020d}.json", log, path):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def spans_of(offsets: Iterable[tuple[Slice, int]]) -> dict[Slice, Span]:
    """Spans of records that stand in order of offset within each slice, without holes.

    Raises:
        ValueError: offsets of a slice are not contiguous, so something was skipped.
    """
    spans: dict[Slice, Span] = {}
    for of, offset in offsets:
        held = spans.get(of)
        if held is not None and held.end != offset:
            raise ValueError(f"{of.topic} partition {of.partition}: {held.end} missing")
        spans[of] = Span(held.start if held else offset, offset + 1)
    return spans
