"""What was made from the lake, kept under the twin's home: the newest of each order, not for ever.

A file an order under `pages/made`; one that another version wrote is as good as none.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Generic

import msgspec
from msgspec import Struct

from dashboards.orders import Kind, Order, T
from twin.lake.durable import write_whole

FOLDER: Final = Path("pages") / "made"
KEPT: Final = 32
"""Files that are kept at most; those that were written first go first."""


class MadeOf(Struct, frozen=True):
    """What a made thing stands on: a set or a named basis by its id, when and how it was made.

    `made_at` is aware (UTC), `seconds` how long it took, `records` how long the log was.
    """

    stands_on: str
    records: int
    made_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """A thing that was made, with what it stands on."""

    value: T
    of: MadeOf


class _File(Struct, frozen=True):
    of: MadeOf
    value: msgspec.Raw


def keep(home: Path, order: Order[Any], made: Made[Any]) -> None:
    """Keep a thing in the place of the one that was made for the same order before.

    Raises:
        OSError: it cannot be written.
    """
    path = _path(home, order)
    path.parent.mkdir(parents=True, exist_ok=True)
    value = msgspec.Raw(msgspec.msgpack.encode(made.value))
    write_whole(path, msgspec.msgpack.encode(_File(made.of, value)))
    by_age = sorted(path.parent.glob("*.made"), key=lambda one: one.stat().st_mtime_ns)
    for old in by_age[:-KEPT]:
        old.unlink(missing_ok=True)


def newest(home: Path, order: Order[T]) -> Made[T] | None:
    """What was made last for an order; None where nothing is kept that can be read."""
    path = _path(home, order)
    try:
        stands = path.stat()
        return _read(path, (stands.st_mtime_ns, stands.st_size), order.kind)
    except (OSError, msgspec.DecodeError):
        return None


@lru_cache(maxsize=KEPT)
def _read(path: Path, _stamp: tuple[int, int], kind: Kind[Any]) -> Made[Any]:
    """A file as it stands; all viewers share what was read of it."""
    found = msgspec.msgpack.decode(path.read_bytes(), type=_File)
    return Made(msgspec.msgpack.decode(found.value, type=kind.type), found.of)


def _path(home: Path, order: Order[Any]) -> Path:
    of = msgspec.json.encode((order.known, order.period))
    digest = blake2b(of, digest_size=8).hexdigest()
    return home / FOLDER / f"{order.kind.name}-{digest}.made"
