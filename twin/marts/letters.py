"""Dead letters and their resolutions, read from their records for cause and coordinates only."""

from typing import Literal

import msgspec
from msgspec import Struct


class Letter(Struct, frozen=True):
    """What a dead letter says of the record it refuses; every field may be missing."""

    cause: str
    topic: str | None = None
    epoch: int | None = None
    partition: int | None = None
    offset: int | None = None
    premises_id: str | None = None
    why: str | None = None
    code_version: str | None = None


class Resolution(Struct, frozen=True):
    """Which record an operator resolved, and how."""

    partition: int
    offset: int
    resolution: Literal["retried", "skipped"]

    @property
    def names_a_place(self) -> bool:
        """Whether a log can hold such a record; the contract sets no upper end to the numbers."""
        return self.partition < 2**31 and self.offset < 2**63


class _Envelope(Struct, frozen=True):
    data: Resolution


UNREADABLE = Letter("unreadable_letter", why="the dead letter itself cannot be read")
_letter = msgspec.json.Decoder(Letter).decode
_envelope = msgspec.json.Decoder(_Envelope).decode


def read_letter(value: bytes | None) -> Letter:
    """The letter in a record of `premises.dead-letters`; a broken one is named as such."""
    try:
        return _letter(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return UNREADABLE


def read_resolution(value: bytes) -> Resolution:
    """The resolution in a record that the archiver has decoded already."""
    return _envelope(value).data
