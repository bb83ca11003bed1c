"""The watched folder of a run: files of real messages are taken in, then put away.

A file is taken once it has not changed between two looks. It goes to `taken` when all that could
be read of it is acknowledged, to `refused` if anything was not; a death between the two takes it in
again, which changes nothing, for messages are known by their octets.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from infra.run.message_files import files_in
from infra.run.taking_in import Read, Taken, send_all
from streams.settings import Settings

TAKEN: Final = "taken"
REFUSED: Final = "refused"
Seen: TypeAlias = dict[Path, tuple[int, int]]
"""Size and time of change of each file that waits, as it was last seen."""


def watch(folder: Path, read: Read, *, settings: Settings, is_over: Callable[[], bool]) -> None:
    """Take in files as they come, until it is over; `is_over` may wait before it answers."""
    for name in (TAKEN, REFUSED):
        (folder / name).mkdir(parents=True, exist_ok=True)
    seen: Seen = {}
    while not is_over():
        found = {path: _state(path) for path in sorted(folder.iterdir()) if path.is_file()}
        for path in (path for path, state in found.items() if seen.get(path) == state):
            _take(path, read, settings)
        seen = found


def _take(path: Path, read: Read, settings: Settings) -> None:
    taken = send_all(files_in([path]), read, datetime.now(UTC), settings=settings)
    for refused in taken.refused:
        print(f"{refused.where}: {refused.why} ({refused.cause})", file=sys.stderr, flush=True)
    print(f"{path.name}: {taken.messages} messages, {len(taken.refused)} refused", flush=True)
    _put_away(path, taken)


def _put_away(path: Path, taken: Taken) -> None:
    """Beside what was taken before; a name that is there already gets a number."""
    place = path.parent / (REFUSED if taken.refused else TAKEN)
    free, nth = place / path.name, 1
    while free.exists():
        nth += 1
        free = place / f"{path.stem}-{nth}{path.suffix}"
    path.rename(free)


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
