"""Published sets: Parquet files in a folder of their own, then one pointer swapped (D21)."""

import os
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
from msgspec import Struct

from twin.lake.durable import sync, write_whole

KEPT_AT_LEAST: Final = timedelta(seconds=60)
"""A page run that opened a set may still be reading it for this long."""
_SET_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Current(Struct, frozen=True):
    """The pointer file: which set readers open."""

    set_id: str
    published_at: datetime


class BadSetId(ValueError):
    """A set id that cannot be the name of a folder, or that is published already."""


_decode = msgspec.json.Decoder(Current).decode


def publish(
    frames: Mapping[str, pl.DataFrame],
    *,
    home: Path,
    set_id: str,
    now: datetime,
    keep: int = 5,
) -> Path:
    """Write a set under `home/marts/sets/<set_id>` and make it the current one; gives its folder.

    Of older sets the newest `keep` - 1 stay, and all younger than `KEPT_AT_LEAST` at `now`.

    Raises:
        BadSetId: `set_id` is no plain name, or such a set is there already.
    """
    if not _SET_ID.fullmatch(set_id):
        raise BadSetId(f"{set_id!r} is no plain name")
    sets = home / "marts" / "sets"
    folder = sets / set_id
    if folder.exists():
        raise BadSetId(f"the set {set_id} is published already")
    _write_set(frames, folder, home, _pointer(set_id, now))
    write_whole(home / "marts" / "current.json", _pointer(set_id, now))
    _remove_old(sets, current=set_id, now=now, keep=keep)
    return folder


def current_set(home: Path) -> Path | None:
    """Folder of the current set, or None where nothing readable is published."""
    try:
        pointer = _decode((home / "marts" / "current.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    folder = home / "marts" / "sets" / pointer.set_id
    plain = _SET_ID.fullmatch(pointer.set_id) is not None
    return folder if plain and folder.is_dir() else None


def _pointer(set_id: str, now: datetime) -> bytes:
    return msgspec.json.encode(Current(set_id, now.astimezone(UTC)))


def _write_set(
    frames: Mapping[str, pl.DataFrame], folder: Path, home: Path, pointer: bytes
) -> None:
    """Write under another name first: a crash leaves no half set under its own name."""
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write_whole(unfinished / "published.json", pointer)
    for name, frame in frames.items():
        written = _relative(frame, home) if name == "files" else frame
        path = unfinished / f"{name}.parquet"
        written.write_parquet(path, compression="zstd", statistics=False)
        sync(path)
    sync(unfinished)
    unfinished.rename(folder)
    sync(folder.parent)


def _relative(frame: pl.DataFrame, home: Path) -> pl.DataFrame:
    """Lake files under the twin's folder are named from there, so that the folder may move."""
    root = f"{home.resolve()}{os.sep}"
    return frame.with_columns(
        pl.Series(
            "path",
            [str(Path(path).resolve()).removeprefix(root) for path in frame["path"]],
            dtype=pl.String,
        )
    )


def _remove_old(sets: Path, *, current: str, now: datetime, keep: int) -> None:
    others = [(_published_at(path), path) for path in sets.iterdir() if path.name != current]
    dated = sorted([(at, path) for at, path in others if at is not None], reverse=True)
    finished = [one for one in dated if not one[1].name.startswith(".")]
    left_by_a_crash = [one for one in dated if one[1].name.startswith(".")]
    for at, path in (*finished[max(keep - 1, 0) :], *left_by_a_crash):
        if now - at >= KEPT_AT_LEAST:
            shutil.rmtree(path)


def _published_at(folder: Path) -> datetime | None:
    try:
        return _decode((folder / "published.json").read_bytes()).published_at
    except (OSError, msgspec.DecodeError):
        return None
