"""Slices of the log: what positions, starts and bases are counted by."""

from typing import Final

from msgspec import Struct

ARCHIVE_VERSION: Final = 1
"""Part of every position's name; a new way of archiving starts its own positions (D18)."""


class Slice(Struct, frozen=True, order=True):
    """One partition of one topic in one epoch."""

    topic: str
    epoch: int
    partition: int

    @property
    def app_id(self) -> str:
        """Name of its position in the Delta log."""
        return f"archive-v{ARCHIVE_VERSION}-{self.topic}-{self.epoch}-{self.partition}"

    @property
    def start_id(self) -> str:
        """Name of its start in the Delta log; a slice that begins at 0 needs none."""
        return f"start-v{ARCHIVE_VERSION}-{self.topic}-{self.epoch}-{self.partition}"

    @classmethod
    def of_app_id(cls, app_id: str, *, kind: str = "archive") -> "Slice | None":
        """The slice of a position's name (or a start's); None for a name that is none."""
        head, *rest = app_id.rsplit("-", 2)
        topic = head.removeprefix(f"{kind}-v{ARCHIVE_VERSION}-")
        if topic == head or len(rest) != 2:
            return None
        return cls(topic, int(rest[0]), int(rest[1]))


class Span(Struct, frozen=True):
    """Offsets from `start` up to and without `end`."""

    start: int
    end: int
