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
from msgspec.structs import replace

from twin.lake.durable import left_by_killed, sync, write_whole

KEPT_AT_LEAST: Final = timedelta(seconds=60)
"""A page run that opened a set may still be reading it for this long."""
GONE: Final = ".gone"
"""Ends the name of a set that is being let go; that of a draft ends with its writer's number."""
_SET_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Current(Struct, frozen=True, omit_defaults=True):
    """The pointer file: which set readers open.

    `line` tells which version of the marts made it ("": one that did not say), `over` which one was
    switched away from, None if none was: its
    publisher goes on, but what it publishes is no longer what readers open. A set has such a file,
    too, which says what it is.
    """

    set_id: str
    published_at: datetime
    line: str = ""
    over: str | None = None


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
    line: str = "",
) -> Path:
    """Write a set under `home/marts/sets/<set_id>` and make it the current one; gives its folder.

    Of older sets the newest `keep` - 1 stay, and all younger than `KEPT_AT_LEAST` at `now`. Where
    readers were switched away from `line`, the set is kept for the way back and not made current.

    Raises:
        BadSetId: `set_id` is no plain name, or such a set is there already.
    """
    if not _SET_ID.fullmatch(set_id):
        raise BadSetId(f"{set_id!r} is no plain name")
    sets = home / "marts" / "sets"
    folder = sets / set_id
    if folder.exists():
        raise BadSetId(f"the set {set_id} is published already")
    held = pointer_of(home)
    over = held.over if held is not None and held.line == line else None
    new = Current(set_id, now.astimezone(UTC), line)
    write_set(frames, folder, home, new)
    if held is None or held.over != line:
        point(home, replace(new, over=over))
    _remove_old(home, now=now, keep=keep)
    return folder


def pointer_of(home: Path) -> Current | None:
    """The pointer to the current set; None where there is none that can be read."""
    return _read(home / "marts" / "current.json")


def point(home: Path, to: Current) -> None:
    """Let readers open another set from now on."""
    write_whole(home / "marts" / "current.json", msgspec.json.encode(to))


def current_set(home: Path) -> Path | None:
    """Folder of the current set, or None where nothing readable is published."""
    pointer = pointer_of(home)
    if pointer is None:
        return None
    folder = home / "marts" / "sets" / pointer.set_id
    plain = _SET_ID.fullmatch(pointer.set_id) is not None
    return folder if plain and folder.is_dir() else None


def write_set(frames: Mapping[str, pl.DataFrame], folder: Path, home: Path, told: Current) -> None:
    """Write under another name first: a crash leaves no half set under its own name."""
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write_whole(unfinished / "published.json", msgspec.json.encode(told))
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


def _remove_old(home: Path, *, now: datetime, keep: int) -> None:
    sets = home / "marts" / "sets"
    _sweep(sets)
    spared = _spared(home)
    found = [(told, path) for path in sets.iterdir() if (told := told_of(path)) is not None]
    others = [(told.published_at, path) for told, path in found if path.name not in spared]
    dated = sorted(others, reverse=True)
    finished = [one for one in dated if not one[1].name.startswith(".")]
    left_by_a_crash = [one for one in dated if one[1].name.startswith(".")]
    for at, path in (*finished[max(keep - 1, 0) :], *left_by_a_crash):
        if now - at >= KEPT_AT_LEAST:
            let_go(path)


def let_go(path: Path) -> None:
    """Take a set away under another name first: a kill leaves nothing half under its own."""
    gone = path.with_name(f".{path.name.removeprefix('.')}{GONE}")
    shutil.rmtree(gone, ignore_errors=True)
    path.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _sweep(sets: Path) -> None:
    """Clear what the killed left: sets that were being let go, and drafts that say nothing yet."""
    for gone in sets.glob(f".*{GONE}"):
        shutil.rmtree(gone, ignore_errors=True)
    for draft in left_by_killed(sets, ".*"):
        if told_of(draft) is None:
            shutil.rmtree(draft, ignore_errors=True)


def _spared(home: Path) -> set[str]:
    """The current set, and the newest of the line that was switched away from."""
    pointer = pointer_of(home)
    if pointer is None:
        return set()
    way_back = None if pointer.over is None else newest_of(home, pointer.over)
    return {pointer.set_id, *(() if way_back is None else (way_back.set_id,))}


def newest_of(home: Path, line: str) -> Current | None:
    """The newest set of a line, None without one."""
    sets = home / "marts" / "sets"
    told = [one for path in sets.glob("[!.]*") if (one := told_of(path)) and one.line == line]
    return max(told, key=lambda one: one.published_at, default=None)


def told_of(folder: Path) -> Current | None:
    """What a set says of itself; None where it says nothing that can be read."""
    return _read(folder / "published.json")


def _read(file: Path) -> Current | None:
    try:
        return _decode(file.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
