"""The events table: rows and positions in one Delta commit, fenced, fsynced (D17, D19)."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction, RemoveAction

from twin.lake import commits, data_files
from twin.lake.commits import Told
from twin.lake.data_files import DataFile
from twin.lake.durable import sync
from twin.lake.schema import EVENTS
from twin.lake.slices import ARCHIVE_VERSION, Slice, Span
from twin.refusal import Refusal

_REWRITES: Final = f"compact-v{ARCHIVE_VERSION}"
_RETRIES: Final = 20
"""A commit that met another one is tried anew; only one that moved the same position fences."""
_KEPT_FOR_EVER: Final = {"delta.logRetentionDuration": "interval 36500 days"}
"""The commits tell which files came when; without them, readers could not follow."""


class Fenced(Refusal):
    """Another writer has moved a position of the lake; this one must stop."""


class Lake:
    """The events table under a folder; one writer at a time, any number of readers."""

    def __init__(self, path: Path) -> None:
        """Open the table at `path`, or make it."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._table = DeltaTable.create(
            path, EVENTS, mode="ignore", name="events", configuration=_KEPT_FOR_EVER
        )
        self._seen: tuple[int, commits.Told] | None = None

    @property
    def version(self) -> int:
        """The table version that this handle sees."""
        return self._table.version()

    def refresh(self) -> None:
        """See what has been committed since."""
        self._table.update_incremental()

    def position(self, of: Slice) -> int:
        """The next offset to archive of a slice: before its first commit 0, or where it starts."""
        version = self._table.transaction_version(of.app_id)
        return 0 if version is None else int(version)

    def positions(self) -> dict[Slice, int]:
        """The next offset of every slice that has one, up to the version in view."""
        return positions_in(self._told())

    def starts(self) -> dict[Slice, int]:
        """The first offset of every slice of an epoch that was opened with a restored log."""
        return starts_in(self._told())

    def _told(self) -> commits.Told:
        """What the commits up to the version in view tell; a version never changes."""
        version = self.version
        if self._seen is None or self._seen[0] != version:
            self._seen = version, commits.told(self.path, until=version)
        return self._seen[1]

    def files(self) -> tuple[Path, ...]:
        """The Parquet files of the table version in view, in a stable order."""
        uris = self._table.file_uris()
        return tuple(sorted(Path(unquote(uri.removeprefix("file://"))) for uri in uris))

    def news_since(self, version: int) -> tuple[Path, ...]:
        """Files with rows that came after a version, up to the one in view, as they came.

        A file may have been compacted away since; it lies there until it is vacuumed.

        Raises:
            FileNotFoundError: a commit since then is no longer there: begin with `files`.
        """
        return tuple(
            self.path / unquote(one.name)
            for since in range(version + 1, self.version + 1)
            for one in commits.added(self.path, since)
            if one.is_news
        )

    def append(self, rows: pa.Table, spans: Mapping[Slice, Span]) -> None:
        """Commit rows together with the positions that they end at, durably.

        Raises:
            Fenced: a span does not start where the lake stands, or a rival moved it meanwhile.
        """
        self.take_in((data_files.write(self.path, [one]) for one in (rows,)), spans)

    def take_in(
        self, files: Iterable[tuple[DataFile, int, int]], spans: Mapping[Slice, Span]
    ) -> None:
        """`append` for files, which may be written as they are taken: the positions come first."""
        self.refresh()
        for of, span in spans.items():
            if (stands := self.position(of)) != span.start:
                raise Fenced(
                    f"{of.topic} partition {of.partition}: the lake stands at {stands}, "
                    f"this writer wanted to go on at {span.start}"
                )
        said = [{**_named(of), "start": s.start, "end": s.end} for of, s in sorted(spans.items())]
        self._commit(
            [_adding(*file, is_news=True) for file in files],
            moved=[Transaction(of.app_id, span.end) for of, span in spans.items()],
            said={"ranges": said},
        )

    def rewrite(
        self, gone: Sequence[DataFile], come: Sequence[tuple[DataFile, int, int]], *, now: datetime
    ) -> None:
        """Put files in the place of others that hold the same rows, in one commit.

        `come` are files with their bytes and rows. The rows stay the same: that is the caller's
        promise, and `verify` finds out.

        Raises:
            Fenced: files that are to go are gone already, or a rival rewrote some meanwhile.
        """
        self._replace(gone, come, now=now, moved=[], said={})

    def open_epoch(
        self,
        starts: Mapping[Slice, int],
        gone: Sequence[DataFile],
        come: Sequence[tuple[DataFile, int, int]],
        *,
        aside: Sequence[str],
        now: datetime,
    ) -> None:
        """Open slices at their starts, set earlier slices back to there, in one commit.

        `come` holds the rows of `gone` but for those behind a start, which the files `aside` hold:
        see `twin.lake.epochs`, which sees to that.

        Raises:
            Fenced: another writer is at work on the same lake; nothing was changed.
        """
        ends = {(of.topic, of.partition): start for of, start in starts.items()}
        moved = [
            Transaction(of.app_id, ends[of.topic, of.partition])
            for of, stands in self.positions().items()
            if stands > ends.get((of.topic, of.partition), stands)
        ]
        for of, start in starts.items():
            moved += [Transaction(of.start_id, start), Transaction(of.app_id, start)]
        self._replace(gone, come, now=now, moved=moved, said={"aside": list(aside)})

    def _replace(
        self,
        gone: Sequence[DataFile],
        come: Sequence[tuple[DataFile, int, int]],
        *,
        now: datetime,
        moved: Sequence[Transaction],
        said: Mapping[str, object],
    ) -> None:
        done = self._table.transaction_version(_REWRITES) or 0
        missing = {file.name for file in gone} - {path.name for path in self.files()}
        if missing:
            raise Fenced(f"{len(missing)} files to compact are gone: another compactor is at work")
        at = int(now.timestamp() * 1000)
        self._commit(
            [
                *(RemoveAction(one.name, False, at, None, {}) for one in gone),
                *(_adding(*one, is_news=False) for one in come),
            ],
            moved=[Transaction(_REWRITES, done + 1), *moved],
            said=said,
        )

    def vacuum(self, *, older_than: timedelta) -> list[str]:
        """Delete files that no version needs any more; gives their names.

        Those are the files compacted away and those left by a crash, both for longer than
        `older_than`: a reader that took its list of files before has finished by then.
        """
        for draft in data_files.drafts(self.path):
            draft.unlink(missing_ok=True)
        hours = older_than // timedelta(hours=1)
        if not self._vacuum(hours, dry_run=True):
            return []
        return sorted(self._vacuum(hours, dry_run=False))

    def _vacuum(self, hours: int, *, dry_run: bool) -> list[str]:
        return self._table.vacuum(
            hours, dry_run=dry_run, enforce_retention_duration=False, full=True
        )

    def _commit(
        self,
        actions: list[AddAction | RemoveAction],
        *,
        moved: list[Transaction],
        said: Mapping[str, object],
    ) -> None:
        before = self.version
        sync(self.path)
        properties = CommitProperties(
            custom_metadata=dict(said), max_commit_retries=_RETRIES, app_transactions=moved
        )
        try:
            self._table.create_write_transaction(
                actions, "append", EVENTS, commit_properties=properties
            )
        except CommitFailedError as error:
            raise Fenced(f"another writer committed to the lake meanwhile: {error}") from error
        self.refresh()
        self._sync_log(since=before)

    def _sync_log(self, *, since: int) -> None:
        """Fsync the commit, those it met, and their folder: delta-rs leaves that to us (D17)."""
        for version in range(since + 1, self.version + 1):
            sync(commits.commit_file(self.path, version))
        sync(self.path / "_delta_log")


def starts_in(told: Told) -> dict[Slice, int]:
    """The first offset of slices that do not begin at 0, by what commits say of all starts."""
    found = {Slice.of_app_id(name, kind="start"): at for name, at in told.positions.items()}
    return {of: at for of, at in found.items() if of is not None}


def positions_in(told: Told) -> dict[Slice, int]:
    """The next offset of every slice, by what commits say of all positions."""
    found = {Slice.of_app_id(name): end for name, end in told.positions.items()}
    return {of: end for of, end in found.items() if of is not None}


def _named(of: Slice) -> dict[str, str | int]:
    return {"topic": of.topic, "epoch": of.epoch, "partition": of.partition}


def _adding(file: DataFile, size: int, rows: int, *, is_news: bool) -> AddAction:
    return AddAction(
        path=file.name,
        size=size,
        partition_values={},
        modification_time=time.time_ns() // 1_000_000,
        data_change=is_news,
        stats=json.dumps({"numRecords": rows}),
    )


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
