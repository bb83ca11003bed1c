"""Folders that are there whole or not at all, each under its own name in the folder of what-if."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from twin.lake.durable import left_by_killed, sync

BEFORE: Final = ".before"


def put_whole(folder: Path, name: str, files: Iterable[tuple[str, bytes]]) -> Path:
    """Put files into a folder of a name, in the place of an earlier one; give the folder.

    Everything is written aside and then renamed: whoever is killed before that leaves nothing half
    under the name, and what he left aside is cleared away by the next who puts one of that name.
    Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / name
    aside = folder / f".{name}.{os.getpid()}"
    _clear(folder, own)
    try:
        for path, content in files:
            _write(aside / path, content)
        sync(aside)
        _take_place(aside, own)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    sync(folder)
    return own


def names_with(folder: Path, file: str) -> list[str]:
    """The names under which a folder holds a file, sorted."""
    found = {path.parent.name for path in folder.glob(f"[a-z]*/{file}")}
    found |= {path.parent.name[1 : -len(BEFORE)] for path in folder.glob(f".*{BEFORE}/{file}")}
    return sorted(found)


def standing(folder: Path, name: str) -> Path:
    """Where a name stands: an earlier one may have been put away and never replaced."""
    own = folder / name
    return own if own.exists() or not _before(own).exists() else _before(own)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _clear(folder: Path, own: Path) -> None:
    """Put an earlier one back that was put away and not replaced; clear what the killed left."""
    before = _before(own)
    if before.exists() and not own.exists():
        before.rename(own)
    killed = left_by_killed(folder, f".{own.name}.*", also_own=True)
    for left in (before, *killed):
        shutil.rmtree(left, ignore_errors=True)


def _before(own: Path) -> Path:
    return own.with_name(f".{own.name}{BEFORE}")


def _take_place(aside: Path, own: Path) -> None:
    """Rename a whole folder to its name; an earlier one is put away first, and then let go."""
    before = _before(own)
    if own.exists():
        own.rename(before)
    aside.rename(own)
    shutil.rmtree(before, ignore_errors=True)
