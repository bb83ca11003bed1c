"""Files of real messages: single ones, folders, archives, standard input; nothing is extracted.

Whatever cannot be read is a file as well, with the cause: an archive that breaks off costs itself
from there on and no other file, and nothing is passed over in silence.
"""

import lzma
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from twin.refusal import Refusal

FILE_MAX: Final = 16 * 1024 * 1024
"""Octets of one file, or of one member of an archive; what is larger is refused unread."""
STANDARD_INPUT: Final = "-"
_TAR_BLOCK: Final = 512
"""Octets of a block; one without any content ends a tar archive."""
BROKEN: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    UnicodeDecodeError,
)
"""What the libraries raise of an archive that is cut short or spoilt."""
CLOSED: Final = (RuntimeError, NotImplementedError)
"""What they raise of a member that is encrypted, or packed in a way that they do not know."""


class NoFiles(Refusal):
    """A path of which files were to be read is not there."""


class Unread(Struct, frozen=True):
    """Why a file was not read: the named cause, and one sentence."""

    cause: str
    why: str


class MessageFile(Struct, frozen=True):
    """A file by the name that a person knows it by, and its octets, or why there are none."""

    name: str
    octets: bytes | Unread


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
                if not found.is_dir():
                    yield from _in_file(found, name=str(found.relative_to(path)))
        elif path.is_file():
            yield from _in_file(path, name=path.name)
        else:
            raise NoFiles(f"{path} is no file and no folder")


def _in_file(path: Path, *, name: str) -> Iterator[MessageFile]:
    if not path.is_file():
        yield MessageFile(name, Unread("no_file", "it is neither a file nor a folder"))
        return
    try:
        if zipfile.is_zipfile(path):
            yield from _in_zip(path, name)
        elif tarfile.is_tarfile(path):
            yield from _in_tar(path, name)
        else:
            with path.open("rb") as stream:
                yield MessageFile(name, _read(stream))
    except PermissionError:
        yield MessageFile(name, Unread("forbidden", "it may not be read by who runs this"))
    except BROKEN:
        yield MessageFile(name, Unread("archive", "the archive breaks off or is spoilt"))


def _in_zip(path: Path, name: str) -> Iterator[MessageFile]:
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.namelist()):
            if not member.endswith("/"):
                yield MessageFile(f"{name}/{member}", _member(archive, member))


def _member(archive: zipfile.ZipFile, member: str) -> bytes | Unread:
    try:
        with archive.open(member) as stream:
            return _read(stream)
    except BROKEN:
        return Unread("archive", "this member of the archive is spoilt")
    except CLOSED:
        return Unread("closed", "this member is encrypted, or packed in an unknown way")


def _in_tar(path: Path, name: str) -> Iterator[MessageFile]:
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield MessageFile(f"{name}/{member.name}", _read(stream))
            elif not member.isdir():
                no_file = Unread("no_file", "a link or a device, which is not followed")
                yield MessageFile(f"{name}/{member.name}", no_file)
        if not _is_ended(archive):
            raise tarfile.ReadError("the block that ends an archive is missing")


def _is_ended(archive: tarfile.TarFile) -> bool:
    """Whether an archive was read to its end; the library takes one cut short for a whole one."""
    assert archive.fileobj is not None  # it is open
    archive.fileobj.seek(archive.offset)
    return archive.fileobj.read(_TAR_BLOCK) == bytes(_TAR_BLOCK)


def _read(stream: IO[bytes]) -> bytes | Unread:
    """All of a stream, unless it is longer than a file may be; no more is ever held."""
    octets = stream.read(FILE_MAX + 1)
    if len(octets) <= FILE_MAX:
        return octets
    return Unread("too_large", f"the file is larger than {FILE_MAX // 1024 // 1024} MiB")
