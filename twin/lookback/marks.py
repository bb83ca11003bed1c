"""Marks of days: what the fleet came to between two checkpoints, without its states.

A basis that falls on one is read. None can be gone on from: rows of the checkpoint are for that.
"""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from twin.lake.basis import Stand
from twin.lake.durable import write_whole


class Mark(Struct, frozen=True, kw_only=True):
    """What the fleet came to after the records before some positions of `premises.events`.

    `newest`, `digest` and `figures` are as a checkpoint has them, `premises` counts its states.
    """

    stands: tuple[Stand, ...]
    newest: datetime | None
    premises: int
    digest: str
    figures: dict[str, Any]

    def serves(self, stands: tuple[Stand, ...], *, valid: datetime | None) -> bool:
        """Whether it is of this very basis, and all its facts had happened by `valid`."""
        too_new = valid is not None and self.newest is not None and self.newest > valid
        return self.stands == stands and not too_new


def write(file: Path, marks: tuple[Mark, ...]) -> str:
    """Write marks durably in one piece; gives the SHA-256 of the file, as hex."""
    content = msgspec.json.encode(marks)
    write_whole(file, content)
    return sha256(content).hexdigest()


def read(file: Path, *, digest: str) -> tuple[Mark, ...]:
    """The marks of a file.

    Raises:
        OSError: it cannot be read, or is not what was written.
    """
    content = file.read_bytes()
    if sha256(content).hexdigest() != digest:
        raise OSError(f"{file.name} is not what was written")
    return msgspec.json.decode(content, type=tuple[Mark, ...])
