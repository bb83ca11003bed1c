"""Files that are there whole or not at all, and on the disk before anything refers to them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(lock: Path, *, waits: bool = True) -> Iterator[None]:
    """Work as the only process that holds a file, which is made; a kill ends it.

    Raises:
        BlockingIOError: another process holds it, and this one does not wait.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)  # which lets go of the lock


def is_at_work(process: int) -> bool:
    """Whether a process of that number is there, on this machine."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def left_by_killed(folder: Path, names: str, *, also_own: bool = False) -> Iterator[Path]:
    """What writers left aside who are not at work any more: `NAME.PROCESS` under a pattern.

    `also_own`: this process writes nothing yet, so what bears its number is another's of before.
    """
    for left in folder.glob(names):
        writer = left.name.rpartition(".")[2]
        if writer.isdecimal():
            process = int(writer)
            if not is_at_work(process) or (also_own and process == os.getpid()):
                yield left


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file in one piece, durably: a reader sees the old one or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def sweep(path: Path) -> None:
    """Delete what killed writers of a file left (`write_whole`); nobody else may write it now."""
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink()
