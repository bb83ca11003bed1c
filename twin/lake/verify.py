"""`verify`: whether the lake holds each record once, in files that are what was written (D17).

Three proofs: every commit reads as one, none is missing, and the table says what they say; every
file has the bytes that its name tells; the coordinates of all rows fill each slice from 0, or
where its epoch begins, to its position without a hole.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from deltalake.exceptions import DeltaError
from msgspec import Struct

from twin.lake import commits, data_files
from twin.lake.commits import Told
from twin.lake.epochs import aside_folder
from twin.lake.marks import Marks, spans
from twin.lake.slices import Slice, Span
from twin.lake.table import Lake, positions_in, starts_in

_MOST: Final = 5
"""Spans that a fault tells; the others are counted."""


class Kind(StrEnum):
    """What can be wrong with a lake."""

    TORN_COMMIT = "torn commit"
    MISSING_COMMIT = "missing commit"
    UNREADABLE_LOG = "unreadable log"
    MISSING_FILE = "missing file"
    CHANGED_FILE = "changed file"
    ORPHAN_FILE = "orphan file"
    MISSING_RANGE = "missing range"
    DOUBLED_RANGE = "doubled range"
    BEYOND_POSITION = "range beyond the position"
    BEFORE_START = "range before the start"


_OF_MARKS: Final = {
    "missing": Kind.MISSING_RANGE,
    "doubled": Kind.DOUBLED_RANGE,
    "beyond": Kind.BEYOND_POSITION,
    "before": Kind.BEFORE_START,
}


class Fault(Struct, frozen=True):
    """One thing that is wrong, where, and what was found there."""

    kind: Kind
    where: str
    what: str


class Verified(Struct, frozen=True, kw_only=True):
    """What was looked at and every fault found; `version` -1: the log itself is at fault.

    Of files `without_digest`, which version 0.1.0 wrote, the bytes are not judged.
    """

    version: int = -1
    commits: int = 0
    files: int = 0
    without_digest: int = 0
    rows: int = 0
    bytes: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every record stands there once, as it was written; an orphan harms nothing."""
        return all(fault.kind is Kind.ORPHAN_FILE for fault in self.faults)


def verify(path: Path) -> Verified:
    """Look at every commit, every byte and every coordinate of the lake at `path`.

    Never raises for what is wrong with the lake: that is what it finds.
    """
    versions = commits.versions(path)
    faults = tuple(_log_faults(path, versions))
    if faults:
        return Verified(commits=len(versions), faults=faults)
    told = commits.told(path)
    try:
        lake = Lake(path)
    except (DeltaError, OSError, ValueError, commits.Torn) as error:
        unreadable = Fault(Kind.UNREADABLE_LOG, "_delta_log", str(error))
        return Verified(commits=len(versions), faults=(unreadable,))
    files = [path / unquote(name) for name in sorted(told.files)]
    bad = {file: fault for file in files if (fault := _file_fault(file)) is not None}
    sound = [file for file in files if file not in bad]
    set_aside = [aside_folder(path) / name for name in told.aside]
    marks = Marks()
    for file in sound:
        marks.add(file)
    return Verified(
        version=lake.version,
        commits=len(versions),
        files=len(files),
        without_digest=sum(1 for file in files if data_files.digest_in(file.name) is None),
        rows=marks.rows,
        bytes=sum(file.stat().st_size for file in sound),
        faults=(
            *_table_faults(lake, files, told),
            *bad.values(),
            *(fault for file in set_aside if (fault := _file_fault(file)) is not None),
            *_range_faults(marks, told),
            *_orphans(path, told),
        ),
    )


def _log_faults(path: Path, versions: Sequence[int]) -> Iterator[Fault]:
    if not versions:
        yield Fault(Kind.MISSING_COMMIT, "_delta_log", "there is no commit at all")
        return
    missing = sorted(set(range(versions[-1] + 1)) - set(versions))
    if missing:
        yield Fault(Kind.MISSING_COMMIT, "_delta_log", f"not there: {_in_words(spans(missing))}")
    for version in versions:
        try:
            commits.actions(path, version)
        except commits.Torn as error:
            yield Fault(Kind.TORN_COMMIT, commits.commit_file(path, version).name, str(error))


def _table_faults(lake: Lake, files: Sequence[Path], told: Told) -> Iterator[Fault]:
    """A checkpoint that does not say what the commits say would mislead every reader."""
    if set(lake.files()) != set(files):
        what = "the table in view has other files than the commits tell"
        yield Fault(Kind.UNREADABLE_LOG, "_delta_log", what)
    for of, stands in positions_in(told).items():
        if lake.position(of) != stands:
            what = f"the table stands at {lake.position(of)}, the commits say {stands}"
            yield Fault(Kind.UNREADABLE_LOG, _place(of), what)


def _file_fault(file: Path) -> Fault | None:
    if not file.exists():
        return Fault(Kind.MISSING_FILE, file.name, "the log names it, and it is not there")
    told = data_files.digest_in(file.name)
    digest = data_files.digest_of(file)
    if told in (None, digest):
        return None
    return Fault(Kind.CHANGED_FILE, file.name, f"its bytes have the digest {digest}")


def _range_faults(marks: Marks, told: Told) -> Iterator[Fault]:
    for word, of, found in marks.judge(positions_in(told), starts_in(told)):
        yield Fault(_OF_MARKS[word], _place(of), f"offsets {_in_words(found)}")


def _orphans(path: Path, told: Told) -> Iterator[Fault]:
    """Files that no commit names: what a crash left before its commit."""
    ever = {unquote(name) for name in told.ever}
    for file in sorted(path.glob("*.parquet")):
        if file.name not in ever and not file.name.startswith("."):
            what = "no commit names it; it was never part of the lake"
            yield Fault(Kind.ORPHAN_FILE, file.name, what)
    for draft in data_files.drafts(path):
        yield Fault(Kind.ORPHAN_FILE, draft.name, "a draft of a process that is no more")


def _place(of: Slice) -> str:
    return f"{of.topic}, epoch {of.epoch}, partition {of.partition}"


def _in_words(found: Sequence[Span]) -> str:
    """Spans in words, the first few of them."""
    words = [f"{s.start}" if s.end == s.start + 1 else f"{s.start} to {s.end - 1}" for s in found]
    more = f" and {len(words) - _MOST:,} spans more" if len(words) > _MOST else ""
    return ", ".join(words[:_MOST]) + more
