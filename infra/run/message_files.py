"""Files of real messages: single ones, folders, archives, standard input; nothing is extracted."""

import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

FILE_MAX: Final = 16 * 1024 * 1024
"""Octets of one file, or of one member of an archive; what is larger is refused unread."""
STANDARD_INPUT: Final = "-"


class NoFiles(RuntimeError):
    """A path of which files were to be read is not there."""


class MessageFile(Struct, frozen=True):
    """A file by the name that a person knows it by, and its octets; None if it is too large."""

    name: str
    octets: bytes | None


def files_in(paths: list[Path]) -> Iterator[MessageFile]:
    """All files of some paths in order of their names.

    Raises:
        NoFiles: a path is not there.
    """
    for path in paths:
        if str(path) == STANDARD_INPUT:
            yield MessageFile("standard input", _read(sys.stdin.buffer))
        elif path.is_dir():
            for found in sorted(path.rglob("*")):
                if found.is_file():
                    yield from _in_file(found, name=str(found.relative_to(path)))
        elif path.is_file():
            yield from _in_file(path, name=path.name)
        else:
            raise NoFiles(f"{path} is no file and no folder")


def _in_file(path: Path, *, name: str) -> Iterator[MessageFile]:
    if zipfile.is_zipfile(path):
        yield from _in_zip(path, name)
    elif tarfile.is_tarfile(path):
        yield from _in_tar(path, name)
    else:
        with path.open("rb") as stream:
            yield MessageFile(name, _read(stream))


def _in_zip(path: Path, name: str) -> Iterator[MessageFile]:
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.namelist()):
            if not member.endswith("/"):
                with archive.open(member) as stream:
                    yield MessageFile(f"{name}/{member}", _read(stream))


def _in_tar(path: Path, name: str) -> Iterator[MessageFile]:
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield MessageFile(f"{name}/{member.name}", _read(stream))


def _read(stream: IO[bytes]) -> bytes | None:
    """All of a stream, None where it is longer than a file may be; no more is ever held."""
    octets = stream.read(FILE_MAX + 1)
    return None if len(octets) > FILE_MAX else octets
