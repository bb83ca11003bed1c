"""A basis: the records of the log that an answer stands on, with a name to ask for it again (D29).

The same basis gives the same answer for ever: after more records, after compaction, on another
machine that has the lake.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from twin.lake.durable import write_whole
from twin.lake.slices import Slice
from twin.refusal import Refusal

NAME_MAX: Final = 80


class Stand(Struct, frozen=True, order=True, omit_defaults=True):
    """The records of a slice before an offset; an epoch that was restored begins at `start`."""

    topic: str
    epoch: int
    partition: int
    offset: int
    start: int = 0


class Basis(Struct, frozen=True, kw_only=True):
    """Which records, read by which code, with which reference data (catalogue of products).

    `resolved` says in words how a moment led to the positions. `name` and `named_at` are None
    as long as nobody has named it. `figures` are the measures that were published with the name,
    as they were at `figures_at`; a later version of the code is held against them.
    """

    stands: tuple[Stand, ...]
    code_version: str
    reference: str
    resolved: str
    name: str | None = None
    named_at: datetime | None = None
    figures: dict[str, int] = {}
    figures_at: datetime | None = None

    @property
    def id(self) -> str:
        """What identifies it: 16 hex digits of a digest over positions, code and reference."""
        content = msgspec.json.encode((self.stands, self.code_version, self.reference))
        return sha256(content).hexdigest()[:16]

    @property
    def positions(self) -> dict[Slice, int]:
        """The positions by slice."""
        return {Slice(s.topic, s.epoch, s.partition): s.offset for s in self.stands}

    @property
    def records(self) -> int:
        """How many records it holds."""
        return sum(stand.offset - stand.start for stand in self.stands)


class BasisRefused(Refusal):
    """A basis cannot be named so, is not there, or belongs to another lake; the sentence says."""


def basis_of(
    positions: Mapping[Slice, int],
    *,
    starts: Mapping[Slice, int],
    code_version: str,
    reference: str,
    resolved: str,
) -> Basis:
    """The basis of some positions; a slice without a record is no part of it."""
    stands = sorted(
        Stand(of.topic, of.epoch, of.partition, offset, starts.get(of, 0))
        for of, offset in positions.items()
        if offset > starts.get(of, 0)
    )
    return Basis(
        stands=tuple(stands), code_version=code_version, reference=reference, resolved=resolved
    )


class Bases:
    """The named bases beside a lake; a name is given once and never changes its meaning."""

    def __init__(self, folder: Path) -> None:
        """Those in a folder, which the first name makes."""
        self._folder = folder

    def name(self, basis: Basis, name: str, *, now: datetime) -> Basis:
        """Keep a basis under a name.

        Raises:
            BasisRefused: the name is no plain text of at most `NAME_MAX` characters, holds a long
                run of digits (which might be an MPAN or a code), or is given to another basis.
        """
        _require_plain(name)
        held = self.find(name)
        if held is not None:
            if held.id == basis.id:
                return held
            raise BasisRefused(f"{name!r} names basis {held.id} already; names are given once")
        named = replace(basis, name=name, named_at=now)
        self._write(_file_name(name), msgspec.json.format(msgspec.json.encode(named), indent=2))
        return named

    def find(self, name: str) -> Basis | None:
        """The basis of a name, or None."""
        try:
            return _read(self._folder / _file_name(name))
        except FileNotFoundError:
            return None

    def all(self) -> list[Basis]:
        """All of them, in the order in which they were named."""
        found = [_read(file) for file in sorted(self._folder.glob("*.json"))]
        return sorted(found, key=lambda basis: (str(basis.named_at), basis.name or ""))

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / name, content)


def require_within(basis: Basis, positions: Mapping[Slice, int]) -> None:
    """Refuse a basis that reaches beyond what a lake holds.

    Raises:
        BasisRefused: the lake has fewer records of a slice than the basis.
    """
    for of, offset in basis.positions.items():
        held = positions.get(of, 0)
        if offset > held:
            raise BasisRefused(
                f"basis {basis.name or basis.id} reaches to offset {offset} of {of.topic}, epoch "
                f"{of.epoch}, partition {of.partition}, but this lake holds {held}: it is another "
                "lake's"
            )


def _require_plain(name: str) -> None:
    digits = max(map(len, "".join(c if c.isdigit() else " " for c in name).split()), default=0)
    if not name.strip() or len(name) > NAME_MAX or not name.isprintable() or digits > 8:
        raise BasisRefused(
            f"a basis needs a name of at most {NAME_MAX} printable characters, without a run of "
            "more than 8 digits"
        )


def _file_name(name: str) -> str:
    return f"{sha256(name.encode()).hexdigest()[:32]}.json"


def _read(file: Path) -> Basis:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Basis)
    except msgspec.DecodeError as error:
        raise BasisRefused(f"{file} cannot be read as a basis: {error}") from error
