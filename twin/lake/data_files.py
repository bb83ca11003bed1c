"""Data files of the lake: written whole, named by what they hold, durable before any commit.

A name carries the SHA-256 of the bytes, so that anybody who has the folder alone can say whether
a file is what was written (decision 0015).
"""

import os
import re
from collections.abc import Iterable
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from twin.lake.durable import sync
from twin.lake.schema import EVENTS

ROW_GROUP: Final = 65_536
"""Rows of a row group: what a look-up of one premises reads at least."""
SORTED_LEVEL: Final = 9
"""Of zstd, for files that are written once and read for years; others take its default."""
_DELTA_PACKED: Final = {
    name: "DELTA_BINARY_PACKED"
    for name in ("offset", "partition", "sequence", "logged_at", "occurred_at", "recorded_at")
}
_PLAIN: Final = ("value", "event_id", "attempt_id", "upto", "place", "delay_us")
_STATISTICS: Final = ["occurred_at", "offset", "key"]


def _packed(*, but: tuple[str, ...] = ()) -> dict[str, Any]:
    packed = {name: how for name, how in _DELTA_PACKED.items() if name not in but}
    coded = [name for name in EVENTS.names if name not in packed and name not in _PLAIN]
    return {
        "compression": "zstd",
        "use_dictionary": coded,
        "column_encoding": packed,
        "write_statistics": _STATISTICS,
    }


WRITING: Final = _packed()
"""How a file in order of arrival is written: numbers and times are packed by their steps (D19)."""
_SORTED: Final = _packed(but=("logged_at",))
"""How a sorted one is: the log's own times go up and down there, and many records share one."""
OTHER: Final = "other"
"""The bucket of whatever is no fact of a premises."""
_NAME: Final = re.compile(
    r"(?:part|bucket-(?P<bucket>[0-9a-f]|other))-(?:(?P<sha256>[0-9a-f]{64})|[0-9a-f-]{36})"
)
_DRAFTS: Final = count()
_DRAFT: Final = re.compile(r"\.draft-(?P<pid>\d+)-\d+\.parquet")


class DataFile(Struct, frozen=True):
    """A file as its name tells: the digest of its bytes, and its bucket if it was compacted.

    Files of the first version (0.1.0) carry no digest, until they are compacted.
    """

    name: str
    sha256: str | None
    bucket: str | None


def named(name: str) -> DataFile | None:
    """What a file name tells; None where the twin has not written a file of that name."""
    stem, dot, suffix = name.rpartition(".")
    found = _NAME.fullmatch(stem)
    if found is None or dot + suffix != ".parquet":
        return None
    return DataFile(name, found["sha256"], found["bucket"])


def digest_in(name: str) -> str | None:
    """The digest that a file name tells, or None."""
    found = named(name)
    return None if found is None else found.sha256


def write(
    folder: Path, batches: Iterable[pa.Table], *, bucket: str | None = None
) -> tuple[DataFile, int, int]:
    """Write rows of schema `EVENTS` as one file, durably; gives it with its bytes and its rows.

    An identical file that is there already is replaced by itself.
    """
    draft = folder / f".draft-{os.getpid()}-{next(_DRAFTS)}.parquet"
    rows = 0
    how = WRITING if bucket is None else {**_SORTED, "compression_level": SORTED_LEVEL}
    try:
        with pq.ParquetWriter(draft, EVENTS, **how) as writer:
            for batch in batches:
                writer.write_table(batch, row_group_size=ROW_GROUP)
                rows += batch.num_rows
        sync(draft)
    except BaseException:
        draft.unlink(missing_ok=True)  # it may be what the disk is full of
        raise
    digest, size = digest_of(draft), draft.stat().st_size
    kind = "part" if bucket is None else f"bucket-{bucket}"
    file = DataFile(f"{kind}-{digest}.parquet", digest, bucket)
    draft.rename(folder / file.name)
    return file, size, rows


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    total = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            total.update(chunk)
    return total.hexdigest()


def drafts(folder: Path) -> list[Path]:
    """Drafts of processes that are no more: what a crash has left of a file."""
    found = ((path, _DRAFT.fullmatch(path.name)) for path in folder.glob(".draft-*"))
    return sorted(path for path, name in found if name and not _lives(int(name["pid"])))


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() if Path("/proc").exists() else pid == os.getpid()
